//! `results.flatten()` leaves the errors out. It is seen where the iterator is consumed in the same expression, so that
//! its type shows nowhere.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::probe::{Disposition, Probe, Verdict};
use super::vague::is_open_chain;
use super::{Body, shape};
use crate::span::{generated, local};

/// Methods that use an iterator up.
const CONSUMING: [&str; 18] = [
    "collect",
    "for_each",
    "count",
    "sum",
    "product",
    "fold",
    "last",
    "any",
    "all",
    "max",
    "min",
    "max_by",
    "min_by",
    "max_by_key",
    "min_by_key",
    "reduce",
    "partition",
    "unzip",
];

/// Whether a method uses an iterator up.
pub(super) fn consumes(method: &str) -> bool {
    CONSUMING.contains(&method)
}

impl Body<'_> {
    /// Watches the items of a `flatten()` in this chain of calls, which was walked already.
    pub(super) fn flattened(&self, chain: &mut Expr) {
        let mut rest = chain;
        while let Expr::MethodCall(call) = rest {
            if call.method == "flatten" && call.args.is_empty() {
                if !is_open_chain(&call.receiver) {
                    self.watch_items(call);
                }
                return;
            }
            rest = &mut call.receiver;
        }
    }

    fn watch_items(&self, call: &mut syn::ExprMethodCall) {
        let callee = maker(&call.receiver);
        let probe = self.probe(&Probe {
            span: call.method.span(),
            form: ".flatten",
            verdict: Verdict::plain(Disposition::Dropped, call),
            callee: &callee,
            iteration: true,
            scrutinee: false,
        });
        let (private, value) = (self.place.private(), local("__candor_items"));
        let (at, inner) = (generated(call.receiver.span()), call.receiver.to_token_stream());
        let watched: TokenStream = quote_spanned! {at=>
            match #inner {
                #value => {
                    use #private::{ItemsAny as _, ItemsDynamic as _, ItemsError as _, ItemsLike as _};
                    (&&&&#private::Items(&#value)).candor_items().pass(#value, #probe)
                }
            }
        };
        let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, watched);
        group.set_span(call.receiver.span());
        *call.receiver = Expr::Verbatim(quote!(#group));
    }
}

/// What makes the items: the path that a `map` before it names, or the method itself.
fn maker(receiver: &Expr) -> String {
    match receiver {
        Expr::MethodCall(call) if call.method == "map" => match call.args.first() {
            Some(Expr::Path(path)) => path
                .path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect::<Vec<_>>()
                .join("::"),
            Some(Expr::Closure(closure)) => shape::callee(&closure.body),
            _ => "map".to_owned(),
        },
        other => shape::callee(other),
    }
}

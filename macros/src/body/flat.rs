//! `results.flatten()` and `results.filter(Result::is_ok)` leave the errors out. It is seen where the iterator is consumed in the same expression, so that
//! its type shows nowhere.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;

use super::probe::{Disposition, Probe, Verdict};
use super::vague::is_open_chain;
use super::{Body, shape};
use crate::span::{generated, local};
use crate::token::First;

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
            if leaves_errors_out(call) {
                self.watch_items(call);
                return;
            }
            rest = &mut call.receiver;
        }
    }

    /// `let (done, _) = results.partition(Result::is_ok)`: nobody looks at the errors.
    pub(super) fn partitioned(&self, pattern: &syn::Pat, init: &mut Expr) {
        let syn::Pat::Tuple(pair) = shape::bare(pattern) else { return };
        let Expr::MethodCall(call) = init else { return };
        let is_lost = match pair.elems.last() {
            Some(syn::Pat::Wild(_)) => true,
            Some(syn::Pat::Ident(name)) => self.mentions.is_idle(&name.ident.to_string()),
            _ => false,
        };
        if is_lost && pair.elems.len() == 2 && call.method == "partition" && asks_for_ok(call) {
            self.watch_items(call);
        }
    }

    fn watch_items(&self, call: &mut syn::ExprMethodCall) {
        if is_open_chain(&call.receiver) {
            return;
        }
        let form = format!(".{}", call.method);
        let callee = maker(&call.receiver);
        let probe = self.probe(&Probe {
            span: call.method.span(),
            form: &form,
            verdict: Verdict::plain(Disposition::Dropped, call),
            callee: &callee,
            iteration: true,
            scrutinee: false,
        });
        let (private, value) = (self.place.private(), local("__candor_items"));
        let (at, inner) = (generated(call.receiver.first()), call.receiver.to_token_stream());
        let watched: TokenStream = quote_spanned! {at=>
            match #inner {
                #value => {
                    use #private::{ItemsAny as _, ItemsDynamic as _, ItemsError as _, ItemsLike as _, ItemsNamed as _};
                    (&&&&&#private::Items(&#value)).candor_items().pass(#value, #probe)
                }
            }
        };
        let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, watched);
        group.set_span(call.receiver.first());
        *call.receiver = Expr::Verbatim(quote!(#group));
    }
}

/// Whether a method of a chain leaves the errors out of an iterator.
fn leaves_errors_out(call: &syn::ExprMethodCall) -> bool {
    match call.method.to_string().as_str() {
        "flatten" => call.args.is_empty(),
        "filter" | "take_while" => asks_for_ok(call),
        _ => false,
    }
}

/// `Result::is_ok`, `|result| result.is_ok()`
fn asks_for_ok(call: &syn::ExprMethodCall) -> bool {
    match call.args.first() {
        Some(Expr::Path(path)) => path.to_token_stream().to_string().replace(' ', "") == "Result::is_ok",
        Some(Expr::Closure(closure)) => {
            matches!(shape::bare_expr(&closure.body), Expr::MethodCall(asks) if asks.method == "is_ok" && shape::is_place(&asks.receiver))
        }
        _ => false,
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

//! `results.flatten()` and `results.filter(Result::is_ok)` leave the errors out. It is seen where the iterator is consumed in the same expression, so that
//! its type shows nowhere.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;

use super::probe::{Disposition, Probe, Verdict};
use super::vague::{Known, is_open_chain};
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
    /// Watches the items of a `flatten()` in this chain of calls, which was walked already, and what `flat_map(Self::read)` reads.
    pub(super) fn flattened(&self, chain: &mut Expr) {
        let mut rest = chain;
        while let Expr::MethodCall(call) = rest {
            if leaves_errors_out(call) {
                self.watch_items(call);
                return;
            }
            if call.method == "flat_map"
                && let (1, Some(Expr::Path(path))) = (call.args.len(), call.args.first())
                && names_a_function(path)
                && let Some(argument) = call.args.first_mut()
            {
                self.called_for_each(argument);
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

    /// `for row in read()`: a `Result` is an iterator too, over nothing if it is an `Err`. The loop was walked already.
    pub(super) fn iterated(&self, value: &mut Expr, known: bool, callee: &str) {
        if known {
            let span = value.first();
            self.let_go(value, span, ("for", callee));
        }
    }

    /// `rows.extend(read())`, which adds nothing if that is an `Err`.
    pub(super) fn extended(&mut self, call: &mut syn::ExprMethodCall) {
        let span = call.method.span();
        let Some(value) = call.args.first_mut() else { return };
        let (known, callee) = (made(value, self.generic), shape::callee(value));
        syn::visit_mut::VisitMut::visit_expr_mut(self, value);
        if known {
            self.let_go(value, span, (".extend", &callee));
        }
    }

    /// `lines.flat_map(|line| read(line))`: the closure's value is looked at.
    pub(super) fn flat_mapped(&mut self, call: &mut syn::ExprMethodCall) {
        let span = call.method.span();
        let Some(argument) = call.args.first_mut() else { return };
        let known = last_of(argument).is_some_and(|value| made(value, self.generic));
        let callee = last_of(argument).map(|value| shape::callee(value)).unwrap_or_default();
        self.arguments(&mut call.args, true);
        if let Some(value) = call.args.first_mut().and_then(last_of)
            && known
        {
            self.let_go(value, span, (".flat_map", &callee));
        }
    }

    /// A function that is named where a closure could stand. Its type would show if the iterator were not consumed here: as
    /// that of a parameter, or as a pointer.
    fn called_for_each(&self, argument: &mut Expr) {
        let (function, item) = (local("__candor_function"), local("__candor_item"));
        let first = argument.first();
        let at = generated(first);
        let mut call: Expr = syn::parse_quote_spanned!(at=> #function(#item));
        let callee = shape::callee(&syn::parse_quote!(#argument()));
        self.let_go(&mut call, first, (".flat_map", &callee));
        *argument = Expr::Verbatim(quote_spanned! {at=> {
            #[allow(unused_mut)]
            let mut #function = #argument;
            move |#item| #call
        }});
    }

    /// Looks at a value that is taken for an iterator.
    fn let_go(&self, value: &mut Expr, span: Span, (form, callee): (&str, &str)) {
        let probe = self.probe(&Probe {
            span,
            form,
            verdict: Verdict::plain(Disposition::Dropped, value),
            callee,
            iteration: true,
            scrutinee: false,
        });
        self.watch(value, &probe, Known::Whole);
    }

    /// `filter_map(Result::ok)`, `map_while(Result::ok)`. What failed since the iterator was made belongs to the item.
    pub(super) fn filter_map_ok(&mut self, call: &mut syn::ExprMethodCall) {
        let span = call.first();
        let verdict = Verdict::plain(Disposition::Dropped, call);
        let callee = shape::callee(&call.receiver);
        let form = match call.method.to_string().as_str() {
            "map_while" => ".map_while",
            "and_then" => ".and_then",
            _ => "filter_map_ok",
        };
        let probe = self.probe(&Probe {
            span: call.method.span(),
            form,
            verdict,
            callee: &callee,
            iteration: form != ".and_then" || !self.loops.is_empty(),
            scrutinee: false,
        });
        let (private, value, mark) = (self.place.private(), local("__candor_seen"), local("__candor_mark"));
        let at = generated(span);
        let closure = quote_spanned! {at=> {
            let #mark = #private::mark();
            move |#value| { #private::look(&#value).candor_look(#mark, #probe); #value.ok() }
        }};
        if let Some(argument) = call.args.first_mut() {
            *argument = Expr::Verbatim(closure);
        }
    }

    pub(super) fn watch_items(&self, call: &mut syn::ExprMethodCall) {
        if is_open_chain(&call.receiver) || self.is_counted_apart(&call.receiver) {
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

/// Whether a method of an iterator leaves its errors out by the function `Result::ok`.
pub(super) fn is_filter_map_ok(call: &syn::ExprMethodCall) -> bool {
    let is_option = call.method == "and_then" && !is_open_chain(&call.receiver);
    (is_option || call.method == "filter_map" || call.method == "flat_map" || call.method == "map_while")
        && call.args.len() == 1
        && call.args.first().is_some_and(|argument| {
            argument.to_token_stream().to_string().replace(' ', "").ends_with("Result::ok")
        })
}

/// `rows.iter().map(|row| save(row)).count()`
pub(super) fn counts_tries(call: &syn::ExprMethodCall, generic: bool) -> bool {
    let Expr::MethodCall(map) = &*call.receiver else { return false };
    call.method == "count" && map.method == "map" && may_fail(map, generic)
}

/// Whether a `map` calls what may return a `Result`.
pub(super) fn may_fail(map: &syn::ExprMethodCall, generic: bool) -> bool {
    match map.args.first() {
        Some(Expr::Closure(closure)) => made(&closure.body, generic),
        Some(Expr::Path(path)) => !generic && names_a_function(path),
        _ => false,
    }
}

/// Calls that make a collection, or an iterator of another one, and never a `Result`; beside those that make an iterator.
const COLLECTING: [&str; 14] = [
    "map",
    "rev",
    "skip",
    "take",
    "cloned",
    "copied",
    "chain",
    "once",
    "clone",
    "to_vec",
    "collect",
    "flatten",
    "filter_map",
    "flat_map",
];

fn is_iterating(method: &str) -> bool {
    shape::ITERATORS.contains(&method) || COLLECTING.contains(&method)
}

/// Whether a call makes this value that may be a `Result` of a known type.
pub(super) fn made(value: &Expr, generic: bool) -> bool {
    let callee = match shape::bare_expr(value) {
        Expr::MethodCall(call) => call.method.to_string(),
        Expr::Call(_) | Expr::Await(_) => shape::callee(value),
        _ => return false,
    };
    let last = callee.rsplit("::").next().unwrap_or_default();
    last.starts_with(char::is_lowercase)
        && !is_iterating(last)
        && !matches!(
            last,
            "ok" | "into_values" | "into_keys" | "values_mut" | "unwrap" | "expect" | "new" | "from"
        )
        && Known::of(value, generic) == Known::Whole
}

/// The value with which a closure ends.
fn last_of(argument: &mut Expr) -> Option<&mut Expr> {
    let Expr::Closure(closure) = argument else { return None };
    match &mut *closure.body {
        Expr::Block(block) => match block.block.stmts.last_mut() {
            Some(syn::Stmt::Expr(value, None)) => Some(value),
            _ => None,
        },
        value => Some(value),
    }
}

/// `Self::read`, `read_row`, `rows::read`; not `Some`, `Vec::from` or `Into::into`.
fn names_a_function(path: &syn::ExprPath) -> bool {
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let Some((last, owner)) = names.split_last() else { return false };
    path.qself.is_none()
        && last.starts_with(char::is_lowercase)
        && !is_iterating(last)
        && owner.iter().all(|name| name == "Self" || name.starts_with(char::is_lowercase))
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
pub(super) fn maker(receiver: &Expr) -> String {
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

//! Questions about the shape of code.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt};

use crate::token::First;

/// Macros whose arguments are expressions.
pub(super) const FORMATTING: [&str; 18] = [
    "println",
    "print",
    "eprintln",
    "eprint",
    "format",
    "write",
    "writeln",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "vec",
    "dbg",
    "unreachable",
    "todo",
];

/// Macros that only tell.
pub(super) const TELLING: [&str; 19] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "log",
    "event",
    "println",
    "print",
    "eprintln",
    "eprint",
    "dbg",
    "counter",
    "gauge",
    "histogram",
    "write",
    "writeln",
    "debug_assert",
    "sometimes",
];

/// Names of loop variables that count tries, not items.
const TRIES: [&str; 8] = ["attempt", "attempts", "try_no", "retry", "retries", "tries", "round", "_"];

/// Iterator methods whose closure gets another item at each call.
const EACH: [&str; 12] = [
    "for_each",
    "try_for_each",
    "filter_map",
    "flat_map",
    "map_while",
    "take_while",
    "for_each_concurrent",
    "inspect",
    "fold",
    "try_fold",
    "partition",
    "retain",
];

/// Calls that make an iterator, so that a `map` behind them is over items.
pub(super) const ITERATORS: [&str; 16] = [
    "iter",
    "iter_mut",
    "into_iter",
    "lines",
    "chars",
    "bytes",
    "drain",
    "split",
    "keys",
    "values",
    "windows",
    "chunks",
    "enumerate",
    "zip",
    "split_whitespace",
    "filter",
];

/// The arguments of a macro that takes expressions, as `println!` does.
pub(super) fn arguments(invocation: &syn::Macro) -> Option<Punctuated<Expr, syn::Token![,]>> {
    let name = last_of(&invocation.path)?;
    (FORMATTING.contains(&name.as_str()) && acts(&invocation.tokens)).then_some(())?;
    invocation.parse_body_with(Punctuated::parse_terminated).ok()
}

/// Whether anything is done among these arguments: without a call, a `?`, a closure and a `return` nothing is, and they are not
/// worth being read as expressions. Most lines of text have none.
fn acts(arguments: &TokenStream) -> bool {
    arguments.clone().into_iter().any(|token| match token {
        TokenTree::Group(_) => true,
        TokenTree::Punct(mark) => matches!(mark.as_char(), '?' | '|'),
        TokenTree::Ident(word) => word == "return",
        TokenTree::Literal(_) => false,
    })
}

/// Which side of a `Result` a pattern names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Ok,
    Err,
}

/// A pattern without references, parentheses and types around it.
pub(super) fn bare(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Guard(inner) => bare(&inner.pat),
        Pat::Paren(inner) => bare(&inner.pat),
        Pat::Reference(inner) => bare(&inner.pat),
        Pat::Type(inner) => bare(&inner.pat),
        Pat::Or(or) => or.cases.first().map_or(pattern, bare),
        other => other,
    }
}

/// The last name of a path.
pub(super) fn last_of(path: &syn::Path) -> Option<String> {
    Some(path.segments.last()?.ident.to_string())
}

/// The side of a `Result` that a pattern names, if it names one.
pub(super) fn side(pattern: &Pat) -> Option<Side> {
    let Pat::TupleStruct(tuple) = super::nested::innermost(pattern) else { return None };
    match last_of(&tuple.path)?.as_str() {
        "Ok" => Some(Side::Ok),
        "Err" => Some(Side::Err),
        _ => None,
    }
}

/// Whether the pattern inside an `Ok` can fail by itself: `Ok(Some(line))`, `Ok(1..)`.
pub(super) fn is_choosy(pattern: &Pat) -> bool {
    let Pat::TupleStruct(tuple) = bare(pattern) else { return false };
    tuple.elems.iter().any(|inner| match bare(inner) {
        Pat::TupleStruct(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) => true,
        Pat::Ident(name) => name.ident.to_string().starts_with(char::is_uppercase),
        _ => false,
    })
}

/// Whether an `Err` can enter an arm with this pattern.
pub(super) fn admits_err(pattern: &Pat) -> bool {
    match pattern {
        Pat::Or(or) => or.cases.iter().any(admits_err),
        Pat::Guard(inner) => admits_err(&inner.pat),
        Pat::Paren(inner) => admits_err(&inner.pat),
        Pat::Reference(inner) => admits_err(&inner.pat),
        other => side(other) != Some(Side::Ok),
    }
}

/// Every name that a pattern binds.
pub(super) fn names(pattern: &Pat) -> HashSet<String> {
    struct Names(HashSet<String>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, ident: &syn::PatIdent) {
            self.0.insert(ident.ident.to_string());
            visit::visit_pat_ident(self, ident);
        }
    }
    let mut names = Names(HashSet::new());
    names.visit_pat(pattern);
    names.0
}

/// The names of a loop's pattern that stand for items.
pub(super) fn item_names(pattern: &Pat) -> HashSet<String> {
    let mut names = names(pattern);
    names.retain(|name| {
        !TRIES.contains(&name.as_str()) && !name.starts_with("attempt") && !name.starts_with("retry")
    });
    names
}

/// Whether a closure given to this method gets another item at each call.
pub(super) fn is_each(method: &str, receiver: &Expr) -> bool {
    if EACH.contains(&method) {
        return true;
    }
    if !matches!(method, "map" | "any" | "all" | "filter") {
        return false;
    }
    let mut receiver = receiver;
    while let Expr::MethodCall(call) = receiver {
        if ITERATORS.contains(&call.method.to_string().as_str()) {
            return true;
        }
        receiver = &call.receiver;
    }
    matches!(receiver, Expr::Paren(inner) if matches!(*inner.expr, Expr::Range(_)))
}

/// Whether the code uses a name for which `is` holds; text in format strings counts.
pub(super) fn uses(code: &impl ToTokens, is: impl Fn(&str) -> bool + Copy) -> bool {
    fn within(tokens: TokenStream, is: impl Fn(&str) -> bool + Copy) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => is(&ident.to_string()),
            TokenTree::Group(group) => within(group.stream(), is),
            _ => false,
        })
    }
    within(code.to_token_stream(), is)
}

/// Whether an expression makes a new value: a call, an `.await`, a `?`.
pub(super) fn is_rvalue(expr: &Expr) -> bool {
    match expr {
        // What is borrowed is still where it was: nothing is dropped.
        Expr::MethodCall(call) if call.method == "as_ref" || call.method == "as_mut" => {
            is_rvalue(&call.receiver)
        }
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Await(_) | Expr::Try(_) => true,
        Expr::Macro(invocation) => writes(&invocation.mac),
        Expr::Paren(inner) => is_rvalue(&inner.expr),
        Expr::Group(inner) => is_rvalue(&inner.expr),
        _ => false,
    }
}

/// `Box::new(value)`, `Some(value)`: something is put around a value. It is no `Result`, and what is inside may learn its type from what
/// the whole becomes, as the closure in `read = Box::new(|text| text.len())` does.
pub(super) fn wraps(expr: &Expr) -> bool {
    const POINTERS: [&str; 7] = ["Box", "Rc", "Arc", "Cell", "RefCell", "Mutex", "RwLock"];
    let Expr::Call(call) = bare_expr(expr) else { return false };
    let Expr::Path(path) = bare_expr(&call.func) else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    match (names.next().as_deref(), names.next()) {
        (Some("new" | "pin"), Some(owner)) => POINTERS.contains(&owner.as_str()),
        (Some(last), _) => last.starts_with(char::is_uppercase) && last != "Ok" && last != "Err",
        (None, _) => false,
    }
}

/// `write!(file, ..)`, whose value is a `Result`.
pub(super) fn writes(mac: &syn::Macro) -> bool {
    matches!(last_of(&mac.path).as_deref(), Some("write" | "writeln"))
}

/// An expression without parentheses around it.
pub(super) fn bare_expr(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare_expr(&inner.expr),
        Expr::Group(inner) => bare_expr(&inner.expr),
        other => other,
    }
}

/// Whether an expression is a place that can be looked at twice without doing anything.
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        // `None` and constants are values, and their type may not be known yet.
        Expr::Path(path) => {
            path.path.get_ident().is_some_and(|name| !name.to_string().starts_with(char::is_uppercase))
        }
        Expr::Field(field) => is_place(&field.base),
        _ => false,
    }
}

/// The path by which a value was obtained: `mailer::send`, `set_booking`.
pub(super) fn callee(expr: &Expr) -> String {
    match expr {
        Expr::Await(inner) => callee(&inner.base),
        Expr::Try(inner) => callee(&inner.expr),
        Expr::Paren(inner) => callee(&inner.expr),
        Expr::Group(inner) => callee(&inner.expr),
        Expr::Reference(inner) => callee(&inner.expr),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let segments = path.path.segments.iter().map(|segment| segment.ident.to_string());
                segments.collect::<Vec<_>>().join("::")
            }
            _ => String::new(),
        },
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "map_err" | "context" | "with_context" | "map" | "and_then" | "inspect_err" | "as_ref"
            | "await" | "clone" | "wrap_err" => callee(&call.receiver),
            name => name.to_owned(),
        },
        _ => String::new(),
    }
}

/// Where a statement is to be noted, and how it could be left: only if something is called in it, not below.
pub(super) fn position(statement: &Stmt) -> Option<(Span, char)> {
    struct Calls {
        any: bool,
        awaits: Option<Span>,
    }
    impl Visit<'_> for Calls {
        fn visit_expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_) => self.any = true,
                Expr::Await(awaiting) => {
                    self.any = true;
                    self.awaits.get_or_insert(awaiting.await_token.span);
                }
                _ => {}
            }
            visit::visit_expr(self, expr);
        }
        fn visit_block(&mut self, _block: &syn::Block) {}
        fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}
        fn visit_arm(&mut self, _arm: &syn::Arm) {}
        fn visit_item(&mut self, _item: &syn::Item) {}
    }
    let first = statement.token();
    if first.is_none() && is_conditional(statement) {
        return None;
    }
    let mut calls = Calls { any: matches!(statement, Stmt::Macro(_)), awaits: None };
    calls.visit_stmt(statement);
    // A `return` notes where it is by itself.
    let returns = matches!(statement, Stmt::Expr(Expr::Return(_), _)) && calls.awaits.is_none();
    if !calls.any || returns {
        return None;
    }
    Some(match calls.awaits {
        Some(span) => (span, 'a'),
        None => (first.unwrap_or_else(|| statement.first()), 's'),
    })
}

/// Whether a statement may not be there: it can be one of several tails, so nothing may stand between it and the next.
fn is_conditional(statement: &Stmt) -> bool {
    let mut tokens = statement.to_token_stream().into_iter();
    while let (Some(TokenTree::Punct(_)), Some(TokenTree::Group(attribute))) = {
        let mut ahead = tokens.clone();
        let pair = (
            ahead.next().filter(|token| matches!(token, TokenTree::Punct(hash) if hash.as_char() == '#')),
            ahead.next(),
        );
        tokens = ahead;
        pair
    } {
        if uses(&attribute.stream(), |word| word == "cfg" || word == "cfg_attr") {
            return true;
        }
    }
    false
}

//! What an expression is, by its syntax: a value or a place, which call, which names it uses.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprMethodCall, Pat};

use super::words::path_text;

/// The expression without parentheses and invisible groups.
pub(crate) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        _ => expr,
    }
}

/// Whether it makes a fresh value: a call, an `.await`, a `?`.
pub(crate) fn is_value(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Await(_) | Expr::Try(_) => true,
        Expr::Macro(call) => !call.mac.path.is_ident("todo") && !call.mac.path.is_ident("unimplemented") && !call.mac.path.is_ident("panic"),
        _ => false,
    }
}

/// Whether it names a place that can be looked at without being evaluated twice: `a`, `self.b.c`, `*p`.
pub(crate) fn is_place(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Path(path) => path.qself.is_none() && path.path.segments.len() == 1,
        Expr::Field(field) => is_place(&field.base),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)) && is_place(&unary.expr),
        _ => false,
    }
}

/// The name of what is called, through `.await`, `?` and error adaptors.
pub(crate) fn callee(expr: &Expr) -> String {
    match bare(expr) {
        Expr::Call(call) => match bare(&call.func) {
            Expr::Path(path) => path_text(&path.path),
            Expr::Paren(_) | Expr::Closure(_) => String::new(),
            other => callee(other),
        },
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let inner = ADAPTORS.contains(&name.as_str()).then(|| callee(&call.receiver)).unwrap_or_default();
            if inner.is_empty() { name } else { inner }
        }
        Expr::Await(wait) => callee(&wait.base),
        Expr::Try(tried) => callee(&tried.expr),
        Expr::Reference(reference) => callee(&reference.expr),
        Expr::Path(path) if path.path.segments.len() == 1 => String::new(),
        _ => String::new(),
    }
}

/// Methods that keep the `Result` of their receiver.
const ADAPTORS: &[&str] =
    &["map_err", "map", "context", "with_context", "wrap_err", "wrap_err_with", "and_then", "inspect", "inspect_err", "as_ref", "cloned", "copied", "flatten"];

/// Calls whose error type is not known while they are compiled: without a turbofish, inference goes on after them.
pub(crate) fn is_unknown(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let unknown = call.turbofish.is_none() && matches!(name.as_str(), "parse" | "try_into" | "into" | "collect" | "sum" | "product" | "try_from");
            unknown || (matches!(name.as_str(), "map_err" | "map" | "and_then" | "or_else" | "inspect_err" | "ok_or" | "ok_or_else") && closes_over_unknown(call))
        }
        Expr::Await(wait) => is_unknown(&wait.base),
        Expr::Call(call) => match bare(&call.func) {
            Expr::Path(path) => path.path.segments.last().is_some_and(|last| {
                last.arguments.is_empty() && matches!(last.ident.to_string().as_str(), "Err" | "Ok" | "from_str" | "try_from" | "from" | "default")
            }),
            _ => true,
        },
        Expr::Macro(_) | Expr::Closure(_) | Expr::Async(_) | Expr::Block(_) => true,
        _ => false,
    }
}

/// `map_err(Into::into)` and the like: what comes out is decided later.
fn closes_over_unknown(call: &ExprMethodCall) -> bool {
    let words: Vec<String> = call.args.iter().flat_map(|arg| words(arg.to_token_stream())).collect();
    let opaque = words.iter().any(|word| matches!(word.as_str(), "into" | "Into" | "From" | "parse" | "try_into" | "default"));
    opaque || is_unknown(&call.receiver)
}

/// Whether tokens use one of these names, also in the format string of a macro.
pub(crate) fn uses(tokens: TokenStream, names: &[String]) -> bool {
    !names.is_empty() && uses_any(tokens, names)
}

fn uses_any(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => uses_any(group.stream(), names),
        TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            text.starts_with('"') && names.iter().any(|name| captures(&text, name))
        }
        TokenTree::Punct(_) => false,
    })
}

/// Whether a format string captures a name: `{name}`, `{name:?}`.
fn captures(text: &str, name: &str) -> bool {
    text.contains(&format!("{{{name}}}")) || text.contains(&format!("{{{name}:"))
}

/// The names that a pattern binds.
pub(crate) fn bindings(pattern: &Pat) -> Vec<String> {
    use syn::visit::Visit;
    struct Names(Vec<String>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
            let name = pattern.ident.to_string();
            // A name in capitals is a constant, not a binding.
            if name.starts_with(|c: char| c.is_lowercase() || c == '_') {
                self.0.push(name);
            }
            syn::visit::visit_pat_ident(self, pattern);
        }
        fn visit_expr(&mut self, _expr: &Expr) {}
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

/// `Ok(..)`, `Err(..)` or something else, at the top of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    Ok,
    Err,
    Wild,
    Other,
}

/// What a pattern is about.
pub(crate) fn head(pattern: &Pat) -> Head {
    match pattern {
        Pat::TupleStruct(inner) => match inner.path.segments.last().map(|last| last.ident.to_string()).as_deref() {
            Some("Ok") => Head::Ok,
            Some("Err") => Head::Err,
            _ => Head::Other,
        },
        Pat::Or(or) => {
            let mut heads = or.cases.iter().map(head);
            let first = heads.next().unwrap_or(Head::Other);
            if heads.all(|next| next == first) { first } else { Head::Other }
        }
        Pat::Paren(inner) => head(&inner.pat),
        Pat::Reference(inner) => head(&inner.pat),
        Pat::Wild(_) => Head::Wild,
        Pat::Ident(ident) => match &ident.subpat {
            Some((_, inner)) => head(inner),
            None => Head::Other,
        },
        _ => Head::Other,
    }
}

/// The patterns inside `Err(..)`.
pub(crate) fn err_inner(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::TupleStruct(inner) => inner.elems.iter().collect(),
        Pat::Or(or) => or.cases.iter().flat_map(err_inner).collect(),
        Pat::Paren(inner) => err_inner(&inner.pat),
        Pat::Reference(inner) => err_inner(&inner.pat),
        Pat::Ident(ident) => ident.subpat.as_ref().map(|(_, inner)| err_inner(inner)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Whether a pattern in `Err(..)` names a certain error: the error is matched on by value.
pub(crate) fn is_specific(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) | Pat::Rest(_) => false,
        Pat::Ident(ident) => match &ident.subpat {
            Some((_, inner)) => is_specific(inner),
            None => ident.ident.to_string().starts_with(char::is_uppercase),
        },
        Pat::Paren(inner) => is_specific(&inner.pat),
        Pat::Reference(inner) => is_specific(&inner.pat),
        Pat::Or(or) => or.cases.iter().any(is_specific),
        Pat::Tuple(tuple) => tuple.elems.iter().any(is_specific),
        _ => true,
    }
}

/// All identifiers in tokens.
pub(crate) fn words(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => found.extend(words(group.stream())),
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

/// The names that are called in the tokens of a macro that is not looked into.
pub(crate) fn called(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut before: Option<String> = None;
    for token in tokens {
        let mut name = None;
        match token {
            TokenTree::Group(group) => {
                if group.delimiter() == proc_macro2::Delimiter::Parenthesis {
                    found.extend(before.take());
                }
                found.extend(called(group.stream()));
            }
            TokenTree::Ident(ident) => name = Some(ident.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        before = name;
    }
    found
}

//! Whether the error of a value may still be an inference variable when the ladder is decided.
//!
//! Asking such a variable for a trait would decide it wrongly, or not compile: then only that is asked which is safe.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, Pat, Stmt};

use super::shape::{self, bare_expr, uses};

/// How much is known of an error's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// All of it.
    Whole,
    /// It is decided by what becomes of the value; it can be printed, as the errors of `parse` can.
    Printable,
    /// Nothing at all.
    Nothing,
}

/// Methods whose value is decided by what becomes of it.
const DECIDED_LATER: [&str; 6] = ["parse", "try_into", "into", "collect", "sum", "product"];
/// Methods that keep the error of their receiver, or take one from their argument.
const KEEPING: [&str; 9] =
    ["map_err", "map", "and_then", "or_else", "inspect_err", "ok_or", "ok_or_else", "or", "inspect"];
/// Those whose argument makes the error.
const MAKING: [&str; 5] = ["map_err", "or_else", "ok_or", "ok_or_else", "or"];
/// Constructors that leave an error open.
const OPEN: [&str; 7] = ["Ok", "Err", "None", "from_str", "try_from", "from", "default"];

impl Known {
    /// What is known of this value. In a generic function, not even printing is certain.
    pub(super) fn of(expr: &Expr, generic: bool) -> Known {
        match of(expr) {
            Known::Printable if generic => Known::Nothing,
            known => known,
        }
    }

    /// The method that passes a value through a probe.
    pub(super) fn through(self, span: Span) -> Ident {
        let name = match self {
            Known::Whole => "candor_look",
            Known::Printable => "candor_guess",
            Known::Nothing => "candor_bare",
        };
        Ident::new(name, span)
    }
}

/// Whether a chain of calls leaves a type open that only what stands behind it decides.
pub(super) fn is_open_chain(expr: &Expr) -> bool {
    match bare_expr(expr) {
        Expr::MethodCall(call) => {
            let is_open = call.turbofish.as_ref().is_none_or(|types| uses(types, |word| word == "_"));
            is_open && DECIDED_LATER.contains(&call.method.to_string().as_str())
                || call.args.iter().any(is_deciding_closure)
                || call.args.iter().any(|argument| {
                    matches!(bare_expr(argument), Expr::Path(path) if is_open_path(path)
                        || !is_settled_path(path)
                        || path.path.segments.len() > 1 && uses(path, |word| DECIDED_LATER.contains(&word)))
                })
                || is_open_chain(&call.receiver)
        }
        _ => false,
    }
}

fn of(expr: &Expr) -> Known {
    match bare_expr(expr) {
        Expr::MethodCall(call) => method(call),
        Expr::Call(call) => match bare_expr(&call.func) {
            Expr::Path(path) if is_open_path(path) => Known::Nothing,
            Expr::Path(_) if call.args.iter().any(is_deciding_closure) => Known::Nothing,
            Expr::Path(_) => Known::Whole,
            // A closure that is called on the spot.
            _ => Known::Nothing,
        },
        Expr::Await(inner) => of(&inner.base),
        Expr::Try(_) | Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => Known::Whole,
        Expr::Reference(inner) => of(&inner.expr),
        // What its futures return is decided by their functions.
        Expr::Macro(invocation)
            if shape::writes(&invocation.mac)
                || shape::last_of(&invocation.mac.path).is_some_and(|name| name == "join") =>
        {
            Known::Whole
        }
        _ => Known::Nothing,
    }
}

fn method(call: &syn::ExprMethodCall) -> Known {
    let name = call.method.to_string();
    let is_open = call.turbofish.as_ref().is_none_or(|types| uses(types, |word| word == "_"));
    if DECIDED_LATER.contains(&name.as_str()) {
        return if is_open { Known::Printable } else { Known::Whole };
    }
    if name == "transpose" {
        // What was an `Option` of a `Result` has the error of the closure that made it.
        return match bare_expr(&call.receiver) {
            Expr::MethodCall(inner) if inner.args.iter().any(is_deciding_closure) => Known::Nothing,
            receiver => of(receiver),
        };
    }
    if KEEPING.contains(&name.as_str()) {
        if MAKING.contains(&name.as_str()) {
            return if call.args.iter().all(is_settled) { Known::Whole } else { Known::Nothing };
        }
        let receiver = of(&call.receiver);
        // `and_then` may end in another `Err`, of the same type.
        return receiver;
    }
    if call.args.iter().any(is_deciding_closure) { Known::Nothing } else { Known::Whole }
}

/// `Ok(value)`, `T::from_str(..)`.
fn is_open_path(path: &syn::ExprPath) -> bool {
    path.path.segments.last().is_some_and(|last| {
        last.arguments.is_empty() && OPEN.contains(&last.ident.to_string().as_str())
            || uses(&last.arguments, |word| word == "_")
    })
}

/// A closure with `?` or `Ok(..)` in it: the error of the call may be that of the closure, which is decided last.
fn is_deciding_closure(argument: &Expr) -> bool {
    match bare_expr(argument) {
        Expr::Closure(closure) if is_reading(&closure.body) => is_open_chain(&closure.body),
        Expr::Closure(closure) => {
            let tokens = closure.body.to_token_stream().to_string();
            tokens.contains('?')
                || uses(&closure.body, |word| {
                    matches!(word, "Ok" | "Err" | "into" | "parse" | "collect" | "try_into")
                })
        }
        Expr::Async(_) => true,
        _ => false,
    }
}

/// `line.parse::<u64>()`
fn is_reading(body: &Expr) -> bool {
    matches!(bare_expr(body), Expr::MethodCall(call) if DECIDED_LATER.contains(&call.method.to_string().as_str()))
}

/// Whether a closure or a path makes an error whose type is written down.
fn is_settled(argument: &Expr) -> bool {
    match bare_expr(argument) {
        Expr::Closure(closure) => is_settled_value(&closure.body),
        Expr::Path(path) => is_settled_path(path),
        other => is_settled_value(other),
    }
}

/// `AppError::Timeout`, `error::wrap`, `ToString::to_string`; not `Into::into` or `E::custom`, which a trait may own.
fn is_settled_path(path: &syn::ExprPath) -> bool {
    let mut segments = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let is_upper = |name: &str| name.starts_with(char::is_uppercase);
    match (segments.next(), segments.next()) {
        (Some(last), _) if is_upper(&last) => !OPEN.contains(&last.as_str()),
        (Some(last), Some(owner)) => !is_upper(&owner) || last == "to_string" || last == "new",
        (Some(_), None) => true,
        _ => false,
    }
}

fn is_settled_value(value: &Expr) -> bool {
    match bare_expr(value) {
        Expr::Lit(_) | Expr::Macro(_) | Expr::Struct(_) => true,
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_settled_value),
        Expr::Path(path) => is_settled_path(path),
        Expr::Call(call) => match bare_expr(&call.func) {
            Expr::Path(path) => is_settled_path(path),
            _ => false,
        },
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            !DECIDED_LATER.contains(&name.as_str()) && !KEEPING.contains(&name.as_str())
        }
        Expr::Field(_) | Expr::Reference(_) | Expr::Binary(_) => true,
        Expr::Block(block) => {
            matches!(block.block.stmts.last(), Some(Stmt::Expr(tail, None)) if is_settled_value(tail))
        }
        _ => false,
    }
}

/// What is known of local names: the call that made each, or that its type is decided later.
#[derive(Default)]
pub(super) struct Made {
    calls: HashMap<String, String>,
    open: HashSet<String>,
}

impl Made {
    /// What a `let` says of its names: the call that makes each, or nothing where its type is decided later.
    pub(super) fn read(pattern: &Pat, init: &Expr) -> Vec<(String, Option<String>)> {
        if let (Pat::Tuple(names), Expr::Tuple(values)) = (pattern, bare_expr(init))
            && names.elems.len() == values.elems.len()
        {
            let pairs = names.elems.iter().zip(&values.elems);
            return pairs.flat_map(|(name, value)| Made::read(name, value)).collect();
        }
        let is_open = of(init) != Known::Whole && !matches!(pattern, Pat::Type(_));
        let call = (!is_open).then(|| shape::callee(init));
        shape::names(pattern).into_iter().map(|name| (name, call.clone())).collect()
    }

    /// From here on, names stand for these values.
    pub(super) fn learn(&mut self, names: Vec<(String, Option<String>)>) {
        for (name, call) in names {
            match call {
                Some(call) => {
                    self.open.remove(&name);
                    self.calls.insert(name, call);
                }
                None => _ = self.open.insert(name),
            }
        }
    }

    /// The parameters of a closure, unless their types are written down.
    pub(super) fn leave_open(&mut self, closure: &syn::ExprClosure) {
        let untyped = closure.inputs.iter().filter(|input| !matches!(input, Pat::Type(_)));
        self.open.extend(untyped.flat_map(shape::names));
    }

    pub(super) fn is_open(&self, place: &Expr) -> bool {
        uses(place, |name| self.open.contains(name))
    }

    pub(super) fn callee(&self, place: &Expr) -> &str {
        let Expr::Path(path) = place else { return "" };
        let name = path.path.get_ident().map(ToString::to_string);
        name.and_then(|name| self.calls.get(&name)).map_or("", String::as_str)
    }
}

//! Whether the error of a value may still be an inference variable when the ladder is decided.
//!
//! Asking such a variable for a trait would decide it wrongly, or not compile: then only that is asked which is safe.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Block, Expr, GenericArgument, Pat, PathArguments, ReturnType, Stmt, Type};

use super::Body;
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
/// Methods whose value has the type of their receiver, or refers to it.
const COPYING: [&str; 3] = ["clone", "as_ref", "as_mut"];
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
    pub(super) fn through(self) -> &'static str {
        match self {
            Known::Whole => "candor_look",
            Known::Printable => "candor_guess",
            Known::Nothing => "candor_bare",
        }
    }

    /// The same for a value that is thrown away, which may never be there.
    pub(super) fn through_thrown(self) -> &'static str {
        match self {
            Known::Whole => "candor_look",
            Known::Printable => "candor_guess_thrown",
            Known::Nothing => "candor_bare_thrown",
        }
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

/// Whether only what becomes of a value decides its type, and not only that of its error: `x.into()`, `T::default()`.
pub(super) fn is_decided_later(expr: &Expr) -> bool {
    let Expr::Call(call) = bare_expr(expr) else { return is_open_chain(expr) };
    matches!(bare_expr(&call.func), Expr::Path(path) if is_open_path(path)
        && shape::last_of(&path.path).is_some_and(|last| !last.starts_with(char::is_uppercase)))
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

/// What is known of the value of a closure, and so of each call of it.
fn of_closure(closure: &syn::ExprClosure) -> Known {
    match &closure.output {
        ReturnType::Type(_, written) if !leaves_error_open(written) => Known::Whole,
        _ => of_value(&closure.body),
    }
}

/// The same for the value of a block, of which one way that knows is enough: all have the same type.
fn of_value(value: &Expr) -> Known {
    let of_block = |block: &Block| match block.stmts.last() {
        Some(Stmt::Expr(tail, None)) => of_value(tail),
        _ => Known::Nothing,
    };
    match bare_expr(value) {
        Expr::Block(block) => of_block(&block.block),
        Expr::If(one) => {
            let other = one.else_branch.as_ref().map_or(Known::Nothing, |(_, other)| of_value(other));
            if other == Known::Whole { other } else { of_block(&one.then_branch) }
        }
        Expr::Match(arms) => {
            let is_known = arms.arms.iter().any(|arm| of_value(&arm.body) == Known::Whole);
            if is_known { Known::Whole } else { Known::Nothing }
        }
        other => of(other),
    }
}

/// `Result<u8, _>`, `_`: a type that does not say which error it has.
fn leaves_error_open(written: &Type) -> bool {
    match written {
        Type::Infer(_) => true,
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            PathArguments::AngleBracketed(types) => {
                matches!(types.args.last(), Some(GenericArgument::Type(Type::Infer(_))))
            }
            _ => false,
        }),
        _ => false,
    }
}

/// The name of the local whose error an expression has: `r`, `r.map(..)`, and the closure of `read(..)`.
fn origin(expr: &Expr) -> Option<&Ident> {
    match bare_expr(expr) {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Call(call) => match bare_expr(&call.func) {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        },
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let keeps = KEEPING.contains(&name.as_str()) || COPYING.contains(&name.as_str());
            if keeps && !MAKING.contains(&name.as_str()) { origin(&call.receiver) } else { None }
        }
        Expr::Await(inner) => origin(&inner.base),
        Expr::Reference(inner) => origin(&inner.expr),
        _ => None,
    }
}

/// What is known of local names: the call that made each, or how much of its type is decided later.
#[derive(Default)]
pub(super) struct Made {
    calls: HashMap<String, String>,
    open: HashMap<String, Known>,
    /// Parameters of closures without a type: what is called on them is known to the compiler, but perhaps not from here.
    untyped: HashSet<String>,
}

/// What a `let` says of one of its names: the call that makes it, or how little is known of its type.
pub(super) type Naming = (String, Result<String, Known>);

impl Made {
    /// What a `let` says of its names: the call that makes each, or nothing where its type is decided later.
    pub(super) fn read(&self, pattern: &Pat, init: &Expr) -> Vec<Naming> {
        if let (Pat::Tuple(names), Expr::Tuple(values)) = (pattern, bare_expr(init))
            && names.elems.len() == values.elems.len()
        {
            let pairs = names.elems.iter().zip(&values.elems);
            return pairs.flat_map(|(name, value)| self.read(name, value)).collect();
        }
        let known = match (pattern, bare_expr(init)) {
            (_, Expr::Closure(closure)) => of_closure(closure),
            (Pat::Type(typed), _) if !leaves_error_open(&typed.ty) => Known::Whole,
            // The type that is written down decides which error it is.
            (Pat::Type(_), init) if self.known(init, false) == Known::Printable => Known::Whole,
            (_, init) => self.known(init, false),
        };
        let made = if known == Known::Whole { Ok(shape::callee(init)) } else { Err(known) };
        shape::names(pattern).into_iter().map(|name| (name, made.clone())).collect()
    }

    /// From here on, names stand for these values.
    pub(super) fn learn(&mut self, names: Vec<Naming>) {
        for (name, made) in names {
            match made {
                Ok(call) => {
                    self.open.remove(&name);
                    self.untyped.remove(&name);
                    self.calls.insert(name, call);
                }
                Err(known) => _ = self.open.insert(name, known),
            }
        }
    }

    /// What is known of this value, which may have the error of a local.
    pub(super) fn known(&self, expr: &Expr, generic: bool) -> Known {
        let local = origin(expr).filter(|_| !self.open.is_empty());
        match (Known::of(expr, generic), local.and_then(|name| self.open.get(&name.to_string()))) {
            (Known::Whole, Some(Known::Printable)) if generic => Known::Nothing,
            (Known::Whole, Some(known)) => *known,
            (known, _) => known,
        }
    }

    /// The parameters of a closure, unless their types are written down.
    pub(super) fn leave_open(&mut self, closure: &syn::ExprClosure) {
        let untyped = closure.inputs.iter().filter(|input| !matches!(input, Pat::Type(_)));
        self.untyped.extend(untyped.flat_map(shape::names));
    }

    pub(super) fn is_open(&self, place: &Expr) -> bool {
        uses(place, |name| self.open.contains_key(name) || self.untyped.contains(name))
    }

    pub(super) fn callee(&self, place: &Expr) -> &str {
        let Expr::Path(path) = place else { return "" };
        let name = path.path.get_ident().map(ToString::to_string);
        name.and_then(|name| self.calls.get(&name)).map_or("", String::as_str)
    }
}

impl Body<'_> {
    /// Whether the type of a place may be decided later.
    pub(super) fn is_vague(&self, place: &Expr) -> bool {
        self.generic || self.made.is_open(place)
    }

    /// What is known of the error of a value.
    pub(super) fn known(&self, expr: &Expr) -> Known {
        self.made.known(expr, self.generic)
    }

    /// The same for a value whose type may be written beside it.
    pub(super) fn known_as(&self, expr: &Expr, written: Option<&Type>) -> Known {
        match written {
            Some(written) if !leaves_error_open(written) => Known::Whole,
            _ => self.known(expr),
        }
    }

    /// The call that made a place.
    pub(super) fn made_by(&self, place: &Expr) -> &str {
        self.made.callee(place)
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn known(local: syn::Local, value: &Expr) -> Known {
        let mut made = Made::default();
        made.learn(made.read(&local.pat, &local.init.expect("a value").expr));
        made.known(value, false)
    }

    fn local(statement: Stmt) -> syn::Local {
        match statement {
            Stmt::Local(local) => local,
            other => panic!("no `let`: {}", other.to_token_stream()),
        }
    }

    #[test]
    fn a_local_is_as_open_as_what_made_it() {
        let one: Stmt = parse_quote!(let one = Ok(1););
        let one = local(one);
        assert_eq!(known(one.clone(), &parse_quote!(one)), Known::Nothing);
        assert_eq!(known(one.clone(), &parse_quote!(one.map(f))), Known::Nothing);
        assert_eq!(known(one.clone(), &parse_quote!(one.clone())), Known::Nothing);
        assert_eq!(known(one.clone(), &parse_quote!(one.map_err(error::wrap))), Known::Whole);
        assert_eq!(known(one.clone(), &parse_quote!(other)), Known::Whole);
        assert_eq!(known(one, &parse_quote!(store.save(one))), Known::Whole);
        let parsed: Stmt = parse_quote!(let one = text.parse(););
        assert_eq!(known(local(parsed), &parse_quote!(one)), Known::Printable);
    }

    #[test]
    fn a_type_that_is_written_down_closes_it() {
        let whole: [Stmt; 3] = [
            parse_quote!(let one: Result<u8, Odd> = Ok(1);),
            parse_quote!(let one: Result<_, Odd> = Ok(1);),
            parse_quote!(let one: Result<u8, _> = text.parse();),
        ];
        for statement in whole {
            assert_eq!(known(local(statement), &parse_quote!(one)), Known::Whole);
        }
        let open: [Stmt; 2] =
            [parse_quote!(let one: Result<u8, _> = Ok(1);), parse_quote!(let one: _ = Ok(1);)];
        for statement in open {
            assert_eq!(known(local(statement), &parse_quote!(one)), Known::Nothing);
        }
    }

    #[test]
    fn a_call_of_a_closure_is_as_open_as_its_value() {
        let whole: [Stmt; 4] = [
            parse_quote!(let read = |path: &Path| fs::read(path);),
            parse_quote!(let read = |path: &Path| -> Result<u8, Odd> { Ok(first(path)?) };),
            parse_quote!(let read = |path: &Path| { log(path); if path.exists() { fs::read(path) } else { Ok(1) } };),
            parse_quote!(let read = |path: &Path| match path { a => Ok(1), b => fs::read(b) };),
        ];
        for statement in whole {
            assert_eq!(known(local(statement), &parse_quote!(read(path))), Known::Whole);
        }
        let open: [Stmt; 3] = [
            parse_quote!(let read = |path: &Path| Ok(first(path)?);),
            parse_quote!(let read = |path: &Path| -> Result<u8, _> { Ok(first(path)?) };),
            parse_quote!(let read = async |path: &Path| { Ok(first(path)?) };),
        ];
        for statement in open {
            assert_eq!(known(local(statement.clone()), &parse_quote!(read(path))), Known::Nothing);
            assert_eq!(known(local(statement), &parse_quote!(read(path).await)), Known::Nothing);
        }
    }
}

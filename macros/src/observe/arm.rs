//! What an `Err` arm does with its error, as far as the syntax tells.

use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Macro, Pat, Stmt};

use super::form::{bare, bindings, err_inner, head, is_specific, uses, Head};
use super::table::Disposition;

/// The judgement of an arm.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) disposition: Disposition,
    pub(crate) ends_loop: bool,
}

/// Judges the arm behind a pattern; `is_value` tells whether the value of the arm is used.
pub(crate) fn judge(pattern: Option<&Pat>, body: &Expr, is_value: bool) -> Verdict {
    let ends_loop = leaves(body);
    let names = pattern.map(bindings).unwrap_or_default();
    let specific = pattern.is_some_and(|pattern| head(pattern) == Head::Err && err_inner(pattern).into_iter().any(is_specific));
    let disposition = if specific || uses_error(body, &names) || keeps(body) {
        Disposition::Handed
    } else {
        judge_body(body, is_value)
    };
    Verdict { disposition, ends_loop }
}

/// The same for a block: the `else` of `if let Ok(..)`, the body of `if call().is_err()`.
pub(crate) fn judge_block(block: &Block, is_value: bool) -> Verdict {
    let body = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: block.clone() });
    judge(None, &body, is_value)
}

fn judge_body(body: &Expr, is_value: bool) -> Disposition {
    let mut effect = Effect::Nothing;
    match bare(body) {
        Expr::Block(block) if block.label.is_none() => {
            let last = block.block.stmts.len().saturating_sub(1);
            for (index, statement) in block.block.stmts.iter().enumerate() {
                effect = effect.and(statement_effect(statement, is_value && index == last));
            }
        }
        other => effect = expr_effect(other, is_value),
    }
    match effect {
        Effect::Nothing | Effect::Leaves => Disposition::Dropped,
        Effect::Value => Disposition::Substituted,
        Effect::Error => Disposition::Handed,
        Effect::Acts => Disposition::Acted,
    }
}

/// What a statement of an arm amounts to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// A log line, a pause, a figure.
    Nothing,
    /// `return ..`, `?`, `panic!`: the ledger sees by the outcome what it means.
    Leaves,
    /// A value stands in the error's place.
    Value,
    /// Another error stands in its place.
    Error,
    /// Something else is done.
    Acts,
}

impl Effect {
    fn and(self, next: Effect) -> Effect {
        match (self, next) {
            (Effect::Nothing, next) => next,
            (first, Effect::Nothing) => first,
            (Effect::Acts, Effect::Error) | (_, Effect::Error) => Effect::Error,
            (_, Effect::Value) => Effect::Value,
            (Effect::Leaves, Effect::Leaves) => Effect::Leaves,
            _ => Effect::Acts,
        }
    }
}

fn statement_effect(statement: &Stmt, is_value: bool) -> Effect {
    match statement {
        Stmt::Expr(expr, semi) => expr_effect(expr, is_value && semi.is_none()),
        Stmt::Macro(call) => macro_effect(&call.mac),
        Stmt::Item(_) => Effect::Nothing,
        // Locals by themselves do nothing; what is made of them is seen where it is used.
        Stmt::Local(_) => Effect::Nothing,
    }
}

fn expr_effect(expr: &Expr, is_value: bool) -> Effect {
    match bare(expr) {
        Expr::Tuple(tuple) if tuple.elems.is_empty() => Effect::Nothing,
        Expr::Continue(_) | Expr::Break(_) => Effect::Nothing,
        Expr::Return(left) => match left.expr.as_deref().map(bare) {
            Some(Expr::Call(call)) if is_err_call(call) => Effect::Error,
            _ => Effect::Leaves,
        },
        Expr::Macro(call) => match macro_effect(&call.mac) {
            Effect::Acts if is_value => Effect::Value,
            other => other,
        },
        Expr::Await(wait) if is_pause(&wait.base) => Effect::Nothing,
        Expr::Call(_) | Expr::MethodCall(_) if is_pause(expr) => Effect::Nothing,
        Expr::Block(block) if block.block.stmts.is_empty() => Effect::Nothing,
        Expr::Block(_) | Expr::If(_) | Expr::Match(_) | Expr::Unsafe(_) if !is_value => nested(expr),
        Expr::Call(call) if is_value && is_err_call(call) => Effect::Error,
        _ if is_value => Effect::Value,
        _ => Effect::Acts,
    }
}

/// A nested block does nothing when all its statements do nothing.
fn nested(expr: &Expr) -> Effect {
    match expr {
        Expr::Block(block) => block.block.stmts.iter().fold(Effect::Nothing, |effect, next| effect.and(statement_effect(next, false))),
        Expr::If(branch) => {
            let then = branch.then_branch.stmts.iter().fold(Effect::Nothing, |effect, next| effect.and(statement_effect(next, false)));
            let otherwise = branch.else_branch.as_ref().map_or(Effect::Nothing, |(_, other)| nested(other));
            then.and(otherwise)
        }
        _ => Effect::Acts,
    }
}

fn is_err_call(call: &syn::ExprCall) -> bool {
    matches!(bare(&call.func), Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Err"))
}

/// `sleep(..)`: waiting is no account of an error.
fn is_pause(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Await(wait) => is_pause(&wait.base),
        Expr::Call(call) => match bare(&call.func) {
            Expr::Path(path) => {
                path.path.segments.last().is_some_and(|last| matches!(last.ident.to_string().as_str(), "sleep" | "yield_now" | "spin_loop" | "drop"))
            }
            _ => false,
        },
        // Figures: `counter!("errors").increment(1)`, `errors.inc()`.
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "increment" | "decrement" | "record" | "inc" | "inc_by" | "observe" => true,
            _ => matches!(bare(&call.receiver), Expr::Macro(inner) if is_log(&inner.mac)),
        },
        _ => false,
    }
}

fn macro_effect(call: &Macro) -> Effect {
    if is_log(call) {
        return Effect::Nothing;
    }
    match last(call).as_str() {
        "panic" | "unreachable" | "todo" | "unimplemented" | "bail" => Effect::Leaves,
        _ => Effect::Acts,
    }
}

fn last(call: &Macro) -> String {
    call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
}

/// Whether a macro only says something: logs, prints, figures.
pub(crate) fn is_log(call: &Macro) -> bool {
    matches!(
        last(call).as_str(),
        "trace" | "debug" | "info" | "warn" | "error" | "log" | "event" | "println" | "eprintln" | "print" | "eprint" | "dbg"
            | "counter" | "gauge" | "histogram" | "trace_span" | "debug_span" | "info_span" | "warn_span" | "error_span"
            | "debug_assert" | "assert" | "sometimes"
    )
}

/// Whether the error is used outside logging and formatting for logs.
pub(crate) fn uses_error(body: &Expr, names: &[String]) -> bool {
    struct Uses<'a> {
        names: &'a [String],
        found: bool,
    }
    impl<'ast> Visit<'ast> for Uses<'_> {
        fn visit_macro(&mut self, call: &'ast Macro) {
            if !is_log(call) {
                self.found |= uses(call.tokens.clone(), self.names);
            }
        }
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.found |= path.path.get_ident().is_some_and(|ident| self.names.iter().any(|name| ident == name));
        }
        fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
            // `drop(error)` is no use of it.
            if !matches!(bare(&call.func), Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "drop")) {
                visit::visit_expr_call(self, call);
            }
        }
        fn visit_local(&mut self, local: &'ast syn::Local) {
            let ignored = matches!(&local.pat, Pat::Wild(_));
            let only_names = local.init.as_ref().is_some_and(|init| matches!(bare(&init.expr), Expr::Path(_)));
            if !(ignored && only_names) {
                visit::visit_local(self, local);
            }
        }
        fn visit_item(&mut self, _item: &'ast syn::Item) {}
    }
    if names.is_empty() {
        return false;
    }
    let mut found = Uses { names, found: false };
    found.visit_expr(body);
    found.found
}

/// Whether an arm counts or stores: an assignment, or a call that adds to a collection.
fn keeps(body: &Expr) -> bool {
    struct Keeps(bool);
    impl<'ast> Visit<'ast> for Keeps {
        fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
            self.0 |= !matches!(&*assign.left, Expr::Infer(_));
            visit::visit_expr_assign(self, assign);
        }
        fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
            use syn::BinOp::{AddAssign, BitOrAssign, SubAssign};
            self.0 |= matches!(binary.op, AddAssign(_) | SubAssign(_) | BitOrAssign(_));
            visit::visit_expr_binary(self, binary);
        }
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            let name = call.method.to_string();
            self.0 |= matches!(name.as_str(), "push" | "push_back" | "push_str" | "insert" | "extend" | "add" | "fetch_add" | "set" | "replace");
            visit::visit_expr_method_call(self, call);
        }
        fn visit_macro(&mut self, call: &'ast Macro) {
            self.0 |= matches!(last(call).as_str(), "recovered" | "emit");
        }
        fn visit_expr_closure(&mut self, _closure: &'ast syn::ExprClosure) {}
        fn visit_item(&mut self, _item: &'ast syn::Item) {}
    }
    let mut keeps = Keeps(false);
    keeps.visit_expr(body);
    keeps.0
}

/// Whether an arm leaves the loop or the function, in the end.
fn leaves(body: &Expr) -> bool {
    match bare(body) {
        Expr::Break(_) | Expr::Return(_) => true,
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(expr, _)) => matches!(bare(expr), Expr::Break(_) | Expr::Return(_)),
            _ => false,
        },
        _ => false,
    }
}

/// Whether tokens of an expression use a name.
pub(crate) fn uses_names(expr: &Expr, names: &[String]) -> bool {
    uses(expr.to_token_stream(), names)
}

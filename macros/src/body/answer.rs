//! Branches that answer: the error is told apart in the value, so that whoever takes the value knows.
//!
//! `match ping() { Ok(()) => "up", Err(_) => "down" }` says what happened, and so does
//! `if text.parse::<u64>().is_ok() { Kind::Number } else { Kind::Text }`. `match read() { Ok(n) => n, Err(_) => 0 }` does not:
//! a zero that was read looks the same.

use quote::ToTokens;
use syn::{Arm, Expr, Stmt};

use super::probe::{Disposition, Verdict};
use super::shape;

/// Whether this arm of a `match` gives a value that no arm for an `Ok` gives.
pub(super) fn is_apart(arm: &Arm, arms: &[Arm]) -> bool {
    let others: Vec<&Arm> = arms.iter().filter(|other| !shape::admits_err(&other.pat)).collect();
    let ignores = others.iter().all(|other| shape::names(&other.pat).is_empty());
    let values: Vec<&Expr> = others.iter().flat_map(|other| values(&other.body)).collect();
    let own = self::values(&arm.body);
    !own.is_empty() && own.iter().all(|value| differs(value, &values, ignores))
}

/// Whether the two branches of a question give different answers.
pub(super) fn both_answer(condition: &syn::ExprIf) -> bool {
    let Some((_, otherwise)) = &condition.else_branch else { return false };
    let then = of_statements(&condition.then_branch.stmts);
    let otherwise = values(otherwise);
    !then.is_empty() && then.iter().all(|value| differs(value, &otherwise, true))
}

/// The verdict on an arm in which the same call is tried again: that try has a verdict of its own.
pub(super) fn unless_retried(verdict: Verdict, tried: &str, body: &impl ToTokens) -> Verdict {
    if !tried.is_empty() && body.to_token_stream().to_string().contains(tried) {
        return Verdict { disposition: Disposition::Handed, ..verdict };
    }
    verdict
}

/// The words of a call that can be tried again, without what waits for it or passes its error on.
pub(super) fn call_text(expr: &Expr) -> String {
    match expr {
        Expr::Await(inner) => call_text(&inner.base),
        Expr::Try(inner) => call_text(&inner.expr),
        Expr::Paren(inner) => call_text(&inner.expr),
        Expr::MethodCall(call) if matches!(call.method.to_string().as_str(), "map_err" | "context") => {
            call_text(&call.receiver)
        }
        Expr::Call(_) | Expr::MethodCall(_) => expr.to_token_stream().to_string(),
        _ => String::new(),
    }
}

/// The values with which an expression can end.
fn values(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Block(block) => of_statements(&block.block.stmts),
        Expr::Paren(inner) => values(&inner.expr),
        Expr::If(condition) => {
            let mut found = of_statements(&condition.then_branch.stmts);
            found.extend(condition.else_branch.iter().flat_map(|(_, branch)| values(branch)));
            found
        }
        Expr::Match(matching) => matching.arms.iter().flat_map(|arm| values(&arm.body)).collect(),
        Expr::Return(returned) => returned.expr.iter().flat_map(|value| values(value)).collect(),
        other => vec![other],
    }
}

fn of_statements(statements: &[Stmt]) -> Vec<&Expr> {
    match statements.last() {
        Some(Stmt::Expr(expr @ Expr::Return(_), _) | Stmt::Expr(expr, None)) => values(expr),
        _ => Vec::new(),
    }
}

/// Whether a value tells itself apart from all of these; `plain` says whether literals can do so.
fn differs(value: &Expr, others: &[&Expr], plain: bool) -> bool {
    let value = unwrapped(value);
    let others: Vec<&Expr> = others.iter().map(|other| unwrapped(other)).collect();
    if others.is_empty() {
        return false;
    }
    if let Some((owner, name)) = variant(value) {
        return others.iter().all(|other| {
            variant(other).is_some_and(|(its_owner, its_name)| its_owner == owner && its_name != name)
        });
    }
    plain
        && is_plain(value)
        && others.iter().all(|other| {
            is_plain(other) && other.to_token_stream().to_string() != value.to_token_stream().to_string()
        })
}

/// A value without the `Ok(..)` or `Some(..)` around it.
fn unwrapped(expr: &Expr) -> &Expr {
    if let Expr::Call(call) = expr
        && let Expr::Path(path) = &*call.func
        && path.path.is_ident("Ok") | path.path.is_ident("Some")
        && let (1, Some(inner)) = (call.args.len(), call.args.first())
    {
        return unwrapped(inner);
    }
    expr
}

/// `Reply::TimedOut`, `Reply::Done(n)`, `Reply::Late { by }`: the type and the variant.
fn variant(expr: &Expr) -> Option<(String, String)> {
    let path = match expr {
        Expr::Path(path) => &path.path,
        Expr::Struct(value) => &value.path,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => &path.path,
            _ => return None,
        },
        _ => return None,
    };
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let (last, owner) = names.split_last()?;
    let is_variant = last.starts_with(char::is_uppercase)
        && owner.last().is_some_and(|owner| owner.starts_with(char::is_uppercase));
    is_variant.then(|| (owner.join("::"), last.clone()))
}

fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_plain(&unary.expr),
        Expr::Reference(inner) => is_plain(&inner.expr),
        _ => false,
    }
}

//! What becomes of the error of a `Result` that a method takes apart.

use syn::Expr;

use super::mention::Mentions;
use super::probe::{Disposition, RECOVERING};
use super::{Body, arm, shape, way};

impl Body<'_> {
    /// What this method does with the error.
    pub(super) fn disposition_of(&self, name: &str, call: &syn::ExprMethodCall) -> Disposition {
        if name == "ok" && self.forms.has(call) {
            Disposition::Handed
        } else if self.is_shown_as_value(name, call) {
            Disposition::Substituted
        } else {
            disposition_of(name, call, &self.mentions)
        }
    }
}

fn disposition_of(name: &str, call: &syn::ExprMethodCall, mentions: &Mentions) -> Disposition {
    if RECOVERING.contains(&name) {
        return Disposition::Handed;
    }
    let uses_error = call.args.iter().any(
        |argument| matches!(argument, Expr::Closure(closure) if arm::closure_uses_error(closure, mentions)),
    );
    match name {
        "ok" => Disposition::Dropped,
        // The answer is the value: who takes it knows that there was an error.
        "err" | "is_err_and" | "is_ok" | "is_err" | "is_ok_and" => Disposition::Handed,
        "unwrap_or_else" | "or_else" if uses_error || takes_the_inside(call) => Disposition::Handed,
        "map_or_else" if matches!(call.args.first(), Some(Expr::Closure(closure)) if arm::closure_uses_error(closure, mentions)) => {
            Disposition::Handed
        }
        _ if way::is_answered(name, call) => Disposition::Handed,
        _ => Disposition::Substituted,
    }
}

/// `lock().unwrap_or_else(PoisonError::into_inner)` takes the value out of the error.
fn takes_the_inside(call: &syn::ExprMethodCall) -> bool {
    matches!(call.args.first(), Some(Expr::Path(path)) if shape::last_of(&path.path).is_some_and(|last| last == "into_inner"))
}

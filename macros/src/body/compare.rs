//! Comparisons: `assert_eq!(port("x").ok(), None)` and `load().ok().is_none()` ask for the answer, and drop nothing.

use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall};

use super::probe::{Disposition, Verdict};
use super::{Body, answer, form, shape};

/// Whether an operator compares.
pub(super) fn is_comparison(op: &syn::BinOp) -> bool {
    matches!(op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_))
}

/// Whether a macro compares its arguments.
pub(super) fn compares(mac: &syn::Macro) -> bool {
    shape::last_of(&mac.path).is_some_and(|name| {
        matches!(name.as_str(), "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne")
    })
}

/// Whether a method asks an `Option` that `ok()` has made.
fn asks_an_option(method: &str) -> bool {
    matches!(method, "is_some" | "is_none" | "is_some_and" | "is_none_or")
}

fn is_ok(expr: &Expr) -> bool {
    matches!(shape::bare_expr(expr), Expr::MethodCall(call) if call.method == "ok")
}

impl Body<'_> {
    /// Walks what is compared with something else.
    pub(super) fn compared(&mut self, operand: &mut Expr) {
        if is_ok(operand) {
            self.ok_is = Some(Verdict::plain(Disposition::Handed, operand));
        }
        self.visit_expr_mut(operand);
        self.ok_is = None;
    }

    /// `call().ok().is_none()` asks what `call().is_err()` asks.
    pub(super) fn asks_behind_ok(&self, call: &ExprMethodCall) -> Option<Verdict> {
        let name = call.method.to_string();
        if name == "then" && self.loses_by_asking(&call.receiver) {
            return Some(Verdict::plain(Disposition::Dropped, call));
        }
        if !asks_an_option(&name) || !is_ok(&call.receiver) {
            return None;
        }
        let asked = self.asking.and_then(|(holds, not)| match name.as_str() {
            "is_none" => Some(holds),
            "is_some" => Some(not),
            _ => None,
        });
        asked.or_else(|| Some(Verdict::plain(Disposition::Handed, call)))
    }

    /// `call().is_ok()`, whose answer makes an `Option` that this function does not return.
    fn loses_by_asking(&self, asking: &Expr) -> bool {
        let Expr::MethodCall(asking) = shape::bare_expr(asking) else { return false };
        asking.method == "is_ok"
            && shape::is_rvalue(&asking.receiver)
            && !answer::reads(&asking.receiver)
            && !form::is_option(&self.ret)
    }
}

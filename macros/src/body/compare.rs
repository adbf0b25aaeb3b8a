//! Comparisons: `assert_eq!(port("x").ok(), None)` and `load().ok().is_none()` ask for the answer, and drop nothing.

use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall};

use super::probe::{Disposition, Probe, Verdict};
use super::vague::Known;
use super::{Body, answer, form, shape};
use crate::token::First;

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
        if self.is_let_through(operand) {
            self.let_through(operand);
            return;
        }
        if is_ok(operand) {
            self.ok_is = Some(Verdict::plain(Disposition::Handed, operand));
        }
        self.visit_expr_mut(operand);
        self.ok_is = None;
    }

    /// `fn may_enter(badge: u32) -> bool { state(badge) != Ok(Blocked) }`: whoever cannot be asked about may, as everybody else.
    fn is_let_through(&self, operand: &Expr) -> bool {
        self.is_outermost()
            && self.gives_leave()
            && self.forms.ends_unlike(operand)
            && shape::is_rvalue(operand)
            && self.known(operand) == Known::Whole
    }

    fn let_through(&mut self, operand: &mut Expr) {
        let (span, callee) = (operand.first(), shape::callee(operand));
        let verdict = Verdict::plain(Disposition::Substituted, operand);
        let iteration = self.is_iteration(operand);
        let probe = self.probe(&Probe {
            span,
            form: "unlike",
            verdict,
            callee: &callee,
            iteration,
            scrutinee: false,
        });
        self.visit_expr_mut(operand);
        self.watch(operand, &probe, Known::Whole);
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

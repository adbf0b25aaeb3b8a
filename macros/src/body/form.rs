//! Questions for a form: in a function that returns an `Option`, `text.parse().ok()?` says that the text is no number.
//!
//! The `None` is the answer, and whoever called has it. What is read by another name, or dropped on the way to another value,
//! is no answer.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt, Type};

use super::probe::{Disposition, Verdict};
use super::{Body, answer, shape};

/// The calls of `ok()` whose `None` the function returns.
#[derive(Default)]
pub(super) struct Forms(HashSet<(u32, u32)>);

impl Forms {
    pub(super) fn of(block: &Block, ret: &Type) -> Forms {
        let mut forms = Forms::default();
        if is_option(ret) {
            forms.visit_block(block);
            if let Some(Stmt::Expr(tail, None)) = block.stmts.last() {
                forms.returned(tail);
            }
        }
        forms
    }

    /// Whether this call of `ok()` is one.
    pub(super) fn has(&self, call: &syn::ExprMethodCall) -> bool {
        self.0.contains(&crate::span::start(call.method.span()))
    }

    fn note(&mut self, expr: &Expr) {
        if let Expr::MethodCall(call) = shape::bare_expr(expr)
            && call.method == "ok"
            && answer::reads(&call.receiver)
        {
            self.0.insert(crate::span::start(call.method.span()));
        }
    }

    /// `text.parse().ok().filter(..)`
    fn returned(&mut self, value: &Expr) {
        match shape::bare_expr(value) {
            Expr::MethodCall(call)
                if matches!(call.method.to_string().as_str(), "map" | "filter" | "and_then" | "inspect") =>
            {
                self.returned(&call.receiver);
            }
            other => self.note(other),
        }
    }
}

impl Visit<'_> for Forms {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}

    fn visit_expr_try(&mut self, question: &syn::ExprTry) {
        self.note(&question.expr);
        visit::visit_expr_try(self, question);
    }

    fn visit_expr_return(&mut self, returned: &syn::ExprReturn) {
        returned.expr.iter().for_each(|value| self.returned(value));
        visit::visit_expr_return(self, returned);
    }
}

impl Body<'_> {
    /// The verdict on what is done when something has not the form that was asked for.
    pub(super) fn or_formless(&self, verdict: Verdict, reads: bool, body: &Expr) -> Verdict {
        let answers = reads && self.is_outermost() && is_option(&self.ret) && returns_none(body);
        if answers { Verdict { disposition: Disposition::Handed, ..verdict } } else { verdict }
    }
}

pub(super) fn is_option(ret: &Type) -> bool {
    matches!(ret, Type::Path(path) if shape::last_of(&path.path).is_some_and(|last| last == "Option"))
}

fn returns_none(body: &Expr) -> bool {
    match body {
        Expr::Return(returned) => {
            matches!(returned.expr.as_deref(), Some(Expr::Path(path)) if path.path.is_ident("None"))
        }
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(last, _)) => returns_none(last),
            _ => false,
        },
        _ => false,
    }
}

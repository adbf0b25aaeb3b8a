//! What stands behind a loop that ends when its time is over: where the same is asked again, what was left is dealt with there.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::{Body, shape};

/// For each statement that is a loop with a limit in it, the words of what stands behind it.
pub(super) fn behind(statements: &[Stmt]) -> Vec<Option<String>> {
    let words = |(index, statement): (usize, &Stmt)| {
        let is_loop = matches!(statement, Stmt::Expr(Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_), _));
        let rest = statements.get(index + 1..).filter(|rest| !rest.is_empty())?;
        let words = || rest.iter().map(|statement| statement.to_token_stream().to_string()).collect();
        (is_loop && limits(statement)).then(words)
    };
    statements.iter().enumerate().map(words).collect()
}

fn limits(statement: &Stmt) -> bool {
    struct Limits(bool);
    impl Visit<'_> for Limits {
        fn visit_expr_call(&mut self, call: &syn::ExprCall) {
            self.0 |= is_limit(call);
            visit::visit_expr_call(self, call);
        }
        fn visit_item(&mut self, _item: &syn::Item) {}
    }
    let mut limits = Limits(false);
    limits.visit_stmt(statement);
    limits.0
}

fn is_limit(call: &syn::ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path)
        if shape::last_of(&path.path).is_some_and(|last| last == "timeout" || last == "timeout_at"))
}

/// The words of what is waited for until its time is over; none if it may be anything.
pub(super) fn limited(waiting: &Expr) -> Option<String> {
    let Expr::Await(waiting) = shape::bare_expr(waiting) else { return None };
    let Expr::Call(call) = shape::bare_expr(&waiting.base) else { return None };
    let inner = call.args.last().filter(|_| is_limit(call))?;
    matches!(inner, Expr::MethodCall(_)).then(|| inner.to_token_stream().to_string())
}

impl Body<'_> {
    /// Whether what was waited for is asked again behind the loop around: that has a verdict of its own.
    pub(super) fn is_asked_behind(&self, limited: Option<&String>) -> bool {
        limited.is_some_and(|limited| self.behind.as_ref().is_some_and(|behind| behind.contains(limited)))
    }
}

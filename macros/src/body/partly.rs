//! Arms that ask their error a question and go on without it where the answer is no:
//! `if e.downcast_ref::<Timeout>().is_some() { return retry_later(job); } Ok(())`.
//!
//! What they are asked for is told apart, as by a guard; every other error ends in what stands behind, and that says what becomes
//! of it. Where the question leads to an `Err`, it is the other way round, and what is left was told apart.

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};
use syn::{Arm, Block, Expr, ExprIf, Pat, Stmt};

use super::answer::Tried;
use super::mention::Mentions;
use super::probe::{Disposition, Verdict};
use super::{Body, arm, courtesy, exit, shape};
use crate::token::First;

/// Where a part of an arm begins.
pub(super) type At = (u32, u32);

/// What stands behind the questions.
struct Rest {
    body: Expr,
    at: At,
}

impl Body<'_> {
    /// The verdict on an arm of a `match`, and where the part begins of which it speaks if that is not the whole.
    pub(super) fn judged(&self, arm: &Arm, arms: &[Arm], tried: &Tried) -> (Option<Verdict>, Option<At>) {
        match self.rest_of(&arm.pat, &arm.body) {
            Some(Rest { body, at }) => {
                let part = Arm { body: Box::new(body), ..arm.clone() };
                (self.verdict_among(&part, arms, tried), Some(at))
            }
            None => (self.verdict_among(arm, arms, tried), None),
        }
    }

    /// The same for the block of an `if let Err(..)`: what is to be judged of it.
    pub(super) fn judged_in_then(&self, condition: &Expr, body: Expr) -> (Expr, Option<At>) {
        let rest = match condition {
            Expr::Let(binding) => self.rest_of(&binding.pat, &body),
            _ => None,
        };
        rest.map_or((body, None), |rest| (rest.body, Some(rest.at)))
    }

    fn rest_of(&self, pattern: &Pat, body: &Expr) -> Option<Rest> {
        let Expr::Block(block) = body else { return None };
        let is_plain = shape::side(pattern) == Some(shape::Side::Err) && !matches!(pattern, Pat::Guard(_));
        let rest = is_plain.then(|| behind(pattern, &block.block, &self.mentions)).flatten()?;
        let becomes = self.arm_verdict(pattern, &rest.body).disposition;
        matches!(becomes, Disposition::Dropped | Disposition::Substituted).then_some(rest)
    }
}

/// What stands behind the last question, where nothing else uses the error.
fn behind(pattern: &Pat, block: &Block, mentions: &Mentions) -> Option<Rest> {
    let names = shape::names(pattern);
    let uses = |code: &Expr| names.iter().any(|name| arm::used_outside(code, name, mentions));
    let is_used = |statement: &Stmt| uses(&of(block, vec![statement.clone()]));
    let last = block.stmts.iter().rposition(is_used)?;
    let (questions, rest) = block.stmts.split_at_checked(last + 1)?;
    let is_left = |statement: &Stmt| match statement {
        Stmt::Expr(Expr::If(question), _) => is_left_by(question, uses),
        other => !is_used(other),
    };
    if rest.is_empty() {
        let (Stmt::Expr(Expr::If(question), None), before) = questions.split_last()? else { return None };
        return before.iter().all(is_left).then(|| otherwise(question, uses)).flatten();
    }
    let at = crate::span::start(rest.first()?.first());
    questions.iter().all(is_left).then(|| Rest { body: of(block, rest.to_vec()), at })
}

/// The last `else` of a chain of questions.
fn otherwise(question: &ExprIf, uses: impl Fn(&Expr) -> bool + Copy) -> Option<Rest> {
    let (_, branch) = question.else_branch.as_ref().filter(|_| asks(question, uses))?;
    match &**branch {
        Expr::If(next) => otherwise(next, uses),
        Expr::Block(block) if !uses(branch) => {
            let at = crate::span::start(block.block.stmts.first()?.first());
            Some(Rest { body: (**branch).clone(), at })
        }
        _ => None,
    }
}

/// Whether the error is asked about, and what it is asked for is not passed on.
fn asks(question: &ExprIf, uses: impl Fn(&Expr) -> bool + Copy) -> bool {
    uses(&question.cond) && !gives(&question.cond, uses) && !passes_on(&question.then_branch, uses)
}

/// `visitor.visit(Err(e)).is_quit()`, `tx.send(e).is_err()`: whether the error itself is given to somebody, whose answer is what is
/// asked.
fn gives(condition: &Expr, uses: impl Fn(&Expr) -> bool) -> bool {
    struct Gives<F>(F, bool);
    impl<F: Fn(&Expr) -> bool> Gives<F> {
        fn is_given(&self, given: &Expr, feeds: bool) -> bool {
            (feeds && !matches!(given, Expr::Reference(_)) || arm::makes_error(given)) && (self.0)(given)
        }
    }
    impl<F: Fn(&Expr) -> bool> Visit<'_> for Gives<F> {
        fn visit_expr_call(&mut self, call: &syn::ExprCall) {
            self.1 |= call.args.iter().any(|given| self.is_given(given, false));
            visit::visit_expr_call(self, call);
        }
        fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
            let feeds = courtesy::feeds(&call.method.to_string());
            self.1 |= call.args.iter().any(|given| self.is_given(given, feeds));
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut gives = Gives(uses, false);
    gives.visit_expr(condition);
    gives.1
}

/// Whether a branch leaves with an error, or with this one in whatever it makes of it: `return self.give_up(e);`.
fn passes_on(block: &Block, uses: impl Fn(&Expr) -> bool) -> bool {
    let passes = |value: &Expr| arm::makes_error(value) || uses(value);
    match block.stmts.last() {
        Some(Stmt::Expr(Expr::Return(leaving), _)) => leaving.expr.as_deref().is_some_and(passes),
        Some(Stmt::Expr(Expr::Break(leaving), _)) => leaving.expr.as_deref().is_some_and(passes),
        Some(Stmt::Expr(Expr::Continue(_), _)) => false,
        Some(Stmt::Expr(value, None)) => passes(value) || matches!(value, Expr::Macro(_)),
        Some(Stmt::Macro(_)) => true,
        _ => false,
    }
}

/// Whether each of a chain of questions leaves where its answer is yes, and nothing stands for no.
fn is_left_by(question: &ExprIf, uses: impl Fn(&Expr) -> bool + Copy) -> bool {
    let next = match &question.else_branch {
        None => true,
        Some((_, branch)) => matches!(&**branch, Expr::If(next) if is_left_by(next, uses)),
    };
    next && asks(question, uses) && leaves(&question.then_branch)
}

fn leaves(block: &Block) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(Expr::Return(_) | Expr::Break(_) | Expr::Continue(_), _)))
}

/// Statements of a block, as a body that stands where the block does.
fn of(block: &Block, stmts: Vec<Stmt>) -> Expr {
    let block = Block { brace_token: block.brace_token, stmts };
    Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block })
}

/// Puts statements where a part begins, or at the head where there is none.
pub(super) fn insert(block: &mut Block, at: Option<At>, statements: &[TokenStream]) {
    let Some(at) = at else { return put(block, 0, statements) };
    let begins = |statement: &Stmt| crate::span::start(statement.first()) == at;
    if let Some(index) = block.stmts.iter().position(begins) {
        return put(block, index, statements);
    }
    let mut last = match block.stmts.last_mut() {
        Some(Stmt::Expr(Expr::If(question), _)) => question.else_branch.as_mut(),
        _ => None,
    };
    while let Some((_, branch)) = last {
        last = match &mut **branch {
            Expr::If(next) => next.else_branch.as_mut(),
            Expr::Block(found) => return insert(&mut found.block, Some(at), statements),
            _ => None,
        };
    }
}

fn put(block: &mut Block, index: usize, statements: &[TokenStream]) {
    let statements = statements.iter().map(exit::statement);
    block.stmts.splice(index..index, statements);
}

/// The same for the arm of a `match`.
pub(super) fn insert_in_arm(arm: &mut Arm, at: Option<At>, statement: &TokenStream) {
    match (&mut *arm.body, at) {
        (Expr::Block(body), Some(_)) => insert(&mut body.block, at, std::slice::from_ref(statement)),
        _ => exit::prepend_to_arm(arm, statement),
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::{Mentions, behind};

    fn rest(body: &str) -> Option<String> {
        let block: syn::Block = syn::parse_str(&format!("{{ {body} }}")).expect("a block");
        let pattern = syn::parse_quote!(Err(e));
        behind(&pattern, &block, &Mentions::of(&block)).map(|rest| rest.body.to_token_stream().to_string())
    }

    #[test]
    fn every_other_error_ends_behind_the_question() {
        for body in [
            "if e.is_timeout() { queue.push(id); return Ok(Queued); } Ok(Nothing)",
            "if let Some(late) = e.downcast_ref::<Late>() { return Ok(late.id); } warn!(\"{e}\"); Ok(Nothing)",
            "if policy.is_late(&e) { return Ok(Queued); } Ok(Nothing)",
            "if is_late(e) { return Ok(Queued); } Ok(Nothing)",
            "if e.is_timeout() { Ok(Queued) } else if e.is_full() { Ok(Full) } else { Ok(Nothing) }",
        ] {
            assert!(
                rest(body).is_some_and(|rest| rest.contains("Nothing") && !rest.contains("is_")),
                "{body}"
            );
        }
    }

    #[test]
    fn what_is_left_by_an_error_was_told_apart() {
        for body in [
            "if e.kind() != NotFound { return Err(e); } Ok(Nothing)",
            "if e.is_fatal() { Err(e) } else { Ok(Nothing) }",
            "if e.is_fatal() { return self.give_up(e); } Ok(Nothing)",
            "if e.is_fatal() { break Some(e.into()); } None",
            "if tries > 3 { return Err(e); } wait();",
            "if e.is_timeout() { return Ok(Queued); } Err(e)",
            "if e.is_timeout() { late += 1; } Ok(Nothing)",
            "failed.push(e); Ok(Nothing)",
            "if visitor.visit(Err(e)).is_quit() { return; } continue;",
            "if tx.send(Err(e)).await.is_err() { return; } continue;",
            "if tx.try_send(e).is_err() { return; } continue;",
        ] {
            assert_eq!(rest(body), None, "{body}");
        }
    }
}

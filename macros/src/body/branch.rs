//! The branches of `if` and `match`: what becomes of an error there, and that a try worked.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprIf, Pat};

use super::answer::Tried;
use super::pattern::{Place, Scrutinee, insert};
use super::probe::{Disposition, Verdict};
use super::shape::{self, Side};
use super::{Body, answer, asked, exit, nested, partly, probe, tuple};

/// What a condition tries, on which side, by which pattern, and whether it is another item each time.
type Found = (Scrutinee, Side, Pat, bool);

impl Body<'_> {
    /// The statement that says that a try for one of several items worked.
    fn worked_at(&mut self, site: &Scrutinee, is_try: bool) -> Option<TokenStream> {
        let probe = site.probe.as_ref().filter(|_| is_try)?;
        Some(self.worked(probe, site.span))
    }

    /// The same for the two branches of an `if`: where an `Ok` was found, and where no `Err` was.
    fn worked_in(&mut self, found: &[Found], is_try: bool) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let mut of = |wanted: Side| {
            let sites = found.iter().filter(|(_, side, ..)| *side == wanted);
            sites.filter_map(|(site, ..)| self.worked_at(site, is_try)).collect()
        };
        (of(Side::Ok), of(Side::Err))
    }

    /// What becomes of an error that a condition asks for (`is_err()`, `is_ok()`): the branch that it leads to says it.
    fn asked(&self, condition: &ExprIf) -> Option<(Verdict, Verdict)> {
        if !probe::asks(&condition.cond) {
            return None;
        }
        if asked::asks_for_an_answer(condition) {
            let handed = Verdict::plain(Disposition::Handed, &condition.cond);
            return Some((handed, handed));
        }
        let otherwise = self.otherwise(condition).or_other_way(self.other_way);
        Some((self.block_verdict(&condition.then_branch), otherwise))
    }

    /// `if let Err(e) = result`, of a place.
    fn met_in_then(&self, condition: &ExprIf, body: &Expr) -> Option<TokenStream> {
        let Expr::Let(binding) = &*condition.cond else { return None };
        let verdict = self.arm_verdict(&binding.pat, body);
        self.met(&binding.expr, (&binding.pat, body), &verdict, self.is_iteration(&binding.expr))
    }

    /// The verdict on what stands behind the `else`.
    fn otherwise(&self, condition: &ExprIf) -> Verdict {
        match &condition.else_branch {
            Some((_, branch)) => match &**branch {
                Expr::Block(block) => self.block_verdict(&block.block),
                _ => Verdict::plain(Disposition::Acted, branch),
            },
            None => Verdict::plain(Disposition::Dropped, &condition.cond),
        }
    }

    /// What the other branch does with the errors that an `if let Ok(..)` does not take.
    fn settled_in_else(&self, found: &[Found], condition: &ExprIf, other_way: bool) -> Vec<TokenStream> {
        let oks = found.iter().filter(|(_, side, ..)| *side == Side::Ok);
        oks.map(|(site, _, _, iteration)| {
            let mut verdict = self.otherwise(condition).or_other_way(other_way);
            if let Some((_, branch)) = &condition.else_branch {
                verdict = site.tried.or_again(verdict, branch, &self.mentions);
            }
            self.settle(site, (site.span, "if_let_ok"), &verdict, *iteration)
        })
        .collect()
    }

    /// `match`
    pub(super) fn match_expr(&mut self, matching: &mut syn::ExprMatch) {
        let other_way = std::mem::take(&mut self.other_way);
        self.learn_received(&matching.expr, matching.arms.iter().map(|arm| &arm.pat));
        matching.arms.iter().for_each(|arm| self.learn_next(&arm.pat, &matching.expr));
        if tuple::tries(&matching.expr, matching.arms.iter().map(|arm| &arm.pat)) {
            self.match_tuple(matching);
            return;
        }
        if !matching.arms.iter().any(|arm| shape::side(&arm.pat).is_some()) {
            let wanted = self.wanted_among(matching);
            visit_mut::visit_expr_match_mut(self, matching);
            self.named_failures(matching);
            wanted.iter().for_each(|wanted| self.other_than(wanted, &mut matching.expr));
            return;
        }
        let iteration = self.is_iteration(&matching.expr) && !self.all_find(matching);
        let is_try = iteration && self.is_try(&matching.expr) && self.all_end_tries(matching);
        let ways = nested::ways(matching.arms.iter().map(|arm| &arm.pat));
        let (tried, place) = (Tried::of(&matching.expr, self.is_dropping()), (*matching.expr).clone());
        let joined = self.is_surely_joined(&matching.expr);
        let site = self.scrutinee(&mut matching.expr, iteration, &ways);
        self.passed_over(matching, joined);
        let judged: Vec<_> =
            matching.arms.iter().map(|arm| self.judged(arm, &matching.arms, &tried)).collect();
        let worked = site.as_ref().and_then(|site| self.worked_at(site, is_try));
        for (arm, (verdict, at)) in matching.arms.iter_mut().zip(judged) {
            self.visit_arm_mut(arm);
            if let (None, Some(worked)) = (&verdict, &worked) {
                exit::prepend_to_arm(arm, worked);
            }
            let Some(verdict) = verdict.map(|verdict| verdict.or_other_way(other_way)) else { continue };
            let looked = self
                .met(&place, (&arm.pat, &arm.body), &verdict, iteration)
                .or_else(|| self.settled_in_arm(&arm.pat, &site, &verdict, iteration));
            looked.iter().for_each(|look| partly::insert_in_arm(arm, at, look));
        }
    }

    /// `if`
    pub(super) fn if_expr(&mut self, condition: &mut ExprIf) {
        let asked = self.asked(condition);
        let other_way = std::mem::take(&mut self.other_way);
        let (wanted, is_try) = (self.wanted(condition), self.tries_once(condition));
        self.finding = self.finds(&condition.then_branch);
        let before = std::mem::replace(&mut self.asking, asked);
        let around = self.enter_branch(condition);
        let found = self.condition(&mut condition.cond, Place::IfLet);
        self.leave_branch(around);
        if let (Some(wanted), Expr::Let(binding)) = (wanted, &mut *condition.cond) {
            self.other_than(&wanted, &mut binding.expr);
        }
        self.opening.set_first(false);
        (self.asking, self.finding) = (before, false);
        let body =
            Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: condition.then_branch.clone() });
        let (body, at) = self.judged_in_then(&condition.cond, body);
        let answers = answer::both_answer(condition);
        let (worked, passed) = self.worked_in(&found, is_try);
        let in_then = self.settled_in_then(&found, &body, answers);
        let mut in_else = self.settled_in_else(&found, condition, other_way);
        let in_then = in_then.into_iter().chain(self.met_in_then(condition, &body)).collect::<Vec<_>>();
        let around = self.learn_looker(condition);
        self.visit_block_mut(&mut condition.then_branch);
        self.forget_looker(around);
        if let Some((_, branch)) = &mut condition.else_branch {
            self.visit_expr_mut(branch);
        }
        partly::insert(&mut condition.then_branch, at, &in_then);
        insert(&mut condition.then_branch, &worked);
        in_else.extend(passed);
        if !in_else.is_empty() {
            settle_in_else(condition, &in_else);
        }
    }
}

fn settle_in_else(condition: &mut ExprIf, settles: &[TokenStream]) {
    match &mut condition.else_branch {
        Some((_, branch)) => match &mut **branch {
            Expr::Block(block) => insert(&mut block.block, settles),
            other => {
                let inner = other.to_token_stream();
                **branch = Expr::Block(syn::parse_quote!({ #(#settles)* #inner }));
            }
        },
        None => {
            condition.else_branch =
                Some((Default::default(), Box::new(Expr::Block(syn::parse_quote!({ #(#settles)* })))))
        }
    }
}

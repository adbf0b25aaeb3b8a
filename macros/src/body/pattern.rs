//! Patterns that are tried on a `Result`: the scrutinee is watched, and the arm that is entered says what becomes of its
//! error.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, Pat};

use super::answer::Tried;
use super::probe::{Disposition, Probe, Verdict};
use super::shape::{self, Side};
use super::{Body, arm, behind, exit, nested, tuple, way};
use crate::span::{Spot, generated};
use crate::token::First;

/// Where a pattern is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    IfLet,
    /// Of a loop; whether it has another end than this pattern.
    WhileLet(bool),
}

/// A scrutinee that is watched: its static, for the arms.
pub(super) struct Scrutinee {
    pub(super) probe: Option<Spot>,
    pub(super) span: Span,
    callee: String,
    pub(super) tried: Tried,
    /// A local name that ends here, and the ways to an error in it. It is looked at in the arms.
    ends: Option<(Expr, Vec<Vec<syn::Path>>)>,
}

impl Scrutinee {
    /// A new value that is watched by this probe.
    pub(super) fn of(probe: Spot, span: Span, callee: String) -> Scrutinee {
        Scrutinee { probe: Some(probe), span, callee, tried: Tried::default(), ends: None }
    }
}

impl Body<'_> {
    /// Watches what a pattern is tried on. Arms then say what becomes of the error.
    pub(super) fn scrutinee(
        &mut self,
        expr: &mut Expr,
        iteration: bool,
        ways: &[Vec<syn::Path>],
    ) -> Option<Scrutinee> {
        let is_first = self.opening.take_first();
        let (rvalue, known, callee) = (shape::is_rvalue(expr), self.known(expr), shape::callee(expr));
        if self.mentions.is_last(expr) && !self.is_vague(expr) {
            let callee = self.made_by(expr).to_owned();
            let ends = Some((expr.clone(), ways.to_vec()));
            return Some(Scrutinee {
                probe: None,
                span: expr.first(),
                callee,
                tried: Tried::default(),
                ends,
            });
        }
        let verdict = Verdict::plain(Disposition::Handed, expr);
        let probe = self.probe(&Probe {
            span: expr.first(),
            form: "err_arm",
            verdict,
            callee: &callee,
            iteration,
            scrutinee: true,
        });
        let (at, tried) = (expr.first(), Tried::of(expr, self.is_dropping()));
        self.opening.set_first(is_first);
        self.visit_expr_mut(expr);
        rvalue.then(|| {
            self.opening.set_first(is_first);
            self.watch_ways(expr, &probe, known, ways);
            Scrutinee { probe: Some(probe), span: at, callee, tried, ends: None }
        })
    }

    /// The statement that says what becomes of the error of a scrutinee.
    pub(super) fn settle(
        &self,
        site: &Scrutinee,
        arm: (Span, &str),
        verdict: &Verdict,
        iteration: bool,
    ) -> TokenStream {
        let (span, form) = (arm.0, verdict.form(arm.1));
        let probe = self.probe(&Probe {
            span,
            form,
            verdict: Verdict { recast: verdict.recast.filter(|_| !site.tried.misses), ..*verdict },
            callee: &site.callee,
            iteration,
            scrutinee: false,
        });
        let (private, scrutinee, at) = (self.place.private(), &site.probe, generated(site.span));
        match &site.ends {
            None => {
                let own = self.place.own().receiver();
                let (scrutinee, probe) = (scrutinee.as_ref().map(Spot::number), probe.number());
                quote_spanned!(at=> #own.settle(#scrutinee, #probe);)
            }
            Some((place, ways)) if ways.is_empty() => {
                let peek = self.peek(place, &probe);
                quote_spanned!(at=> #peek;)
            }
            Some((place, ways)) => {
                let look = nested::look(&private, ways, (place, &quote!(#private::mark())), &probe);
                quote_spanned!(at=> #look)
            }
        }
    }

    /// The statement that looks at an error which an arm has taken out of a place, where the type of the place is known.
    pub(super) fn met(
        &self,
        place: &Expr,
        (pattern, body): (&Pat, &Expr),
        verdict: &Verdict,
        iteration: bool,
    ) -> Option<TokenStream> {
        let name = nested::taken(pattern)?;
        if !shape::is_place(place) {
            return None;
        }
        let is_open = self.is_vague(place);
        if is_open && verdict.disposition != Disposition::Handed {
            return None;
        }
        // `Err(e @ Crash(_))` tells it apart. If it is kept besides, a line of the log in the arm speaks of what is kept.
        if nested::tells_apart(pattern) && !arm::used_outside(body, &name.to_string(), &self.mentions) {
            return None;
        }
        let (span, callee) = (pattern.first(), self.made_by(place));
        let form = verdict.form("err_arm");
        let probe = self.probe(&Probe { span, form, verdict: *verdict, callee, iteration, scrutinee: false });
        let (private, at) = (self.place.private(), generated(span));
        if is_open {
            return Some(quote_spanned!(at=> #private::met_unread(#probe);));
        }
        Some(quote_spanned!(at=> #private::met(&#name).candor_meet(#private::mark(), #probe);))
    }

    pub(super) fn settled_in_arm(
        &self,
        pattern: &Pat,
        site: &Option<Scrutinee>,
        verdict: &Verdict,
        iteration: bool,
    ) -> Option<TokenStream> {
        let site = site.as_ref()?;
        let is_met = site.ends.is_some() && !shape::names(pattern).is_empty();
        (!is_met).then(|| self.settle(site, (pattern.first(), "err_arm"), verdict, iteration))
    }

    /// `let Ok(x) = call() else { .. }`
    pub(super) fn let_else(&mut self, pattern: &Pat, expr: &mut Expr, diverge: &mut Expr, span: Span) {
        if tuple::tries(expr, [pattern].into_iter()) {
            let elements = self.elements(expr, &[pattern]);
            if let Expr::Block(block) = diverge {
                let verdict = self.block_verdict(&block.block);
                self.visit_block_mut(&mut block.block);
                insert(&mut block.block, &self.settle_each(&elements, (span, "let_else"), &verdict));
            }
            return;
        }
        if shape::side(pattern).is_none() {
            self.ok_is = Self::recasts_in_else(expr, diverge);
            self.visit_expr_mut(expr);
            self.ok_is = None;
            self.visit_expr_mut(diverge);
            return;
        }
        let iteration = self.is_iteration(expr);
        let site = self.scrutinee(expr, iteration, &nested::ways([pattern].into_iter()));
        let verdict = match &*diverge {
            Expr::Block(block) => self.block_verdict(&block.block),
            other => Verdict::plain(Disposition::Dropped, other),
        };
        let verdict = site.as_ref().map_or(verdict, |site| {
            if self.is_outermost() && self.last_words.are_of(site.tried.inputs(), diverge) {
                return Verdict { disposition: Disposition::Handed, ..verdict };
            }
            let verdict = self.or_formless(verdict, site.tried.reads, diverge);
            site.tried.or_again(verdict, diverge, &self.mentions)
        });
        self.visit_expr_mut(diverge);
        if let (Some(site), Expr::Block(block)) = (site, diverge) {
            let settle = self.settle(&site, (span, "let_else"), &verdict, iteration);
            block.block.stmts.insert(0, exit::statement(&settle));
        }
    }

    /// The condition of an `if` or `while`: every `let` in it that names a side of a `Result`.
    pub(super) fn condition(
        &mut self,
        condition: &mut Expr,
        place: Place,
    ) -> Vec<(Scrutinee, Side, Pat, bool)> {
        match condition {
            Expr::Let(binding) => {
                self.learn_let(binding);
                if place == Place::IfLet && tuple::tries(&binding.expr, [&*binding.pat].into_iter()) {
                    let pattern = (*binding.pat).clone();
                    let elements = self.elements(&mut binding.expr, &[&pattern]);
                    let found = elements.into_iter();
                    return found
                        .map(|found| (found.site, Side::Ok, pattern.clone(), found.iteration))
                        .collect();
                }
                let Some(side) = shape::side(&binding.pat) else {
                    self.visit_expr_mut(&mut binding.expr);
                    return Vec::new();
                };
                let finding = std::mem::take(&mut self.finding) && side == Side::Ok;
                let iteration = self.is_iteration(&binding.expr) && !finding;
                let ways = nested::ways([&*binding.pat].into_iter());
                if let (Place::WhileLet(breaks), Side::Ok) = (place, side) {
                    let ends = ways.is_empty() && !breaks_off(binding, breaks);
                    self.natural_end(&mut binding.expr, (binding.let_token.span, ends), &ways);
                    return Vec::new();
                }
                let pattern = (*binding.pat).clone();
                let joined = self.is_surely_joined(&binding.expr);
                let site = self.scrutinee(&mut binding.expr, iteration, &ways);
                self.passed_over_if(&pattern, &mut binding.expr, joined);
                site.map(|site| (site, side, pattern, iteration)).into_iter().collect()
            }
            Expr::Binary(chain) if matches!(chain.op, syn::BinOp::And(_)) => {
                let mut found = self.condition(&mut chain.left, place);
                self.opening.set_first(false);
                found.extend(self.condition(&mut chain.right, place));
                found
            }
            other => {
                self.visit_expr_mut(other);
                Vec::new()
            }
        }
    }

    /// `while let Ok(x) = next()` ends by itself; `while let Some(Ok(x)) = next()` leaves at an error what was still to come, and
    /// so does `while let Ok(Some(x)) = next()`, whose end is a `None`.
    fn natural_end(&mut self, expr: &mut Expr, pattern: (Span, bool), ways: &[Vec<syn::Path>]) {
        let (span, ends) = pattern;
        let (rvalue, known, callee) = (shape::is_rvalue(expr), self.known(expr), shape::callee(expr));
        let disposition = match ends {
            _ if self.is_asked_behind(behind::limited(expr).as_ref()) => Disposition::Handed,
            true => Disposition::Ends,
            false => Disposition::Dropped,
        };
        let verdict = Verdict::plain(disposition, expr);
        let probe = self.probe(&Probe {
            span,
            form: "while_let",
            verdict,
            callee: &callee,
            iteration: true,
            scrutinee: false,
        });
        self.visit_expr_mut(expr);
        if rvalue {
            self.watch_ways(expr, &probe, known, ways);
        }
    }

    /// What an `if let Err(..)` does with the errors that enter it. Where both branches answer, as the arms of a `match` do, they are told.
    pub(super) fn settled_in_then(
        &self,
        found: &[(Scrutinee, Side, Pat, bool)],
        body: &Expr,
        answers: bool,
    ) -> Vec<TokenStream> {
        found
            .iter()
            .filter(|(site, side, pattern, _)| {
                *side == Side::Err && (site.ends.is_none() || shape::names(pattern).is_empty())
            })
            .map(|(site, _, pattern, iteration)| {
                let mut verdict = site.tried.or_again(self.arm_verdict(pattern, body), body, &self.mentions);
                if answers && verdict.disposition == Disposition::Substituted {
                    verdict.disposition = Disposition::Handed;
                }
                self.settle(site, (site.span, "err_arm"), &verdict, *iteration)
            })
            .collect()
    }

    /// What a `while let Err(..)` does with the errors that enter it.
    pub(super) fn settled_in_loop(
        &self,
        found: &[(Scrutinee, Side, Pat, bool)],
        body: &Block,
    ) -> Vec<TokenStream> {
        let whole = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: body.clone() });
        let errors = found.iter().filter(|(site, side, ..)| *side == Side::Err && site.ends.is_none());
        errors
            .map(|(site, _, pattern, iteration)| {
                let verdict = self.arm_verdict(pattern, &whole);
                self.settle(site, (site.span, "err_arm"), &verdict, *iteration)
            })
            .collect()
    }
}

/// Whether a loop over this pattern has another end than an `Err`.
fn breaks_off(binding: &syn::ExprLet, breaks: bool) -> bool {
    shape::is_choosy(&binding.pat) || breaks && !way::is_received(&binding.expr)
}

pub(super) fn insert(block: &mut Block, statements: &[TokenStream]) {
    for (index, statement) in statements.iter().enumerate() {
        block.stmts.insert(index, exit::statement(statement));
    }
}

//! Several results at once: `match (first(), second()) { (Ok(a), Ok(b)) => .., _ => .. }`. Each element is watched, and the arm
//! that is entered says what becomes of each error.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{Arm, Expr, ExprMatch, Pat};

use super::discard::Discard;
use super::pattern::Scrutinee;
use super::probe::{Disposition, Probe, Verdict};
use super::shape::{self, Side};
use super::{Body, answer, arm, exit, flat};
use crate::token::First;

/// A watched element: where it stands, and whether it is another one at each pass of a loop.
pub(super) struct Element {
    index: usize,
    /// The names from which it reads a form.
    inputs: Vec<String>,
    pub(super) site: Scrutinee,
    pub(super) iteration: bool,
}

/// Whether these patterns are tried on a tuple that is written here, with a `Result` in it.
pub(super) fn tries<'a>(scrutinee: &Expr, mut patterns: impl Iterator<Item = &'a Pat>) -> bool {
    let Expr::Tuple(tuple) = scrutinee else { return false };
    patterns.any(|pattern| (0..tuple.elems.len()).any(|index| side_at(pattern, index).is_some()))
}

/// What a pattern says of the element at this place; nothing where it takes whatever comes.
fn at(pattern: &Pat, index: usize) -> Option<&Pat> {
    match shape::bare(pattern) {
        Pat::Tuple(tuple) if !tuple.elems.iter().any(|element| matches!(element, Pat::Rest(_))) => {
            tuple.elems.iter().nth(index)
        }
        _ => None,
    }
}

fn side_at(pattern: &Pat, index: usize) -> Option<Side> {
    at(pattern, index).and_then(shape::side)
}

/// Every case of a pattern.
fn cases(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(cases).collect(),
        Pat::Guard(inner) => cases(&inner.pat),
        Pat::Paren(inner) => cases(&inner.pat),
        other => vec![other],
    }
}

/// Whether an `Err` at this place can enter.
fn admits(pattern: &Pat, index: usize) -> bool {
    cases(pattern).into_iter().any(|case| at(case, index).is_none_or(shape::admits_err))
}

/// `(_, Ok(second))`: any of them will do, and this one has come.
fn takes_another(pattern: &Pat, index: usize) -> bool {
    cases(pattern).into_iter().all(|case| match case {
        Pat::Tuple(tuple) => {
            matches!(at(case, index), Some(Pat::Wild(_)))
                && tuple.elems.iter().any(|element| shape::side(element) == Some(Side::Ok))
        }
        _ => false,
    })
}

/// `(Ok(_), Err(_)) => Ordering::Less`: what has not the form comes before or after what has it. `Equal` says nothing of it.
fn puts_in_order(arm: &Arm) -> bool {
    let is_one_sided = |case: &Pat| match case {
        Pat::Tuple(tuple) => tuple.elems.iter().any(|element| shape::side(element) == Some(Side::Ok)),
        _ => false,
    };
    let is_before_or_after = |path: &syn::Path| {
        let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        matches!(names.next().as_deref(), Some("Less" | "Greater"))
            && names.next().is_none_or(|owner| owner == "Ordering")
    };
    matches!(shape::bare_expr(&arm.body), Expr::Path(path) if is_before_or_after(&path.path))
        && cases(&arm.pat).into_iter().all(is_one_sided)
}

impl Body<'_> {
    /// `let (main, backup) = (put(a), put(b));`: a name that nothing but the log reads. Whether there is one.
    pub(super) fn unread_elements(&mut self, pattern: &Pat, value: &mut Expr) -> bool {
        // A type that is written may tell a call what to return.
        if matches!(pattern, Pat::Type(typed) if !shape::uses(&typed.ty, |word| word == "Result")) {
            return false;
        }
        let (Pat::Tuple(names), Expr::Tuple(values)) = (shape::bare(pattern), value) else { return false };
        let is_unread = |name: &Pat, value: &Expr| {
            let is_idle = matches!(shape::bare(name), Pat::Ident(name) if self.mentions.is_idle(&name.ident.to_string()));
            is_idle && flat::made(value, self.generic)
        };
        let unread: Vec<bool> =
            names.elems.iter().zip(&values.elems).map(|(name, value)| is_unread(name, value)).collect();
        if names.elems.len() != values.elems.len() || !unread.contains(&true) {
            return false;
        }
        // What comes first is not the one that is looked at, perhaps.
        self.opening.set_first(false);
        for (value, unread) in values.elems.iter_mut().zip(unread) {
            if unread {
                let span = value.first();
                self.discarded(value, Discard::LetUnread, span);
            } else {
                self.visit_expr_mut(value);
            }
        }
        true
    }

    /// Watches the elements on which a side of a `Result` is tried.
    pub(super) fn elements(&mut self, scrutinee: &mut Expr, patterns: &[&Pat]) -> Vec<Element> {
        let Expr::Tuple(tuple) = scrutinee else { return Vec::new() };
        let mut found = Vec::new();
        for (index, element) in tuple.elems.iter_mut().enumerate() {
            let is_tried = patterns.iter().any(|pattern| side_at(pattern, index).is_some());
            let known = self.known(element);
            let is_seen = shape::is_rvalue(element) || shape::is_place(element) && !self.is_vague(element);
            if !is_tried || !is_seen {
                self.visit_expr_mut(element);
                continue;
            }
            let iteration = self.is_iteration(element);
            let callee = match shape::callee(element) {
                none if none.is_empty() => self.made_by(element).to_owned(),
                callee => callee,
            };
            let (span, inputs) = (element.first(), answer::inputs(element));
            let probe = self.probe(&Probe {
                span,
                form: "err_arm",
                verdict: Verdict::plain(Disposition::Handed, element),
                callee: &callee,
                iteration,
                scrutinee: true,
            });
            self.visit_expr_mut(element);
            self.watch(element, &probe, known);
            found.push(Element { index, inputs, site: Scrutinee::of(probe, span, callee), iteration });
        }
        found
    }

    /// `match (first(), second()) { .. }`
    pub(super) fn match_tuple(&mut self, matching: &mut ExprMatch) {
        let patterns: Vec<&Pat> = matching.arms.iter().flat_map(|arm| cases(&arm.pat)).collect();
        let elements = self.elements(&mut matching.expr, &patterns);
        let settles: Vec<Vec<TokenStream>> =
            matching.arms.iter().map(|arm| self.settle_elements(&elements, arm, &matching.arms)).collect();
        for (arm, settles) in matching.arms.iter_mut().zip(settles) {
            self.visit_arm_mut(arm);
            if !settles.is_empty() {
                exit::prepend_to_arm(arm, &quote!(#(#settles)*));
            }
        }
    }

    fn settle_elements(&self, elements: &[Element], arm: &Arm, arms: &[Arm]) -> Vec<TokenStream> {
        let entering = elements.iter().filter(|element| admits(&arm.pat, element.index));
        let mut verdict = self.tuple_verdict(arm);
        let others: Vec<&Arm> = arms
            .iter()
            .filter(|other| elements.iter().all(|element| !admits(&other.pat, element.index)))
            .collect();
        if matches!(verdict.disposition, Disposition::Substituted | Disposition::Acted)
            && answer::is_apart(arm, &others)
        {
            verdict.disposition = Disposition::Handed;
        }
        let form = || (arm.pat.first(), "err_arm");
        let verdict_on = |element: &Element| match takes_another(&arm.pat, element.index)
            || self.deals_with_the_text(element, arm)
        {
            true => Verdict { disposition: Disposition::Handed, recast: None, ..verdict },
            false => verdict,
        };
        entering
            .map(|element| self.settle(&element.site, form(), &verdict_on(element), element.iteration))
            .collect()
    }

    /// `(Ok(from), Err(_)) if to.is_empty() => from..size`, `(Err(_), Err(_)) => a.cmp(b)`, `(Ok(_), Err(_)) => Ordering::Less`: the text
    /// that has not the form is asked what it is, taken as it is, or put in its place among those that have.
    fn deals_with_the_text(&self, element: &Element, arm: &Arm) -> bool {
        let bound = shape::names(&arm.pat);
        let is_taken = |input: &String| {
            let asked = matches!(&arm.pat, Pat::Guard(guarded) if answer::asks_of(&guarded.guard, input));
            asked || !bound.contains(input) && arm::used_outside(&arm.body, input, &self.mentions)
        };
        element.inputs.iter().any(is_taken) || !element.inputs.is_empty() && puts_in_order(arm)
    }

    /// The verdict on an arm: one of its errors is used, or none is.
    fn tuple_verdict(&self, arm: &Arm) -> Verdict {
        let errors = cases(&arm.pat).into_iter().flat_map(|case| match case {
            Pat::Tuple(tuple) => tuple.elems.iter().collect(),
            _ => Vec::new(),
        });
        let mut errors = errors.filter(|element| shape::side(element) == Some(Side::Err));
        let body = self.arm_verdict(
            &Pat::Wild(syn::PatWild { attrs: vec![], underscore_token: Default::default() }),
            &arm.body,
        );
        if errors.any(|error| arm::is_used(error, &arm.body, &self.mentions)) {
            return Verdict { disposition: Disposition::Handed, ..body };
        }
        body
    }

    /// `if let (Ok(a), Ok(b)) = (first(), second())`, and the same with `let .. else`: what settles the errors elsewhere.
    pub(super) fn settle_each(
        &self,
        elements: &[Element],
        arm: (Span, &str),
        verdict: &Verdict,
    ) -> Vec<TokenStream> {
        let (span, form) = arm;
        elements
            .iter()
            .map(|element| self.settle(&element.site, (span, form), verdict, element.iteration))
            .collect()
    }
}

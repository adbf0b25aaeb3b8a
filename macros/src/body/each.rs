//! Loops: their names stand for another item at each pass, and what they mention tells what is overwritten.

use std::collections::HashSet;

use syn::Expr;
use syn::visit_mut::VisitMut;

use super::{Body, asked, counted, flat, mention, pattern, shape, way};

impl Body<'_> {
    /// Walks the inside of a loop.
    pub(super) fn in_loop(&mut self, mentions: mention::Mentions, work: impl FnOnce(&mut Self)) {
        self.loops.push(mentions);
        work(self);
        self.loops.pop();
    }

    /// `for`, `while`, `loop`
    pub(super) fn any_loop(&mut self, expr: &mut Expr) {
        match expr {
            Expr::ForLoop(each) => self.for_loop(each),
            Expr::While(each) => self.in_loop(mention::Mentions::of_while(each), |own| own.while_loop(each)),
            Expr::Loop(each) => {
                let body = &mut each.body;
                self.in_loop(mention::Mentions::of(body), |own| own.in_body(HashSet::new(), body));
            }
            _ => {}
        }
    }

    /// `for`
    fn for_loop(&mut self, each: &mut syn::ExprForLoop) {
        let (known, callee) = (flat::made(&each.expr, self.generic), shape::callee(&each.expr));
        let progress = counted::Progress::of(each);
        self.visit_expr_mut(&mut each.expr);
        self.flattened(&mut each.expr);
        self.iterated(&mut each.expr, known, &callee);
        self.learn_owned(&each.pat, &each.expr);
        let names = shape::item_names(&each.pat);
        let (mentions, body) = (mention::Mentions::of(&each.body), &mut each.body);
        self.rests.how_far.enter(progress);
        self.in_loop(mentions, |own| own.in_body(names, body));
        self.rests.how_far.leave();
    }

    /// `while`
    fn while_loop(&mut self, each: &mut syn::ExprWhile) {
        let names = match &*each.cond {
            Expr::Let(binding) => {
                self.learn_received(&binding.expr, std::iter::once(&*binding.pat));
                shape::item_names(&binding.pat)
            }
            _ => HashSet::new(),
        };
        self.learn_joined(&each.cond);
        let before = self.asking.replace(asked::asked_in_loop(&each.cond));
        let ends = self.items.enter_condition(&each.cond);
        let found = self.condition(&mut each.cond, pattern::Place::WhileLet(way::breaks_off(&each.body)));
        self.asking = before;
        let tries = self.items.leave_condition();
        let settled = self.settled_in_loop(&found, &each.body);
        let body = &mut each.body;
        self.in_body(names, body);
        self.items.leave_while(ends, tries);
        pattern::insert(body, &settled);
    }
}

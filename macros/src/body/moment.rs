//! When an invariant is checked: after a statement, or only at the end of the call.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

use super::Tracked;

impl Tracked {
    /// Whether some statement of the body writes all of these places, so that an invariant over them is checked there.
    pub(crate) fn is_written_at_once(&self, block: &Block, places: &[usize]) -> bool {
        let mut search = Search { tracked: self, places, found: false };
        search.visit_block(block);
        search.found
    }
}

/// Looks where the visitor of bodies puts its checks: behind statements, and in arms.
struct Search<'a> {
    tracked: &'a Tracked,
    places: &'a [usize],
    found: bool,
}

impl Search<'_> {
    fn look(&mut self, expr: &Expr) {
        let written = self.tracked.written(expr);
        self.found |= self.places.iter().all(|place| written.contains(place));
    }
}

impl Visit<'_> for Search<'_> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_stmt(&mut self, statement: &Stmt) {
        if let Stmt::Expr(expr, _) = statement {
            self.look(expr);
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_arm(&mut self, arm: &syn::Arm) {
        self.look(&arm.body);
        visit::visit_arm(self, arm);
    }
}

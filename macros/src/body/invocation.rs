//! Macros in a body: those that take expressions, and lines of the log that show what somebody else gets.

use quote::ToTokens;
use syn::Expr;
use syn::visit_mut::VisitMut;

use super::{Body, compare, exit, select, shape};

impl Body<'_> {
    /// A macro that stands as a value.
    pub(super) fn macro_expr(&mut self, expr: &mut Expr) {
        let Expr::Macro(invocation) = expr else { return };
        let shows = self.shows_kept(&invocation.mac);
        self.in_macro(&mut invocation.mac);
        shows.iter().for_each(|look| exit::prepend(expr, look));
    }

    /// Rewrites the arguments of macros that take expressions, as `println!` does.
    pub(super) fn in_macro(&mut self, mac: &mut syn::Macro) {
        if select::selects(mac) {
            self.in_select(mac);
            return;
        }
        let Some(mut arguments) = shape::arguments(mac) else { return };
        let compares = compare::compares(mac);
        let outside = std::mem::replace(&mut self.telling, true);
        // The macro may put them anywhere.
        let near = self.place.set_near(false);
        for argument in &mut arguments {
            match argument {
                Expr::Assign(named) => self.visit_expr_mut(&mut named.right),
                other if compares => self.compared(other),
                other => self.visit_expr_mut(other),
            }
        }
        self.telling = outside;
        self.place.set_near(near);
        mac.tokens = arguments.to_token_stream();
    }
}

//! When an invariant is checked, and what is still there at the end of the call.

use syn::{Block, Expr};

use crate::body::Tracked;

/// For each invariant, when it is checked, if not after a statement that writes all of its places.
pub(super) fn moments(tracked: &Tracked, block: &Block, borrows_self: bool) -> Vec<&'static str> {
    let moment = |places: &Vec<usize>| {
        if tracked.is_written_at_once(block, places) {
            ""
        } else if borrows_self && tracked.are_reachable(places) {
            "checked at exit"
        } else {
            "not checked: no statement here writes all of its places, and they are gone at the exit"
        }
    };
    tracked.invariants.iter().map(|(places, _)| moment(places)).collect()
}

impl Tracked {
    /// Whether these places are there at both ends of the call.
    pub(super) fn are_reachable(&self, places: &[usize]) -> bool {
        places.iter().filter_map(|index| self.places.get(*index)).all(is_reachable)
    }
}

/// Whether a place exists at both ends of the call: rooted in `self`.
pub(super) fn is_reachable(place: &Expr) -> bool {
    match place {
        Expr::Field(field) => is_reachable(&field.base),
        Expr::Unary(unary) => is_reachable(&unary.expr),
        Expr::Path(path) => path.path.is_ident("self"),
        _ => false,
    }
}

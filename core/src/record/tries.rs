//! Tries for one item of several: the one that works settles those before it, and none of another item.

use super::frame::Frame;
use super::ledger::has_errors;
use super::mark::Mark;
use super::place::ProbeAt;
use super::stack;
use crate::model::{Origin, Site};

/// A try worked: what has failed at this place since the moment before them was a try for the same item.
#[inline(never)]
pub fn worked(scrutinee: ProbeAt, since: Mark) {
    if has_errors() {
        stack::with_top(|frame| frame.settle_tries(scrutinee.probe().site, since));
    }
}

impl Frame {
    fn settle_tries(&mut self, place: Site, since: Mark) {
        // A call that had no frame yet had no errors either.
        let begin = since.within(self).unwrap_or(0);
        for entry in &mut self.entries {
            let is_try = matches!(entry.origin, Origin::Probe(_)) && entry.place == place && entry.key == 0;
            entry.superseded |= is_try && entry.seq > begin;
        }
    }
}

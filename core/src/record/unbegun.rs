//! Futures that were thrown away before they began: nothing of their work was done.

use super::figure::Lost;
use super::frame::{BOUND, Frame};
use super::place::ProbeAt;
use super::stack;
use super::state::is_on;
use crate::model::{LineKind, Site, Task, TaskEnd};

/// A future was thrown away here.
#[cold]
#[inline(never)]
pub fn never_began(probe: ProbeAt) {
    if is_on() && stack::has_frame() {
        let site = probe.probe().site;
        stack::with_top(|frame| frame.throw_away(site));
    }
}

impl Frame {
    fn throw_away(&mut self, site: Site) {
        self.words(LineKind::Task, "a future was thrown away before it began".to_owned(), Some(site));
        if self.tasks.len() < BOUND {
            self.tasks.push(Task { site, handle_dropped: true, detached: false, end: TaskEnd::NeverBegan });
        } else {
            self.lose(Lost::Task);
        }
    }
}

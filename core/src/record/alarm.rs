//! Lines that are errors by their level and say what their place is known to say. Most of them stand where a call fails, and then
//! nobody looks at them: they wait, and become evidence when the ledger of their call is looked at.

use super::frame::Frame;
use super::raw;
use super::said::{Line, LogSite};
use super::stack::{self, Stack};
use super::state::is_on;
use super::thread::Thread;
use crate::model::{Site, Stage};

/// How many of them wait in one call. What comes then is read at once, and they with it.
const WAITING: usize = 8;

/// A line that waits.
#[derive(Clone, Copy)]
pub(super) struct Alarm {
    line: Line,
    here: &'static Site,
}

/// Notes such a line, and lets it wait. Returns false, and nothing has happened, if it has to be read at once.
#[inline(never)]
pub(super) fn alarm(place: &'static LogSite) -> bool {
    if raw::short(|thread| thread.alarm_light(place)).flatten().is_some() {
        return true;
    }
    let usually =
        || raw::short(|thread| thread.usual(|stack| stack.alarm(thread, place))).flatten().is_some();
    usually() || is_on() && stack::with(Stack::make_room_for_lines).unwrap_or(false) && usually()
}

impl Stack {
    fn alarm(&mut self, thread: &Thread, place: &'static LogSite) -> Option<()> {
        self.top().filter(|top| !top.is_touched() || top.may_wait())?;
        self.repeat(thread, place)?;
        let top = self.top()?;
        top.wait_with(Line::plain(place, top.seq), thread.position().map(|at| at.site()));
        Some(())
    }
}

impl Frame {
    /// An alarm waits from now on. It was said there, if that is known.
    pub(super) fn wait_with(&mut self, line: Line, site: Option<&'static Site>) {
        let here = site.unwrap_or(&self.callsite.operation().site);
        self.alarms.push(Alarm { line, here });
    }

    /// Whether an alarm may wait: nothing in the ledger could belong to it, and no other work has a part in this call.
    fn may_wait(&self) -> bool {
        let is_empty = self.entries.is_empty()
            && self.logs.is_empty()
            && self.pending.is_empty()
            && self.answered.is_none();
        let is_alone = self.shared.is_none() && self.link.is_none() && self.stage == Stage::Whole;
        is_empty && is_alone && self.alarms.len() < WAITING
    }

    /// What waits takes its place in the ledger: before anything else does, or is asked of it.
    #[inline]
    pub(super) fn read_alarms(&mut self) {
        if self.has_alarms() {
            self.read_waiting();
        }
    }

    /// Whether an alarm waits.
    #[inline]
    pub(super) fn has_alarms(&self) -> bool {
        self.is_touched() && !self.alarms.is_empty()
    }

    #[cold]
    #[inline(never)]
    fn read_waiting(&mut self) {
        // Evidence is read from the pages.
        self.notes.unfold();
        let mut waiting = std::mem::take(&mut self.alarms);
        for Alarm { line, here } in &waiting {
            self.take_evidence(line, here, true);
        }
        // Its memory is used again.
        waiting.clear();
        self.alarms = waiting;
    }
}

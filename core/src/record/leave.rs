//! How calls leave the stack: those that have frames.

use std::ptr;

use super::callsite::Callsite;
use super::cell::Untold;
use super::clock::ticks;
use super::frame::Frame;
use super::keep;
use super::page::ChildEnd;
use super::place::At;
use super::pool::Spare;
use super::sink::sink;
use super::stack::{self, Stack};
use super::thread::Thread;
use crate::model::{Class, Outcome};

/// What became of a call that was left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// It was counted, and nothing has to be said of it; or it is none of those that are recorded.
    Quietly,
    /// It has to be finished.
    WithSomethingToSay,
}

impl Stack {
    /// Whether the innermost call is one of this callsite, in this stretch of recording.
    #[inline]
    fn is_in(&mut self, callsite: &'static Callsite) -> bool {
        self.is_current() && self.top().is_some_and(|top| ptr::eq(top.callsite, callsite))
    }

    /// Leaves the innermost call as fulfilled if everything is as usual. It calls nothing, so that it is short.
    #[inline(always)]
    pub(super) fn leave_usual(&mut self, thread: &Thread, is_it: impl Fn(&Frame) -> bool) -> Option<()> {
        // A call that is alone is not nested too deeply.
        if !self.is_current() {
            return None;
        }
        let is_sampled = self.figures.is_sampled;
        let top = self.lone_top()?;
        if !is_it(top) || !top.is_plain() || (top.timed && is_sampled) {
            return None;
        }
        let (callsite, timed, outer) = (top.callsite, top.timed, top.outer);
        let cells = self.figures.known(callsite)?;
        let mut left = Untold::NONE;
        if timed {
            let took = ticks().wrapping_sub(top.started);
            if keep::is_slow(took) {
                return None;
            }
            left = cells.took(took, false);
        }
        cells.ended(Class::Fulfilled);
        thread.replace_at(outer);
        self.drop_top();
        self.figures.place(callsite, left);
        Some(())
    }

    /// Leaves a call that is alone, was chosen with its trace, and has nothing else to say: as fulfilled, and kept as a brief.
    #[inline(never)]
    fn leave_chosen(&mut self, thread: &Thread, callsite: &'static Callsite) -> Option<()> {
        let top = self.lone_top()?;
        let (timed, outer, started) = (top.timed, top.outer, top.started);
        let now = top.now();
        let took = now.wrapping_sub(started);
        self.keep_root((started, now))?;
        thread.replace_at(outer);
        self.drop_top();
        let Some(cells) = self.figures.known(callsite) else {
            self.count(callsite, timed.then_some(took));
            return Some(());
        };
        cells.ended(Class::Fulfilled);
        let left = if timed { cells.took(took, self.figures.is_sampled) } else { Untold::NONE };
        self.figures.place(callsite, left);
        Some(())
    }

    /// Leaves the innermost call as fulfilled if nothing has to be said of it.
    pub(super) fn leave_quietly(&mut self, thread: &Thread, callsite: &'static Callsite) -> Left {
        if self.is_beyond() || !self.is_in(callsite) {
            return self.leave_unfollowed();
        }
        self.leave_top(thread)
    }

    /// A call that was nested too deeply, or began before recording did.
    #[cold]
    #[inline(never)]
    fn leave_unfollowed(&mut self) -> Left {
        self.ends_beyond();
        Left::Quietly
    }

    /// Leaves a call that noted something, promised something or encloses no other, if nothing has to be said of it.
    /// Nothing has happened where the answer is no.
    #[inline(never)]
    pub(super) fn leave_less_usual(&mut self, thread: &Thread, callsite: &'static Callsite) -> Option<()> {
        if self.is_beyond() || !self.is_current() {
            return None;
        }
        let is_alone = !self.has_outer();
        let top = self.top()?;
        if !ptr::eq(top.callsite, callsite) {
            return None;
        }
        if top.is_only_chosen() && is_alone {
            return self.leave_chosen(thread, callsite);
        }
        (self.leave_top(thread) == Left::Quietly).then_some(())
    }

    /// Leaves the innermost call as fulfilled if nothing has to be said of it. Calls of all kinds end here.
    #[inline(never)]
    pub(super) fn leave_top(&mut self, thread: &Thread) -> Left {
        let Some(top) = self.top().filter(|top| top.is_quiet()) else { return Left::WithSomethingToSay };
        let timed = top.timed;
        let now = top.now();
        let took = now.wrapping_sub(top.started);
        let mut is_kept = false;
        if timed && keep::is_slow(took) || top.is_marked() {
            match self.keep_quietly(now) {
                Some(kept) => is_kept = kept,
                None => return Left::WithSomethingToSay,
            }
        }
        let top = match self.frames.get_mut(..self.running).unwrap_or_default() {
            [.., outer, top] => {
                if !outer.take_quiet_child(top, &mut self.spare, (now, is_kept)) {
                    return Left::WithSomethingToSay;
                }
                top
            }
            [top] => top,
            [] => return Left::Quietly,
        };
        let top: &mut Frame = top;
        let (callsite, outer) = (top.callsite, top.outer);
        top.forget_facts();
        top.forget_number();
        let (pages, is_foreign, has_more) = (top.notes.take(), top.is_foreign(), top.keeps_more());
        thread.replace_at(outer);
        self.drop_top();
        if has_more {
            self.forget_left();
        }
        if is_foreign {
            self.send_left();
        }
        self.take_pages(pages);
        self.trim();
        self.count_left(callsite, timed.then_some(took))
    }

    /// Counts a call that was left as fulfilled.
    #[inline(always)]
    fn count_left(&mut self, callsite: &'static Callsite, took: Option<u64>) -> Left {
        // A call that began on another thread may not have been counted on this one before.
        let Some(cells) = self.figures.known(callsite) else {
            return self.count(callsite, took);
        };
        cells.ended(Class::Fulfilled);
        let left = took.map_or(Untold::NONE, |took| cells.took(took, self.figures.is_sampled));
        self.figures.place(callsite, left);
        Left::Quietly
    }

    #[cold]
    #[inline(never)]
    fn count(&mut self, callsite: &'static Callsite, took: Option<u64>) -> Left {
        self.figures.ended(callsite, &Outcome::FULFILLED, took);
        Left::Quietly
    }
}

/// Ends the innermost call if it is one of this callsite.
#[inline(never)]
pub(super) fn finish_top(callsite: &'static Callsite, told: Option<Outcome>, if_panicking: &'static str) {
    let frame = stack::with(|stack| {
        if stack.ends_beyond() || !stack.is_in(callsite) {
            return None;
        }
        let id = stack.top()?.id;
        stack.pop(id)
    });
    if let Some(frame) = frame.flatten() {
        let cause = if !frame.unwinding && std::thread::panicking() { if_panicking } else { "" };
        finish(frame, told, cause);
    }
}

/// Ends a call whose frame was taken off the stack. `told` is its outcome where that is known, `cause` names why it was
/// abandoned, if it was.
pub(super) fn finish(mut frame: Box<Frame>, told: Option<Outcome>, cause: &'static str) {
    let now = frame.now();
    let noted = if frame.outcome.is_some() { frame.outcome.take() } else { None };
    let outcome = match told.or(noted) {
        _ if cause == "panic" => Outcome::new(Class::Abandoned, "panic"),
        Some(outcome) => outcome,
        None if cause.is_empty() => Outcome::FULFILLED,
        None => Outcome::new(Class::Abandoned, cause),
    };
    if now != 0 {
        frame.ended = now;
    }
    let took = frame.timed.then(|| now.saturating_sub(frame.started));
    if frame.scope != 0
        && let Some(sink) = sink()
    {
        stack::aside(|| sink.outcome(frame.scope, frame.callsite.operation(), &outcome));
    }
    if let Some(shared) = frame.shared.clone() {
        frame.read_alarms();
        shared.collect(&mut frame);
    }
    let found = frame.conclude(&outcome, frame.at.get());
    let is_kept = keep::is_keeping() && keep::settle(&mut frame, &outcome, found);
    stack::with(|stack| {
        stack.figures.ended(frame.callsite, &outcome, took);
        if let Some(parent) = stack.top_with_pages() {
            parent.child_ended(&frame, &outcome);
            parent.note_child(&mut frame, (outcome.class, outcome.reason), (now, is_kept));
        }
    });
    let done = match frame.shared.clone() {
        None => Some(frame),
        Some(shared) => shared.wait(frame, outcome),
    };
    if let Some(frame) = done {
        stack::with(|stack| stack.give_back(frame));
    }
}

impl Frame {
    /// The enclosing operation notes that its child fulfilled. Not, and says so, if that may mend an error of its own.
    #[inline(never)]
    fn take_quiet_child(&mut self, child: &mut Frame, spare: &mut Spare, ended: (u64, bool)) -> bool {
        if self.has_entries() {
            return false;
        }
        if child.notes.have_no_pages() {
            self.notes.lend(spare);
        }
        self.note_child(child, (Class::Fulfilled, ""), ended);
        true
    }

    /// The enclosing operation notes when and how its child ended, and whether that is exported for its own sake.
    #[inline(always)]
    fn note_child(
        &mut self,
        child: &mut Frame,
        (class, reason): (Class, &'static str),
        (now, is_kept): (u64, bool),
    ) {
        // The child's own notes come first: they happened before it ended.
        let has_shared = child.is_touched() && child.shared.is_some();
        if !child.notes.is_empty() && !has_shared {
            self.notes.absorb(&mut child.notes);
        }
        let end = ChildEnd {
            operation: child.callsite.operation(),
            class,
            reason,
            ticks: now.saturating_sub(child.started),
            is_kept,
        };
        // While the child was on top, it knew where this call was.
        self.notes.child(now, child.outer.get().map(At::site), end);
    }
}

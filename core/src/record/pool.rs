//! Frames and pages that are not in use: how many a thread keeps, and where those go that belong to another thread.

use std::sync::Arc;

use super::callsite::Callsite;
use super::frame::{Frame, scoped};
use super::hand_back::HandBack;
use super::memory;
use super::page::Pages;
use super::place::Whence;
use super::stack::{DEPTH, Stack, scope};
use super::story::LINES;
use crate::model::Plan;

/// Frames of futures are kept where they end while the thread has fewer than so many; then they go back.
const ADOPTED: usize = 16;

/// Where the frames of a thread go back to.
pub(super) type Home = Arc<HandBack<Box<Frame>>>;

/// How many packs of pages a thread keeps.
const PAGES: usize = 4;

/// Boxes that nobody uses. The places for them are there, so that nothing is called to put some down.
pub(super) struct Unused<T, const MANY: usize> {
    places: [Option<Box<T>>; MANY],
    used: usize,
}

/// Pages that nobody uses.
pub(super) type Spare = Unused<Pages, PAGES>;

impl<T, const MANY: usize> Unused<T, MANY> {
    pub(super) const fn new() -> Unused<T, MANY> {
        Unused { places: [const { None }; MANY], used: 0 }
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<Box<T>> {
        let last = self.used.checked_sub(1)?;
        self.used = last;
        self.places.get_mut(last)?.take()
    }

    #[inline(always)]
    pub(super) fn push(&mut self, one: Box<T>) {
        if let Some(place) = self.places.get_mut(self.used) {
            // Nothing lies there that would have to be dropped.
            std::mem::forget(place.replace(one));
            self.used += 1;
        }
    }
}

impl Spare {
    fn bytes(&self) -> usize {
        self.places.iter().flatten().map(|pages| pages.bytes()).sum()
    }
}

/// How much a thread keeps that is not in use.
pub(super) struct Room {
    frames: usize,
    pages: usize,
    /// How much memory one pack of pages may hold.
    page: usize,
    /// How much memory the lists of frames may hold.
    kept: usize,
}

impl Room {
    /// How much memory the lists of frames may hold.
    #[inline(always)]
    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    /// In parts of 32: fourteen for pages, thirteen for frames, so that there are a hundred, and five for their lists.
    pub(super) const fn of(rest: usize) -> Room {
        let part = rest / 32;
        let page = if part * 14 < 8 * 1024 { part * 14 } else { 8 * 1024 };
        let frames = part * 13 / FRAME;
        let pages = part * 14 / page;
        Room {
            frames: if frames > 128 { 128 } else { frames },
            pages: if pages > PAGES { PAGES } else { pages },
            page,
            kept: part * 5,
        }
    }
}

/// What one frame takes.
const FRAME: usize = size_of::<Frame>() + size_of::<Box<Frame>>();

impl Stack {
    /// Makes room for one more call, or says that it is nested too deeply.
    #[cold]
    #[inline(never)]
    pub(super) fn grow(&mut self, callsite: &'static Callsite) -> bool {
        if self.running >= DEPTH {
            self.too_deep(callsite);
            return false;
        }
        self.collect();
        if self.frames.len() <= self.running {
            self.frames.push(Box::new(Frame::new()));
        }
        self.account();
        true
    }

    /// Takes the frames that have come back.
    fn collect(&mut self) {
        if let Some(home) = &self.home {
            home.collect(&mut self.frames);
            // There are never more frames than calls may be nested: whoever finds one ready need not count.
            self.frames.truncate(DEPTH.max(self.running));
        }
    }

    /// Tells how much memory is not in use, and asks how much may be.
    pub(super) fn account(&mut self) {
        let outbox = self.outbox.bytes();
        self.figures.tell_frames(self.frames.len() * FRAME + self.kept + self.spare.bytes() + outbox);
        self.room = Room::of(self.figures.rest().saturating_sub(outbox));
    }

    /// Empty pages for the notes of other calls: a few are kept, and none that has grown large.
    #[inline(always)]
    pub(super) fn take_pages(&mut self, pages: Option<Box<Pages>>) {
        if let Some(mut pages) = pages
            && self.spare.used < self.room.pages
        {
            pages.clear();
            if pages.fit_into(self.room.page) {
                self.spare.push(pages);
            }
        }
    }

    /// Few unused frames are kept once nothing is running any more.
    #[inline]
    pub(super) fn trim(&mut self) {
        if self.running == 0 && self.frames.len() > self.room.frames {
            self.trim_to_fit();
        }
    }

    #[cold]
    #[inline(never)]
    fn trim_to_fit(&mut self) {
        for frame in self.frames.split_off(self.room.frames) {
            self.kept -= frame.kept_bytes;
        }
        self.account();
    }

    /// A clean frame that is not on the stack.
    pub(super) fn take(&mut self, callsite: &'static Callsite, plan: &'static Plan) -> Box<Frame> {
        if self.frames.len() <= self.running {
            self.collect();
        }
        let spare = if self.frames.len() > self.running { self.frames.pop() } else { None };
        let mut frame = spare.unwrap_or_else(|| Box::new(Frame::new()));
        self.leaves(&mut frame);
        let (scope, level) = self.top().map_or_else(|| (scope(), 0), |top| (top.scope, top.notes.below()));
        frame.belong_to(callsite, plan, (scope, scoped(scope)));
        frame.notes.begin(level);
        frame.start(true, false);
        frame.at = Whence::NOWHERE;
        frame.id = self.fresh_id();
        frame
    }

    /// Makes room for log lines in the innermost frame. Returns false if there is no call, or no memory for them.
    pub(super) fn make_room_for_lines(&mut self) -> bool {
        if !self.is_current() || self.is_beyond() {
            return false;
        }
        let fits = self.kept + LINES <= self.room.kept;
        let Some(top) = self.top() else { return false };
        if top.notes.can_repeat() {
            self.top_with_pages().into_iter().for_each(|top| top.notes.unfold());
            return true;
        }
        if fits {
            top.notes.begin_to_repeat();
            top.kept_bytes += LINES;
            self.kept += LINES;
            self.account();
        }
        fits
    }

    /// A frame leaves this thread's list: what its lists hold is counted no longer.
    #[inline]
    pub(super) fn leaves(&mut self, frame: &mut Frame) {
        self.kept -= std::mem::take(&mut frame.kept_bytes);
    }

    /// The call of this frame is over.
    pub(super) fn give_back(&mut self, mut frame: Box<Frame>) {
        self.take_pages(frame.notes.take());
        frame.clear();
        if frame.is_foreign() {
            return send_home(frame);
        }
        if self.frames.len() < DEPTH.min(self.running + self.room.frames) {
            let bytes = frame.list_bytes();
            if self.kept + bytes <= self.room.kept {
                frame.kept_bytes = bytes;
                self.kept += bytes;
            } else {
                frame.drop_lists();
            }
            self.frames.push(frame);
            self.account();
        }
    }

    /// A frame that was on this thread goes along with its future.
    pub(super) fn suspend(&mut self, frame: &mut Frame) {
        if frame.home.is_none() {
            let home = self.home.get_or_insert_with(|| Arc::new(HandBack::new()));
            frame.home = Some(Arc::clone(home));
        }
    }

    /// A frame comes with its future. One of another thread is kept if this one has few, or else goes back when it ends.
    pub(super) fn welcome(&mut self, frame: &mut Frame) {
        let is_own = |home: &Home| self.home.as_ref().is_some_and(|own| Arc::ptr_eq(own, home));
        let mut is_foreign = frame.home.as_ref().is_some_and(|home| !is_own(home));
        if is_foreign && self.frames.len() - self.running < ADOPTED {
            frame.home = None;
            is_foreign = false;
        }
        frame.set_foreign(is_foreign);
    }

    /// The innermost call was left quietly, and had kept more than notes: its frame is clean again, and its lists stay if
    /// there is room for them.
    #[inline(never)]
    pub(super) fn forget_left(&mut self) {
        let Some(frame) = self.frames.get_mut(self.running) else { return };
        frame.forget_key();
        if frame.is_touched() {
            self.forget_lists();
        } else {
            frame.forget_keys();
        }
    }

    #[inline(never)]
    fn forget_lists(&mut self) {
        let Some(frame) = self.frames.get_mut(self.running) else { return };
        frame.forget_kept();
        let bytes = frame.list_bytes();
        if bytes == frame.kept_bytes {
            return;
        }
        self.kept -= std::mem::take(&mut frame.kept_bytes);
        if self.kept + bytes <= self.room.kept {
            frame.kept_bytes = bytes;
            self.kept += bytes;
        } else {
            frame.drop_lists();
        }
        self.account();
    }

    /// The innermost call was left quietly, and its frame is that of another thread.
    #[cold]
    #[inline(never)]
    pub(super) fn send_left(&mut self) {
        if self.running < self.frames.len() {
            let mut frame = self.frames.swap_remove(self.running);
            self.leaves(&mut frame);
            send_home(frame);
        }
    }
}

/// A clean frame goes back to the thread that it came from.
fn send_home(mut frame: Box<Frame>) {
    frame.set_foreign(false);
    if let Some(home) = frame.home.take() {
        memory::count_return(home.give(frame).is_ok());
    }
}

impl Drop for Stack {
    /// Calls that were cut off by the end of their stretch never told their end; others still run, if the process exits within
    /// them. Nobody needs to send anything back any more.
    fn drop(&mut self) {
        if !self.is_current() {
            self.abandon_above(0);
        }
        drop(self.home.take().and_then(|home| home.close()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::memory;

    #[test]
    fn a_thread_has_frames_for_a_hundred_nested_calls_beside_some_counters() {
        let room = Room::of(memory::THREAD - 4 * 1024);
        assert!(room.frames >= 100, "{} frames of {FRAME} bytes", room.frames);
    }

    #[test]
    fn the_parts_are_no_more_than_the_whole() {
        for rest in [8 * 1024, 20_000, memory::THREAD] {
            let room = Room::of(rest);
            assert!(room.pages >= 1);
            assert!(room.frames * FRAME + room.pages * room.page + room.kept <= rest);
        }
    }
}

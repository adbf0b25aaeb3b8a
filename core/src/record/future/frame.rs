//! How the frame of a call that goes along with its future is put on the stack of a thread, and taken off.

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::record::figure::{self, Lost};
use crate::record::frame::Frame;
use crate::record::leave::{Left, finish};
use crate::record::raw;
use crate::record::stack::{self, DEPTH, Stack};
use crate::record::thread::Thread;

/// Where a suspended call has been put: its id, if it is followed.
pub(super) type Put = Option<Option<NonZeroU32>>;

/// Nothing can be recorded here.
pub(super) fn lost() -> Put {
    figure::lose(Lost::Operation, 1);
    None
}

/// Puts a suspended frame on.
#[inline(never)]
pub(super) fn put<const HERE: bool>(frame: Box<Frame>) -> Put {
    let mut slot = Some(frame);
    let usual = |thread: &Thread| thread.usual(|stack| stack.push_usual(thread, &mut slot));
    match raw::short(usual).flatten() {
        Some(id) => {
            // It was taken.
            std::mem::forget(slot);
            Some(Some(id))
        }
        None => put_unusually(slot),
    }
}

#[cold]
#[inline(never)]
fn put_unusually(slot: Option<Box<Frame>>) -> Put {
    let mut frame = slot?;
    let id = frame.id;
    // It was another thread that counted it.
    frame.kept_bytes = 0;
    match stack::with(|stack| stack.push(frame)) {
        Some(Ok(())) => Some(NonZeroU32::new(id)),
        Some(Err(too_deep)) => {
            // It is not followed to its end.
            stack::with(|stack| stack.figures.forget(too_deep.callsite));
            figure::lose(Lost::Operation, 1);
            Some(None)
        }
        None => lost(),
    }
}

/// Takes a frame off while its call is suspended.
#[inline(never)]
pub(super) fn take<const HERE: bool>(id: Option<NonZeroU32>) -> Option<Box<Frame>> {
    let usual = |thread: &Thread| thread.usual(|stack| stack.pop_usual(thread, id?.get()));
    raw::short(usual).flatten().or_else(|| take_unusually(id))
}

#[inline(never)]
fn take_unusually(id: Option<NonZeroU32>) -> Option<Box<Frame>> {
    let suspend = |stack: &mut Stack| {
        let mut frame = stack.take_off(id)?;
        stack.suspend(&mut frame);
        Some(frame)
    };
    stack::with(suspend).flatten()
}

/// Ends a call that did not end as fulfilled so far.
#[inline(never)]
pub(super) fn leave_as_said<const HERE: bool>(id: NonZeroU32) {
    if raw::short(|thread| thread.end_as_said_by_id(id.get())).flatten().is_none() {
        leave_in_frame::<HERE>(id);
    }
}

#[inline(never)]
fn leave_in_frame<const HERE: bool>(id: NonZeroU32) {
    let left = raw::short(|thread| {
        let is_it = |top: &Frame| id.get() == top.id;
        thread.usual(|stack| match stack.leave_usual(thread, is_it) {
            Some(()) => Some(()),
            None => stack.leave_by_id(thread, id),
        })
    });
    if left.flatten().is_none() {
        leave(Some(id), "");
    }
}

#[cold]
#[inline(never)]
pub(super) fn leave(id: Option<NonZeroU32>, cause: &'static str) {
    if let Some(frame) = stack::with(|stack| stack.take_off(id)).flatten() {
        finish(frame, None, cause);
    }
}

impl Stack {
    /// Leaves the innermost call as fulfilled, if it is this one and nothing has to be said of it. Nothing has happened
    /// otherwise.
    #[inline(always)]
    fn leave_by_id(&mut self, thread: &Thread, id: NonZeroU32) -> Option<()> {
        let is_on_top = self.top()?.id == id.get();
        (is_on_top && self.leave_top(thread) == Left::Quietly).then_some(())
    }

    /// Puts a frame of this thread on top, in the stretch of recording to which all others belong, and tells its id. Nothing
    /// has happened where it is not that easy.
    #[inline(always)]
    fn push_usual(&mut self, thread: &Thread, slot: &mut Option<Box<Frame>>) -> Option<NonZeroU32> {
        let is_own = |frame: &&mut Box<Frame>| match (&frame.home, &self.home) {
            (Some(home), Some(own)) => Arc::ptr_eq(home, own),
            _ => false,
        };
        let has_room = self.frames.len() < DEPTH && self.frames.len() < self.frames.capacity();
        if !self.is_current() || !has_room {
            return None;
        }
        let frame = slot.as_mut().filter(is_own)?;
        let id = NonZeroU32::new(frame.id)?;
        frame.set_foreign(false);
        frame.outer = thread.replace_at(frame.at);
        self.kept += frame.kept_bytes;
        let mut frame = slot.take()?;
        // What lies ready there goes behind the others.
        match self.frames.get_mut(self.running) {
            Some(ready) => {
                std::mem::swap(ready, &mut frame);
                self.frames.push(frame);
            }
            None => self.frames.push(frame),
        }
        self.running += 1;
        Some(id)
    }

    /// Takes the frame with this id off, if it is on top and was suspended before. Nothing has happened otherwise.
    #[inline(always)]
    fn pop_usual(&mut self, thread: &Thread, id: u32) -> Option<Box<Frame>> {
        let index = self.running.checked_sub(1)?;
        self.frames.get(index).filter(|frame| frame.id == id && frame.home.is_some())?;
        self.running = index;
        let mut frame = self.frames.swap_remove(index);
        // It most likely comes back to this thread, and what its lists hold then counts again.
        self.kept -= frame.kept_bytes;
        frame.at = thread.replace_at(frame.outer);
        Some(frame)
    }

    fn take_off(&mut self, id: Option<NonZeroU32>) -> Option<Box<Frame>> {
        match id {
            Some(id) => self.pop(id.get()),
            None => {
                self.ends_beyond();
                None
            }
        }
    }
}

//! Moments of a call.

use super::frame::Frame;
use super::ledger::saw_ok_within;
use super::place::{At, ProbeAt};
use super::raw;
use super::state::is_not_off;
use super::thread::{HERE, Thread};

/// A moment of a call: taken before an expression, so that what failed while it ran belongs to its error. The id of the
/// frame, whether it had errors, and its sequence number, which is how much it has told as long as the call is a light one; 0 when
/// nothing is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Mark(u64);

/// Set where the frame had errors. It takes the place of the highest digit of the sequence number.
const HAS_ERRORS: u64 = 1 << 31;

impl Mark {
    pub(crate) const NONE: Mark = Mark(0);

    #[inline(always)]
    pub(super) fn at(id: u32, seq: u32, has_errors: bool) -> Mark {
        let seq = u64::from(seq) & (HAS_ERRORS - 1);
        Mark(u64::from(id) << 32 | u64::from(has_errors) << 31 | seq)
    }

    /// The sequence number, if it was taken in this frame.
    pub(super) fn within(self, frame: &Frame) -> Option<u32> {
        let Mark(bits) = self;
        (bits >> 32 == u64::from(frame.id)).then_some((bits & (HAS_ERRORS - 1)) as u32)
    }

    /// The expression was an `Ok`. What failed at its place before had failed before the moment.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn saw_ok(self, probe: ProbeAt) {
        if self.0 & HAS_ERRORS != 0 {
            saw_ok_within(probe);
        }
    }

    /// Nothing, if nothing was recorded.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn known(self) -> Option<Mark> {
        (self.0 != 0).then_some(self)
    }
}

/// The moment of the current call. Off, this is one relaxed load and a branch.
#[cfg_attr(not(debug_assertions), inline(always))]
#[must_use]
pub fn mark() -> Mark {
    if is_not_off() { mark_within::<HERE>() } else { Mark::NONE }
}

/// The same for whoever knows whether anything is recorded.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn mark_if(is_on: bool) -> Option<Mark> {
    if !is_on {
        return None;
    }
    Some(mark_within::<HERE>())
}

/// The same from within this crate, which is not to have what users compile themselves (see [`HERE`]).
pub(crate) fn mark_inside() -> Mark {
    if is_not_off() { mark_within::<false>() } else { Mark::NONE }
}

/// Nothing is recorded while candor itself is at work, and no call runs before the way to the stack is open.
#[inline(never)]
fn mark_within<const HERE: bool>() -> Mark {
    match raw::short(Thread::moment_at_once).flatten() {
        Some(mark) => mark,
        None => mark_found_out::<HERE>(),
    }
}

#[inline(never)]
fn mark_found_out<const HERE: bool>() -> Mark {
    raw::short(Thread::moment).flatten().unwrap_or(Mark::NONE)
}

/// The same where a statement begins, which is noted as well.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn reach_if(is_on: bool, at: At) -> Option<Mark> {
    if !is_on {
        return None;
    }
    Some(reach_within::<HERE>(at))
}

#[inline(never)]
fn reach_within<const HERE: bool>(at: At) -> Mark {
    let reach = |thread: &Thread| {
        thread.at.set(at);
        thread.moment_at_once()
    };
    match raw::short(reach).flatten() {
        Some(mark) => mark,
        None => mark_found_out::<HERE>(),
    }
}

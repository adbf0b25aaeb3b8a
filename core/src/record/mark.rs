//! Moments of a call.

use std::hint::cold_path;

use super::frame::Frame;
use super::ledger::saw_ok_within;
use super::place::{At, ProbeAt};
use super::raw;
use super::state::is_not_off;
use super::thread::Thread;

/// A moment of a call: taken before an expression, so that what failed while it ran belongs to its error. The id of the
/// frame and its sequence number; 0 when nothing is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Mark(u64);

impl Mark {
    const NONE: Mark = Mark(0);

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn at((id, seq): (u32, u32)) -> Mark {
        Mark(u64::from(id) << 32 | u64::from(seq))
    }

    /// The sequence number, if it was taken in this frame.
    pub(super) fn within(self, frame: &Frame) -> Option<u32> {
        let Mark(bits) = self;
        (bits >> 32 == u64::from(frame.id)).then_some((bits & u64::from(u32::MAX)) as u32)
    }

    /// The expression was an `Ok`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn saw_ok(self, probe: ProbeAt) {
        if self.0 != 0 {
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
    if is_not_off() { mark_within() } else { Mark::NONE }
}

/// The same for whoever knows whether anything is recorded.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn mark_if(is_on: bool) -> Option<Mark> {
    if !is_on {
        return None;
    }
    cold_path();
    Some(mark_within())
}

/// Nothing is recorded while candor itself is at work, and no call runs before the way to the stack is open.
#[inline(never)]
fn mark_within() -> Mark {
    raw::short(|thread| thread.moment().map(Mark::at)).flatten().unwrap_or(Mark::NONE)
}

/// The same where a statement begins, which is noted as well.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn reach_if(is_on: bool, at: At) -> Option<Mark> {
    if !is_on {
        return None;
    }
    cold_path();
    Some(reach_within(at))
}

#[inline(never)]
fn reach_within(at: At) -> Mark {
    let reach = |thread: &Thread| {
        thread.replace_at(Some(at));
        thread.moment().map(Mark::at)
    };
    raw::short(reach).flatten().unwrap_or(Mark::NONE)
}

//! How much memory counters may take. Each thread has an account; what is beyond it is counted in counters that all threads
//! share, and nothing is lost. See [`super::shared`].

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::model::Memory;

/// What one thread may keep, in bytes: its counters, and the frames and pages that are not in use.
pub(super) const THREAD: usize = 64 * 1024;
/// What all threads together may keep.
const ALL: usize = 8 * 1024 * 1024;
/// What counters leave of a thread's share to frames and pages.
const REST: usize = 8 * 1024;

static THREAD_LIMIT: AtomicUsize = AtomicUsize::new(THREAD);
static ALL_LIMIT: AtomicUsize = AtomicUsize::new(ALL);
/// What counters take now, those that threads share included.
static COUNTERS: AtomicUsize = AtomicUsize::new(0);
/// The part of it that threads share.
static SHARED_COUNTERS: AtomicUsize = AtomicUsize::new(0);
/// What frames and pages take that are not in use, as far as threads have told.
static FRAMES: AtomicUsize = AtomicUsize::new(0);
/// Operations that were counted in a shared counter for want of room, and operations that share one with each other.
static SHARED: AtomicU64 = AtomicU64::new(0);
static FOLDED: AtomicU64 = AtomicU64::new(0);
/// Frames that went back to the thread that they came from, and frames that could not.
static RETURNED: AtomicU64 = AtomicU64::new(0);
static MISSED: AtomicU64 = AtomicU64::new(0);

/// Sets what one thread and what all threads together may keep, in bytes. It holds for what is counted first from now on.
pub fn limit_memory(thread: usize, all: usize) {
    THREAD_LIMIT.store(thread, Ordering::Relaxed);
    ALL_LIMIT.store(all, Ordering::Relaxed);
}

/// What the hot side keeps in memory.
#[must_use]
pub fn memory_use() -> Memory {
    let of = |cell: &AtomicUsize| cell.load(Ordering::Relaxed) as u64;
    let shared_counters = of(&SHARED_COUNTERS);
    Memory {
        counters: of(&COUNTERS).saturating_sub(shared_counters),
        shared_counters,
        frames: of(&FRAMES),
        limit: of(&ALL_LIMIT),
        thread_limit: of(&THREAD_LIMIT),
        shared: SHARED.load(Ordering::Relaxed),
        folded: FOLDED.load(Ordering::Relaxed),
        returned: RETURNED.load(Ordering::Relaxed),
        missed: MISSED.load(Ordering::Relaxed),
    }
}

/// Takes so much of what all threads may keep; says whether it was there. `FRAMES` and `COUNTERS` race with each other
/// by what one thread takes at a time, which is little.
fn take(bytes: usize) -> bool {
    let limit = ALL_LIMIT.load(Ordering::Relaxed).saturating_sub(FRAMES.load(Ordering::Relaxed));
    let more = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= limit);
    COUNTERS.try_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
}

/// The same, for counters that threads share.
pub(super) fn take_shared(bytes: usize) -> bool {
    let was_there = take(bytes);
    if was_there {
        SHARED_COUNTERS.fetch_add(bytes, Ordering::Relaxed);
    }
    was_there
}

/// An operation was counted in a shared counter for the first time.
pub(super) fn count_shared(mark: &AtomicBool) {
    if !mark.swap(true, Ordering::Relaxed) {
        SHARED.fetch_add(1, Ordering::Relaxed);
    }
}

/// There was no room for a counter of an operation of its own.
pub(super) fn count_folded() {
    FOLDED.fetch_add(1, Ordering::Relaxed);
}

/// A frame went back to its thread, or could not.
pub(super) fn count_return(went_back: bool) {
    let counter = if went_back { &RETURNED } else { &MISSED };
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What one thread keeps.
pub(super) struct Account {
    counters: usize,
    frames: usize,
}

impl Account {
    pub(super) const fn new() -> Account {
        Account { counters: 0, frames: 0 }
    }

    /// Takes so much for counters; says whether there was room.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let limit = THREAD_LIMIT.load(Ordering::Relaxed).saturating_sub(REST);
        let has_room = self.counters + bytes <= limit && take(bytes);
        if has_room {
            self.counters += bytes;
        }
        has_room
    }

    /// How many operations may have a place in the table of a thread.
    pub(super) fn slots() -> usize {
        THREAD_LIMIT.load(Ordering::Relaxed) / 64
    }

    /// What is left to frames and pages.
    pub(super) fn rest(&self) -> usize {
        THREAD_LIMIT.load(Ordering::Relaxed).saturating_sub(self.counters).max(REST)
    }

    /// Frames and pages that are not in use take so much now.
    pub(super) fn tell_frames(&mut self, bytes: usize) {
        if bytes == self.frames {
            return;
        }
        FRAMES.fetch_add(bytes, Ordering::Relaxed);
        FRAMES.fetch_sub(std::mem::replace(&mut self.frames, bytes), Ordering::Relaxed);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        COUNTERS.fetch_sub(self.counters, Ordering::Relaxed);
        FRAMES.fetch_sub(self.frames, Ordering::Relaxed);
    }
}

//! The counters of one operation on one thread: written by that thread alone, read by whoever adds them up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::callsite::Callsite;
use super::clock::ticks_of;
use crate::model::Class;

/// Four buckets for each doubling of the duration, up to 2^42 ticks.
const BUCKETS: usize = 164;
/// The most calls of which one is timed.
const SPARSEST: u64 = 256;
/// What taking the time of a call costs, in nanoseconds: two reads of the counter.
const COST: u64 = 20;
/// Of the time that an operation takes itself, taking its time may cost one part in so many.
const SHARE: u64 = 50;

/// Whether the time of some calls only is taken.
static SAMPLED: AtomicBool = AtomicBool::new(false);

/// Takes the time of some calls only, as many of each operation as it can bear, or that of every call. It holds for what
/// is recorded from the next time on that recording is switched on.
pub fn sample_times(sampled: bool) {
    SAMPLED.store(sampled, Ordering::Relaxed);
}

/// Whether the time of some calls only is taken.
pub(super) fn is_sampled() -> bool {
    SAMPLED.load(Ordering::Relaxed)
}

/// The counters. What every call writes lies in one line of memory.
#[repr(C, align(64))]
pub(super) struct Cells {
    calls: AtomicU64,
    by_class: [AtomicU64; 4],
    /// The time of one call in so many is taken: a power of two, less one.
    others: AtomicU64,
    callsite: &'static Callsite,
    ticks: AtomicU64,
    /// How long a call takes, in ticks: the last one, or a running mean where the time of some is taken.
    usual: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

/// What the counters say at one moment.
pub(super) struct Reading {
    pub(super) calls: u64,
    pub(super) by_class: [u64; 4],
    pub(super) ticks: u64,
    pub(super) one_in: u64,
    /// Ticks that stand for a bucket, and how many calls are in it; only buckets that are not empty.
    pub(super) buckets: Vec<(u64, u64)>,
}

/// Adds to a cell that only this thread writes: no locked instruction is needed.
#[inline]
pub(super) fn add(cell: &AtomicU64, n: u64) {
    cell.store(cell.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
}

impl Cells {
    pub(super) fn new(callsite: &'static Callsite) -> Cells {
        Cells {
            calls: AtomicU64::new(0),
            by_class: [const { AtomicU64::new(0) }; 4],
            others: AtomicU64::new(0),
            callsite,
            ticks: AtomicU64::new(0),
            usual: AtomicU64::new(0),
            buckets: [const { AtomicU64::new(0) }; BUCKETS],
        }
    }

    pub(super) fn callsite(&self) -> &'static Callsite {
        self.callsite
    }

    /// A call began. Returns whether its time is to be taken.
    #[inline]
    pub(super) fn began(&self) -> bool {
        let before = self.calls.load(Ordering::Relaxed);
        self.calls.store(before.wrapping_add(1), Ordering::Relaxed);
        before & self.others.load(Ordering::Relaxed) == 0
    }

    fn one_in(&self) -> u64 {
        self.others.load(Ordering::Relaxed) + 1
    }

    /// A call that began will never tell its end.
    pub(super) fn forget(&self) {
        add(&self.calls, u64::MAX);
    }

    /// A call ended whose time was not taken.
    #[inline]
    pub(super) fn ended(&self, class: Class) {
        if let Some(cell) = self.by_class.get(class as usize) {
            add(cell, 1);
        }
    }

    /// A call took so many ticks; `of_some` says that the time of some calls only is taken.
    #[inline(always)]
    pub(super) fn took(&self, ticks: u64, of_some: bool) {
        if of_some {
            return self.took_of_some(ticks);
        }
        add(&self.ticks, ticks);
        self.usual.store(ticks, Ordering::Relaxed);
        if let Some(cell) = self.buckets.get(bucket(ticks)) {
            add(cell, 1);
        }
    }

    /// How long a call takes, in ticks, as far as that is known; 0 before the first one.
    #[inline]
    pub(super) fn usual(&self) -> u64 {
        self.usual.load(Ordering::Relaxed)
    }

    /// A call took so many ticks, and stands for all since the last one that was timed. Chooses how many calls pass until
    /// the next one, so that taking the time costs them a small share of what they take themselves.
    #[inline(never)]
    fn took_of_some(&self, ticks: u64) {
        let stands_for = self.one_in();
        add(&self.ticks, ticks.wrapping_mul(stands_for));
        if let Some(cell) = self.buckets.get(bucket(ticks)) {
            add(cell, stands_for);
        }
        let before = self.usual.load(Ordering::Relaxed);
        let mean = if before == 0 { ticks } else { before - before / 8 + ticks / 8 };
        self.usual.store(mean, Ordering::Relaxed);
        let wanted = ticks_of(COST * SHARE) / mean.max(1);
        let one_in = wanted.clamp(1, SPARSEST).next_power_of_two();
        self.others.store(one_in - 1, Ordering::Relaxed);
    }

    /// The time of every call is taken from now on.
    pub(super) fn time_all(&self) {
        self.others.store(0, Ordering::Relaxed);
    }

    /// Adds what another thread has counted.
    pub(super) fn add_all(&self, other: &Cells) {
        let own = self.by_class.iter().chain(&self.buckets).chain([&self.calls, &self.ticks]);
        let more = other.by_class.iter().chain(&other.buckets).chain([&other.calls, &other.ticks]);
        for (sum, cell) in own.zip(more) {
            add(sum, cell.load(Ordering::Relaxed));
        }
    }

    pub(super) fn read(&self) -> Reading {
        let of = |cell: &AtomicU64| cell.load(Ordering::Relaxed);
        let counted = self.buckets.iter().map(of).enumerate().filter(|(_, count)| *count > 0);
        Reading {
            calls: of(&self.calls),
            by_class: self.by_class.each_ref().map(of),
            ticks: of(&self.ticks),
            one_in: self.one_in(),
            buckets: counted.map(|(number, count)| (middle(number), count)).collect(),
        }
    }
}

/// The two highest bits behind the first one tell buckets of one doubling apart.
#[inline]
fn bucket(ticks: u64) -> usize {
    let ticks = ticks.max(4);
    let zeros = ticks.leading_zeros();
    // From 4 to 7: the first bit and the two behind it.
    let highest = (ticks << zeros) >> 61;
    usize::try_from(u64::from(61 - zeros) * 4 + highest).unwrap_or(BUCKETS)
}

/// The middle of a bucket, in ticks.
fn middle(bucket: usize) -> u64 {
    let (doubling, highest) = (bucket / 4, bucket as u64 % 4 + 4);
    let shift = doubling.saturating_sub(1);
    (highest << shift) + (1 << shift) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_bucket_lies_in_it_and_no_further_off_than_an_eighth() {
        for ticks in (4..100_000_u64).chain((17..42).map(|shift| (1 << shift) + 12_345)) {
            let middle = middle(bucket(ticks));
            assert_eq!(bucket(middle), bucket(ticks), "{ticks} and {middle}");
            assert!(middle.abs_diff(ticks) * 8 <= ticks.max(8), "{ticks} and {middle}");
        }
    }

    #[test]
    fn buckets_follow_one_another_and_the_longest_has_none() {
        let all: Vec<usize> = (0..5_000).map(bucket).collect();
        assert!(all.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1));
        assert!(bucket(1 << 41) < BUCKETS && bucket(u64::MAX) >= BUCKETS);
    }
}

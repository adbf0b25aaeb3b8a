//! The counters of one operation on one thread: written by that thread alone, read by whoever adds them up.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

#[cfg(loom)]
use loom::sync::atomic::AtomicU32;
#[cfg(loom)]
pub(super) use loom::sync::atomic::{AtomicU64, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::AtomicU32;
#[cfg(not(loom))]
pub(super) use std::sync::atomic::{AtomicU64, Ordering};

use super::callsite::Callsite;
use super::clock::ticks_of;
use super::reason::{Reason, Reasons};
use crate::model::Class;

/// Four buckets for each doubling of the duration, up to 2^42 ticks.
pub(super) const BUCKETS: usize = 164;
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

/// From here on what a bucket has counted goes to the counters that threads share.
const FULL: u32 = 1 << 31;

/// The counters. What a call that fulfils reads and writes lies in one line of memory, but for its bucket.
///
/// Where the time of every call is taken, that of the last one is not in its bucket yet: the next one puts it there. A
/// processor waits with the time stamp until it knows where all writes before it go, and where this one goes would only
/// follow from the time stamp before. Whoever reads looks whether `told` is more than there is in the buckets.
#[repr(C, align(64))]
pub(super) struct Cells {
    calls: AtomicU64,
    fulfilled: AtomicU64,
    /// The time of one call in so many is taken: a power of two, less one.
    others: AtomicU32,
    /// How many calls are in the buckets, with the last one.
    told: AtomicU32,
    ticks: AtomicU64,
    /// How long a call takes, in ticks: the last one, or a running mean where the time of some is taken; 0 before the first.
    usual: AtomicU64,
    /// The number of the first bucket: only those between the shortest and the longest call are there.
    first: usize,
    buckets: Box<[AtomicU32]>,
    /// Refused, failed, abandoned.
    not_fulfilled: [AtomicU64; 3],
    /// Why, once there was a call that did not. Wider cells have the same.
    reasons: OnceLock<Arc<Reasons>>,
    callsite: &'static Callsite,
    /// Their place in the list of their thread.
    number: usize,
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

/// Calls that took so long, and have no place in a bucket yet.
pub(super) struct Untold {
    pub(super) ticks: u64,
    pub(super) calls: u32,
    /// How long the call took that is the last one afterwards; 0 if it is none of those that wait.
    pub(super) next: u64,
}

impl Untold {
    pub(super) const NONE: Untold = Untold { ticks: 0, calls: 0, next: 0 };

    /// The call before took `before`, and the last one `ticks`.
    pub(super) fn of(before: u64, ticks: u64) -> Untold {
        Untold { ticks: before, calls: 1, next: waiting(ticks) }
    }
}

/// What a call that took so many ticks waits as: not as 0, and no bucket but those of next to no time is so narrow.
#[inline(always)]
fn waiting(ticks: u64) -> u64 {
    ticks | 1
}

/// Adds to a cell that only this thread writes: no locked instruction is needed.
#[inline]
pub(super) fn add(cell: &AtomicU64, n: u64) {
    cell.store(cell.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
}

impl Cells {
    pub(super) fn new(callsite: &'static Callsite, number: usize) -> Cells {
        Cells {
            calls: AtomicU64::new(0),
            fulfilled: AtomicU64::new(0),
            others: AtomicU32::new(0),
            told: AtomicU32::new(0),
            ticks: AtomicU64::new(0),
            usual: AtomicU64::new(0),
            first: 0,
            buckets: Box::default(),
            not_fulfilled: [(); 3].map(|()| AtomicU64::new(0)),
            reasons: OnceLock::new(),
            callsite,
            number,
        }
    }

    /// What cells with so many buckets take, with what holds them.
    pub(super) const fn size(buckets: usize) -> usize {
        align_of::<Cells>() + size_of::<Cells>() + buckets * size_of::<AtomicU32>()
    }

    /// What they take.
    pub(super) fn bytes(&self) -> usize {
        Cells::size(self.buckets.len())
    }

    /// The same counts, with room for this bucket too: whole doublings from the shortest call to the longest, and some on
    /// either side, so that an operation that varies is not widened again and again.
    pub(super) fn widened(&self, bucket: usize) -> Cells {
        let (mut from, mut to) = (bucket.saturating_sub(4), bucket + 9);
        if !self.buckets.is_empty() {
            let (first, behind) = (self.first, self.first + self.buckets.len());
            from = if bucket < first { from } else { first };
            to = if bucket < behind { behind } else { to };
        }
        let (first, to) = (from / 4 * 4, to.min(BUCKETS));
        let of = |number: usize| self.place(number).map_or(0, |cell| cell.load(Ordering::Relaxed));
        let buckets = (first..to.next_multiple_of(4)).map(|number| AtomicU32::new(of(number))).collect();
        let same = |cell: &AtomicU64| AtomicU64::new(cell.load(Ordering::Relaxed));
        let same_part = |cell: &AtomicU32| AtomicU32::new(cell.load(Ordering::Relaxed));
        Cells {
            calls: same(&self.calls),
            fulfilled: same(&self.fulfilled),
            others: same_part(&self.others),
            told: same_part(&self.told),
            ticks: same(&self.ticks),
            usual: same(&self.usual),
            first,
            buckets,
            not_fulfilled: self.not_fulfilled.each_ref().map(same),
            reasons: self.reasons.clone(),
            callsite: self.callsite,
            number: self.number,
        }
    }

    pub(super) fn number(&self) -> usize {
        self.number
    }

    pub(super) fn callsite(&self) -> &'static Callsite {
        self.callsite
    }

    /// A call began. Returns whether its time is to be taken.
    #[inline]
    pub(super) fn began(&self) -> bool {
        let before = self.calls.load(Ordering::Relaxed);
        self.calls.store(before.wrapping_add(1), Ordering::Relaxed);
        #[expect(clippy::cast_possible_truncation, reason = "as many bits as `others` has")]
        let number = before as u32;
        number & self.others.load(Ordering::Relaxed) == 0
    }

    fn one_in(&self) -> u64 {
        u64::from(self.others.load(Ordering::Relaxed)) + 1
    }

    /// A call that began will never tell its end.
    pub(super) fn forget(&self) {
        add(&self.calls, u64::MAX);
    }

    /// A call ended whose time was not taken.
    #[inline]
    pub(super) fn ended(&self, class: Class) {
        let [refused, failed, abandoned] = &self.not_fulfilled;
        let cell = match class {
            Class::Fulfilled => &self.fulfilled,
            Class::Refused => refused,
            Class::Failed => failed,
            Class::Abandoned => abandoned,
        };
        add(cell, 1);
    }

    /// A call that did not fulfil ended for this reason. Nothing has happened if it was not learned before.
    #[inline]
    pub(super) fn ended_for(&self, why: Reason) -> Option<()> {
        self.reasons.get()?.count(why)?;
        self.ended(why.0);
        Some(())
    }

    /// The reasons of calls that did not fulfil, if there was one.
    pub(super) fn reasons(&self) -> Option<&Reasons> {
        self.reasons.get().map(|reasons| &**reasons)
    }

    /// The same, made now if there are none.
    pub(super) fn reasons_made(&self) -> &Reasons {
        self.reasons.get_or_init(|| Arc::new(Reasons::new()))
    }

    /// A call took so many ticks; `of_some` says that the time of some calls only is taken. Returns what has to be put into a
    /// bucket that is not there or is full.
    #[inline(always)]
    pub(super) fn took(&self, ticks: u64, of_some: bool) -> Untold {
        if of_some {
            return self.took_of_some(ticks);
        }
        match self.took_each(ticks) {
            0 => Untold::NONE,
            before => Untold::of(before, ticks),
        }
    }

    /// The same where the time of every call is taken. Returns how long the call before took, if that has to be put into such
    /// a bucket; else 0.
    #[inline(always)]
    pub(super) fn took_each(&self, ticks: u64) -> u64 {
        add(&self.ticks, ticks);
        let before = self.usual.load(Ordering::Relaxed);
        if before == 0 || self.put(bucket(before), 1) {
            self.wait(waiting(ticks));
            return 0;
        }
        before
    }

    /// The last call waits to be put into its bucket; the one before is in its own. Release: whoever sees that this one waits
    /// finds that one; the partner is in `counted`.
    #[inline(always)]
    fn wait(&self, ticks: u64) {
        self.usual.store(ticks, Ordering::Release);
        self.tell(1);
    }

    /// So many calls more are in the buckets or wait. Release: as above.
    #[inline(always)]
    fn tell(&self, calls: u32) {
        self.told.store(self.told.load(Ordering::Relaxed).wrapping_add(calls), Ordering::Release);
    }

    /// What had no place has one now: here, or `elsewhere`.
    pub(super) fn placed(&self, untold: &Untold, elsewhere: bool) {
        match (untold.next, elsewhere) {
            (0, true) => {}
            (0, false) => self.tell(untold.calls),
            (next, false) => self.wait(next),
            // One that waited is gone, and another one has come.
            (next, true) => self.usual.store(next, Ordering::Release),
        }
    }

    /// From now on the time of some calls only is taken, or of each again. Returns the last call, if it has to be put into
    /// a bucket that is not there or is full.
    pub(super) fn settle(&self, was_of_some: bool) -> Untold {
        let last = self.usual.load(Ordering::Relaxed);
        let is_told = was_of_some || last == 0 || self.put(bucket(last), 1);
        self.usual.store(0, Ordering::Release);
        if is_told {
            return Untold::NONE;
        }
        self.tell(u32::MAX);
        Untold { ticks: last, calls: 1, next: 0 }
    }

    fn place(&self, bucket: usize) -> Option<&AtomicU32> {
        self.buckets.get(bucket.wrapping_sub(self.first))
    }

    /// Puts calls into a bucket. Returns false if it is not there, or is full now.
    #[inline(always)]
    pub(super) fn put(&self, bucket: usize, calls: u32) -> bool {
        let Some(cell) = self.place(bucket) else { return false };
        let sum = cell.load(Ordering::Relaxed).wrapping_add(calls);
        // Release: whoever finds this call here finds what was told before; the partner is in `count`.
        cell.store(sum, Ordering::Release);
        sum < FULL
    }

    /// Whether a bucket is there.
    pub(super) fn has(&self, bucket: usize) -> bool {
        self.place(bucket).is_some()
    }

    /// Empties a bucket, and returns what was in it.
    pub(super) fn take_all(&self, bucket: usize) -> u64 {
        let Some(cell) = self.place(bucket) else { return 0 };
        let count = cell.load(Ordering::Relaxed);
        cell.store(0, Ordering::Relaxed);
        self.tell(0_u32.wrapping_sub(count));
        u64::from(count)
    }

    /// How long a call takes, in ticks, as far as that is known; 0 before the first one.
    #[inline]
    pub(super) fn usual(&self) -> u64 {
        self.usual.load(Ordering::Relaxed)
    }

    /// A call took so many ticks, and stands for all since the last one that was timed. Chooses how many calls pass until
    /// the next one, so that taking the time costs them a small share of what they take themselves.
    #[inline(never)]
    fn took_of_some(&self, ticks: u64) -> Untold {
        let stands_for = self.one_in();
        add(&self.ticks, ticks.wrapping_mul(stands_for));
        let before = self.usual.load(Ordering::Relaxed);
        let mean = if before == 0 { ticks } else { before - before / 8 + ticks / 8 };
        self.usual.store(mean, Ordering::Relaxed);
        let wanted = ticks_of(COST * SHARE) / mean.max(1);
        let one_in = wanted.clamp(1, SPARSEST).next_power_of_two();
        self.others.store(u32::try_from(one_in - 1).unwrap_or(0), Ordering::Relaxed);
        let calls = u32::try_from(stands_for).unwrap_or(1);
        if !self.put(bucket(ticks), calls) {
            return Untold { ticks, calls, next: 0 };
        }
        self.tell(calls);
        Untold::NONE
    }

    /// The time of every call is taken from now on.
    pub(super) fn time_all(&self) {
        self.others.store(0, Ordering::Relaxed);
    }

    /// Numbers of buckets and how many calls are in each; only those that are not empty. Whatever was counted at one time is
    /// counted at any later one.
    pub(super) fn counted(&self) -> Vec<(usize, u64)> {
        // While no call ends it is known whether the last one is in its bucket yet. Where another one has ended meanwhile, the
        // one that was the last before is; and so it is known after two of them.
        let (counts, waits) = self
            .count()
            .or_else(|_| self.count())
            .or_else(|_| self.count())
            .unwrap_or_else(|moving| (moving, 0));
        let last = bucket(waits).min(BUCKETS - 1);
        let mut counts: Vec<(usize, u64)> = (self.first..).zip(counts.into_iter().map(u64::from)).collect();
        if waits > 0 {
            match counts.iter_mut().find(|(number, _)| *number == last) {
                Some((_, count)) => *count += 1,
                None => counts.push((last, 1)),
            }
        }
        counts.retain(|(_, count)| *count > 0);
        counts
    }

    /// What is in the buckets, and how long the call took that waits; 0 if there is none. An error if a call has ended meanwhile.
    /// Acquire: the partners are in `wait`, `tell` and `put`, and what is read later is read later.
    fn count(&self) -> Result<(Vec<u32>, u64), Vec<u32>> {
        let look = || (self.told.load(Ordering::Acquire), self.usual.load(Ordering::Acquire));
        let (told, last) = look();
        let counts: Vec<u32> = self.buckets.iter().map(|cell| cell.load(Ordering::Acquire)).collect();
        let again = self.usual.load(Ordering::Acquire);
        if (self.told.load(Ordering::Acquire), again) != (told, last) {
            return Err(counts);
        }
        let sum = counts.iter().fold(0_u32, |sum, count| sum.wrapping_add(*count));
        let is_waiting = told == sum.wrapping_add(1);
        Ok((counts, if is_waiting { last } else { 0 }))
    }

    pub(super) fn read(&self) -> Reading {
        let of = |cell: &AtomicU64| cell.load(Ordering::Relaxed);
        let [refused, failed, abandoned] = self.not_fulfilled.each_ref().map(of);
        Reading {
            calls: of(&self.calls),
            by_class: [of(&self.fulfilled), refused, failed, abandoned],
            ticks: of(&self.ticks),
            one_in: self.one_in(),
            buckets: self.counted().into_iter().map(|(number, count)| (middle(number), count)).collect(),
        }
    }
}

/// The two highest bits behind the first one tell buckets of one doubling apart. What takes longer than there are buckets for
/// has a number beyond them: it is put into the last one.
#[inline]
pub(super) fn bucket(ticks: u64) -> usize {
    // A floating-point number has its highest bit as exponent, and then those behind it: to make one is shorter than to
    // look for the bit. What has no room in its fraction is longer than any bucket.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_wrap,
        reason = "only the highest bits matter"
    )]
    let number = ticks.max(4) as i64 as f64;
    // 4 is 2^2, and has the number 4.
    usize::try_from((number.to_bits() >> 50).wrapping_sub((1023 + 2) * 4 - 4)).unwrap_or(BUCKETS)
}

/// The middle of a bucket, in ticks.
pub(super) fn middle(bucket: usize) -> u64 {
    let (doubling, highest) = (bucket / 4, bucket as u64 % 4 + 4);
    let shift = doubling.saturating_sub(1);
    (highest << shift) + (1 << shift) / 2
}

#[cfg(all(test, not(loom)))]
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
    fn buckets_follow_one_another_and_the_longest_lies_beyond() {
        let all: Vec<usize> = (0..5_000).map(bucket).collect();
        assert!(all.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1));
        assert!(bucket(1 << 41) < BUCKETS && bucket(u64::MAX) >= BUCKETS);
    }

    #[test]
    fn cells_hold_the_buckets_between_the_shortest_and_the_longest_call_only() {
        static CALLSITE: Callsite = Callsite::unnamed("of a test");
        let mut cells = Cells::new(&CALLSITE, 0);
        for ticks in [1_000, 1_100, 90_000, 40, 1_000] {
            cells.began();
            cells.ended(Class::Fulfilled);
            let untold = cells.took(ticks, false);
            if untold.calls > 0 {
                cells = cells.widened(bucket(untold.ticks));
                assert!(cells.put(bucket(untold.ticks), 1), "{ticks}");
                cells.placed(&untold, false);
            }
        }
        let reading = cells.read();
        assert_eq!((reading.calls, reading.by_class), (5, [5, 0, 0, 0]));
        let counts = [40, 1_000, 1_100, 90_000].map(|ticks| (middle(bucket(ticks)), 1));
        let counts = counts.map(|(ticks, n)| (ticks, if ticks == middle(bucket(1_000)) { 2 } else { n }));
        assert_eq!(reading.buckets, counts);
        let mut few = Cells::new(&CALLSITE, 0);
        few = few.widened(bucket(1_000));
        assert!(few.bytes() < 300, "{} bytes", few.bytes());
    }

    #[test]
    fn a_bucket_that_is_full_says_so_and_is_emptied() {
        static CALLSITE: Callsite = Callsite::unnamed("of a test");
        let cells = Cells::new(&CALLSITE, 0).widened(9);
        assert!(cells.put(9, FULL - 1));
        assert!(!cells.put(9, 1));
        assert_eq!(cells.take_all(9), 1 << 31);
        assert!(cells.counted().is_empty() && cells.has(9) && !cells.has(40));
    }
}

#[cfg(all(test, loom))]
mod loom_models {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    static CALLSITE: Callsite = Callsite::unnamed("of a model");

    /// What is in two buckets.
    fn counts(cells: &Cells) -> [u64; 2] {
        let counted = cells.counted();
        [8, 9].map(|number| counted.iter().find(|(same, _)| *same == number).map_or(0, |(_, calls)| *calls))
    }

    /// A thread reads while another one counts calls: what was counted at one time is counted at any later one, and nothing
    /// twice.
    #[test]
    fn loom_what_was_counted_stays_counted_and_nothing_is_counted_twice() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let buckets = [8, 9].map(|_| AtomicU32::new(0));
            let cells = Arc::new(Cells { first: 8, buckets: Box::new(buckets), ..Cells::new(&CALLSITE, 0) });
            assert_eq!([9, 11].map(bucket), [8, 9]);
            cells.took(9, false);
            let reader = {
                let cells = Arc::clone(&cells);
                thread::spawn(move || (counts(&cells), counts(&cells)))
            };
            for ticks in [11, 9] {
                assert_eq!(cells.took(ticks, false).calls, 0);
            }
            let (earlier, later) = reader.join().unwrap();
            assert!(earlier[0] >= 1 && earlier[0] <= later[0] && later[0] <= 2, "{earlier:?} {later:?}");
            assert!(earlier[1] <= later[1] && later[1] <= 1, "{earlier:?} {later:?}");
            assert_eq!(counts(&cells), [2, 1]);
        });
    }
}

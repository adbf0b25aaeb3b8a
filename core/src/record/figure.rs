//! Figures: how often, how it ended, how long it took, and what was lost.
//!
//! Each thread writes its own cells and nobody else's; whoever reads adds them up. So a healthy call writes no line
//! of memory that another thread writes.

mod lost;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

pub use self::lost::{Lost, lose, lost_totals};
use super::callsite::Callsite;
use super::cell::{self, BUCKETS, Cells, Reading, Untold, bucket};
use super::memory::Account;
use super::reason::{ByOperation, Reason, Reasons};
use super::shared;
use super::tally::{self, EventTotal, Tallies, Tally};
use crate::model::{Class, EventMeta, Outcome};

/// Of operations that take less than so many nanoseconds, the events bear no time of their own: reading the clock for
/// them would take longer than what lies between them.
static BRISK: AtomicU64 = AtomicU64::new(1_000);

/// Takes operations for brisk that take less than so many nanoseconds, for whoever counts what a call costs under a tool
/// that makes it many times slower. It holds for threads that begin to record afterwards.
pub fn brisk_below(nanos: u64) {
    BRISK.store(nanos, Ordering::Relaxed);
}

/// Totals of one operation over all threads.
#[derive(Clone, Debug)]
pub struct Totals {
    /// The operation.
    pub callsite: &'static Callsite,
    /// Calls that began.
    pub calls: u64,
    /// Calls that began and have not ended.
    pub active: u64,
    /// Calls that ended: fulfilled, refused, failed, abandoned.
    pub by_class: [u64; 4],
    /// Ticks of all calls that ended.
    pub ticks: u64,
    /// The time is taken of one call in so many; the others are taken to be like it.
    pub one_in: u32,
    /// Durations: a value in seconds that stands for the bucket (within 12 %), and how many calls.
    pub buckets: Vec<(f64, u64)>,
    /// Reasons of calls that did not fulfil.
    pub reasons: Vec<(Class, &'static str, u64)>,
}

/// The cells of one thread.
type Table = Arc<Mutex<Published>>;

#[derive(Default)]
struct Published {
    operations: Vec<Arc<Cells>>,
    events: Vec<tally::Known>,
}

#[derive(Default)]
struct Registry {
    tables: Vec<Table>,
    /// What threads that have ended left behind; their operations are in [`shared`].
    events: Vec<tally::Known>,
    /// The reasons of each operation, and how often they were counted here: by threads that have ended, or that had no room.
    reasons: ByOperation,
}

fn registry() -> MutexGuard<'static, Registry> {
    static REGISTRY: OnceLock<Mutex<Registry>> = OnceLock::new();
    lock(REGISTRY.get_or_init(Mutex::default))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The figures of this thread. What every call looks at lies in front.
#[repr(C)]
pub(super) struct ThreadFigures {
    operations: Vec<Option<Arc<Cells>>>,
    /// The time of some calls only is taken.
    pub(super) is_sampled: bool,
    thread: u32,
    events: Tallies,
    /// [`BRISK`] in ticks.
    brisk: u64,
    table: Option<Table>,
    account: Account,
    /// There was no room for one more operation: those that are new are counted in [`shared`].
    is_full: bool,
}

impl ThreadFigures {
    pub(super) const fn new() -> ThreadFigures {
        ThreadFigures {
            thread: 0,
            is_sampled: false,
            brisk: 0,
            table: None,
            operations: Vec::new(),
            events: Tallies::new(),
            account: Account::new(),
            is_full: false,
        }
    }

    /// A number that differs from thread to thread.
    pub(super) fn thread(&mut self) -> u32 {
        if self.thread == 0 {
            static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
            self.thread = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x85EB_CA6B) | 1;
        }
        self.thread
    }

    fn table(&mut self) -> &Table {
        self.table.get_or_insert_with(|| {
            let table = Table::default();
            registry().tables.push(Arc::clone(&table));
            table
        })
    }

    /// The cells of an operation that was called on this thread before.
    #[inline]
    pub(super) fn known(&self, callsite: &'static Callsite) -> Option<&Cells> {
        self.operations.get(callsite.slot() as usize).and_then(Option::as_deref)
    }

    /// The cells of an operation, if there is room for them.
    fn cells(&mut self, callsite: &'static Callsite) -> Option<&Cells> {
        let slot = callsite.known_slot() as usize;
        if !self.is_full && !matches!(self.operations.get(slot), Some(Some(_))) {
            self.first_call(callsite, slot);
        }
        self.operations.get(slot).and_then(Option::as_deref)
    }

    #[cold]
    #[inline(never)]
    fn first_call(&mut self, callsite: &'static Callsite, slot: usize) {
        // The table of a thread goes by the numbers of operations: its length is a part of what it may keep.
        if slot >= Account::slots() {
            return;
        }
        let grown = if slot < self.operations.len() { 0 } else { (slot + 1).next_power_of_two().max(16) };
        let longer = grown.saturating_sub(self.operations.len());
        let bytes = Cells::size(0) + 2 * size_of::<Arc<Cells>>() + longer * size_of::<Option<Arc<Cells>>>();
        if !self.account.take(bytes) {
            self.is_full = true;
            return;
        }
        let mut table = lock(self.table());
        let cells = Arc::new(Cells::new(callsite, table.operations.len()));
        table.operations.push(Arc::clone(&cells));
        drop(table);
        if grown > 0 {
            self.operations.resize(grown, None);
        }
        if let Some(place) = self.operations.get_mut(slot) {
            *place = Some(cells);
        }
    }

    /// A call began on this thread. Returns whether its time is to be taken.
    pub(super) fn began(&mut self, callsite: &'static Callsite) -> bool {
        let is_sampled = self.is_sampled;
        match self.cells(callsite) {
            Some(cells) => cells.began(),
            None => shared::of(callsite).began(is_sampled),
        }
    }

    /// A call ended on this thread; it may have begun on another one. `took` is how long, if its time was taken.
    pub(super) fn ended(&mut self, callsite: &'static Callsite, outcome: &Outcome, took: Option<u64>) {
        let is_sampled = self.is_sampled;
        let why = (outcome.class, outcome.reason);
        let Some(cells) = self.cells(callsite) else {
            if !outcome.is_fulfilled() {
                registry().reasons.count(callsite, why, 1);
            }
            return shared::of(callsite).ended(outcome.class, took, is_sampled);
        };
        if outcome.is_fulfilled() {
            cells.ended(outcome.class);
        } else if cells.ended_for(why).is_none() {
            cells.ended(outcome.class);
            self.learn(callsite, why);
        }
        let Some(cells) = self.known(callsite) else { return };
        if let Some(took) = took {
            let left = cells.took(took, is_sampled);
            self.place(callsite, left);
        }
    }

    /// A call ended for a reason that this thread has not counted yet: it is counted, here from now on if there is room.
    #[cold]
    #[inline(never)]
    fn learn(&mut self, callsite: &'static Callsite, said: Reason) {
        let is_first = self.known(callsite).is_some_and(|cells| cells.reasons().is_none());
        let has_room = !is_first || self.account.take(size_of::<Reasons>());
        let mut registry = registry();
        let counted = registry.reasons.counted(callsite, said);
        let own = self.known(callsite).filter(|_| has_room).map(Cells::reasons_made);
        if !own.is_some_and(|own| own.learn(said, counted) && own.count(said).is_some()) {
            registry.reasons.count(callsite, said, 1);
        }
    }

    /// Puts what has no place into its bucket, which was not there or is full.
    #[inline(always)]
    pub(super) fn place(&mut self, callsite: &'static Callsite, untold: Untold) {
        if untold.calls > 0 {
            self.place_anew(callsite, &untold);
        }
    }

    #[cold]
    #[inline(never)]
    fn place_anew(&mut self, callsite: &'static Callsite, untold: &Untold) {
        let slot = callsite.slot() as usize;
        let Some(Some(cells)) = self.operations.get(slot) else { return };
        let beyond = bucket(untold.ticks);
        let bucket = beyond.min(BUCKETS - 1);
        if beyond > bucket && cells.put(bucket, untold.calls) {
            return cells.placed(untold, false);
        }
        if cells.has(bucket) {
            // It is full. Whoever reads holds the lock: the calls are seen here or there.
            let _reading = registry();
            cells.placed(untold, false);
            return shared::of(callsite).add(bucket, cells.take_all(bucket));
        }
        if !self.is_full {
            let wider = cells.widened(bucket);
            if self.account.take(wider.bytes() - cells.bytes()) {
                wider.put(bucket, untold.calls);
                wider.placed(untold, false);
                return self.replace(slot, wider);
            }
            self.is_full = true;
        }
        // The same: the last call is seen where it waits, or there.
        let _reading = registry();
        shared::of(callsite).add(bucket, u64::from(untold.calls));
        cells.placed(untold, true);
    }

    /// Takes wider cells in the place of others, for this thread and for whoever reads.
    fn replace(&mut self, slot: usize, wider: Cells) {
        let (wider, table) = (Arc::new(wider), Arc::clone(self.table()));
        let Some(Some(cells)) = self.operations.get_mut(slot) else { return };
        if let Some(known) = lock(&table).operations.get_mut(cells.number()) {
            *known = Arc::clone(&wider);
        }
        *cells = wider;
    }

    /// Whether calls of this operation are so short that their events bear no time of their own.
    #[inline]
    pub(super) fn is_brisk(&self, callsite: &'static Callsite) -> bool {
        self.known(callsite).is_some_and(|cells| (1..self.brisk).contains(&cells.usual()))
    }

    /// From how many ticks on they do.
    pub(super) fn brisk(&self) -> u64 {
        self.brisk
    }

    /// Recording begins again, perhaps with other settings.
    pub(super) fn renew(&mut self) {
        if self.is_sampled != cell::is_sampled() {
            self.settle();
            self.is_sampled = !self.is_sampled;
        }
        self.brisk = super::clock::ticks_of(BRISK.load(Ordering::Relaxed));
        self.is_full = false;
        self.operations.iter().flatten().for_each(|cells| cells.time_all());
    }

    /// The last call of each operation takes its place in a bucket.
    #[cold]
    fn settle(&mut self) {
        let all = self.operations.iter().flatten();
        let left: Vec<_> = all.map(|cells| (cells.callsite(), cells.settle(self.is_sampled))).collect();
        left.into_iter().for_each(|(callsite, left)| self.place(callsite, left));
    }

    /// How much of what this thread may keep is left to frames and pages.
    pub(super) fn rest(&self) -> usize {
        self.account.rest()
    }

    /// Frames and pages that are not in use take so much now.
    pub(super) fn tell_frames(&mut self, bytes: usize) {
        self.account.tell_frames(bytes);
    }

    /// A call that began will never tell its end.
    pub(super) fn forget(&mut self, callsite: &'static Callsite) {
        match self.cells(callsite) {
            Some(cells) => cells.forget(),
            None => shared::of(callsite).forget(),
        }
    }

    /// The tally of an event that was emitted on this thread before.
    #[inline(always)]
    pub(super) fn tally(&self, meta: &'static EventMeta) -> Option<&'static Tally> {
        self.events.known(meta)
    }

    /// An event was emitted on this thread, and was worth so much.
    #[inline(always)]
    pub(super) fn event(&mut self, meta: &'static EventMeta, worth: f64) {
        match self.events.known(meta) {
            Some(tally) => tally.add(1, worth),
            None => self.first_event(meta, worth),
        }
    }

    #[cold]
    #[inline(never)]
    fn first_event(&mut self, meta: &'static EventMeta, worth: f64) {
        if !self.account.take(tally::SIZE) {
            return tally::add_shared(meta, worth);
        }
        let tally = Tally::fresh();
        tally.add(1, worth);
        lock(self.table()).events.push((meta, tally));
        self.events.insert(meta, tally);
    }
}

impl Drop for ThreadFigures {
    /// The cells of a thread that ends are added to those that threads share.
    fn drop(&mut self) {
        let Some(table) = self.table.take() else { return };
        let mut registry = registry();
        registry.tables.retain(|known| !Arc::ptr_eq(known, &table));
        let table = std::mem::take(&mut *lock(&table));
        self.account = Account::new();
        for cells in table.operations {
            shared::of(cells.callsite()).merge(&cells);
            for (why, calls) in cells.reasons().into_iter().flat_map(Reasons::read) {
                registry.reasons.count(cells.callsite(), why, calls);
            }
        }
        for (meta, tally) in table.events {
            match registry.events.iter().find(|(known, _)| std::ptr::eq(*known, meta)) {
                Some((_, sum)) => tally.leave_to(sum),
                None => registry.events.push((meta, tally)),
            }
        }
    }
}

/// Totals of every operation that was called, over all threads.
#[must_use]
pub fn totals() -> Vec<Totals> {
    let registry = registry();
    let mut sums: Vec<Totals> = Vec::new();
    let mut index: HashMap<usize, usize> = HashMap::new();
    let mut add = |callsite: &'static Callsite, reading: Reading| {
        let place = *index.entry(std::ptr::from_ref(callsite).addr()).or_insert_with(|| {
            sums.push(Totals::empty(callsite));
            sums.len() - 1
        });
        if let Some(sum) = sums.get_mut(place) {
            sum.take(reading);
        }
    };
    shared::for_each(&mut add);
    let mut reasons = registry.reasons.clone();
    for table in &registry.tables {
        for cells in &lock(table).operations {
            add(cells.callsite(), cells.read());
            let own = cells.reasons().into_iter().flat_map(Reasons::read);
            own.for_each(|(why, calls)| reasons.add(cells.callsite(), why, calls));
        }
    }
    for sum in &mut sums {
        sum.reasons = reasons.take(sum.callsite);
        sum.active = sum.calls.saturating_sub(sum.by_class.iter().sum());
    }
    drop(registry);
    sums.sort_by_key(|sum| sum.callsite.operation().name);
    sums
}

impl Totals {
    fn empty(callsite: &'static Callsite) -> Totals {
        Totals {
            callsite,
            calls: 0,
            active: 0,
            by_class: [0; 4],
            ticks: 0,
            one_in: 1,
            buckets: Vec::new(),
            reasons: Vec::new(),
        }
    }

    fn take(&mut self, sums: Reading) {
        // A call that began on one thread may be forgotten on another one, which counts one less than none then.
        self.calls = self.calls.wrapping_add(sums.calls);
        self.ticks += sums.ticks;
        self.one_in = self.one_in.max(u32::try_from(sums.one_in).unwrap_or(u32::MAX));
        for (sum, count) in self.by_class.iter_mut().zip(sums.by_class) {
            *sum += count;
        }
        for (ticks, count) in sums.buckets {
            #[expect(clippy::cast_precision_loss, reason = "a representative value of a bucket")]
            let seconds = super::clock::nanos(ticks) as f64 / 1e9;
            match self.buckets.iter_mut().find(|known| known.0 == seconds) {
                Some(known) => known.1 += count,
                None => self.buckets.push((seconds, count)),
            }
        }
    }
}

/// How often each event was emitted, over all threads.
#[must_use]
pub fn event_totals() -> Vec<EventTotal> {
    let registry = registry();
    let mut sums: Vec<EventTotal> = Vec::new();
    let mut add = |meta: &'static EventMeta, (count, worth): (u64, f64)| match sums
        .iter_mut()
        .find(|known| std::ptr::eq(known.meta, meta))
    {
        Some(known) => (known.count, known.worth) = (known.count + count, known.worth + worth),
        None => sums.push(EventTotal { meta, count, worth }),
    };
    tally::for_each_shared(&mut add);
    registry.events.iter().for_each(|(meta, tally)| add(meta, tally.read()));
    for table in &registry.tables {
        lock(table).events.iter().for_each(|(meta, tally)| add(meta, tally.read()));
    }
    drop(registry);
    sums.sort_by_key(|sum| sum.meta.name);
    sums
}

#[cfg(all(test, not(loom)))]
mod tests;

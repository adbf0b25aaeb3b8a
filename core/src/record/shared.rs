//! Counters that all threads write: where an operation is counted on a thread that has no room for one more, and where the
//! figures of a thread go that ends. Slower than the cells of one thread, and as exact.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::callsite::Callsite;
use super::cell::{BUCKETS, Cells, Reading, bucket, middle};
use super::figure::{self, Lost};
use super::memory;
use crate::model::Class;

/// How many buckets are allocated at a time: four doublings of the duration.
const CHUNK: usize = 16;
const CHUNKS: usize = BUCKETS.div_ceil(CHUNK);
/// Where the time of some calls only is taken, it is that of one call in so many: the threads would fight over a choice.
const ONE_IN: u64 = 16;

type Chunk = Box<[AtomicU64; CHUNK]>;

/// The counters of one operation.
#[derive(Debug)]
pub(super) struct Shared {
    calls: AtomicU64,
    by_class: [AtomicU64; 4],
    ticks: AtomicU64,
    /// The most calls of which one was timed on a thread that has ended.
    one_in: AtomicU64,
    chunks: [OnceLock<Chunk>; CHUNKS],
    /// Calls were counted here, and not only those of threads that have ended.
    is_written: AtomicBool,
}

/// The counters that an operation has, once it was counted outside a thread: none where there was no room for them.
pub(super) type Place = OnceLock<Option<Box<Shared>>>;

/// Operations that have counters of their own here.
static KNOWN: Mutex<Vec<&'static Callsite>> = Mutex::new(Vec::new());

/// What there is no room for is counted together.
static OTHERS: Shared = Shared::new();
static OTHER: Callsite = Callsite::unnamed("other operations");

/// The counters of an operation.
pub(super) fn of(callsite: &'static Callsite) -> &'static Shared {
    let make = || {
        let bytes = size_of::<Shared>() + size_of::<&Callsite>();
        if !memory::take_shared(bytes) {
            memory::count_folded();
            return None;
        }
        KNOWN.lock().unwrap_or_else(PoisonError::into_inner).push(callsite);
        Some(Box::new(Shared::new()))
    };
    callsite.shared().get_or_init(make).as_deref().unwrap_or(&OTHERS)
}

/// Everything that was counted here.
pub(super) fn for_each(mut take: impl FnMut(&'static Callsite, Reading)) {
    for callsite in KNOWN.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        if let Some(Some(shared)) = callsite.shared().get() {
            take(callsite, shared.read());
        }
    }
    let others = OTHERS.read();
    if others.calls > 0 {
        take(&OTHER, others);
    }
}

impl Shared {
    const fn new() -> Shared {
        Shared {
            calls: AtomicU64::new(0),
            by_class: [const { AtomicU64::new(0) }; 4],
            ticks: AtomicU64::new(0),
            one_in: AtomicU64::new(1),
            chunks: [const { OnceLock::new() }; CHUNKS],
            is_written: AtomicBool::new(false),
        }
    }

    /// A call began. Returns whether its time is to be taken.
    pub(super) fn began(&self, of_some: bool) -> bool {
        if !self.is_written.load(Ordering::Relaxed) {
            memory::count_shared(&self.is_written);
        }
        let before = self.calls.fetch_add(1, Ordering::Relaxed);
        !of_some || before.is_multiple_of(ONE_IN)
    }

    /// A call that began will never tell its end.
    pub(super) fn forget(&self) {
        self.calls.fetch_sub(1, Ordering::Relaxed);
    }

    /// A call ended, and took so many ticks if its time was taken.
    pub(super) fn ended(&self, class: Class, took: Option<u64>, of_some: bool) {
        if let Some(cell) = self.by_class.get(class as usize) {
            cell.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(took) = took {
            let stands_for = if of_some { ONE_IN } else { 1 };
            self.one_in.fetch_max(stands_for, Ordering::Relaxed);
            self.ticks.fetch_add(took.wrapping_mul(stands_for), Ordering::Relaxed);
            self.add(bucket(took), stands_for);
        }
    }

    /// So many calls more in a bucket.
    pub(super) fn add(&self, bucket: usize, calls: u64) {
        let bucket = bucket.min(BUCKETS - 1);
        let Some(chunk) = self.chunks.get(bucket / CHUNK) else { return };
        let is_new = chunk.get().is_none();
        if is_new && !memory::take_shared(size_of::<[AtomicU64; CHUNK]>()) {
            return figure::lose(Lost::Figure, calls);
        }
        let chunk = chunk.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]));
        if let Some(cell) = chunk.get(bucket % CHUNK) {
            cell.fetch_add(calls, Ordering::Relaxed);
        }
    }

    /// Takes over what a thread has counted that ends.
    pub(super) fn merge(&self, cells: &Cells) {
        let counts = cells.read();
        self.calls.fetch_add(counts.calls, Ordering::Relaxed);
        self.ticks.fetch_add(counts.ticks, Ordering::Relaxed);
        self.one_in.fetch_max(counts.one_in, Ordering::Relaxed);
        for (sum, count) in self.by_class.iter().zip(counts.by_class) {
            sum.fetch_add(count, Ordering::Relaxed);
        }
        for (number, count) in cells.counted() {
            self.add(number, count);
        }
    }

    fn read(&self) -> Reading {
        let of = |cell: &AtomicU64| cell.load(Ordering::Relaxed);
        let chunks =
            self.chunks.iter().enumerate().filter_map(|(number, chunk)| Some((number, chunk.get()?)));
        let cells = chunks.flat_map(|(number, chunk)| (number * CHUNK..).zip(chunk.iter()));
        Reading {
            calls: of(&self.calls),
            by_class: self.by_class.each_ref().map(of),
            ticks: of(&self.ticks),
            one_in: of(&self.one_in),
            buckets: cells
                .map(|(number, cell)| (middle(number), of(cell)))
                .filter(|(_, count)| *count > 0)
                .collect(),
        }
    }
}

//! What was lost: nothing is, without being counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// What can be lost, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A call that was nested too deeply, or whose frame could not be placed.
    Operation,
    /// An entry of the error ledger.
    Entry,
    /// A key of an `at_most`.
    Key,
    /// A failed or undecidable check.
    Check,
    /// A record of spawned work.
    Task,
    /// A field of an event beyond the eighth.
    Field,
    /// A record made while candor was recording.
    Reentrant,
    /// A record on a thread that is ending.
    Thread,
    /// A fold of events that panicked.
    Fold,
    /// A verdict whose judge panicked.
    Verdict,
    /// A finding beyond the bound of the collector or of an exporter's queue.
    Finding,
    /// A count or a time for which there was no memory.
    Figure,
}

const NAMES: [&str; 12] = [
    "operation",
    "entry",
    "key",
    "check",
    "task",
    "field",
    "reentrant",
    "thread",
    "fold",
    "verdict",
    "finding",
    "figure",
];
static LOST: [AtomicU64; 12] = [const { AtomicU64::new(0) }; 12];

/// Counts a loss.
#[cold]
pub fn lose(what: Lost, n: u64) {
    if let Some(counter) = LOST.get(what as usize) {
        counter.fetch_add(n, Ordering::Relaxed);
    }
}

/// What was lost so far: kind and number, only what is not zero.
#[must_use]
pub fn lost_totals() -> Vec<(&'static str, u64)> {
    let counts = LOST.iter().map(|counter| counter.load(Ordering::Relaxed));
    NAMES.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
}

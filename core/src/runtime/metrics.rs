//! Outcome metrics through the `metrics` facade, so that every `metrics` exporter works.
//!
//! | metric | kind | labels |
//! |---|---|---|
//! | `candor.operation.duration` | histogram, seconds | operation |
//! | `candor.operation.outcomes` | counter | operation, outcome, reason |
//! | `candor.operation.active` | gauge | operation |
//! | `candor.operation.timed_one_in` | gauge | operation |
//! | `candor.divergences` | counter | code |
//! | `candor.events` | counter | event |
//! | `candor.event.value` | gauge: a sum, which refunds can lower | event, unit |
//! | `candor.lost` | counter | kind |
//! | `candor.unsent` | counter | operation, kind |
//! | `candor.memory.used` | gauge, bytes | kind: counters, shared, frames |
//! | `candor.memory.limit` | gauge, bytes | |
//! | `candor.memory.operations` | gauge: operations without counters of their own on each thread | kind: shared, folded |
//! | `candor.frames` | counter: frames that ended on another thread | kind: returned, missed |
//!
//! Nothing is published per call: figures are read from the hot side's counters, and what has grown since the last time
//! is handed on. Counters are handed on as totals, so that a recorder that is installed late, or for one test, sees all
//! of it; durations as differences, so that the recorder has to be there before the first calls are published.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use metrics::{
    Recorder, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::collector::collector;
use super::run;
use crate::model::{Class, Code, Memory, Unsent};
use crate::record::{self, EventTotal, Totals};

/// How many operations, and how many events, have a label of their own; the rest share `other`.
const LABELS: usize = 1_000;
/// How many reasons of one operation have a label of their own; the rest share `other`.
const REASONS: usize = 16;
/// Upper bounds of the buckets of `candor.operation.duration`, in seconds: from a fast function to a slow request.
/// A recorder for Prometheus needs them to make a histogram of it.
pub const DURATION_BOUNDS: [f64; 15] =
    [0.000_01, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

const OTHER: &str = "other";
const CLASSES: [Class; 4] = [Class::Fulfilled, Class::Refused, Class::Failed, Class::Abandoned];

/// Publishes all metrics now, to the recorder of this thread (see `metrics::with_local_recorder`) or of the process.
///
/// An installed run does this by itself every [`flush_every`](crate::Builder::flush_every), and when it ends.
///
/// ```
/// candor::flush();
/// ```
pub fn flush() {
    static PUBLISHER: LazyLock<Mutex<Publisher>> = LazyLock::new(Mutex::default);
    PUBLISHER.lock().unwrap_or_else(PoisonError::into_inner).publish(&Figures::read());
}

impl Figures {
    /// Everything at this moment.
    fn read() -> Figures {
        let collector = collector();
        Figures {
            totals: record::totals(),
            events: record::event_totals(),
            found: collector.found(),
            lost: run::lost(collector),
            unsent: collector.shelf().unsent(),
            memory: record::memory_use(),
        }
    }
}

/// What is published, as read at one moment.
#[derive(Default)]
struct Figures {
    totals: Vec<Totals>,
    events: Vec<EventTotal>,
    found: Vec<(Code, u64)>,
    lost: Vec<(&'static str, u64)>,
    unsent: Vec<Unsent>,
    memory: Memory,
}

/// What has been published before.
#[derive(Default)]
pub(super) struct Publisher {
    operations: BTreeMap<&'static str, Published>,
    events: BTreeMap<&'static str, ()>,
}

/// What was published of one operation.
#[derive(Default)]
struct Published {
    /// Calls by bucket, the value in seconds as bits.
    buckets: BTreeMap<u64, u64>,
    /// Reasons that have a label of their own.
    reasons: Vec<(Class, &'static str)>,
}

/// Sums of all operations that share a label.
#[derive(Default)]
struct Sum {
    active: u64,
    one_in: u32,
    outcomes: BTreeMap<(Class, &'static str), u64>,
    buckets: BTreeMap<u64, u64>,
}

impl Publisher {
    /// Publishes everything to this recorder. If that panics, what it was told is forgotten with this publisher.
    pub(super) fn publish_to(&mut self, recorder: &dyn Recorder) {
        metrics::with_local_recorder(recorder, || self.publish(&Figures::read()));
    }

    fn publish(&mut self, figures: &Figures) {
        describe();
        let mut sums: BTreeMap<&'static str, Sum> = BTreeMap::new();
        for total in &figures.totals {
            let label = label_of(&mut self.operations, total.callsite.operation().name);
            let published = self.operations.entry(label).or_default();
            published.add(total, sums.entry(label).or_default());
        }
        for (label, sum) in sums {
            self.operations.entry(label).or_default().publish(label, &sum);
        }
        let mut events: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut worth: BTreeMap<(&'static str, &'static str), f64> = BTreeMap::new();
        for total in &figures.events {
            let label = label_of(&mut self.events, total.meta.name);
            *events.entry(label).or_default() += total.count;
            if let Some(unit) = total.meta.unit {
                *worth.entry((label, unit)).or_default() += total.worth;
            }
        }
        for ((event, unit), sum) in worth {
            gauge!("candor.event.value", "event" => event, "unit" => unit).set(sum);
        }
        for (event, count) in events {
            counter!("candor.events", "event" => event).absolute(count);
        }
        for (code, count) in &figures.found {
            counter!("candor.divergences", "code" => code.as_str()).absolute(*count);
        }
        for (kind, count) in &figures.lost {
            counter!("candor.lost", "kind" => *kind).absolute(*count);
        }
        for Unsent { operation, kind, count } in &figures.unsent {
            counter!("candor.unsent", "operation" => *operation, "kind" => *kind).absolute(*count);
        }
        publish_memory(&figures.memory);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a floating-point number")]
fn publish_memory(memory: &Memory) {
    gauge!("candor.memory.used", "kind" => "counters").set(memory.counters as f64);
    gauge!("candor.memory.used", "kind" => "shared").set(memory.shared_counters as f64);
    gauge!("candor.memory.used", "kind" => "frames").set(memory.frames as f64);
    gauge!("candor.memory.limit").set(memory.limit as f64);
    gauge!("candor.memory.operations", "kind" => "shared").set(memory.shared as f64);
    gauge!("candor.memory.operations", "kind" => "folded").set(memory.folded as f64);
    counter!("candor.frames", "kind" => "returned").absolute(memory.returned);
    counter!("candor.frames", "kind" => "missed").absolute(memory.missed);
}

/// The name itself while there is room for another one.
fn label_of<T: Default>(known: &mut BTreeMap<&'static str, T>, name: &'static str) -> &'static str {
    if known.contains_key(name) {
        return name;
    }
    if known.len() >= LABELS {
        return OTHER;
    }
    known.insert(name, T::default());
    name
}

impl Published {
    /// Adds what one callsite counts to the sum of its label.
    fn add(&mut self, total: &Totals, sum: &mut Sum) {
        sum.active += total.active;
        sum.one_in = sum.one_in.max(total.one_in);
        let mut unexplained = total.by_class;
        for &(class, reason, count) in &total.reasons {
            let label = self.reason(class, reason);
            *sum.outcomes.entry((class, label)).or_default() += count;
            if let Some(rest) = unexplained.get_mut(class as usize) {
                *rest = rest.saturating_sub(count);
            }
        }
        for (class, rest) in CLASSES.into_iter().zip(unexplained) {
            let reason = if class == Class::Fulfilled { "" } else { OTHER };
            if rest > 0 {
                *sum.outcomes.entry((class, reason)).or_default() += rest;
            }
        }
        for &(seconds, count) in &total.buckets {
            *sum.buckets.entry(seconds.to_bits()).or_default() += count;
        }
    }

    fn reason(&mut self, class: Class, reason: &'static str) -> &'static str {
        if self.reasons.contains(&(class, reason)) {
            return reason;
        }
        if self.reasons.len() >= REASONS {
            return OTHER;
        }
        self.reasons.push((class, reason));
        reason
    }

    fn publish(&mut self, operation: &'static str, sum: &Sum) {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a floating-point number")]
        gauge!("candor.operation.active", "operation" => operation).set(sum.active as f64);
        gauge!("candor.operation.timed_one_in", "operation" => operation).set(f64::from(sum.one_in));
        for ((class, reason), count) in &sum.outcomes {
            let outcome = class.as_str();
            counter!("candor.operation.outcomes", "operation" => operation, "outcome" => outcome, "reason" => *reason).absolute(*count);
        }
        let histogram = histogram!("candor.operation.duration", "operation" => operation);
        for (&bits, &count) in &sum.buckets {
            let before = self.buckets.insert(bits, count).unwrap_or(0);
            let grown = usize::try_from(count.saturating_sub(before)).unwrap_or(usize::MAX);
            if grown > 0 {
                histogram.record_many(f64::from_bits(bits), grown);
            }
        }
    }
}

/// Tells the recorder what each metric is. Each time, because another recorder may have been installed meanwhile.
fn describe() {
    // No unit where something is counted: Prometheus would append `_ratio` to a gauge of unit 1.
    describe_histogram!("candor.operation.duration", Unit::Seconds, "How long calls of an operation took.");
    describe_counter!("candor.operation.outcomes", "How calls of an operation ended for the business.");
    describe_gauge!("candor.operation.active", "Calls of an operation that are running.");
    describe_counter!("candor.divergences", "Places where behaviour and intent parted ways.");
    describe_counter!("candor.events", "Business events that were emitted.");
    describe_gauge!(
        "candor.event.value",
        "What the events of a kind were worth in all, in the unit of the label."
    );
    describe_gauge!(
        "candor.operation.timed_one_in",
        "The time of one call of an operation in so many is taken; it stands for the others."
    );
    describe_counter!("candor.lost", "Records that candor could not keep.");
    describe_counter!("candor.unsent", "Spans, logs and metrics that did not arrive.");
    describe_gauge!("candor.memory.used", Unit::Bytes, "Memory of counters, and of frames that lie ready.");
    describe_gauge!("candor.memory.limit", Unit::Bytes, "The most that may be kept in all.");
    describe_gauge!("candor.memory.operations", "Operations that had no room for counters of their own.");
    describe_counter!("candor.frames", "Frames of futures that ended on another thread than they began on.");
}

#[cfg(test)]
mod tests;

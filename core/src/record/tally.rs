//! How often each event was emitted, and what it was worth: cells of one thread, as in [`super::figure`].

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::EventMeta;

/// The cells of one event on one thread.
#[derive(Debug, Default)]
pub(super) struct Tally {
    count: AtomicU64,
    /// A sum of floating-point numbers, as bits.
    worth: AtomicU64,
}

/// Totals of one event over all threads.
#[derive(Clone, Copy, Debug)]
pub struct EventTotal {
    /// The event.
    pub meta: &'static EventMeta,
    /// How often it was emitted.
    pub count: u64,
    /// The sum of its values, if it declares one.
    pub worth: f64,
}

impl Tally {
    /// Adds to cells that only this thread writes: no locked instruction is needed.
    #[inline]
    pub(super) fn add(&self, count: u64, worth: f64) {
        self.count.store(self.count.load(Ordering::Relaxed).wrapping_add(count), Ordering::Relaxed);
        // A value that is no number would spoil the sum for good.
        if worth != 0.0 && worth.is_finite() {
            let sum = f64::from_bits(self.worth.load(Ordering::Relaxed)) + worth;
            self.worth.store(sum.to_bits(), Ordering::Relaxed);
        }
    }

    pub(super) fn merge(&self, other: &Tally) {
        let (count, worth) = other.read();
        self.add(count, worth);
    }

    pub(super) fn read(&self) -> (u64, f64) {
        (self.count.load(Ordering::Relaxed), f64::from_bits(self.worth.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_does_not_spoil_the_sum() {
        let tally = Tally::default();
        for worth in [12.5, f64::NAN, -2.5, f64::INFINITY] {
            tally.add(1, worth);
        }
        assert_eq!(tally.read(), (4, 10.0));
    }
}

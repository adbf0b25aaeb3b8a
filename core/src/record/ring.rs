//! A ring of records of one size, between the thread that writes them and whoever collects them. The writer takes no lock and
//! allocates nothing. A record is a few words, so that no unsafe code is needed: each is an atomic of its own, and they count
//! only once the number of records says so.

use std::sync::PoisonError;

#[cfg(loom)]
use loom::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};
#[cfg(not(loom))]
use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

/// How many records a ring holds.
#[cfg(not(loom))]
const PLACES: usize = 32;
#[cfg(loom)]
const PLACES: usize = 2;

/// A ring of records of `N` words.
pub(super) struct Ring<const N: usize> {
    /// How many records were ever put in; only the owner writes it.
    put: AtomicU64,
    /// How many were ever taken out; only whoever holds `collecting` writes it.
    taken: AtomicU64,
    collecting: Mutex<()>,
    places: Box<[[AtomicU64; N]]>,
}

impl<const N: usize> Ring<N> {
    pub(super) fn new() -> Ring<N> {
        let places = (0..PLACES).map(|_| std::array::from_fn(|_| AtomicU64::new(0))).collect();
        Ring { put: AtomicU64::new(0), taken: AtomicU64::new(0), collecting: Mutex::new(()), places }
    }

    /// What a ring takes.
    pub(super) const fn size() -> usize {
        size_of::<Ring<N>>() + PLACES * size_of::<[AtomicU64; N]>()
    }

    fn place(&self, number: u64) -> Option<&[AtomicU64; N]> {
        self.places.get(number as usize % PLACES)
    }

    /// Puts a record in; only the owner may. Returns false when the ring is full.
    #[inline]
    pub(super) fn put(&self, record: [u64; N]) -> bool {
        let number = self.put.load(Ordering::Relaxed);
        // Acquire: what `collect` has read, it has read before it is written over. Its partner is the Release there.
        if number.wrapping_sub(self.taken.load(Ordering::Acquire)) >= PLACES as u64 {
            return false;
        }
        let Some(place) = self.place(number) else { return false };
        for (cell, word) in place.iter().zip(record) {
            cell.store(word, Ordering::Relaxed);
        }
        // Release: whoever sees the number sees the words. Its partner is the Acquire in `collect`.
        self.put.store(number.wrapping_add(1), Ordering::Release);
        true
    }

    /// Takes out all records that are there, in order. Whoever else collects waits.
    pub(super) fn collect(&self, mut take: impl FnMut([u64; N])) {
        let _collecting = self.collecting.lock().unwrap_or_else(PoisonError::into_inner);
        // Acquire: see `put`.
        let behind = self.put.load(Ordering::Acquire);
        let mut number = self.taken.load(Ordering::Relaxed);
        while number != behind {
            if let Some(place) = self.place(number) {
                take(place.each_ref().map(|cell| cell.load(Ordering::Relaxed)));
            }
            number = number.wrapping_add(1);
            // Release: see `put`. Each by itself, so that a `take` that panics leaves no record to be taken twice.
            self.taken.store(number, Ordering::Release);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn all(ring: &Ring<2>) -> Vec<u64> {
        let mut all = Vec::new();
        ring.collect(|[number, double]| {
            assert_eq!(double, 2 * number);
            all.push(number);
        });
        all
    }

    #[test]
    fn records_come_out_once_and_in_order_and_a_full_ring_takes_none() {
        let ring = Ring::new();
        let taken = |from: u64| (from..from + 100).take_while(|n| ring.put([*n, 2 * n])).count();
        assert_eq!(taken(0), PLACES);
        assert_eq!(all(&ring), (0..PLACES as u64).collect::<Vec<_>>());
        assert!(all(&ring).is_empty());
        assert!(ring.put([7, 14]) && ring.put([8, 16]));
        assert_eq!(all(&ring), [7, 8]);
        assert_eq!(taken(0), PLACES);
    }
}

#[cfg(all(test, loom))]
mod loom_models {
    use loom::sync::Arc;
    use loom::thread;

    use super::Ring;

    /// The owner puts more in than there is room for, while another thread collects; what finds no room, it collects itself.
    /// Each record comes out once and whole.
    #[test]
    fn loom_each_record_is_collected_once_and_whole() {
        loom::model(|| {
            let ring = Arc::new(Ring::<2>::new());
            let elsewhere = {
                let ring = Arc::clone(&ring);
                thread::spawn(move || {
                    let mut seen = Vec::new();
                    ring.collect(|record| seen.push(record));
                    seen
                })
            };
            let mut seen = Vec::new();
            for number in 1..=3 {
                if !ring.put([number, 10 * number]) {
                    ring.collect(|record| seen.push(record));
                    assert!(ring.put([number, 10 * number]));
                }
            }
            seen.extend(elsewhere.join().unwrap());
            ring.collect(|record| seen.push(record));
            seen.sort_unstable();
            assert_eq!(seen, [[1, 10], [2, 20], [3, 30]]);
        });
    }
}

//! How often each event was emitted, and what it was worth: cells of one thread, as in [`super::figure`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::figure::{self, Lost};
use crate::model::EventMeta;

/// The cells of one event on one thread. They live as long as the process: those of a thread that has ended go to another one.
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

/// The tallies of one thread. Each stands where the address of its event says, or next behind that.
pub(super) struct Tallies {
    /// A power of two of places, at least half of them empty; or none.
    places: Vec<Option<Known>>,
    len: usize,
}

/// An event and its tally.
pub(super) type Known = (&'static EventMeta, &'static Tally);

/// The tallies of threads that have ended, with nothing in them.
static UNUSED: Mutex<Vec<&'static Tally>> = Mutex::new(Vec::new());

impl Tallies {
    pub(super) const fn new() -> Tallies {
        Tallies { places: Vec::new(), len: 0 }
    }

    #[inline(always)]
    fn start(&self, meta: &'static EventMeta) -> usize {
        // Fibonacci hashing: the high bits of the product depend on all bits of the address.
        let product = (std::ptr::from_ref(meta).addr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (product >> 40) as usize & self.places.len().wrapping_sub(1)
    }

    /// The tally of an event that was emitted on this thread before.
    #[inline(always)]
    pub(super) fn known(&self, meta: &'static EventMeta) -> Option<&'static Tally> {
        let start = self.start(meta);
        match self.places.get(start) {
            Some(Some((known, tally))) if std::ptr::eq(*known, meta) => Some(tally),
            _ => self.behind(start, meta),
        }
    }

    #[inline(never)]
    fn behind(&self, start: usize, meta: &'static EventMeta) -> Option<&'static Tally> {
        let mut place = start;
        // There is an empty place.
        loop {
            let (known, tally) = (*self.places.get(place)?)?;
            if std::ptr::eq(known, meta) {
                return Some(tally);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// Takes in the tally of an event that is new here.
    pub(super) fn insert(&mut self, meta: &'static EventMeta, tally: &'static Tally) {
        if self.places.len() < (self.len + 1) * 2 {
            let wider = vec![None; ((self.len + 1) * 2).next_power_of_two().max(8)];
            let known = std::mem::replace(&mut self.places, wider);
            known.into_iter().flatten().for_each(|known| self.put(known));
        }
        self.put((meta, tally));
        self.len += 1;
    }

    fn put(&mut self, known: Known) {
        let start = self.start(known.0);
        let (before, after) = self.places.split_at_mut(start);
        if let Some(place) = after.iter_mut().chain(before).find(|place| place.is_none()) {
            *place = Some(known);
        }
    }
}

impl Tally {
    /// One for a thread.
    pub(super) fn fresh() -> &'static Tally {
        let unused = UNUSED.lock().unwrap_or_else(PoisonError::into_inner).pop();
        unused.unwrap_or_else(|| Box::leak(Box::default()))
    }

    /// Its thread has ended: what is in it goes to another one. Whoever reads holds the same lock as who calls this.
    pub(super) fn leave_to(&'static self, sum: &Tally) {
        sum.merge(self);
        self.count.store(0, Ordering::Relaxed);
        self.worth.store(0, Ordering::Relaxed);
        UNUSED.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }

    /// Adds to cells that only this thread writes: no locked instruction is needed.
    #[inline]
    pub(super) fn add(&self, count: u64, worth: f64) {
        self.count(count);
        self.add_worth(worth);
    }

    /// The event happened so often.
    #[inline(always)]
    pub(super) fn count(&self, count: u64) {
        self.count.store(self.count.load(Ordering::Relaxed).wrapping_add(count), Ordering::Relaxed);
    }

    /// It was worth so much.
    #[inline(always)]
    pub(super) fn add_worth(&self, worth: f64) {
        // Most events are worth nothing, of whatever sign.
        if worth != 0.0 {
            self.add_something(worth);
        }
    }

    #[inline(never)]
    fn add_something(&self, worth: f64) {
        // A value that is no number would spoil the sum for good.
        if worth.is_finite() {
            let sum = f64::from_bits(self.worth.load(Ordering::Relaxed)) + worth;
            self.worth.store(sum.to_bits(), Ordering::Relaxed);
        }
    }

    /// Adds to cells that other threads write as well.
    fn add_shared(&self, worth: f64) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if worth.to_bits() != 0 && worth.is_finite() {
            let more = |sum: u64| Some((f64::from_bits(sum) + worth).to_bits());
            // It always has a next value.
            let _before = self.worth.try_update(Ordering::Relaxed, Ordering::Relaxed, more);
        }
    }

    fn merge(&self, other: &Tally) {
        let (count, worth) = other.read();
        self.add(count, worth);
    }

    pub(super) fn read(&self) -> (u64, f64) {
        (self.count.load(Ordering::Relaxed), f64::from_bits(self.worth.load(Ordering::Relaxed)))
    }
}

/// What a tally takes on one thread, with its place in the table.
pub(super) const SIZE: usize = 32 + 4 * size_of::<Known>();

/// How many events can be counted for which their threads had no room.
const SHARED: usize = 1_024;

/// Where nothing is counted.
pub(super) static NOWHERE: Tally = Tally { count: AtomicU64::new(0), worth: AtomicU64::new(0) };

/// Tallies that all threads write: as [`Tallies`], but without a lock and of one size.
static EVENTS: [OnceLock<(&'static EventMeta, Tally)>; SHARED] = [const { OnceLock::new() }; SHARED];

/// Counts an event for which its thread has no room.
pub(super) fn add_shared(meta: &'static EventMeta, worth: f64) {
    let start = std::ptr::from_ref(meta).addr() / align_of::<EventMeta>() % SHARED;
    let (before, after) = EVENTS.split_at(start);
    let own = |place: &&OnceLock<(&'static EventMeta, Tally)>| {
        std::ptr::eq(place.get_or_init(|| (meta, Tally::default())).0, meta)
    };
    match after.iter().chain(before).find(own).and_then(OnceLock::get) {
        Some((_, tally)) => tally.add_shared(worth),
        None => figure::lose(Lost::Figure, 1),
    }
}

/// Every event that was counted here.
pub(super) fn for_each_shared(mut take: impl FnMut(&'static EventMeta, (u64, f64))) {
    EVENTS.iter().filter_map(OnceLock::get).for_each(|(meta, tally)| take(meta, tally.read()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_finds_the_tally_of_each_of_many_events() {
        let metas: Vec<&'static EventMeta> = (0..1_000)
            .map(|_| {
                let site = crate::model::Site::UNKNOWN;
                &*Box::leak(Box::new(EventMeta { name: "E", target: "", site, fields: &[], unit: None }))
            })
            .collect();
        let mut tallies = Tallies::new();
        for (n, meta) in (0..).zip(&metas) {
            assert!(tallies.known(meta).is_none());
            let tally = Tally::default();
            tally.add(n, 0.0);
            tallies.insert(meta, Box::leak(Box::new(tally)));
        }
        for (n, meta) in (0..).zip(&metas) {
            assert_eq!(tallies.known(meta).map(Tally::read), Some((n, 0.0)));
        }
    }

    #[test]
    fn what_threads_have_counted_stays_counted_when_their_tallies_go_to_others() {
        let site = crate::model::Site::UNKNOWN;
        let metas = [(); 2].map(|()| -> &'static EventMeta {
            Box::leak(Box::new(EventMeta { name: "E", target: "", site, fields: &[], unit: None }))
        });
        for _thread in 0..3 {
            let mut figures = figure::ThreadFigures::new();
            figures.event(metas[0], 1.5);
            figures.event(metas[1], 0.0);
            figures.event(metas[0], 1.5);
            drop(figures);
        }
        let totals = figure::event_totals();
        let of = |meta: &'static EventMeta| {
            let total = totals.iter().find(|total| std::ptr::eq(total.meta, meta)).unwrap();
            (total.count, total.worth)
        };
        assert_eq!(metas.map(of), [(6, 9.0), (3, 0.0)]);
    }

    #[test]
    fn what_is_no_number_does_not_spoil_the_sum() {
        let tally = Tally::default();
        for worth in [12.5, f64::NAN, -2.5, f64::INFINITY] {
            tally.add(1, worth);
        }
        assert_eq!(tally.read(), (4, 10.0));
    }
}

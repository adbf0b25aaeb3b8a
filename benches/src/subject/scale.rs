//! Many operations, and deep ones.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use candor::__private::bare::enter;
use candor::__private::{Callsite, Outcome};
use candor::observe;

/// How many operations there are.
const MANY: usize = 10_000;

/// The static places of ten thousand functions, as the macro would write them.
fn places() -> &'static [Callsite] {
    static PLACES: OnceLock<Vec<Callsite>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let place = |_| Callsite::bare("one of many\n\n\n\n\n1:1 t");
        (0..MANY).map(place).collect()
    })
}

/// A call of the next one.
#[inline(never)]
pub(crate) fn call(x: u64) -> u64 {
    match places().get(usize::try_from(x).unwrap_or(0) % MANY) {
        Some(place) => enter(place, 0).leave(x, |_| true, |_| Outcome::FULFILLED),
        None => x,
    }
}

/// A line of memory for each.
#[repr(align(64))]
#[derive(Default)]
struct Counter(AtomicU64);

/// Counts the next one.
#[inline(never)]
pub(crate) fn count(x: u64) -> u64 {
    static COUNTERS: OnceLock<Vec<[Counter; 4]>> = OnceLock::new();
    let counters = COUNTERS.get_or_init(|| (0..MANY).map(|_| Default::default()).collect());
    for counter in counters.get(usize::try_from(x).unwrap_or(0) % MANY).into_iter().flatten() {
        counter.0.store(counter.0.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
    x
}

/// So many calls, one in another.
#[observe]
#[inline(never)]
pub(crate) fn down(depth: u64) -> u64 {
    if depth == 0 { 0 } else { down(depth - 1) + 1 }
}

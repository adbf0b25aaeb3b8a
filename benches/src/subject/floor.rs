//! What nobody can go below.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Odd, step, work};

/// The switch of the least instrumentation that can be switched off.
pub(crate) static ON: AtomicBool = AtomicBool::new(false);

/// The work alone.
#[inline(never)]
pub(crate) fn bare(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// Three results that are dropped.
#[inline(never)]
pub(crate) fn three_steps(x: u64) -> Result<u64, Odd> {
    let first = step(x).ok();
    let second = step(x + 1).unwrap_or(0);
    if let Err(Odd) = step(x + 2) {
        black_box(());
    }
    work(first.unwrap_or(0) ^ second)
}

/// One relaxed load and a branch that is not taken.
#[inline(never)]
pub(crate) fn load(x: u64) -> Result<u64, Odd> {
    if ON.load(Ordering::Relaxed) {
        on();
    }
    work(x)
}

/// The same at both ends: what began while it was off may end while it is on, and whoever is not told of an end by what is
/// kept in between has to look again.
#[inline(never)]
pub(crate) fn two_loads(x: u64) -> Result<u64, Odd> {
    if ON.load(Ordering::Relaxed) {
        on();
    }
    let done = work(x);
    if ON.load(Ordering::Relaxed) {
        on();
    }
    done
}

/// One look at each of three results that are dropped.
#[inline(never)]
pub(crate) fn three_looks(x: u64) -> Result<u64, Odd> {
    let first = looked_at(step(x)).ok();
    let second = looked_at(step(x + 1)).unwrap_or(0);
    if let Err(Odd) = looked_at(step(x + 2)) {
        black_box(());
    }
    work(first.unwrap_or(0) ^ second)
}

#[inline(always)]
fn looked_at(result: Result<u64, Odd>) -> Result<u64, Odd> {
    if ON.load(Ordering::Relaxed) {
        on();
    }
    result
}

#[cold]
#[inline(never)]
fn on() {
    black_box(());
}

/// Two reads of the processor's time stamp around the work.
#[inline(never)]
pub(crate) fn two_reads(x: u64) -> Result<u64, Odd> {
    let begun = candor::record::ticks();
    let done = work(x);
    black_box(candor::record::ticks().saturating_sub(begun));
    done
}

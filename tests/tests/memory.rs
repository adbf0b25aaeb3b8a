//! The bound of memory, in a process of its own: it is one of the whole process.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::{Barrier, OnceLock};
use std::thread;

use candor::__private::bare::enter;
use candor::__private::{Callsite, Outcome};
use candor::record;

const OPERATIONS: usize = 10_000;
const THREADS: usize = 16;

/// The static places of ten thousand functions, as the macro would write them.
fn places() -> &'static [Callsite] {
    static PLACES: OnceLock<Vec<Callsite>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let place = |n| Callsite::bare(Box::leak(format!("{n}\n\n\n\n\n1:1 t").into_boxed_str()));
        (0..OPERATIONS).map(place).collect()
    })
}

fn call_all(times: usize) {
    for place in places().iter().flat_map(|place| std::iter::repeat_n(place, times)) {
        enter(place, 0).leave((), |()| true, |()| Outcome::FULFILLED);
    }
}

/// Calls everything on all threads, and asks while they all live.
fn on_all_threads(times: usize) -> candor::Memory {
    let (called, asked) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    let one = || {
        call_all(times);
        called.wait();
        asked.wait();
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(one)).collect();
        called.wait();
        let memory = record::memory_use();
        asked.wait();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        memory
    })
}

/// Runs `work` on a thread of its own, and asks before that ends.
fn elsewhere(work: impl FnOnce() + Send) -> candor::Memory {
    let run = || {
        work();
        record::memory_use()
    };
    thread::scope(|scope| scope.spawn(run).join().unwrap())
}

/// Every operation was called so often in all, each call is in the histogram, and nothing was lost.
fn assert_exact(calls: u64) {
    let totals = record::totals();
    let own: Vec<_> =
        totals.iter().filter(|total| total.callsite.operation().name.parse::<u32>().is_ok()).collect();
    assert_eq!(own.len(), OPERATIONS);
    for total in own {
        let timed: u64 = total.buckets.iter().map(|(_, count)| count).sum();
        assert_eq!((total.calls, total.by_class, total.active, timed), (calls, [calls, 0, 0, 0], 0, calls));
    }
    assert_eq!(record::lost_totals(), []);
}

#[test]
fn ten_thousand_operations_on_sixteen_threads_stay_under_the_bound_and_are_counted_exactly() {
    let guard = candor::builder().quiet().install().unwrap();
    let memory = on_all_threads(3);
    assert_eq!((memory.thread_limit, memory.limit), (64 * 1024, 8 * 1024 * 1024));
    let all = memory.counters + memory.shared_counters + memory.frames;
    assert!(
        all <= memory.limit && memory.counters + memory.frames <= THREADS as u64 * memory.thread_limit,
        "{memory:?}"
    );
    assert!(memory.shared > 9_000, "most share their counters: {memory:?}");
    assert_eq!(memory.folded, 0, "there is room for the counters of each");
    assert_exact(3 * THREADS as u64);
    let run = guard.finish();
    assert_eq!((run.memory.counters, run.memory.frames), (0, 0), "threads that have ended keep nothing");

    // One thread alone stays under its own bound, besides what all threads share already.
    let guard = candor::builder().quiet().install().unwrap();
    let before = record::memory_use();
    let after = elsewhere(|| call_all(1));
    let taken = after.counters + after.frames - before.counters - before.frames;
    assert!((16 * 1024..=64 * 1024).contains(&taken), "{taken}: {before:?} {after:?}");
    assert_exact(3 * THREADS as u64 + 1);
    drop(guard);

    // With room for all of them, no operation shares anything.
    let guard = candor::builder().quiet().memory(16 * 1024 * 1024, 512 * 1024 * 1024).install().unwrap();
    let before = record::memory_use();
    let after = elsewhere(|| call_all(1));
    assert!(after.counters - before.counters > 1024 * 1024, "{before:?} {after:?}");
    assert_eq!(after.shared, before.shared);
    assert_exact(3 * THREADS as u64 + 2);
    drop(guard);

    // Without room for more operations, what is new is counted together, and said to be.
    let guard = candor::builder().quiet().memory(64 * 1024, 1024).install().unwrap();
    let before = record::memory_use();
    static FRESH: Callsite = Callsite::bare("fresh\n\n\n\n\n1:1 t");
    elsewhere(|| enter(&FRESH, 0).leave((), |()| true, |()| Outcome::FULFILLED));
    assert_eq!(record::memory_use().folded, before.folded + 1);
    let together =
        record::totals().into_iter().find(|total| total.callsite.operation().name == "other operations");
    assert_eq!(together.map(|total| total.by_class), Some([1, 0, 0, 0]));
    drop(guard);
}

//! What is counted on a thread that ends, whatever still runs there. In a process of its own: a whole run is looked at.

use std::hint::black_box;

use candor::observe;

thread_local! {
    static LATE: Late = const { Late };
}

/// Calls observed code when its thread ends.
struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        late();
    }
}

#[observe]
fn late() {
    let work = black_box(1);
    black_box(work);
}

#[observe]
fn early() {
    let work = black_box(1);
    black_box(work);
}

/// Thread-local memory is destroyed in an order of its own: what calls after what candor keeps there is lost, and said to be.
#[test]
fn what_a_thread_has_counted_is_kept_when_it_ends() {
    let guard = candor::builder().quiet().install().unwrap();
    for is_first in [true, false] {
        let work = move || {
            if is_first {
                LATE.with(|_late| ());
            }
            early();
            if !is_first {
                LATE.with(|_late| ());
            }
        };
        // Joined by itself: the scope alone does not wait until the memory of the thread is destroyed.
        std::thread::scope(|scope| scope.spawn(work).join().unwrap());
    }
    let run = guard.finish();
    let calls = |name| -> u64 {
        let all = run.operations.iter().filter(|total| total.operation == name);
        all.map(|total| total.calls).sum()
    };
    assert_eq!((calls("early"), calls("late")), (2, 1), "{:?}", run.lost);
    assert!(!run.lost.is_empty());
}

//! What candor asks of the user's code may call candor again.

use std::cell::Cell;
use std::fmt;

use candor::{Event, checkpoint, emit, observe};

use crate::kit::{Fault, NOTHING, codes_of, fails};

thread_local! {
    static PRINTED: Cell<u32> = const { Cell::new(0) };
}

/// Emits an event with itself while it is printed.
#[derive(Clone, Copy)]
struct Echo;

impl fmt::Debug for Echo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PRINTED.with(|printed| printed.set(printed.get() + 1));
        assert!(PRINTED.with(Cell::get) < 100, "it recurses");
        emit!(Said { echo: Echo });
        checkpoint!(1 > 2);
        swallows();
        tracing::error!("printing");
        f.write_str("Echo")
    }
}

#[derive(Event)]
struct Said {
    echo: Echo,
}

#[observe]
fn swallows() {
    fails().ok();
}

#[derive(Debug)]
struct Loud(Echo);

impl fmt::Display for Loud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Loud {}

/// How often `Echo` is printed while this runs.
fn printed(work: impl FnOnce()) -> u32 {
    PRINTED.with(|printed| printed.set(0));
    let scope = candor::testing::scope();
    crate::kit::watched(work);
    for found in scope.divergences() {
        if found.level == candor::Level::Violation {
            scope.expect_divergence(found.code);
        }
    }
    PRINTED.with(Cell::get)
}

#[test]
fn emit_inside_a_debug_that_is_recorded_does_not_recurse() {
    #[observe]
    fn operation() -> u32 {
        emit!(Said { echo: Echo });
        7
    }
    let times = printed(|| assert_eq!(operation(), 7));
    assert_eq!(times, 1, "printed once, for the event that the operation says");
}

#[test]
fn an_error_that_emits_while_it_is_printed_does_not_recurse() {
    #[observe]
    fn operation() -> u32 {
        let result: Result<u32, Loud> = Err(Loud(Echo));
        result.unwrap_or(7)
    }
    let times = printed(|| assert_eq!(operation(), 7));
    assert!((1..10).contains(&times), "{times}");
}

#[test]
fn a_log_field_that_logs_does_not_recurse() {
    #[observe]
    fn operation() -> u32 {
        tracing::info!(echo = ?Echo, "told");
        7
    }
    let times = printed(|| assert_eq!(operation(), 7));
    assert!((1..10).contains(&times), "{times}");
}

#[test]
fn a_predicate_that_calls_observed_functions_is_no_part_of_the_call() {
    #[observe]
    fn is_known(id: u32) -> Result<bool, Fault> {
        if id == 0 { fails().map(|_| false) } else { Ok(true) }
    }
    #[observe(requires(is_known(id).is_ok()))]
    fn operation(id: u32) -> u32 {
        id
    }
    assert_eq!(codes_of(|| assert_eq!(operation(1), 1)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(operation(0), 0)), ["C109 V"]);
}

/// What is dropped when a thread ends may still call candor.
#[test]
fn a_thread_local_that_is_dropped_last() {
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            swallows();
            emit!(Said { echo: Echo });
        }
    }
    thread_local! {
        static LAST: Last = const { Last };
    }
    let scope = candor::testing::scope();
    let thread = candor::carry(|| LAST.with(|_| swallows()));
    std::thread::spawn(thread).join().unwrap();
    scope.expect_divergence(candor::Code::C101);
    assert!(!scope.divergences().is_empty());
}

/// A panic while the thread is panicking already would abort the process.
#[test]
fn observed_work_in_a_drop_while_panicking() {
    struct Undo;
    impl Drop for Undo {
        fn drop(&mut self) {
            swallows();
        }
    }
    #[observe]
    fn operation() {
        let _undo = Undo;
        panic!("on purpose");
    }
    let caught = || assert!(std::panic::catch_unwind(operation).is_err());
    // The guard's call ends in the middle of an unwinding that is not its own.
    assert_eq!(codes_of(caught), ["C101 V"]);
}

//! C301, C901, C903, C904: what is said at the end of a run, and about the observer itself.

use std::fmt;

use candor::{Code, Divergence, Event, Run, checkpoint, emit, observe};

use crate::kit::{Fault, NOTHING, alone, codes_of, fails, found, works};

/// Runs `work` in an installed run, outside of any test; returns the run.
fn installed(work: impl FnOnce()) -> Run {
    let _alone = alone();
    let guard = candor::builder().quiet().install().unwrap();
    work();
    guard.finish()
}

/// The findings of one operation in a run.
fn of<'a>(run: &'a Run, operation: &str, code: Code) -> Vec<&'a Divergence> {
    run.divergences.iter().filter(|found| found.operation == operation && found.code == code).collect()
}

mod c301 {
    use super::*;

    #[test]
    fn fires() {
        #[observe]
        fn never_works() -> Result<u32, Fault> {
            fails()
        }
        let run = installed(|| (0..20).for_each(|_| assert!(never_works().is_err())));
        assert_eq!(of(&run, "never_works", Code::C301).len(), 1);
    }

    #[test]
    fn stays_silent_below_twenty_calls() {
        #[observe]
        fn seldom_called() -> Result<u32, Fault> {
            fails()
        }
        let run = installed(|| (0..19).for_each(|_| assert!(seldom_called().is_err())));
        assert!(of(&run, "seldom_called", Code::C301).is_empty());
    }

    #[test]
    fn stays_silent_when_one_fulfils() {
        #[observe]
        fn works_once(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
            end()
        }
        let run = installed(|| {
            (0..40).for_each(|_| assert!(works_once(fails).is_err()));
            assert!(works_once(works).is_ok());
        });
        assert!(of(&run, "works_once", Code::C301).is_empty());
    }
}

/// Each run has its own figures, also in a process that installs twice.
#[test]
fn a_second_run_counts_from_its_own_start() {
    #[observe]
    fn counted_by_run() -> Result<u32, Fault> {
        fails()
    }
    let calls = |run: &Run| run.operations.iter().find(|total| total.operation == "counted_by_run").cloned();
    let first = installed(|| (0..3).for_each(|_| assert!(counted_by_run().is_err())));
    assert_eq!(calls(&first).map(|total| (total.calls, total.failed)), Some((3, 3)));
    let second = installed(|| assert!(counted_by_run().is_err()));
    let total = calls(&second).unwrap_or_default();
    assert_eq!((total.calls, total.failed), (1, 1));
    assert_eq!(total.reasons.first().map(|reason| reason.count), Some(1));
    let third = installed(|| {});
    assert_eq!(calls(&third), None);
}

mod c901 {
    use super::*;

    #[derive(Event)]
    struct Shipped {
        order: u32,
    }

    #[observe(at_most(1 Shipped by order))]
    fn ships(orders: u32) {
        for order in 0..orders {
            emit!(Shipped { order });
        }
    }

    #[test]
    fn fires_when_a_verdict_needs_what_was_dropped() {
        assert_eq!(codes_of(|| ships(2_000)), ["C901 S"]);
    }

    #[test]
    fn stays_silent_when_everything_fits() {
        assert_eq!(codes_of(|| ships(1_000)), NOTHING);
    }

    #[test]
    fn the_run_says_it_too() {
        let run = installed(|| ships(2_000));
        assert_eq!(of(&run, "candor", Code::C901).len(), 1);
        assert!(run.lost.iter().any(|(kind, count)| *kind == "key" && *count >= 976), "{:?}", run.lost);
    }
}

mod c903 {
    use super::*;

    #[test]
    fn fires_for_an_exception_past_its_date() {
        #[observe(allow(C101 = "until the gateway is mended", until = "2020-01-31"))]
        fn out_of_date() {
            fails().ok();
        }
        let run = installed(out_of_date);
        assert_eq!(of(&run, "out_of_date", Code::C903).len(), 1);
        assert_eq!(of(&run, "out_of_date", Code::C101).len(), 1, "it covers nothing any more");
    }

    #[test]
    fn fires_for_an_exception_that_would_not_have_fired() {
        #[observe(allow(C101 = "the gateway is old"))]
        fn needs_no_exception() {
            works().ok();
        }
        let run = installed(|| (0..20).for_each(|_| needs_no_exception()));
        assert_eq!(of(&run, "needs_no_exception", Code::C903).len(), 1);
        let run = installed(|| (0..19).for_each(|_| needs_no_exception()));
        assert!(of(&run, "needs_no_exception", Code::C903).is_empty(), "a new run counts from its own start");
    }

    #[test]
    fn stays_silent_for_one_that_is_needed() {
        #[observe(allow(C101 = "the gateway is old", until = "2999-01-31"))]
        fn needs_its_exception() {
            fails().ok();
        }
        let run = installed(needs_its_exception);
        assert!(of(&run, "needs_its_exception", Code::C903).is_empty());
        assert!(of(&run, "needs_its_exception", Code::C101).is_empty());
    }

    #[test]
    fn stays_silent_for_one_that_was_not_called() {
        #[observe(allow(C101 = "the gateway is old"))]
        fn is_not_called() {
            fails().ok();
        }
        let run = installed(|| {});
        assert!(of(&run, "is_not_called", Code::C903).is_empty());
        assert_eq!(codes_of(is_not_called), NOTHING);
    }

    #[test]
    fn an_exception_covers_its_code_only() {
        #[observe(allow(C103 = "a default is right here"))]
        fn operation() -> u32 {
            fails().ok();
            fails().unwrap_or(1)
        }
        assert_eq!(codes_of(|| assert_eq!(operation(), 1)), ["C101 V"]);
    }
}

mod c904 {
    use super::*;

    /// Panics when it is printed.
    struct Bomb(bool);

    impl fmt::Display for Bomb {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            assert!(!self.0, "boom");
            f.write_str("calm")
        }
    }

    #[derive(Event)]
    struct Armed {
        bomb: Bomb,
    }

    #[observe]
    fn arms(explodes: bool) -> u32 {
        emit!(Armed { bomb: Bomb(explodes) });
        7
    }

    #[observe]
    fn divides(by: u32) -> u32 {
        checkpoint!(10 / by > 1);
        7
    }

    #[test]
    fn fires_and_the_call_goes_on() {
        assert_eq!(codes_of(|| assert_eq!(arms(true), 7)), ["C904 S"]);
        assert_eq!(codes_of(|| assert_eq!(divides(0), 7)), ["C904 S"]);
    }

    #[test]
    fn says_what_panicked_and_that_the_call_went_on() {
        let of = |work: &dyn Fn() -> u32| found(|| assert_eq!(work(), 7))[0].observed.clone();
        assert_eq!(of(&|| arms(true)), "reading `Armed` panicked: boom; the call itself went on");
        let divided = of(&|| divides(0));
        assert!(divided.starts_with("`10 / by > 1` panicked: "), "{divided}");
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert_eq!(arms(false), 7)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(divides(2), 7)), NOTHING);
    }
}

//! Far too much of everything: nothing overflows, and what is lost is counted.

use std::sync::atomic::{AtomicU32, Ordering};

use candor::{Event, Outcome, emit, observe};

use crate::kit::{Fault, NOTHING, codes, codes_of, fails, found, reject};

/// How often this was lost in the process so far.
fn lost(kind: &str) -> u64 {
    candor::record::lost_totals().iter().find(|(name, _)| *name == kind).map_or(0, |(_, count)| *count)
}

/// Runs `work` in the scope of this test with a stack for deep recursion.
fn deep<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(1 << 30).spawn(candor::carry(work));
    thread.unwrap().join().unwrap()
}

mod nesting {
    use super::*;

    #[observe]
    fn down(depth: u32) -> u32 {
        if depth == 0 {
            return 0;
        }
        down(depth - 1) + 1
    }

    #[test]
    fn ten_thousand_calls_deep() {
        let before = lost("operation");
        assert_eq!(codes_of(|| assert_eq!(deep(|| down(10_000)), 10_000)), NOTHING);
        assert!(lost("operation") >= before + 9_000, "{before} and {}", lost("operation"));
    }

    #[observe]
    fn down_and_fail(depth: u32) -> Result<u32, Fault> {
        if depth == 0 {
            return fails();
        }
        let reached = down_and_fail(depth - 1)?;
        Ok(reached + 1)
    }

    #[test]
    fn ten_thousand_calls_deep_with_a_failure_that_is_propagated() {
        assert_eq!(codes_of(|| assert!(deep(|| down_and_fail(10_000)).is_err())), NOTHING);
    }

    #[test]
    fn ten_thousand_calls_deep_with_a_panic() {
        #[observe]
        fn down(depth: u32) {
            assert!(depth > 0, "on purpose");
            down(depth - 1);
        }
        let caught = || deep(|| std::panic::catch_unwind(|| down(10_000)).is_err());
        assert_eq!(codes_of(|| assert!(caught())), NOTHING);
    }

    /// A call beyond the bound is not followed; it must not speak for one that is.
    #[test]
    fn a_call_too_deep_does_not_speak_for_another() {
        static SWALLOWED: AtomicU32 = AtomicU32::new(0);
        #[observe]
        fn down(depth: u32) -> Result<u32, Fault> {
            if depth == 0 {
                return fails();
            }
            match down(depth - 1) {
                Ok(reached) => Ok(reached),
                Err(fault) => {
                    SWALLOWED.fetch_add(1, Ordering::Relaxed);
                    Err(fault)
                }
            }
        }
        assert_eq!(codes_of(|| assert!(deep(|| down(2_000)).is_err())), NOTHING);
        assert_eq!(SWALLOWED.load(Ordering::Relaxed), 2_000);
    }

    #[observe]
    async fn down_later(depth: u32) -> u32 {
        if depth == 0 {
            tokio::task::yield_now().await;
            return 0;
        }
        Box::pin(down_later(depth - 1)).await + 1
    }

    #[test]
    fn ten_thousand_futures_deep() {
        let reached = || deep(|| crate::kit::block_on(down_later(10_000)));
        assert_eq!(codes_of(|| assert_eq!(reached(), 10_000)), NOTHING);
    }

    /// Whether a future beyond the bound ends at its first poll or later: what comes after it is followed again.
    #[test]
    fn futures_too_deep_take_no_end_of_a_later_call() {
        #[observe]
        async fn down_at_once(depth: u32) -> u32 {
            if depth == 0 { 0 } else { Box::pin(down_at_once(depth - 1)).await + 1 }
        }
        #[observe]
        fn swallows() {
            fails().ok();
        }
        for down in [|| crate::kit::block_on(down_at_once(2_000)), || crate::kit::block_on(down_later(2_000))]
        {
            let then = || deep(move || (down(), swallows()).0);
            assert_eq!(codes_of(|| assert_eq!(then(), 2_000)), ["C101 V"]);
        }
    }
}

mod story {
    use super::*;

    #[derive(Event)]
    struct Stepped {
        number: u32,
    }

    #[observe]
    fn long() {
        for number in 0..100_000 {
            emit!(Stepped { number });
        }
        fails().ok();
    }

    #[test]
    fn far_over_its_bound_keeps_the_beginning_and_the_end_and_counts_the_middle() {
        let found = found(long);
        assert_eq!(codes(&found), ["C101 V"]);
        let story = &found[0].story;
        let events = story.lines.iter().filter(|line| line.text.starts_with("Stepped")).count();
        assert_eq!(events as u64 + story.omitted, 100_000);
        assert!(story.lines.len() <= 96, "{}", story.lines.len());
        assert!(story.lines[0].text.contains("number: 0"), "{}", story.lines[0].text);
        let end: Vec<&str> = story.lines.iter().rev().take(2).map(|line| line.text.as_str()).collect();
        assert!(end[0].contains("met Err") && end[1].contains("number: 99999"), "{end:?}");
    }

    #[test]
    fn of_many_children() {
        #[observe]
        fn child(number: u32) {
            emit!(Stepped { number });
        }
        #[observe]
        fn parent() {
            for number in 0..1_000 {
                child(number);
            }
            fails().ok();
        }
        let found = found(parent);
        assert_eq!(codes(&found), ["C101 V"]);
        let story = &found[0].story;
        assert_eq!(
            story.lines.len() as u64 + story.omitted,
            2_001,
            "an event and an end for each, and the error"
        );
    }

    #[test]
    fn with_long_texts() {
        #[derive(Event)]
        struct Written {
            text: String,
        }
        #[observe]
        fn operation() {
            emit!(Written { text: "ä".repeat(1_000_000) });
            let result: Result<(), String> = Err("ö".repeat(1_000_000));
            result.ok();
            tracing::error!("{}", "ü".repeat(1_000_000));
        }
        let found = found(operation);
        let text: usize = found[0].story.lines.iter().map(|line| line.text.len()).sum();
        assert!(text < 4_000, "{text} bytes");
    }
}

mod ledger {
    use super::*;

    #[test]
    fn the_same_place_ten_thousand_times_is_one_finding_that_counts() {
        #[observe]
        fn operation() {
            for id in 0..10_000 {
                reject(id).ok();
            }
        }
        assert_eq!(codes_of(operation), ["C114 V 10000"]);
    }

    #[test]
    fn ten_thousand_failed_children_lose_with_a_count() {
        #[observe]
        fn child(id: u32) -> Result<u32, Fault> {
            reject(id)
        }
        fn quietly(id: u32) {
            let _ = child(id);
        }
        #[observe]
        fn operation() {
            for id in 0..10_000 {
                quietly(id);
            }
        }
        let before = lost("entry");
        let found = found(operation);
        let codes = codes(&found);
        assert!(codes.contains(&"C901 S".to_owned()), "{codes:?}");
        assert!(codes.contains(&"C101 S 64".to_owned()), "{codes:?}");
        assert!(lost("entry") >= before + 9_936);
    }

    #[test]
    fn many_checks_and_tasks() {
        #[observe]
        fn operation() {
            for number in 0..1_000 {
                candor::checkpoint!(number < 0);
            }
        }
        let codes = codes_of(operation);
        assert!(codes.contains(&"C108 V 64".to_owned()) && codes.contains(&"C901 S".to_owned()), "{codes:?}");
    }

    #[test]
    fn many_reasons_of_one_operation() {
        #[derive(Debug, Outcome)]
        enum Answer {
            #[outcome(refused)]
            Never,
        }
        #[observe]
        fn operation() -> Result<u32, Answer> {
            Err(Answer::Never)
        }
        assert_eq!(codes_of(|| (0..10_000).for_each(|_| assert!(operation().is_err()))), NOTHING);
    }

    #[test]
    fn more_places_than_a_test_keeps() {
        #[observe]
        fn operation() {
            fails().ok();
        }
        assert_eq!(codes_of(|| (0..10_000).for_each(|_| operation())), ["C101 V 10000"]);
    }
}

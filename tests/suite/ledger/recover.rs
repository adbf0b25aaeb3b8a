//! Closed: recovered with a reason.

use candor::model::LineKind;
use candor::{Event, Recover as _, emit, observe, recovered};

use crate::kit::{Fault, NOTHING, codes, codes_of, fails, found, reject};

mod on_the_spot {
    use super::*;

    #[test]
    fn recovered_and_ok() {
        #[observe]
        fn reasoned() -> Option<u32> {
            fails().recovered("the price cache is best effort")
        }
        #[observe]
        fn bare() -> Option<u32> {
            fails().ok()
        }
        assert_eq!(codes_of(|| assert!(reasoned().is_none())), NOTHING);
        assert_eq!(codes_of(|| assert!(bare().is_none())), ["C101 V"]);
    }

    #[test]
    fn recovered_or_and_unwrap_or() {
        #[observe]
        fn reasoned() -> u32 {
            fails().recovered_or("the list price holds", 1)
        }
        #[observe]
        fn bare() -> u32 {
            fails().unwrap_or(1)
        }
        assert_eq!(codes_of(|| assert_eq!(reasoned(), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(bare(), 1)), ["C103 S"]);
    }

    #[test]
    fn recovered_or_else_and_unwrap_or_else() {
        #[observe]
        fn reasoned() -> u32 {
            fails().recovered_or_else("the list price holds", |_| 1)
        }
        #[observe]
        fn bare() -> u32 {
            fails().unwrap_or_else(|_| 1)
        }
        assert_eq!(codes_of(|| assert_eq!(reasoned(), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(bare(), 1)), ["C103 S"]);
    }

    #[test]
    fn recovered_or_default_and_unwrap_or_default() {
        #[observe]
        fn reasoned() -> u32 {
            fails().recovered_or_default("nothing is sold yet")
        }
        #[observe]
        fn bare() -> u32 {
            fails().unwrap_or_default()
        }
        assert_eq!(codes_of(|| assert_eq!(reasoned(), 0)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(bare(), 0)), ["C103 S"]);
    }

    #[test]
    fn the_macro_in_an_arm() {
        #[observe]
        fn reasoned() {
            if let Err(fault) = fails() {
                recovered!(fault, "the cache is best effort");
            }
        }
        #[observe]
        fn bare() {
            if let Err(fault) = fails() {
                println!("{fault}");
            }
        }
        assert_eq!(codes_of(reasoned), NOTHING);
        assert_eq!(codes_of(bare), ["C101 V"]);
    }

    #[test]
    fn the_macro_after_a_log_of_the_same_error() {
        #[observe]
        fn operation() {
            if let Err(fault) = fails() {
                tracing::error!("{fault}");
                recovered!(fault, "the cache is best effort");
            }
        }
        assert_eq!(codes_of(operation), NOTHING);
    }

    #[test]
    fn the_macro_on_a_borrowed_error_that_was_logged() {
        #[observe]
        fn operation(result: &Result<u32, Fault>) {
            if let Err(fault) = result {
                tracing::error!("{fault}");
                recovered!(fault, "the cache is best effort");
            }
        }
        assert_eq!(codes_of(|| operation(&fails())), NOTHING);
    }

    #[test]
    fn a_child_that_failed() {
        #[observe]
        fn child() -> Result<u32, Fault> {
            fails()
        }
        #[observe]
        fn parent() -> u32 {
            child().recovered_or("the list price holds", 1)
        }
        assert_eq!(codes_of(|| assert_eq!(parent(), 1)), NOTHING);
    }

    #[test]
    fn one_reason_closes_one_error() {
        #[observe]
        fn operation() {
            fails().recovered("the cache is best effort");
            fails().ok();
        }
        assert_eq!(codes_of(operation), ["C101 V"]);
    }

    #[test]
    fn the_reason_stands_in_the_story() {
        #[observe]
        fn operation() {
            fails().recovered("the cache is best effort");
            fails().ok();
        }
        let found = found(operation);
        let told = |line: &candor::model::StoryLine| {
            line.kind == LineKind::Recovered && line.text.contains("the cache is best effort")
        };
        assert!(found[0].story.lines.iter().any(told), "{:#?}", found[0].story);
    }
}

/// What the declared recoveries are tried on.
fn send() -> Result<u32, Fault> {
    fails()
}

mod declared {
    use super::*;

    #[test]
    fn any_error() {
        #[observe(recovers(_ => "best effort"))]
        fn operation() {
            send().ok();
        }
        assert_eq!(codes_of(operation), NOTHING);
    }

    #[test]
    fn by_type() {
        #[observe(recovers(Fault => "best effort"))]
        fn right() {
            send().ok();
        }
        #[observe(recovers(ParseIntError => "best effort"))]
        fn wrong() {
            send().ok();
        }
        assert_eq!(codes_of(right), NOTHING);
        assert_eq!(codes_of(wrong), ["C101 V"]);
    }

    #[test]
    fn by_variant() {
        #[observe(recovers(Fault::Declined(_) => "asked again by mail"))]
        fn operation(result: fn() -> Result<u32, Fault>) {
            result().ok();
        }
        assert_eq!(codes_of(|| operation(|| reject(1))), NOTHING);
        assert_eq!(codes_of(|| operation(send)), ["C101 V"]);
    }

    #[test]
    fn by_text() {
        #[observe(recovers("timed out" => "best effort"))]
        fn operation(result: fn() -> Result<u32, Fault>) {
            result().ok();
        }
        assert_eq!(codes_of(|| operation(send)), NOTHING);
        assert_eq!(codes_of(|| operation(|| reject(1))), ["C101 V"]);
    }

    #[test]
    fn by_callee() {
        #[observe(recovers(Fault in send => "best effort"))]
        fn right() {
            send().ok();
        }
        #[observe(recovers(Fault in send => "best effort"))]
        fn wrong() {
            fails().ok();
        }
        assert_eq!(codes_of(right), NOTHING);
        assert_eq!(codes_of(wrong), ["C101 V"]);
    }

    #[derive(Event)]
    struct Queued;

    #[test]
    fn by_an_event_that_follows() {
        #[observe(recovers(Fault => "sent later" by Queued))]
        fn followed() {
            send().ok();
            emit!(Queued);
        }
        #[observe(recovers(Fault => "sent later" by Queued))]
        fn before() {
            emit!(Queued);
            send().ok();
        }
        #[observe(recovers(Fault => "sent later" by Queued))]
        fn never() {
            send().ok();
        }
        assert_eq!(codes_of(followed), NOTHING);
        assert_eq!(codes_of(before), ["C101 V"]);
        assert_eq!(codes_of(never), ["C101 V"]);
    }

    #[test]
    fn so_many_times() {
        #[observe(recovers(Fault => "two may be missing" max 2))]
        fn operation(times: u32) {
            let mut left = times;
            while left > 0 {
                left -= 1;
                send().ok();
            }
        }
        assert_eq!(codes_of(|| operation(2)), NOTHING);
        assert_eq!(codes_of(|| operation(3)), ["C101 V"]);
    }

    #[test]
    fn so_many_times_beyond_what_is_kept_apart() {
        #[observe(recovers(Fault => "five may be missing" max 5))]
        fn operation(times: u32) {
            let mut left = times;
            while left > 0 {
                left -= 1;
                send().ok();
            }
        }
        assert_eq!(codes_of(|| operation(5)), NOTHING);
        assert_eq!(codes_of(|| operation(6)), ["C101 V"]);
    }

    #[test]
    fn a_substitute_and_a_failed_child_too() {
        #[observe]
        fn child() -> Result<u32, Fault> {
            fails()
        }
        #[observe(recovers(Fault in child => "the list price holds"))]
        fn declared() -> u32 {
            child().unwrap_or(1)
        }
        #[observe]
        fn bare() -> u32 {
            child().unwrap_or(1)
        }
        assert_eq!(codes_of(|| assert_eq!(declared(), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(bare(), 1)), ["C103 S"]);
    }

    #[test]
    fn help_names_the_clause_to_write() {
        #[observe]
        fn operation() {
            send().ok();
        }
        let found = found(operation);
        assert_eq!(codes(&found), ["C101 V"]);
        let clause = "#[observe(recovers(Fault in send => \"why\"))]";
        assert!(found[0].help.iter().any(|help| help.contains(clause)), "{:?}", found[0].help);
    }
}

//! Ends that tell of an error without returning it: values that are called a failure, and the last words of a function that
//! returns nothing.

use candor::observe;
use tracing::{debug, error, info, warn};

use crate::kit::{Fault, NOTHING, block_on, codes_of, fails, reject, works};

/// What a repeated try is recorded as, in a type that declares nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Status {
    Queued,
    Sent,
    Failed,
}

mod variant {
    use super::*;

    /// The status is a place: what it is in the end is known only when the value is there.
    #[observe]
    fn deliver(gives_up: bool) -> Status {
        let mut status = Status::Queued;
        for attempt in 0..2 {
            if let Err(fault) = fails() {
                warn!(attempt, %fault, "attempt failed");
            }
        }
        if gives_up {
            status = Status::Failed;
            error!("delivery given up");
        }
        if works().is_ok() && status == Status::Queued {
            status = Status::Sent;
        }
        status
    }

    #[test]
    fn a_failure_by_name_tells_the_errors() {
        assert_eq!(codes_of(|| assert_eq!(deliver(true), Status::Failed)), NOTHING);
    }

    #[test]
    fn a_success_by_name_hides_them() {
        assert_eq!(codes_of(|| assert_eq!(deliver(false), Status::Sent)), ["C101 V 2"]);
    }

    #[derive(Debug)]
    struct FailedJobs(#[expect(dead_code, reason = "it is only printed")] u32);

    #[test]
    fn the_name_of_a_struct_says_nothing_of_this_value() {
        #[observe]
        fn failed_jobs() -> FailedJobs {
            fails().ok();
            FailedJobs(0)
        }
        assert_eq!(codes_of(|| _ = failed_jobs()), ["C101 V"]);
    }

    #[test]
    fn a_value_that_cannot_be_printed_and_a_generic_one_say_nothing() {
        struct Failed;
        #[observe]
        fn end() -> Failed {
            fails().ok();
            Failed
        }
        #[observe]
        fn generic<T>(value: T) -> T {
            fails().ok();
            value
        }
        assert_eq!(codes_of(|| _ = end()), ["C101 V"]);
        assert_eq!(codes_of(|| _ = generic(Status::Failed)), ["C101 V"]);
    }

    #[test]
    fn a_future_tells_it_too() {
        #[observe]
        async fn deliver(status: Status) -> Result<Status, Fault> {
            let _ = fails();
            Ok(status)
        }
        assert_eq!(codes_of(|| _ = block_on(deliver(Status::Failed))), NOTHING);
        assert_eq!(codes_of(|| _ = block_on(deliver(Status::Sent))), ["C101 V"]);
    }

    #[test]
    fn a_debug_that_panics_is_told() {
        enum Odd {
            Failed,
        }
        impl std::fmt::Debug for Odd {
            fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                panic!("no words")
            }
        }
        #[observe]
        fn odd() -> Odd {
            let _ = fails();
            Odd::Failed
        }
        let found = codes_of(|| _ = odd());
        assert!(found.contains(&"C101 V".to_owned()) && found.contains(&"C904 S".to_owned()), "{found:?}");
    }
}

mod response {
    use super::*;

    #[derive(Debug)]
    struct Response {
        status: u16,
        body: &'static str,
    }

    fn is(response: &Response, status: u16) {
        assert_eq!((response.status, response.body.is_empty()), (status, true));
    }

    #[test]
    fn a_status_tells_the_error_apart() {
        #[observe]
        fn lookup() -> Response {
            match fails() {
                Ok(_) => Response { status: 200, body: "" },
                Err(fault) => {
                    error!(%fault, "lookup failed");
                    Response { status: 500, body: "" }
                }
            }
        }
        #[observe]
        fn store() -> Response {
            if let Err(fault) = fails() {
                error!(%fault, "could not store it");
                return Response { status: 503, body: "" };
            }
            Response { status: 200, body: "" }
        }
        assert_eq!(codes_of(|| is(&lookup(), 500)), NOTHING);
        assert_eq!(codes_of(|| is(&store(), 503)), NOTHING);
    }

    #[test]
    fn the_status_of_a_success_hides_it() {
        #[observe]
        fn lookup() -> Response {
            match fails() {
                Ok(_) => Response { status: 200, body: "" },
                Err(_) => Response { status: 200, body: "" },
            }
        }
        #[observe]
        fn store() -> Response {
            if let Err(fault) = fails() {
                error!(%fault, "could not store it");
            }
            Response { status: 200, body: "" }
        }
        assert_eq!(codes_of(|| is(&lookup(), 200)), ["C103 S"]);
        assert_eq!(codes_of(|| is(&store(), 200)), ["C101 V"]);
    }
}

mod flag {
    use super::*;

    struct Rate {
        cents: u32,
        stale: bool,
    }

    #[test]
    fn a_flag_tells_the_error_apart() {
        #[observe]
        fn rate(last: u32, honest: bool) -> Rate {
            if honest {
                return match fails() {
                    Ok(cents) => Rate { cents, stale: false },
                    Err(_) => Rate { cents: last, stale: true },
                };
            }
            match fails() {
                Ok(cents) => Rate { cents, stale: false },
                Err(_) => Rate { cents: last, stale: false },
            }
        }
        let is = |rate: Rate, stale| assert_eq!((rate.cents, rate.stale), (7, stale));
        assert_eq!(codes_of(|| is(rate(7, true), true)), NOTHING);
        assert_eq!(codes_of(|| is(rate(7, false), false)), ["C103 S"]);
    }
}

mod put_down {
    use super::*;

    #[test]
    fn an_item_that_is_put_back_is_not_lost() {
        #[observe]
        fn drain(queue: &mut std::collections::VecDeque<u32>, puts_back: bool) {
            let Some(item) = queue.pop_front() else { return };
            if let Err(fault) = fails() {
                error!(%fault, "could not handle it");
                if puts_back {
                    queue.push_front(item);
                }
            }
        }
        assert_eq!(codes_of(|| drain(&mut [7].into(), true)), NOTHING);
    }

    #[derive(Default)]
    struct Jobs {
        failed: Vec<u32>,
        logged: Vec<u32>,
    }

    impl Jobs {
        fn mark_failed(&mut self, id: u32) {
            self.failed.push(id);
        }
        fn log_failure(&mut self, id: u32) {
            self.logged.push(id);
        }
    }

    #[test]
    fn an_arm_that_puts_the_failure_down_accounts_for_it() {
        #[observe]
        fn run(jobs: &mut Jobs) {
            if fails().is_err() {
                jobs.mark_failed(7);
            }
        }
        assert_eq!(codes_of(|| run(&mut Jobs::default())), NOTHING);
    }

    #[test]
    fn a_log_by_another_name_does_not() {
        #[observe]
        fn run(jobs: &mut Jobs) {
            if fails().is_err() {
                jobs.log_failure(7);
            }
        }
        assert_eq!(codes_of(|| run(&mut Jobs::default())), ["C101 S"]);
    }
}

mod last_words {
    use super::*;

    #[test]
    fn a_warning_that_says_what_becomes_of_the_item() {
        #[observe]
        fn flush(samples: &[u32]) {
            for _sample in samples {
                match fails() {
                    Ok(line) => assert_eq!(line, 0),
                    Err(fault) => warn!(%fault, "sample dropped"),
                }
            }
            debug!(samples = samples.len(), "flushed");
        }
        #[observe]
        fn close() {
            if let Err(fault) = fails() {
                error!("cannot be closed, giving up: {fault}");
                return;
            }
            info!("closed");
        }
        assert_eq!(codes_of(|| flush(&[1, 2])), NOTHING);
        assert_eq!(codes_of(close), NOTHING);
    }

    #[test]
    fn more_is_done_with_the_item() {
        #[observe]
        fn consume(acknowledged: &mut Vec<u32>) {
            for id in 0..2 {
                if let Err(fault) = fails() {
                    warn!(id, %fault, "message dropped");
                }
                acknowledged.push(id);
            }
        }
        assert_eq!(codes_of(|| consume(&mut Vec::new())), ["C101 V 2"]);
    }

    #[test]
    fn the_line_says_too_little() {
        #[observe]
        fn vague() {
            if let Err(fault) = fails() {
                error!(%fault, "could not store it");
            }
        }
        #[observe]
        fn low() {
            if let Err(fault) = fails() {
                debug!(%fault, "dropped");
            }
        }
        #[observe]
        fn of_nothing() {
            if fails().is_err() {
                warn!("dropped");
            }
        }
        #[observe]
        fn and_success() {
            if let Err(fault) = fails() {
                warn!(%fault, "dropped");
            }
            info!("all stored");
        }
        for operation in [vague as fn(), low, of_nothing, and_success] {
            assert_eq!(codes_of(operation), ["C101 V"]);
        }
    }

    #[test]
    fn a_function_that_returns_something_has_other_words() {
        #[observe]
        fn store() -> Result<(), Fault> {
            if let Err(fault) = fails() {
                warn!(%fault, "dropped");
            }
            Ok(())
        }
        assert_eq!(codes_of(|| assert_eq!(store(), Ok(()))), ["C101 V"]);
    }
}

mod comparison {
    use super::*;

    #[test]
    fn what_is_compared_is_not_dropped() {
        #[observe]
        fn check() {
            assert_eq!(fails().ok(), None);
            assert_ne!(fails().ok(), Some(1));
            assert!(fails().ok().is_none());
            assert!(fails().ok() != Some(1));
            assert!(matches!(child(), Err(_)));
        }
        #[observe]
        fn child() -> Result<u32, Fault> {
            fails()
        }
        assert_eq!(codes_of(check), NOTHING);
    }

    #[test]
    fn what_is_only_bound_or_asked_in_vain_is() {
        #[observe]
        fn check() -> u32 {
            let port = fails().ok();
            if fails().ok().is_some() {
                debug!("there is one");
            }
            port.unwrap_or(0)
        }
        assert_eq!(codes_of(|| assert_eq!(check(), 0)), ["C101 V", "C101 V"]);
    }
}

mod a_returned_failure {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Status {
        Sent,
        Failed(String),
    }

    #[test]
    fn tells_its_own_error_and_no_other() {
        #[observe]
        fn sends(audited: bool) -> Status {
            if !audited {
                let _ = reject(9);
            }
            match fails() {
                Ok(_) => Status::Sent,
                Err(fault) => {
                    tracing::warn!(%fault, "not sent");
                    Status::Failed("later".into())
                }
            }
        }
        assert_eq!(codes_of(|| assert_eq!(sends(true), Status::Failed("later".into()))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(sends(false), Status::Failed("later".into()))), ["C101 V"]);
    }
}

//! Closed: propagated, handed on, accounted for.

use std::collections::HashMap;

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, reject, works};

mod propagated {
    use super::*;

    #[test]
    fn by_a_question_mark() {
        #[observe]
        fn operation() -> Result<u32, Fault> {
            let value = fails()?;
            Ok(value)
        }
        assert_eq!(codes_of(|| assert!(operation().is_err())), NOTHING);
    }

    #[test]
    fn the_call_fails_in_the_end_whatever_was_dropped() {
        #[observe]
        fn operation(in_the_end: Result<u32, Fault>) -> Result<u32, Fault> {
            fails().ok();
            in_the_end
        }
        assert_eq!(codes_of(|| assert!(operation(fails()).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(operation(works()).is_ok())), ["C101 V"]);
    }

    #[test]
    fn through_ok_as_a_none_that_is_declared() {
        #[observe(outcome(None => refused))]
        fn declared() -> Option<u32> {
            let value = fails().ok()?;
            Some(value)
        }
        #[observe(outcome(None => failed))]
        fn failed() -> Option<u32> {
            fails().ok()
        }
        #[observe]
        fn undeclared() -> Option<u32> {
            let value = fails().ok()?;
            Some(value)
        }
        assert_eq!(codes_of(|| assert!(declared().is_none())), NOTHING);
        assert_eq!(codes_of(|| assert!(failed().is_none())), NOTHING);
        assert_eq!(codes_of(|| assert!(undeclared().is_none())), ["C101 V"]);
    }

    #[test]
    fn as_a_returned_value_that_means_failure() {
        #[derive(candor::Outcome, PartialEq, Debug)]
        enum Report {
            Done,
            #[outcome(failed)]
            Broken,
        }
        #[observe]
        fn operation(honest: bool) -> Report {
            match fails() {
                Ok(_) => Report::Done,
                Err(_) if honest => Report::Broken,
                Err(_) => Report::Done,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(operation(true), Report::Broken)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(operation(false), Report::Done)), ["C103 S"]);
    }

    #[test]
    fn a_child_that_fails_is_no_error_of_a_parent_that_fails() {
        #[observe]
        fn child() -> Result<u32, Fault> {
            fails()
        }
        #[observe]
        fn parent() -> Result<u32, Fault> {
            child()
        }
        assert_eq!(codes_of(|| assert!(parent().is_err())), NOTHING);
    }
}

mod handed_on {
    use super::*;

    #[test]
    fn pushed() {
        #[observe]
        fn operation(log: &mut Vec<Fault>) {
            if let Err(fault) = fails() {
                log.push(fault);
            }
        }
        #[observe]
        fn pushed_elsewhere(log: &mut Vec<u32>) {
            log.push(1);
            if fails().is_err() {
                println!("ignored");
            }
        }
        assert_eq!(codes_of(|| operation(&mut Vec::new())), NOTHING);
        assert_eq!(codes_of(|| pushed_elsewhere(&mut Vec::new())), ["C101 V"]);
    }

    #[test]
    fn stored() {
        #[derive(Default)]
        struct Worker {
            last: Option<Fault>,
            tries: HashMap<u32, Result<u32, Fault>>,
        }
        impl Worker {
            #[observe]
            fn run(&mut self) {
                if let Err(fault) = fails() {
                    self.last = Some(fault);
                }
            }
            #[observe]
            fn keep(&mut self) {
                self.tries.insert(1, fails());
            }
        }
        let mut worker = Worker::default();
        assert_eq!(codes_of(|| worker.run()), NOTHING);
        assert_eq!(codes_of(|| worker.keep()), NOTHING);
        assert!(worker.last.is_some() && worker.tries.len() == 1);
    }

    #[test]
    fn returned_inside_something() {
        #[observe]
        fn paired() -> (u32, Result<u32, Fault>) {
            (1, fails())
        }
        #[observe]
        fn boxed() -> Option<Fault> {
            match fails() {
                Ok(_) => None,
                Err(fault) => Some(fault),
            }
        }
        #[observe]
        fn by_err() -> Option<Fault> {
            fails().err()
        }
        #[observe]
        fn forgotten() -> Option<Fault> {
            match fails() {
                Ok(_) => None,
                Err(_) => None,
            }
        }
        assert_eq!(codes_of(|| assert!(paired().1.is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(boxed().is_some())), NOTHING);
        assert_eq!(codes_of(|| assert!(by_err().is_some())), NOTHING);
        assert_eq!(codes_of(|| assert!(forgotten().is_none())), ["C103 S"]);
    }

    #[test]
    fn a_child_whose_result_is_returned_inside_something() {
        #[observe]
        fn child() -> Result<u32, Fault> {
            fails()
        }
        #[observe]
        fn all() -> Vec<Result<u32, Fault>> {
            (0..3).map(|_| child()).collect()
        }
        assert_eq!(codes_of(|| assert_eq!(all().len(), 3)), NOTHING);
    }

    #[test]
    fn matched_by_value() {
        #[observe]
        fn told_apart() -> u32 {
            match reject(1) {
                Ok(value) => value,
                Err(Fault::Declined(_)) => 0,
                Err(_) => 1,
            }
        }
        #[observe]
        fn lumped() -> u32 {
            match reject(1) {
                Ok(value) => value,
                Err(_) => 0,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(told_apart(), 0)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(lumped(), 0)), ["C103 S"]);
    }

    #[test]
    fn by_a_closure_that_uses_it() {
        #[observe]
        fn used() -> String {
            fails().map_or_else(|fault| fault.to_string(), |value| value.to_string())
        }
        #[observe]
        fn only_told() -> u32 {
            fails().unwrap_or_else(|fault| {
                println!("{fault}");
                0
            })
        }
        assert_eq!(codes_of(|| assert!(used().contains("timed out"))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(only_told(), 0)), ["C103 S"]);
    }

    #[test]
    fn a_log_is_not_a_hand() {
        #[observe]
        fn operation() {
            if let Err(fault) = fails() {
                tracing::debug!("{fault}");
                println!("{fault}");
            }
        }
        assert_eq!(codes_of(operation), ["C101 V"]);
    }
}

mod accounted {
    use super::*;

    struct Import {
        rows: u32,
        failed: u32,
    }

    #[observe(accounts(ret.failed))]
    fn import(ids: &[u32], honest: bool) -> Import {
        let mut done = Import { rows: 0, failed: 0 };
        for id in ids {
            let Ok(_) = reject(*id) else {
                continue;
            };
            done.rows += 1;
        }
        done.failed = if honest { 3 - done.rows } else { 1 };
        done
    }

    #[test]
    fn the_claim_counts_what_was_dropped() {
        assert_eq!(codes_of(|| assert_eq!(import(&[1, 2, 3], true).failed, 3)), NOTHING);
    }

    #[test]
    fn the_claim_counts_too_few() {
        assert_eq!(codes_of(|| assert_eq!(import(&[1, 2, 3], false).failed, 1)), ["C114 V 2"]);
    }

    #[test]
    fn the_claim_carries_the_errors() {
        #[observe(accounts(ret.1))]
        fn all(ids: &[u32]) -> (u32, Vec<u32>) {
            let mut skipped = Vec::new();
            for id in ids {
                if reject(*id).is_err() {
                    skipped.push(*id);
                }
            }
            (0, skipped)
        }
        #[observe]
        fn unsaid(ids: &[u32]) -> (u32, Vec<u32>) {
            for id in ids {
                if reject(*id).is_err() {
                    continue;
                }
            }
            (0, Vec::new())
        }
        assert_eq!(codes_of(|| assert_eq!(all(&[1, 2]).1, [1, 2])), NOTHING);
        assert_eq!(codes_of(|| assert!(unsaid(&[1, 2]).1.is_empty())), ["C114 V 2"]);
    }
}

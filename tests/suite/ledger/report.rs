//! What is reported, at which level.

use candor::observe;

use crate::kit::{Fault, NOTHING, codes, codes_of, fails, found, works};

#[observe]
fn child() -> Result<u32, Fault> {
    fails()
}

/// Not observed.
fn quietly() {
    let _ = child();
}

#[test]
fn a_drop_with_nothing_in_its_place_is_a_violation() {
    #[observe]
    fn by_ok() {
        fails().ok();
    }
    #[observe]
    fn by_let() {
        let _ = fails();
    }
    #[observe]
    fn by_an_empty_arm() {
        match fails() {
            Ok(value) => assert!(value > 0),
            Err(_) => {}
        }
    }
    #[observe]
    fn by_an_arm_that_only_logs() {
        if let Err(fault) = fails() {
            tracing::warn!("{fault}");
        }
    }
    for operation in [by_ok, by_let, by_an_empty_arm, by_an_arm_that_only_logs] {
        assert_eq!(codes_of(operation), ["C101 V"]);
    }
}

#[test]
fn a_substitute_is_a_suspicion_and_only_that() {
    #[observe]
    fn unwrap_or() -> u32 {
        child().unwrap_or(0)
    }
    #[observe]
    fn or() -> Result<u32, Fault> {
        child().or(works())
    }
    #[observe]
    fn map_or() -> u32 {
        child().map_or(0, |value| value)
    }
    assert_eq!(codes_of(|| assert_eq!(unwrap_or(), 0)), ["C103 S"]);
    assert_eq!(codes_of(|| assert!(or().is_ok())), ["C103 S"]);
    assert_eq!(codes_of(|| assert_eq!(map_or(), 0)), ["C103 S"]);
}

#[test]
fn a_failed_child_without_a_drop_is_a_suspicion() {
    #[observe]
    fn operation() {
        quietly();
    }
    let found = found(operation);
    assert_eq!(codes(&found), ["C101 S"]);
    assert!(found[0].evidence[0].what.contains("`child` failed"), "{:?}", found[0].evidence);
}

#[test]
fn a_child_that_fulfils_is_nothing() {
    #[observe]
    fn good() -> Result<u32, Fault> {
        works()
    }
    #[observe]
    fn operation() {
        good().ok();
    }
    assert_eq!(codes_of(operation), NOTHING);
}

#[test]
fn a_child_that_refuses_is_an_error_too() {
    #[derive(Debug, candor::Outcome)]
    enum Answer {
        #[outcome(refused)]
        SoldOut,
    }
    #[observe]
    fn sell() -> Result<u32, Answer> {
        Err(Answer::SoldOut)
    }
    #[observe]
    fn operation() {
        let _ = sell();
    }
    assert_eq!(codes_of(operation), ["C101 V"]);
}

#[test]
fn a_child_whose_err_is_an_answer_is_nothing() {
    #[observe]
    fn search() -> Result<usize, usize> {
        [1, 3].binary_search(&2)
    }
    #[observe]
    fn operation() {
        let _ = search();
    }
    assert_eq!(codes_of(operation), NOTHING);
}

#[test]
fn the_same_place_again_is_one_finding_with_a_count() {
    #[observe]
    fn operation() {
        fails().ok();
    }
    let found = found(|| (0..5).for_each(|_| operation()));
    assert_eq!(codes(&found), ["C101 V 5"]);
    assert!(found[0].last_story.is_some(), "the first and the last story are kept");
}

#[test]
fn only_the_operation_that_dropped_it_is_named() {
    #[observe]
    fn inner() {
        child().ok();
    }
    #[observe]
    fn outer() {
        inner();
    }
    let found = found(outer);
    assert_eq!(codes(&found), ["C101 V"]);
    assert_eq!(found[0].operation, "inner");
}

/// What an arm assigns may tell that something went wrong, or stand in its place.
mod assigned {
    use super::*;

    #[test]
    fn a_number_in_place_of_a_result_is_not_told() {
        #[observe]
        fn operation() -> u32 {
            let mut stock = 0;
            if let Err(_error) = fails() {
                stock = 7;
            }
            stock
        }
        assert_eq!(codes_of(|| assert_eq!(operation(), 7)), ["C101 S"]);
    }

    #[test]
    fn a_flag_or_a_state_tells_it() {
        #[derive(Debug, PartialEq)]
        enum State {
            Open,
            Broken,
        }
        #[observe]
        fn operation() -> (bool, State) {
            let (mut all_is_well, mut state) = (true, State::Open);
            if fails().is_err() {
                all_is_well = false;
            }
            if let Err(_error) = fails() {
                state = State::Broken;
            }
            (all_is_well, state)
        }
        assert_eq!(codes_of(|| assert_eq!(operation(), (false, State::Broken))), NOTHING);
    }
}

/// `err()` hands the error on, unless its value is thrown away.
mod taken_out {
    use super::*;

    #[test]
    fn and_thrown_away() {
        #[observe]
        fn operation() {
            fails().err();
        }
        #[observe]
        fn underscore() {
            let _ = fails().err();
        }
        assert_eq!(codes_of(operation), ["C101 V"]);
        assert_eq!(codes_of(underscore), ["C101 V"]);
    }

    #[test]
    fn and_kept() {
        #[observe]
        fn operation() -> Option<String> {
            fails().err().map(|error| error.to_string())
        }
        assert_eq!(codes_of(|| assert!(operation().is_some())), NOTHING);
    }
}

/// A closed channel is an end only where a loop ends with it.
#[test]
fn a_return_outside_of_a_loop_is_no_end() {
    #[observe]
    fn operation(sender: &std::sync::mpsc::Sender<u32>) {
        if let Err(_) = sender.send(1) {
            return;
        }
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    drop(receiver);
    assert_eq!(codes_of(|| operation(&sender)), ["C101 V"]);
}

/// `is_ok()` and `is_err()` answer whether there was an error: it is dropped only where nobody takes the answer.
mod asked {
    use super::*;

    #[test]
    fn and_the_answer_is_returned_or_kept() {
        #[observe]
        fn is_well() -> bool {
            fails().is_ok()
        }
        #[observe]
        fn keeps() -> (bool, u32) {
            let is_broken = fails().is_err();
            (is_broken, 1)
        }
        assert_eq!(codes_of(|| assert!(!is_well())), NOTHING);
        assert_eq!(codes_of(|| assert!(keeps().0)), NOTHING);
    }

    #[test]
    fn and_one_branch_forgets_it() {
        #[observe]
        fn counts() -> u32 {
            let mut sent = 0;
            if fails().is_ok() {
                sent += 1;
            }
            if !fails().is_err() {
                sent += 1;
            }
            sent
        }
        assert_eq!(codes_of(|| assert_eq!(counts(), 0)), ["C101 V", "C101 V"]);
    }

    #[test]
    fn and_the_branch_tells_it() {
        #[observe]
        fn tells() -> u32 {
            let mut failed = 0;
            if fails().is_ok() {
                println!("well");
            } else {
                failed += 1;
            }
            failed
        }
        assert_eq!(codes_of(|| assert_eq!(tells(), 1)), NOTHING);
    }

    #[test]
    fn and_the_loop_tries_again() {
        #[observe]
        fn tries() -> u32 {
            let mut left = 3;
            while (if left > 0 { fails() } else { works() }).is_err() {
                left -= 1;
            }
            left
        }
        assert_eq!(codes_of(|| assert_eq!(tries(), 0)), NOTHING);
    }

    #[test]
    fn and_a_guard_decides_on_it() {
        #[observe]
        fn decides() -> Result<Option<u32>, Fault> {
            match fails() {
                Ok(value) => Ok(Some(value)),
                Err(fault) if fault.to_string().contains("timed out") => Ok(None),
                Err(fault) => Err(fault),
            }
        }
        assert_eq!(codes_of(|| assert!(decides().is_ok())), NOTHING);
    }
}

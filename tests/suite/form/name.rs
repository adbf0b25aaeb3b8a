//! Results that were given a name first: it ends in a pattern, or nothing but the log reads it.
#![allow(
    clippy::manual_flatten,
    clippy::redundant_pattern_matching,
    clippy::single_match,
    clippy::redundant_guards,
    clippy::let_and_return,
    reason = "the forms are what is tested"
)]

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, reject, works};

type Outcome = Result<u32, Fault>;

#[track_caller]
fn pair(fires: fn() -> Outcome, code: &str, silent: fn() -> Outcome) {
    assert_eq!(codes_of(|| _ = fires()), [code]);
    assert_eq!(codes_of(|| _ = silent()), NOTHING);
}

#[test]
fn a_name_that_ends_in_a_pattern() {
    #[observe]
    fn fires() -> Outcome {
        let result = fails();
        if let Ok(value) = result {
            return Ok(value);
        }
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let result = fails();
        if let Ok(_) = result {
            println!("it worked");
        }
        result
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn a_name_that_ends_in_an_arm() {
    #[observe]
    fn fires() -> Outcome {
        let result = fails();
        match result {
            Ok(value) => println!("{value}"),
            Err(_) => {}
        }
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let result = fails();
        match result {
            Ok(value) => Ok(value),
            Err(_) => Err(Fault::Declined(0)),
        }
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn items_that_end_in_a_pattern() {
    #[observe]
    fn fires() -> Outcome {
        let mut sum = 0;
        for result in [works(), fails()] {
            if let Ok(value) = result {
                sum += value;
            }
        }
        Ok(sum)
    }
    #[observe]
    fn silent() -> Outcome {
        let mut sum = 0;
        for result in [works(), fails()] {
            let Ok(value) = result else { return result };
            sum += value;
        }
        Ok(sum)
    }
    pair(fires, "C114 V", silent);
}

#[test]
fn an_error_inside_a_value_that_ends() {
    #[observe]
    fn fires() -> Outcome {
        let joined: Result<Outcome, Fault> = Ok(fails());
        if let Ok(Ok(value)) = joined {
            return Ok(value);
        }
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let joined: Result<Outcome, Fault> = Ok(fails());
        if let Ok(Ok(value)) = joined {
            return Ok(value);
        }
        joined?
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn a_name_that_nobody_reads() {
    #[observe]
    fn fires() -> Outcome {
        let _ignored = fails();
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let _later = fails();
        _later
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn a_name_that_only_the_log_reads() {
    #[observe]
    fn fires() -> Outcome {
        let result = fails();
        if let Err(fault) = &result {
            println!("{fault}");
        }
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let result = fails();
        if let Err(fault) = &result {
            println!("{fault}");
        }
        result
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn a_list_of_errors_that_nobody_reads() {
    #[observe]
    fn fires() -> Outcome {
        let mut failed = Vec::new();
        for id in [1, 2] {
            if let Err(fault) = reject(id) {
                failed.push(fault);
            }
        }
        if !failed.is_empty() {
            println!("{} failed", failed.len());
        }
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let mut failed = Vec::new();
        for id in [1, 2] {
            if let Err(fault) = reject(id) {
                failed.push(fault);
            }
        }
        failed.pop().map_or(Ok(0), Err)
    }
    pair(fires, "C114 V 2", silent);
}

#[test]
fn a_count_of_errors_that_nobody_reads() {
    #[observe]
    fn fires() -> Outcome {
        let mut failed = 0;
        for id in [1, 2] {
            match reject(id) {
                Ok(value) => println!("{value}"),
                Err(_) => failed += 1,
            }
        }
        println!("{failed} failed");
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let mut failed = 0;
        for id in [1, 2] {
            match reject(id) {
                Ok(value) => println!("{value}"),
                Err(_) => failed += 1,
            }
        }
        Ok(failed)
    }
    pair(fires, "C114 V 2", silent);
}

#[test]
fn a_name_that_another_one_takes() {
    #[observe]
    fn fires() -> Outcome {
        let result = fails();
        match &result {
            Ok(value) => println!("{value}"),
            Err(fault) => println!("{fault}"),
        }
        let result = works();
        result
    }
    #[observe]
    fn silent() -> Outcome {
        let result = works();
        println!("{result:?}");
        let result = result.and(fails());
        result
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn a_name_that_is_taken_apart_under_itself() {
    #[observe]
    fn fires() -> Outcome {
        let mut sum = 0;
        for item in [works(), fails()] {
            let item = match item {
                Ok(value) => value,
                Err(_) => continue,
            };
            sum += item;
        }
        Ok(sum)
    }
    #[observe]
    fn silent() -> Outcome {
        let mut sum = 0;
        for item in [works(), fails()] {
            let item = match item {
                Ok(value) => value,
                Err(fault) => return Err(fault),
            };
            sum += item;
        }
        Ok(sum)
    }
    pair(fires, "C114 V", silent);
}

#[test]
fn a_name_that_is_thrown_away() {
    #[observe]
    fn fires() -> Outcome {
        let result = fails();
        let _ = result;
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let result = fails();
        let _ = result;
        result
    }
    pair(fires, "C101 V", silent);
    #[observe]
    fn dropped() -> Outcome {
        let result = fails();
        drop(result);
        Ok(0)
    }
    assert_eq!(codes_of(|| _ = dropped()), ["C101 V"]);
}

//! Several results that are tried at once.
#![allow(clippy::match_wildcard_for_single_variants, reason = "the forms are what is tested")]

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, works};

type Outcome = Result<u32, Fault>;

#[track_caller]
fn pair(fires: fn() -> Outcome, code: &str, silent: fn() -> Outcome) {
    assert_eq!(codes_of(|| _ = fires()), [code]);
    assert_eq!(codes_of(|| _ = silent()), NOTHING);
}

#[test]
fn a_match_with_an_arm_for_the_rest() {
    #[observe]
    fn fires() -> Outcome {
        Ok(match (works(), fails()) {
            (Ok(first), Ok(second)) => first + second,
            _ => 0,
        })
    }
    #[observe]
    fn silent() -> Outcome {
        match (works(), fails()) {
            (Ok(first), Ok(second)) => Ok(first + second),
            _ => Err(Fault::Timeout),
        }
    }
    pair(fires, "C103 S", silent);
}

#[test]
fn arms_that_ignore_the_errors() {
    #[observe]
    fn fires() -> Outcome {
        match (works(), fails()) {
            (Ok(first), Ok(second)) => println!("{first} {second}"),
            (Err(fault), _) | (_, Err(fault)) => println!("{fault}"),
        }
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        match (works(), fails()) {
            (Ok(first), Ok(second)) => Ok(first + second),
            (Err(fault), _) | (_, Err(fault)) => Err(fault),
        }
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn names_too() {
    #[observe]
    fn fires() -> Outcome {
        let (first, second) = (works(), fails());
        if let (Ok(first), Ok(second)) = (first, second) {
            return Ok(first + second);
        }
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let (first, second) = (works(), fails());
        if let (Ok(first), Ok(second)) = (&first, &second) {
            return Ok(first + second);
        }
        first.and(second)
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn a_let_else() {
    #[observe]
    fn fires() -> Outcome {
        let (Ok(first), Ok(second)) = (works(), fails()) else { return Ok(0) };
        Ok(first + second)
    }
    #[observe]
    fn silent() -> Outcome {
        let (Ok(first), Ok(second)) = (works(), fails()) else { return Err(Fault::Timeout) };
        Ok(first + second)
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn variants_that_tell_the_error_apart() {
    #[derive(Debug, PartialEq)]
    enum Side {
        Both(u32),
        One(u32),
        None,
    }
    #[observe]
    fn silent() -> Side {
        match (works(), fails()) {
            (Ok(first), Ok(second)) => Side::Both(first + second),
            (Ok(one), _) | (_, Ok(one)) => Side::One(one),
            _ => Side::None,
        }
    }
    assert_eq!(codes_of(|| assert_eq!(silent(), Side::One(7))), NOTHING);
}

//! Contracts of a function with `#[track_caller]`: each exit is checked, and the caller stays the caller.

use std::panic::Location;

use candor::observe;

use crate::kit::{NOTHING, codes_of};

/// Leaves by `return`, by `?` of a `Result` and at its end.
#[observe(ensures(ret < 10), always(n < 50))]
#[track_caller]
fn parsed(text: &str, n: u32) -> Result<u32, String> {
    if text.is_empty() {
        return Ok(n);
    }
    let caller = Location::caller().line();
    let parsed: u32 = text.parse().map_err(|_| caller.to_string())?;
    Ok(parsed + n)
}

#[observe(always(ret.is_some()))]
#[track_caller]
fn first(all: &[u32]) -> Option<u32> {
    let first = all.first()?;
    Some(*first)
}

#[test]
fn every_exit_fires() {
    assert_eq!(codes_of(|| assert_eq!(parsed("", 12), Ok(12))), ["C109 V"], "at a `return`");
    assert_eq!(codes_of(|| assert_eq!(parsed("9", 1), Ok(10))), ["C109 V"], "at the end");
    assert_eq!(codes_of(|| assert!(parsed("x", 60).is_err())), ["C109 V"], "at a `?`");
    assert_eq!(codes_of(|| assert_eq!(first(&[]), None)), ["C109 V"], "at a `?` of an `Option`");
}

#[test]
fn kept_contracts_are_silent_and_the_caller_is_named() {
    let calls = || {
        assert_eq!((parsed("", 1), parsed("2", 1)), (Ok(1), Ok(3)));
        assert_eq!(parsed("x", 1), Err(line!().to_string()));
        assert_eq!(first(&[1]), Some(1));
    };
    assert_eq!(codes_of(calls), NOTHING);
}

//! Attributes on functions, parameters, statements and expressions.
#![deny(warnings)]

use std::panic::Location;

use candor::observe;

#[observe]
#[track_caller]
fn tracked() -> Result<u32, String> {
    let line = Location::caller().line();
    if line == 0 {
        return Err("no line".to_owned());
    }
    Ok(line)
}

#[observe]
#[must_use]
#[inline(always)]
pub(crate) fn attributed(#[cfg(any())] gone: u32, #[cfg(not(any()))] here: u32) -> u32 {
    #![allow(clippy::let_and_return, reason = "an inner attribute")]
    let sum = here;
    sum
}

#[observe]
fn configured(n: u32) -> u32 {
    #[cfg(any())]
    return gone(n);
    #[cfg(not(any()))]
    {
        n + 1
    }
}

#[observe]
fn statements(n: Option<u32>) -> u32 {
    #[allow(unused_variables, reason = "that is what is tested")]
    let unused = n.ok_or("none").is_ok();
    #[rustfmt::skip]
    let value = n.map(|n| n + 1).unwrap_or_else(|| 0);
    #[cfg(any())]
    gone(value);
    value
}

#[observe]
extern "C" fn foreign(n: i32) -> i32 {
    n
}

/// Documented.
#[observe]
#[deprecated = "old"]
fn deprecated() -> u32 {
    1
}

#[test]
pub(super) fn attributes_stay_where_they_are() {
    assert_eq!(tracked(), Ok(line!()));
    assert_eq!(attributed(1), 1);
    assert_eq!(configured(1), 2);
    assert_eq!(statements(Some(1)), 2);
    assert_eq!(foreign(1), 1);
    #[expect(deprecated, reason = "that is what is tested")]
    let old = deprecated();
    assert_eq!(old, 1);
}

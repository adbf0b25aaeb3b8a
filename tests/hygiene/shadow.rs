//! The names that macros like to assume are taken here.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types, reason = "that is what is tested")]

mod core {}
mod std {}
mod candor {}

enum Shade {
    Ok,
    Err,
    Some,
    None,
}

use Shade::{Err, None, Ok, Some};

type Result = u8;
type Option = u8;
struct Box;
struct String;
struct Vec;

#[::candor::observe]
fn shades(shade: &Shade) -> ::core::result::Result<u8, u8> {
    let found = match shade {
        Ok => ::core::result::Result::Ok(1),
        Err => ::core::result::Result::Ok(2),
        Some => ::core::result::Result::Err(3),
        None => return ::core::result::Result::Err(4),
    };
    let inner: u8 = found?;
    ::core::result::Result::Ok(inner)
}

#[::candor::observe(ensures(ret > 0), requires(true))]
fn declared() -> ::core::result::Result<u8, u8> {
    ::core::result::Result::Ok(1)
}

#[test]
pub(super) fn shadowed_names_mean_what_the_user_means() {
    assert_eq!(shades(&Ok), ::core::result::Result::Ok(1));
    assert_eq!(shades(&Err), ::core::result::Result::Ok(2));
    assert_eq!(shades(&Some), ::core::result::Result::Err(3));
    assert_eq!(shades(&None), ::core::result::Result::Err(4));
    assert_eq!(declared(), ::core::result::Result::Ok(1));
    let _unused: (Result, Option) = (1, 2);
}

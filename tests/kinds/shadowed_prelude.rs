//! `Ok`, `Err`, `Some`, `None`, `Result`, `Option`, `Box`, `String`, `Vec` are the user's own.
#![allow(dead_code)]

#[derive(Debug, PartialEq, Clone, Copy)]
enum Shade {
    Ok,
    Err,
    Some,
    None,
}

use Shade::{Err, None, Ok, Some};

struct Result;
struct Option;
struct Box;
struct String;
struct Vec;
trait Future {}
trait Send {}
trait Drop {}
trait Fn {}
trait FnOnce {}
trait Into {}
trait From {}
trait Clone {}
trait Default {}
trait Iterator {}
fn drop() {}

macro_rules! panic {
    () => {};
}
macro_rules! format {
    () => {};
}

// @attribute result
// @declared(key = 1, requires(*shade != Ok || true == true), ensures(ret > 0))
fn shades(shade: &Shade) -> ::core::result::Result<u8, u8> {
    panic!();
    let _: &str = {
        format!();
        ""
    };
    let found = match shade {
        Ok => ::core::result::Result::Ok(1),
        Err => ::core::result::Result::Ok(2),
        Some => ::core::result::Result::Err(3),
        None => return ::core::result::Result::Err(4),
    };
    let inner: u8 = found?;
    ::core::result::Result::Ok(inner)
}

// @attribute
// @declared(ensures(ret == Ok))
fn own() -> Shade {
    Ok
}

fn main() {
    assert_eq!(shades(&Ok), ::core::result::Result::Ok(1));
    assert_eq!(shades(&Some), ::core::result::Result::Err(3));
    assert_eq!(shades(&None), ::core::result::Result::Err(4));
    assert_eq!(own(), Ok);
}

//! Parameters and locals with the names that generated code might use.
#![deny(warnings)]
#![allow(clippy::too_many_arguments, reason = "that is what is tested")]

use candor::observe;

#[observe(ensures(ret == old(value) + 1))]
fn guard(
    guard: u32,
    span: u32,
    frame: u32,
    value: u32,
    error: u32,
    mark: u32,
    probe: u32,
    result: u32,
) -> Result<u32, String> {
    let _ = (guard, span, frame, error, mark, probe, result);
    let r = value.checked_add(1).ok_or("full")?;
    let __v = r;
    Ok(__v)
}

#[observe]
fn private(ret: Result<u32, String>, old: u32, at: u32, site: u32) -> u32 {
    let e = ret.unwrap_or(old);
    e + at + site
}

#[observe]
fn r#match(r#type: u32) -> u32 {
    r#type
}

#[observe]
fn pattern((a, b): (u32, u32), [c, ..]: [u32; 2], _: u32) -> u32 {
    a + b + c
}

macro_rules! made {
    ($name:ident, $field:ident) => {
        #[observe(key = $field)]
        fn $name($field: u32) -> Result<u32, std::num::ParseIntError> {
            let value = $field.to_string();
            let parsed: u32 = value.parse()?;
            if parsed > 100 {
                return Ok(0);
            }
            Ok(parsed)
        }
    };
}

made!(from_macro, value);

struct Maker;

macro_rules! methods {
    ($($name:ident)+) => {
        impl Maker {
            $(#[observe] fn $name(&self) -> Option<u32> {
                let x: Result<u32, String> = Ok(1);
                x.ok()
            })+
        }
    };
}

methods!(one two);

#[test]
pub(super) fn names_do_not_meet() {
    assert_eq!(guard(1, 2, 3, 4, 5, 6, 7, 8), Ok(5));
    assert_eq!(private(Err(String::new()), 1, 2, 3), 6);
    assert_eq!(r#match(1), 1);
    assert_eq!(pattern((1, 2), [3, 4], 5), 6);
    assert_eq!(from_macro(7), Ok(7));
    assert_eq!(from_macro(700), Ok(0));
    assert_eq!((Maker.one(), Maker.two()), (Some(1), Some(1)));
}

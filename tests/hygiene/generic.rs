//! Generics, const generics, lifetimes, `impl Trait` in both positions, `where`.
#![deny(warnings)]

use std::fmt::{Debug, Display};

use candor::{Event, emit, observe};

#[derive(Event)]
struct Stored<T: Debug + Send + Sync + 'static> {
    item: T,
}

#[observe(emits(Stored<T>))]
fn store<T>(item: T) -> Result<(), String>
where
    T: Debug + Send + Sync + 'static,
{
    emit!(Stored { item });
    Ok(())
}

#[observe]
fn first<'a, const N: usize>(items: &'a [&'a str; N]) -> Option<&'a str> {
    let first = items.first()?;
    Some(first)
}

#[observe]
fn elided(text: &str) -> Result<&str, std::str::Utf8Error> {
    let text = std::str::from_utf8(text.as_bytes())?;
    Ok(text.trim())
}

#[observe]
fn shown(value: impl Display) -> impl Iterator<Item = String> {
    let text = value.to_string();
    (0..2).map(move |n| format!("{text}{n}"))
}

#[observe]
fn function() -> impl Fn(&str) -> usize {
    |text| text.len()
}

#[observe]
fn fallible(ok: bool) -> Result<impl Iterator<Item = u8>, String> {
    if !ok {
        return Err("no".to_owned());
    }
    Ok([1, 2].into_iter())
}

#[observe]
fn boxed(ok: bool) -> Result<Box<dyn Display>, Box<dyn std::error::Error>> {
    if ok {
        return Ok(Box::new(1));
    }
    let n: i32 = "x".parse()?;
    Ok(Box::new(n))
}

#[observe]
fn convert<T, U>(value: T) -> Result<U, U::Error>
where
    U: TryFrom<T>,
{
    let out = U::try_from(value)?;
    Ok(out)
}

#[observe]
fn generic_error<E: Debug>(result: Result<u8, E>) -> u8 {
    match result {
        Ok(n) => n,
        Err(_) => 0,
    }
}

#[observe]
fn silent_error<E>(result: Result<u8, E>) -> Option<u8> {
    result.ok()
}

#[observe]
fn never() -> ! {
    std::panic::panic_any("never")
}

#[observe]
fn exits(code: i32) -> i32 {
    if code == 77 {
        std::process::exit(code);
    }
    code
}

#[observe]
fn recurse(n: u32) -> u32 {
    if n == 0 { 0 } else { 1 + recurse(n - 1) }
}

#[test]
pub(super) fn generics_stay_what_they_are() {
    assert_eq!(store(7), Ok(()));
    assert_eq!(first(&["a", "b"]), Some("a"));
    assert_eq!(elided(" a "), Ok("a"));
    assert_eq!(shown(1).collect::<Vec<_>>(), ["10", "11"]);
    assert_eq!(function()("abc"), 3);
    assert_eq!(fallible(true).map(Iterator::count), Ok(2));
    assert!(fallible(false).is_err());
    assert!(boxed(true).is_ok());
    assert!(boxed(false).is_err());
    assert_eq!(convert::<u16, u8>(7), Ok(7));
    assert!(convert::<u16, u8>(700).is_err());
    assert_eq!(generic_error::<()>(Err(())), 0);
    assert_eq!(silent_error::<()>(Err(())), None);
    assert!(std::panic::catch_unwind(|| never()).is_err());
    assert_eq!(exits(1), 1);
    assert_eq!(recurse(3), 3);
}

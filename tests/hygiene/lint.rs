//! No lint of the user's crate fires on generated code.
#![deny(warnings, unused, nonstandard_style, rust_2018_idioms)]
#![deny(
    unused_parens,
    unused_braces,
    unused_qualifications,
    unreachable_code,
    unused_must_use,
    let_underscore_drop
)]
#![deny(
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    unused_lifetimes,
    trivial_casts,
    unused_import_braces
)]
#![deny(clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]
#![allow(clippy::unnecessary_wraps, reason = "the functions are small on purpose")]

use candor::{Event, emit, observe};

#[derive(Debug, Clone, Event)]
struct Noted {
    text: String,
    amount: u64,
    #[event(skip)]
    secret: std::sync::OnceLock<()>,
}

#[observe]
fn awaits_nothing(n: u32) -> u32 {
    let sum = n + double(n);
    let parsed = "1".parse::<u32>().unwrap_or(0) + sum;
    parsed * "2".parse::<u32>().unwrap_or(0)
}

#[observe]
fn double(n: u32) -> u32 {
    return_early(n).unwrap_or_default()
}

#[observe]
fn return_early(n: u32) -> Option<u32> {
    if n > 10 {
        return None;
    }
    let Ok(small) = u8::try_from(n) else { return Some(0) };
    Some(u32::from(small) * 2)
}

#[observe(track(total), maintains(total >= 0))]
fn tracks(items: &[i64]) -> i64 {
    let mut total = 0_i64;
    for item in items {
        total += item;
    }
    total = total.abs();
    total
}

#[observe]
async fn sleeps() -> Result<(), std::io::Error> {
    let value = std::future::ready(Ok::<u32, std::io::Error>(1)).await;
    let one = value?;
    let two = std::future::ready(one).await + std::future::ready(one).await;
    assert_eq!(two, 2);
    Ok(())
}

#[observe(err, fields(n), level = "debug")]
fn spans(n: u32) -> Result<u32, std::num::TryFromIntError> {
    u8::try_from(n).map(u32::from)
}

#[observe]
fn unreachable_tail(n: u32) -> Result<u32, String> {
    match n {
        0 => return Err("zero".into()),
        1 => loop {
            if n == 1 {
                return Ok(1);
            }
        },
        _ => Ok(n),
    }
}

#[observe]
fn unit() {
    let noted = Noted { text: "a".into(), amount: 1, secret: std::sync::OnceLock::new() };
    assert!(noted.secret.get().is_none());
    drop(noted);
}

#[observe]
fn conditions(texts: &[&str]) -> usize {
    let mut count = 0;
    for text in texts {
        if let Ok(n) = text.parse::<usize>() {
            count += n;
        }
        if let Err(error) = text.parse::<usize>() {
            let _text = error.to_string();
        }
        match text.parse::<usize>() {
            Ok(n) if n > 5 => count += 1,
            Ok(_) | Err(_) => {}
        }
        while let Ok(n) = text.parse::<usize>() {
            count += n;
            if count > 1 {
                break;
            }
        }
    }
    count
}

#[test]
pub(super) fn no_lint_fires() {
    assert_eq!(awaits_nothing(1), 8);
    assert_eq!(tracks(&[1, -2]), 1);
    assert_eq!(spans(1), Ok(1));
    assert_eq!(unreachable_tail(1), Ok(1));
    unit();
    assert_eq!(conditions(&["1", "x"]), 2);
    drop(sleeps());
    assert_eq!(return_early(11), None);
    emit!(Emitted);
}

#[derive(Event)]
struct Emitted;

//! `impl Trait` inside of a `Result`.

use std::num::ParseIntError;

// @attribute mute
// @declared(key = text.len(), requires(!text.is_empty()))
fn numbers(text: &str) -> Result<impl Iterator<Item = u32>, ParseIntError> {
    let mut all = Vec::new();
    for part in text.split(',') {
        all.push(part.parse::<u32>()?);
    }
    Ok(all.into_iter())
}

// @attribute mute
// @declared(requires(n < 9))
fn maybe(n: u32) -> Option<impl Fn(u32) -> u32> {
    if n == 0 {
        return None;
    }
    Some(move |m| n + m)
}

fn main() {
    assert_eq!(numbers("1,2").unwrap().sum::<u32>(), 3);
    assert!(numbers("1,x").is_err());
    assert_eq!(maybe(1).unwrap()(2), 3);
    assert!(maybe(0).is_none());
}

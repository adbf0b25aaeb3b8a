//! `#[track_caller]` reaches through to a panic in std.

use std::panic::Location;
use std::sync::Mutex;

static PLACE: Mutex<u32> = Mutex::new(0);

#[track_caller]
// @attribute
// @declared(requires(text.len() < 9))
fn number(text: &str) -> u32 {
    note(Location::caller());
    text.trim().parse().unwrap_or_else(|_| 0)
}

fn note(place: &Location<'_>) {
    *PLACE.lock().unwrap() = place.line();
}

fn main() {
    assert_eq!(number(" 3"), 3);
    assert_eq!(*PLACE.lock().unwrap(), line!() - 1);
}

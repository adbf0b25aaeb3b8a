//! `#[track_caller]`: the caller's place, at run time.

use std::panic::Location;

// @attribute
// @declared(key = n, requires(n > 0))
#[track_caller]
fn here(n: u32) -> (u32, u32) {
    (Location::caller().line(), n)
}

struct Thing;

impl Thing {
    #[track_caller]
    // @attribute
    // @declared(key = 1)
    fn there(&self) -> &'static Location<'static> {
        Location::caller()
    }
}

fn main() {
    let (line, _) = here(1);
    assert_eq!(line, line!() - 1);
    let there = Thing.there();
    assert_eq!((there.line(), there.file()), (line!() - 1, file!()));
}

//! `#[track_caller]` where the returned value is looked at.

use std::panic::Location;

#[track_caller]
// @attribute
// @declared(ensures(ret > 0), always(ret < 1000))
fn here() -> u32 {
    Location::caller().line()
}

#[track_caller]
// @attribute result
// @declared(ensures(ret > 0))
fn asked(n: Option<u32>) -> Result<u32, u32> {
    let n = n.ok_or(Location::caller().line())?;
    Ok(n)
}

fn main() {
    let line = here();
    assert_eq!(line, line!() - 1);
    assert_eq!(asked(None), Err(line!()));
    assert_eq!(asked(Some(1)), Ok(1));
}

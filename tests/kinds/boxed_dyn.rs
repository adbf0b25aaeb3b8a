//! A boxed trait object, from arms of different types.

use std::fmt::Display;

// @attribute mute
// @declared(key = n, ensures(!ret.to_string().is_empty()))
fn shown(n: u32) -> Box<dyn Display> {
    if n == 0 {
        return Box::new("zero");
    }
    match n {
        1 => Box::new(1u8),
        _ => Box::new(String::from("many")),
    }
}

fn main() {
    assert_eq!(format!("{}{}{}", shown(0), shown(1), shown(2)), "zero1many");
}

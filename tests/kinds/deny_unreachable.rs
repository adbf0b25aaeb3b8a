//! `#![deny(unreachable_code)]` where everything after a point is.
#![deny(unreachable_code, unused_must_use, unused_variables, unused_mut, dead_code)]

// @attribute result
// @declared(ensures(ret > 0))
fn returned(n: u32) -> Result<u32, String> {
    return match n {
        0 => Err("zero".to_owned()),
        n => Ok(n),
    };
}

// @attribute
// @declared(requires(n > 0))
fn panics(n: u32) -> u32 {
    panic!("{n}")
}

fn main() {
    assert_eq!(returned(1), Ok(1));
    assert!(returned(0).is_err());
    assert!(std::panic::catch_unwind(|| panics(1)).is_err());
}

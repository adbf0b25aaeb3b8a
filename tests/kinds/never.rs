//! A function that never returns.

use std::panic::catch_unwind;

// @attribute mute
// @declared(requires(code < 9))
fn never(code: u32) -> ! {
    std::panic::resume_unwind(Box::new(code))
}

fn main() {
    let thrown = catch_unwind(|| -> u32 { never(3) }).unwrap_err();
    assert_eq!(thrown.downcast_ref::<u32>(), Some(&3));
}

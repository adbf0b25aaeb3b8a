//! `-> !` with a loop as its body.

use std::panic::{catch_unwind, resume_unwind};

// @attribute mute
// @declared(key = n)
fn count(mut n: u32) -> ! {
    loop {
        n += 1;
        if n > 5 {
            resume_unwind(Box::new(n));
        }
    }
}

fn main() {
    assert_eq!(catch_unwind(|| count(1)).unwrap_err().downcast_ref::<u32>(), Some(&6));
}

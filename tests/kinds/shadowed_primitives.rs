//! Types and modules with the names of primitives.
#![allow(dead_code, non_camel_case_types)]

type bool = u8;
struct str;
struct u32;
mod usize {}

// @attribute
// @declared(ensures(ret > 0))
fn odd(n: u64) -> bool {
    if n > 1 {
        return 2;
    }
    n as bool
}

fn main() {
    assert_eq!((odd(1), odd(9)), (1, 2));
}

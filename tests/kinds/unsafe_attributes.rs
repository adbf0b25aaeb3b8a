//! `#[unsafe(no_mangle)]` on a function.
// @edition 2024

// @attribute
// @declared(ensures(ret > 0))
#[unsafe(no_mangle)]
pub extern "C" fn kinds_exported(n: u32) -> u32 {
    n + 1
}

fn main() {
    assert_eq!(kinds_exported(1), 2);
}

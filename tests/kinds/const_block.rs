//! Inline constants, statics, constant items and `const { }` within the body.

// @attribute
// @declared(ensures(ret == 7))
fn constants<const N: u32>() -> u32 {
    const TWO: u32 = 2;
    static mut UNUSED: u32 = 0;
    let four = const { N + 1 };
    let _pointer = &raw const UNUSED;
    four + TWO + const { 1 }
}

fn main() {
    assert_eq!(constants::<3>(), 7);
}

//! `unsafe fn` and a union.

union Bits {
    float: f32,
    int: u32,
}

/// # Safety
/// The union holds an initialised value.
// @attribute
// @declared(ensures(ret == 0))
unsafe fn read(bits: &Bits) -> u32 {
    unsafe { bits.int }
}

// @attribute mute
// @declared(requires(float == 0.0))
fn made(float: f32) -> Bits {
    Bits { float }
}

fn main() {
    let bits = made(0.0);
    assert_eq!(unsafe { read(&bits) }, 0);
    assert_eq!(unsafe { bits.float }, 0.0);
}

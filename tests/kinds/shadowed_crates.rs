//! `core`, `std`, `alloc` and `tracing` are modules of the user's.
#![allow(dead_code)]

mod core {}
mod std {}
mod alloc {}
mod candor {}
mod tracing {}
mod fastrace {}
mod autometrics {}
mod hotpath {}
mod emit {}

// @attribute result
// @declared(key = n, requires(n < 9), ensures(ret > 0))
fn shadowed(n: u32) -> Result<u32, String> {
    let n = Ok::<u32, String>(n)?;
    Ok(n)
}

fn main() {
    assert_eq!(shadowed(1), Ok(1));
}

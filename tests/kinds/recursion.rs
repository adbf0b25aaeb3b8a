//! A function that calls itself.

// @attribute
// @declared(requires(n < 50), ensures(ret >= n))
fn triangle(n: u64) -> u64 {
    if n == 0 { 0 } else { n + triangle(n - 1) }
}

fn main() {
    assert_eq!(triangle(20), 210);
}

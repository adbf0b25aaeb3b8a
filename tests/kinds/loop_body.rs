//! A value from a `loop` that only `return` leaves.

// @attribute
// @declared(requires(n < 64), ensures(ret >= n))
fn power(n: u32) -> u32 {
    let mut at = 1;
    loop {
        if at >= n {
            return at;
        }
        at *= 2;
    }
}

fn main() {
    assert_eq!(power(5), 8);
}

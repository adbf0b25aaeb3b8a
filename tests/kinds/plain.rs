//! A plain function.

// @attribute
// @declared(key = n, requires(n < 100), ensures(ret > old(n)))
fn plain(n: u32) -> u32 {
    n + 1
}

fn main() {
    assert_eq!(plain(1), 2);
}

//! `impl Trait` among the arguments.

// @attribute
// @declared(ensures(ret > 0))
fn total(all: impl IntoIterator<Item = impl Into<u64>>, mut each: impl FnMut(u64)) -> u64 {
    let mut sum = 0;
    for n in all {
        let n = n.into();
        each(n);
        sum += n;
    }
    sum
}

fn main() {
    let mut seen = 0;
    assert_eq!(total([1u8, 2], |_| seen += 1), 3);
    assert_eq!(seen, 2);
}

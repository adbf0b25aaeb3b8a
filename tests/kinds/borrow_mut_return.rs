//! `&mut` in, `&mut` out.

// @attribute
// @declared(key = at, requires(at < 9), ensures(**ret < 100))
fn slot(all: &mut [u32], at: usize) -> &mut u32 {
    if at >= all.len() {
        return &mut all[0];
    }
    &mut all[at]
}

fn main() {
    let mut all = [1, 2];
    *slot(&mut all, 1) = 5;
    *slot(&mut all, 7) = 4;
    assert_eq!(all, [4, 5]);
}

//! A function that returns nothing, with an early `return`.

// @attribute
// @declared(requires(limit > 0), always(out.len() <= limit))
fn unit(out: &mut Vec<u32>, limit: usize) {
    if out.len() >= limit {
        return;
    }
    out.push(1);
}

fn main() {
    let mut out = Vec::new();
    unit(&mut out, 1);
    unit(&mut out, 1);
    assert_eq!(out, [1]);
}

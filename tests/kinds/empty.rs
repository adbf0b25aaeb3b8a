//! A function with an empty body.

// @attribute
// @declared(requires(_n > 0))
fn empty(_n: u32) {}

fn main() {
    empty(1);
}

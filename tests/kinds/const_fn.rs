//! A `const fn`, which may run inside the compiler.
// @refused a `const fn` cannot be observed

// @attribute
// @declared(ensures(ret > 0))
const fn constant(n: u32) -> u32 {
    if n > 3 {
        return 3;
    }
    n + 1
}

const ONE: u32 = constant(0);

fn main() {
    assert_eq!(ONE + constant(9), 4);
}

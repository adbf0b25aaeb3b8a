//! Inner attributes of a function and of blocks in it.

// @attribute
// @declared(ensures(ret == 3))
fn inner(n: u32) -> u32 {
    #![allow(unused_variables, non_snake_case)]
    #![deny(unused_mut)]
    let Unused = 1;
    n + 2
}

// @attribute
// @declared(requires(_n > 0))
fn documented(_n: u32) {
    //! Documentation within.
    let () = ();
}

fn main() {
    assert_eq!(inner(1), 3);
    documented(1);
}

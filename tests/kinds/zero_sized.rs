//! Values without a size: unit structs, phantoms, empty arrays, `()` in a `Result`.

use std::marker::PhantomData;

#[derive(Debug, PartialEq)]
struct Unit;

// @attribute
// @declared(ensures(ret == Unit))
fn unit() -> Unit {
    Unit
}

// @attribute
// @declared(ensures(ret.is_empty()))
fn none() -> [u64; 0] {
    []
}

// @attribute mute
// @declared(key = 1)
fn phantom<T>() -> PhantomData<fn(T)> {
    PhantomData
}

// @attribute result
// @declared(always(ret.is_ok()))
fn nothing() -> Result<(), String> {
    Ok(())
}

// @attribute
// @declared(always(ret == ()))
fn explicit() -> () {
    ()
}

fn main() {
    assert_eq!(unit(), Unit);
    assert_eq!(none(), []);
    let _: PhantomData<fn(u8)> = phantom();
    assert_eq!((nothing(), explicit()), (Ok(()), ()));
}

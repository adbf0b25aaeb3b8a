//! `extern "C" fn`, passed as a pointer.

// @attribute
// @declared(ensures(ret > 0))
extern "C" fn add(a: i32, b: i32) -> i32 {
    a + b
}

// @attribute
// @declared(key = a)
unsafe extern "C-unwind" fn double(a: i32) -> i32 {
    a * 2
}

fn main() {
    let f: extern "C" fn(i32, i32) -> i32 = add;
    assert_eq!(f(1, 2), 3);
    assert_eq!(unsafe { double(2) }, 4);
}

//! `extern crate` gives another crate the names `core` and `std`.

extern crate alloc as core;
extern crate alloc as std;

// @attribute result
// @declared(key = n, requires(n < 9), ensures(ret > 0))
fn shadowed(n: u32) -> Result<u32, String> {
    let n = Ok::<u32, String>(n)?;
    let _text: self::std::string::String = self::core::string::String::new();
    Ok(n)
}

fn main() {
    assert_eq!(shadowed(1), Ok(1));
}

//! `#![no_implicit_prelude]`.
#![no_implicit_prelude]

use ::std::assert_eq;

// @attribute result
// @declared(key = n, requires(n < 9), ensures(ret > 0), always(n < 9))
fn bare(n: u32) -> ::std::result::Result<u32, ::std::string::String> {
    let text = ::std::string::ToString::to_string(&n);
    let parsed: u32 = match text.parse() {
        ::std::result::Result::Ok(parsed) => parsed,
        ::std::result::Result::Err(_) => return ::std::result::Result::Ok(1),
    };
    let again = ::std::result::Result::Ok::<u32, ::std::string::String>(parsed)?;
    ::std::result::Result::Ok(again)
}

struct Thing(u32);

impl Thing {
    // @attribute
    // @declared(track(self.0), maintains(self.0 < 9))
    fn grow(&mut self) -> ::std::option::Option<u32> {
        self.0 += 1;
        ::std::option::Option::Some(self.0)
    }
}

fn main() {
    assert_eq!(bare(3), ::std::result::Result::Ok(3));
    let mut thing = Thing(1);
    assert_eq!(thing.grow(), ::std::option::Option::Some(2));
}

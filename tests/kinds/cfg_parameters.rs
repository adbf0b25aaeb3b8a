//! Parameters that are configured away, and some that are not.

// @attribute
// @declared(key = kept, ensures(ret > 0))
fn configured(
    #[cfg(any())] gone: u32,
    kept: u32,
    #[cfg(all())] also: u32,
    #[allow(unused_variables)] unused: u32,
) -> u32 {
    #[cfg(any())]
    {
        return gone;
    }
    kept + also
}

struct Thing(u32);

impl Thing {
    // @attribute
    // @declared(ensures(ret > 0))
    fn method(&self, #[cfg(any())] gone: Missing, n: u32) -> u32 {
        self.0 + n
    }
}

fn main() {
    assert_eq!(configured(1, 2, 3), 3);
    assert_eq!(Thing(1).method(2), 3);
}

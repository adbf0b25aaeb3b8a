//! `#[must_use]`, `#[inline(always)]`, `#[cold]`, `#[doc(hidden)]`, `#[deprecated]`.

/// Says what it is.
#[must_use = "it is the answer"]
#[inline(always)]
// @attribute
// @declared(ensures(ret == 1))
fn answer() -> u32 {
    1
}

// @attribute
// @declared(ensures(ret == 2))
#[cold]
#[inline(never)]
#[doc(hidden)]
fn rare() -> u32 {
    2
}

#[deprecated = "use the other one"]
// @attribute
// @declared(ensures(ret == 3))
fn old() -> u32 {
    3
}

#[expect(deprecated)]
fn main() {
    assert_eq!(answer() + rare() + old(), 6);
}

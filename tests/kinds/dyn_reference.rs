//! A reference that is coerced to a trait object and to a slice.

use std::fmt::Debug;

// @attribute
// @declared(requires(n.len() == 3))
fn shown(n: &[u32; 3]) -> &dyn Debug {
    n
}

// @attribute
// @declared(ensures(ret.len() == 3))
fn slice(n: &[u32; 3]) -> &[u32] {
    if n[0] == 0 {
        return &[7, 7, 7];
    }
    n
}

// @attribute
// @declared(ensures(!ret.is_empty()))
fn text(of: &String) -> &str {
    of
}

fn main() {
    assert_eq!(format!("{:?}", shown(&[1, 2, 3])), "[1, 2, 3]");
    assert_eq!((slice(&[1, 2, 3]).len(), slice(&[0, 2, 3])[0]), (3, 7));
    assert_eq!(text(&"a".to_owned()), "a");
}

//! Type parameters, bounds and a `where` clause.

use std::fmt::Debug;

// @attribute
// @declared(ensures(!ret.1.is_empty()))
fn generic<T, U>(value: T, other: U) -> (T, String)
where
    T: Clone + Debug + Send,
    U: Debug,
    Vec<T>: Debug,
{
    let text = format!("{:?}{other:?}", vec![value.clone()]);
    (value, text)
}

fn main() {
    assert_eq!(generic(1, 'a'), (1, "[1]'a'".to_owned()));
}

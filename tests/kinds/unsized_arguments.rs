//! Unsized places behind references, and a type parameter that may be unsized.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;

// @attribute
// @declared(key = text, ensures(!ret.is_empty()))
fn shown<T: Display + ?Sized>(value: &T, text: &str, all: &[u8], path: &Path) -> String {
    format!("{value}{text}{}{}", all.len(), path.display())
}

// @attribute
// @declared(ensures(ret.len() < 9))
fn trimmed<'a>(text: &'a str) -> Cow<'a, str> {
    if text.contains('-') {
        return text.replace('-', "").into();
    }
    Cow::Borrowed(text)
}

// @attribute
// @declared(ensures(ret.len() == 1))
fn boxed(text: &str) -> Box<str> {
    text.into()
}

fn main() {
    assert_eq!(shown("a", "b", &[1], Path::new("c")), "ab1c");
    let dynamic: &dyn Display = &1;
    assert_eq!(shown(dynamic, "", &[], Path::new("")), "10");
    assert_eq!((trimmed("a-b"), trimmed("c")), ("ab".into(), "c".into()));
    assert_eq!(&*boxed("d"), "d");
}

//! `-> impl Fn(&str) -> bool`: the closure's type is inferred from the signature.

// @attribute mute
// @declared(requires(!prefix.is_empty()))
fn starts(prefix: String) -> impl Fn(&str) -> bool {
    move |text| text.starts_with(&prefix)
}

fn main() {
    let starts = starts("a".to_owned());
    assert!(starts("ab") && !starts("b"));
}

//! A never type that becomes the return type.

// @attribute
// @declared(requires(n > 0))
fn chosen(n: u32) -> String {
    match n {
        1 => "one".to_owned(),
        2 => return "two".to_owned(),
        _ => std::panic::resume_unwind(Box::new(n)),
    }
}

fn main() {
    assert_eq!(chosen(1) + &chosen(2), "onetwo");
    assert!(std::panic::catch_unwind(|| chosen(3)).is_err());
}

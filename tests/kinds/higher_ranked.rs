//! Higher-ranked bounds.

// @attribute
// @declared(ensures(ret > 0))
fn measure<F>(of: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    let local = String::from(" ab ");
    of(&local).len()
}

// @attribute
// @declared(key = text)
fn through(f: &dyn for<'a> Fn(&'a str) -> &'a str, text: &str) -> usize {
    f(text).len()
}

fn main() {
    assert_eq!(measure(str::trim), 2);
    assert_eq!(measure(|text| text), 4);
    assert_eq!(through(&|text| text, "abc"), 3);
}

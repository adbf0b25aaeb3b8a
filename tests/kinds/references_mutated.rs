//! Reference arguments that are reassigned, split and returned.

// @attribute
// @declared(ensures(ret <= 9))
fn skipped(mut text: &str, mut all: &mut [u32]) -> usize {
    while let Some(rest) = text.strip_prefix(' ') {
        text = rest;
    }
    while let [first, rest @ ..] = all {
        *first += 1;
        all = rest;
    }
    text.len()
}

// @attribute
// @declared(key = 1)
fn replaced<'a>(out: &mut &'a str, with: &'a str) -> &'a str {
    std::mem::replace(out, with)
}

fn main() {
    let mut all = [1, 2];
    assert_eq!(skipped("  ab", &mut all), 2);
    assert_eq!(all, [2, 3]);
    let mut out = "a";
    assert_eq!(replaced(&mut out, "b"), "a");
    assert_eq!(out, "b");
}

//! Explicit, elided and anonymous lifetimes, and bounds between them.

struct Text<'t>(&'t str);

impl<'t> Text<'t> {
    // @attribute
    // @declared(ensures(ret.len() <= self.0.len()))
    fn word(&self) -> &'t str {
        self.0.split(' ').next().unwrap_or_default()
    }

    // @attribute mute
    // @declared(key = self.0)
    fn cut(self: &Text<'t>) -> Text<'_> {
        Text(self.word())
    }
}

// @attribute
// @declared(ensures(ret.len() >= b.len()))
fn longer<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str {
    if b.len() > a.len() { b } else { a }
}

// @attribute
// @declared(ensures(!ret.is_empty()))
fn constant() -> &'static str {
    "c"
}

fn main() {
    assert_eq!(Text("a b").cut().word(), "a");
    assert_eq!(longer("a", "bc"), "bc");
    assert_eq!(constant(), "c");
}

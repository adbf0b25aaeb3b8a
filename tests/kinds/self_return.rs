//! `-> Self`, in inherent methods, traits and builders.

#[derive(Debug, Default, Clone, PartialEq)]
struct Build {
    name: String,
}

impl Build {
    // @attribute
    // @declared(ensures(ret.name.is_empty()))
    fn new() -> Self {
        Self { name: String::new() }
    }

    // @attribute
    // @declared(ensures(!ret.name.is_empty()))
    fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    // @attribute
    // @declared(key = 1)
    fn suffixed(&mut self, c: char) -> &mut Self {
        self.name.push(c);
        self
    }
}

trait Made: Sized {
    fn made() -> Self;

    // @attribute mute
    // @declared(key = 1)
    fn twice() -> (Self, Self) {
        (Self::made(), Self::made())
    }
}

impl Made for Build {
    // @attribute
    // @declared(key = 1)
    fn made() -> Self {
        Self::new()
    }
}

fn main() {
    let mut build = Build::new().named("a");
    build.suffixed('b').suffixed('c');
    assert_eq!(build.name, "abc");
    assert_eq!(Build::twice().0, Build::new());
}

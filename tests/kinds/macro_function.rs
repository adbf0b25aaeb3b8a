//! A function made by `macro_rules!`, with its parts as parameters of the macro.

macro_rules! make {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty $body:block) => {
        $(#[$meta])*
        // @attribute
        // @declared(ensures(ret < 100))
        $vis fn $name($($arg: $ty),*) -> $ret $body
    };
}

make! {
    /// Documented.
    pub(crate) fn add(a: u32, b: u32) -> u32 {
        if a > 50 {
            return 50;
        }
        a + b
    }
}

make!(
    fn text(n: u8) -> u8 {
        n
    }
);

fn main() {
    assert_eq!((add(1, 2), add(60, 1), text(1)), (3, 50, 1));
}

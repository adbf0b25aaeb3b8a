//! Visibilities of every form.

mod inner {
    // @attribute
    // @declared(ensures(ret == 1))
    pub fn one() -> u32 {
        1
    }

    // @attribute
    // @declared(ensures(ret == 2))
    pub(super) fn two() -> u32 {
        2
    }

    pub mod deeper {
        // @attribute
        // @declared(ensures(ret == 3))
        pub(in super::super::inner) fn three() -> u32 {
            3
        }
    }

    // @attribute
    // @declared(ensures(ret == 3))
    pub(crate) fn three() -> u32 {
        deeper::three()
    }
}

fn main() {
    assert_eq!(inner::one() + inner::two() + inner::three(), 6);
}

//! The payload that a guarantee speaks of, and comparisons that can say what they saw.

use crate::record::Held;

/// A returned value.
#[derive(Debug)]
pub struct Payload<'a, T: ?Sized>(pub &'a T);

/// The ladder: `(&&Payload(&value)).payload()`.
pub mod payload {
    use super::Payload;

    /// The value in an `Ok`.
    pub trait P1<'a> {
        /// What the value carries.
        type Carried;
        /// The value, if it is there.
        fn payload(&self) -> Option<&'a Self::Carried>;
    }
    impl<'a, T, E> P1<'a> for &&Payload<'a, Result<T, E>> {
        type Carried = T;
        fn payload(&self) -> Option<&'a T> {
            self.0.as_ref().ok()
        }
    }

    /// The value in a `Some`.
    pub trait P2<'a> {
        /// What the value carries.
        type Carried;
        /// The value, if it is there.
        fn payload(&self) -> Option<&'a Self::Carried>;
    }
    impl<'a, T> P2<'a> for &Payload<'a, Option<T>> {
        type Carried = T;
        fn payload(&self) -> Option<&'a T> {
            self.0.as_ref()
        }
    }

    /// The value itself.
    pub trait P3<'a> {
        /// What the value carries.
        type Carried: ?Sized;
        /// The value.
        fn payload(&self) -> Option<&'a Self::Carried>;
    }
    impl<'a, T: ?Sized> P3<'a> for Payload<'a, T> {
        type Carried = T;
        fn payload(&self) -> Option<&'a T> {
            Some(self.0)
        }
    }
}

/// A number of events, in the type that it is compared with.
#[diagnostic::on_unimplemented(message = "`count(..)` is a whole number, and `{Self}` is none")]
pub trait FromCount: Sized {
    /// The number; the largest value where it does not fit.
    fn from_count(count: u64) -> Self;
}

macro_rules! counts {
    ($($own:ty)+) => {$(
        impl FromCount for $own {
            fn from_count(count: u64) -> Self {
                <$own>::try_from(count).unwrap_or(<$own>::MAX)
            }
        }
    )+};
}

counts!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// Both sides of a comparison with a count have the same type, which tells the count its own.
#[inline(always)]
pub fn same_type<T>(_left: &T, _right: &T) {}

/// A comparison that does not hold, in words.
#[must_use]
pub fn sides(clause: &str, left: &dyn Fn() -> String, right: &dyn Fn() -> String, claimed: Option<bool>) -> Held {
    let (left, right) = (left(), right());
    let claimed = claimed.map(|is_left| if is_left { left.clone() } else { right.clone() });
    Held::No { expected: clause.to_owned(), observed: format!("left = {left}, right = {right}"), claimed }
}

/// A condition that does not hold, in words.
#[must_use]
pub fn condition(clause: &str, holds: bool) -> Held {
    if holds {
        return Held::Yes;
    }
    Held::No { expected: clause.to_owned(), observed: "it is false".to_owned(), claimed: None }
}

//! What clauses need: the payload of a returned value, both sides of a comparison in words.

use std::fmt;

use super::rung::Absent;
use crate::record::Held;

/// The returned value, of which `ensures` sees the payload.
pub struct Payload<'a, T: ?Sized>(pub &'a T);

/// What `ret` names, if it is there.
pub type Either<'a, T> = Option<&'a T>;

/// A value that is never there, or `()`: its type may still be open.
pub trait PayloadAbsent<'a, T> {
    /// The value itself.
    fn candor_payload(&self) -> Either<'a, T>;
}
impl<'a, T: Absent> PayloadAbsent<'a, T> for &&&Payload<'a, T> {
    #[inline]
    fn candor_payload(&self) -> Either<'a, T> {
        Some(self.0)
    }
}

/// `Result`.
pub trait PayloadResult<'a, T> {
    /// What stands in `Ok`.
    fn candor_payload(&self) -> Either<'a, T>;
}
impl<'a, T, E> PayloadResult<'a, T> for &&Payload<'a, Result<T, E>> {
    #[inline]
    fn candor_payload(&self) -> Either<'a, T> {
        self.0.as_ref().ok()
    }
}

/// `Option`.
pub trait PayloadOption<'a, T> {
    /// What stands in `Some`.
    fn candor_payload(&self) -> Either<'a, T>;
}
impl<'a, T> PayloadOption<'a, T> for &Payload<'a, Option<T>> {
    #[inline]
    fn candor_payload(&self) -> Either<'a, T> {
        self.0.as_ref()
    }
}

/// Anything else.
pub trait PayloadAny<'a, T: ?Sized> {
    /// The value itself.
    fn candor_payload(&self) -> Option<&'a T>;
}
impl<'a, T: ?Sized> PayloadAny<'a, T> for Payload<'a, T> {
    #[inline]
    fn candor_payload(&self) -> Option<&'a T> {
        Some(self.0)
    }
}

/// What `old(..)` can keep of a place.
#[diagnostic::on_unimplemented(
    message = "`old(..)` keeps a copy, and `{Self}` cannot be copied",
    label = "it would be moved away from the function",
    note = "keep what the clause needs of it, such as `old(text.len())`, or a clone: `old(text.clone())`"
)]
pub trait Keepable: Copy {}
// Without it, the error would be about `Copy`, of which the user has said nothing.
#[diagnostic::do_not_recommend]
impl<T: Copy> Keepable for T {}

/// The copy of a place at the start of the call.
#[inline]
pub fn keep<T: Keepable>(place: &T) -> T {
    *place
}

/// A side of a comparison, to be shown.
pub struct Show<'a, T: ?Sized>(pub &'a T);

/// It can be printed.
pub trait ShowDebug {
    /// In words.
    fn candor_show(&self) -> String;
}
impl<T: fmt::Debug + ?Sized> ShowDebug for &Show<'_, T> {
    fn candor_show(&self) -> String {
        let text = format!("{:?}", self.0);
        match text.char_indices().nth(200) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }
}

/// It cannot.
pub trait ShowAny {
    /// In words.
    fn candor_show(&self) -> String {
        "…".to_owned()
    }
}
impl<T: ?Sized> ShowAny for Show<'_, T> {}

/// What a comparison that is false tells. `claims` says which side the code claims: the left, the right, or neither.
#[must_use]
pub fn compare(
    text: &'static str,
    (left, left_text): (&'static str, String),
    (right, right_text): (&'static str, String),
    claims: u8,
) -> Held {
    let claimed = match claims {
        1 => Some(left_text.clone()),
        2 => Some(right_text.clone()),
        _ => None,
    };
    Held::No {
        expected: text.to_owned(),
        observed: format!("{left} = {left_text}, {right} = {right_text}"),
        claimed,
    }
}

/// What a condition that is false tells of its operands.
#[must_use]
pub fn broken(text: &'static str, operands: &[(&'static str, String)]) -> Held {
    let observed: Vec<String> = operands.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    Held::No { expected: text.to_owned(), observed: observed.join(", "), claimed: None }
}

/// A number of errors that a returned claim counts or carries.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not count anything",
    label = "`accounts(..)` needs a number, a collection, an `Option` or a `bool`"
)]
pub trait Countable {
    /// How many.
    fn count(&self) -> u64;
}

macro_rules! countable {
    ($($type:ty),+) => { $(impl Countable for $type {
        fn count(&self) -> u64 { u64::try_from(*self).unwrap_or(0) }
    })+ };
}
countable!(u8, u16, u32, u64, usize, i32, i64, isize);

impl Countable for bool {
    fn count(&self) -> u64 {
        if *self { u64::MAX } else { 0 }
    }
}
impl<T> Countable for Vec<T> {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}
impl<T> Countable for [T] {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}
impl<T> Countable for Option<T> {
    fn count(&self) -> u64 {
        u64::from(self.is_some())
    }
}
impl<K, V, S> Countable for std::collections::HashMap<K, V, S> {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}
impl<K, V> Countable for std::collections::BTreeMap<K, V> {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}
impl<T: Countable + ?Sized> Countable for &T {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

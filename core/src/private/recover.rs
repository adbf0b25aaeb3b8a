//! Errors that are dealt with for a stated reason.

use std::any::type_name;
use std::fmt::{self, Debug};

use super::classify::base_type;
use super::sighting::Sighting;
use super::sight::Reader;
use crate::model::ErrorKind;
use crate::record::{Seen, has_frame, recovered};

/// What a `Debug` says of an error, without the quotes around a text.
struct Plain<'a>(&'a dyn Debug);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:?}", self.0);
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        f.write_str(inner.unwrap_or(&text))
    }
}

#[cold]
#[inline(never)]
fn note<E: Debug>(error: &E, why: &'static str) {
    if has_frame() {
        let type_name = base_type(type_name::<E>());
        recovered(why, Seen { kind: ErrorKind::Error, type_name, text: &Plain(error), debug: Some(error) });
    }
}

/// `recovered!(error, "why")`: the rung knows how the error is read.
#[doc(hidden)]
pub fn recovered_error<E, R: Reader<E>>(_reader: R, error: &E, why: &'static str) {
    if has_frame() {
        R::read(error, &mut |sighting: Sighting<'_>| {
            let type_name = base_type(sighting.type_name);
            recovered(why, Seen { kind: ErrorKind::Error, type_name, text: sighting.text, debug: sighting.debug });
        });
    }
}

/// Drops an error for a stated reason; the reason shows in reports.
///
/// ```
/// use candor::Recover as _;
///
/// let price = "12".parse::<u32>().recovered_or("a missing price counts as free", 0);
/// assert_eq!(price, 12);
/// ```
pub trait Recover<T, E>: Sized {
    /// The value, if there is one; the error is dropped because of `why`.
    fn recovered(self, why: &'static str) -> Option<T>;

    /// The value, or `default` because of `why`.
    fn recovered_or(self, why: &'static str, default: T) -> T;

    /// The value, or what `default` makes of the error, because of `why`.
    fn recovered_or_else(self, why: &'static str, default: impl FnOnce(E) -> T) -> T;

    /// The value, or the default of its type because of `why`.
    fn recovered_or_default(self, why: &'static str) -> T
    where
        T: Default;
}

impl<T, E: Debug> Recover<T, E> for Result<T, E> {
    #[inline]
    fn recovered(self, why: &'static str) -> Option<T> {
        match self {
            Ok(value) => Some(value),
            Err(error) => {
                note(&error, why);
                None
            }
        }
    }

    #[inline]
    fn recovered_or(self, why: &'static str, default: T) -> T {
        self.recovered_or_else(why, |_error| default)
    }

    #[inline]
    fn recovered_or_else(self, why: &'static str, default: impl FnOnce(E) -> T) -> T {
        match self {
            Ok(value) => value,
            Err(error) => {
                note(&error, why);
                default(error)
            }
        }
    }

    #[inline]
    fn recovered_or_default(self, why: &'static str) -> T
    where
        T: Default,
    {
        self.recovered_or_else(why, |_error| T::default())
    }
}

//! Dealing with an error for a reason: the `Recover` methods on `Result`, and `recovered!`.

use std::fmt;

use super::sight::Debugged;
use crate::model::{ErrorKind, Value};
use crate::record::{Seen, guarded, recovered};

/// Takes the value of a `Result` and says why its error may be let go. The reason is data and shows in reports.
///
/// ```
/// use candor::Recover as _;
///
/// fn price_from_cache() -> Result<u32, String> {
///     Err("cache is cold".to_owned())
/// }
/// assert_eq!(price_from_cache().recovered_or("the cache is best effort", 100), 100);
/// assert_eq!(price_from_cache().recovered("the cache is best effort"), None);
/// ```
pub trait Recover<T, E>: Sized {
    /// The value, or `None` for this reason.
    fn recovered(self, why: &'static str) -> Option<T>;
    /// The value, or `default` for this reason.
    fn recovered_or(self, why: &'static str, default: T) -> T;
    /// The value, or what `f` makes of the error for this reason.
    fn recovered_or_else(self, why: &'static str, f: impl FnOnce(E) -> T) -> T;
    /// The value, or its type's default for this reason.
    fn recovered_or_default(self, why: &'static str) -> T
    where
        T: Default;
}

impl<T, E: fmt::Debug> Recover<T, E> for Result<T, E> {
    fn recovered(self, why: &'static str) -> Option<T> {
        self.inspect_err(|error| recovered_error(error, why)).ok()
    }

    fn recovered_or(self, why: &'static str, default: T) -> T {
        self.recovered(why).unwrap_or(default)
    }

    fn recovered_or_else(self, why: &'static str, f: impl FnOnce(E) -> T) -> T {
        match self {
            Ok(value) => value,
            Err(error) => {
                recovered_error(&error, why);
                f(error)
            }
        }
    }

    fn recovered_or_default(self, why: &'static str) -> T
    where
        T: Default,
    {
        self.recovered(why).unwrap_or_default()
    }
}

/// Says that an error was dealt with, for this reason.
pub fn recovered_error<E: fmt::Debug>(error: &E, why: &'static str) {
    recovered(
        why,
        Seen {
            kind: ErrorKind::Error,
            type_name: std::any::type_name::<E>(),
            text: &Debugged(error),
            debug: None,
        },
    );
}

/// Like [`recovered_error`], for an error whose words are known.
pub fn recovered_as<E>(_error: &E, text: impl FnOnce() -> Value, why: &'static str) {
    let text = guarded("the error", text).unwrap_or(Value::Opaque);
    recovered(
        why,
        Seen { kind: ErrorKind::Error, type_name: std::any::type_name::<E>(), text: &text, debug: None },
    );
}

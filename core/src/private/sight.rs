//! Probes: is there an error in this value? Decided where the value is, without a bound that it would not meet.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Debug};
use std::sync::Arc;

use super::sighting::{Sighting, met_err, met_ok, put_aside, stash_ok};
use crate::model::{ErrorKind, Probe};
use crate::record::Mark;

/// A value that counts as an error although it does not implement [`Error`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be an error",
    note = "implement `std::error::Error`, or derive `candor::Outcome`"
)]
pub trait ErrorLike {
    /// What it says.
    fn said(&self) -> Cow<'_, str>;
    /// The name of its variant, where it is known.
    fn variant(&self) -> &'static str {
        ""
    }
}

impl ErrorLike for str {
    fn said(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ErrorLike for String {
    fn said(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ErrorLike for Cow<'_, str> {
    fn said(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl<T: ErrorLike + ?Sized> ErrorLike for &T {
    fn said(&self) -> Cow<'_, str> {
        (**self).said()
    }
    fn variant(&self) -> &'static str {
        (**self).variant()
    }
}

impl ErrorLike for dyn Error {
    fn said(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl ErrorLike for dyn Error + Send {
    fn said(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl ErrorLike for dyn Error + Send + Sync {
    fn said(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

/// The payload of a panic that was joined or caught.
impl ErrorLike for dyn Any + Send {
    fn said(&self) -> Cow<'_, str> {
        let text = self.downcast_ref::<&str>().copied().or_else(|| self.downcast_ref::<String>().map(String::as_str));
        Cow::Owned(format!("panicked: {}", text.unwrap_or("no message")))
    }
}

impl<T: ErrorLike + ?Sized> ErrorLike for Box<T> {
    fn said(&self) -> Cow<'_, str> {
        (**self).said()
    }
    fn variant(&self) -> &'static str {
        (**self).variant()
    }
}

impl<T: ErrorLike + ?Sized> ErrorLike for Arc<T> {
    fn said(&self) -> Cow<'_, str> {
        (**self).said()
    }
    fn variant(&self) -> &'static str {
        (**self).variant()
    }
}

/// What an error says, asked only when it is kept.
struct Said<'a, E: ?Sized>(&'a E);

impl<E: ErrorLike + ?Sized> fmt::Display for Said<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.said())
    }
}

/// The variant of an error, asked only when it is kept.
struct Variant<'a, E: ?Sized>(&'a E);

impl<E: ErrorLike + ?Sized> Debug for Variant<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.variant())
    }
}

/// A value under a probe.
#[derive(Debug)]
pub struct Look<'a, T: ?Sized>(pub &'a T);

/// The error of a value that stays where it is, found in an `Err` pattern.
#[derive(Debug)]
pub struct Note<'a, T: ?Sized>(pub &'a T);

/// How a type of error is read; one type for each rung of the ladder.
pub trait Reader<E> {
    /// Reads `error` and hands it to `then`.
    fn read(error: &E, then: &mut dyn FnMut(Sighting<'_>));
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident [$($bound:tt)*] $error:ident => $sighting:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $kind;

        impl<E: $($bound)*> Reader<E> for $kind {
            fn read($error: &E, then: &mut dyn FnMut(Sighting<'_>)) {
                then($sighting);
            }
        }

        impl $kind {
            /// Looks at a value on its way.
            #[inline(always)]
            pub fn pass<T, E: $($bound)*>(self, value: Result<T, E>, mark: Mark, probe: &'static Probe) -> Result<T, E> {
                self.peek(&value, mark, probe);
                value
            }

            /// Looks at a value in its place.
            #[inline(always)]
            pub fn peek<T, E: $($bound)*>(self, value: &Result<T, E>, mark: Mark, probe: &'static Probe) {
                match value {
                    Ok(_) => met_ok(probe),
                    Err(error) => met_err::<E, $kind>(error, mark, probe, true),
                }
            }

            /// Notes an error that was found by a pattern.
            #[inline(always)]
            pub fn note<E: $($bound)*>(self, error: &E, mark: Mark, probe: &'static Probe) {
                met_err::<E, $kind>(error, mark, probe, false);
            }

            /// Looks at the value of a `match`; which arm it takes decides by which probe it was met.
            #[inline(always)]
            pub fn aside<T, E: $($bound)*>(self, value: Result<T, E>, mark: Mark, probes: &'static [Probe]) -> Result<T, E> {
                match &value {
                    Ok(_) => stash_ok(probes),
                    Err(error) => put_aside::<E, $kind>(error, mark),
                }
                value
            }

            /// What the error of a finished task says.
            pub fn failure<T, E: $($bound)*>(self, value: &Result<T, E>) -> Option<String> {
                let mut said = None;
                if let Err(error) = value {
                    <$kind as Reader<E>>::read(error, &mut |sighting| said = Some(sighting.text.to_string()));
                }
                said
            }
        }
    )+};
}

kinds! {
    /// An `E: Error`.
    IsError [Error] error => Sighting::new::<E>(ErrorKind::Error, error, Some(&error));
    /// An `E` that candor knows as an error.
    IsLike [ErrorLike] error => Sighting::new::<E>(ErrorKind::Error, &Said(error), Some(&Variant(error)));
    /// An `E` that wraps an error, such as `anyhow::Error`.
    IsWrapped [AsRef<dyn Error + Send + Sync + 'static>] error => Sighting::new::<E>(ErrorKind::Error, error.as_ref(), None);
    /// An `E` that can be printed, and is no error by its type.
    IsAnswer [Debug] error => Sighting::new::<E>(ErrorKind::Answer, &format_args!("{error:?}"), Some(&error));
    /// An `E` that is not known while its function is compiled (`parse`): decided by its name at run time.
    IsGuess [Debug] error => Sighting::guess::<E>(&format_args!("{error:?}"), &error);
    /// Any `Result`.
    IsUnread [Sized] _error => Sighting::new::<E>(ErrorKind::Answer, &"", None);
}

/// Not a `Result`: passes as it is.
#[derive(Clone, Copy, Debug)]
pub struct IsOther;

impl IsOther {
    /// Passes.
    #[inline(always)]
    pub fn pass<T>(self, value: T, _mark: Mark, _probe: &'static Probe) -> T {
        value
    }

    /// Nothing to see.
    #[inline(always)]
    pub fn peek<T: ?Sized>(self, _value: &T, _mark: Mark, _probe: &'static Probe) {}

    /// Passes.
    #[inline(always)]
    pub fn aside<T>(self, value: T, _mark: Mark, _probes: &'static [Probe]) -> T {
        value
    }

    /// Nothing to tell.
    pub fn failure<T: ?Sized>(self, _value: &T) -> Option<String> {
        None
    }
}

macro_rules! ladder {
    ($module:ident, $method:ident, $doc:literal; $($rung:ident $kind:ident $subject:ty [$($bound:tt)*];)+) => {
        #[doc = $doc]
        pub mod $module {
            use super::*;
            $(
                /// A rung of the ladder.
                pub trait $rung {
                    /// How the value is read.
                    #[inline(always)]
                    fn $method(&self) -> $kind {
                        $kind
                    }
                }
                ladder!(@impl $rung $subject [$($bound)*]);
            )+
        }
    };
    (@impl $rung:ident $subject:ty [result $($bound:tt)*]) => { impl<T, E: $($bound)*> $rung for $subject {} };
    (@impl $rung:ident $subject:ty [error $($bound:tt)*]) => { impl<E: $($bound)*> $rung for $subject {} };
    (@impl $rung:ident $subject:ty [any]) => { impl<T: ?Sized> $rung for $subject {} };
}

ladder! {
    look, kind, "The ladder of a value: call `(&&&&&&Look(&value)).kind()` with these traits in scope.";
    R1 IsError &&&&&Look<'_, Result<T, E>> [result Error];
    R2 IsLike &&&&Look<'_, Result<T, E>> [result ErrorLike];
    R3 IsWrapped &&&Look<'_, Result<T, E>> [result AsRef<dyn Error + Send + Sync + 'static>];
    R4 IsAnswer &&Look<'_, Result<T, E>> [result Debug];
    R5 IsUnread &Look<'_, Result<T, E>> [result Sized];
    R6 IsOther Look<'_, T> [any];
}

ladder! {
    note, noted, "The ladder of an error in an `Err` pattern: `(&&&&&Note(&error)).noted()`.";
    N1 IsError &&&&Note<'_, E> [error Error];
    N2 IsLike &&&Note<'_, E> [error ErrorLike];
    N3 IsWrapped &&Note<'_, E> [error AsRef<dyn Error + Send + Sync + 'static>];
    N4 IsAnswer &Note<'_, E> [error Debug];
    N5 IsUnread Note<'_, E> [error Sized];
}

/// The ladder for values whose error is not known yet while they are compiled.
pub mod guess {
    use super::{Debug, IsGuess, IsOther, IsUnread};

    /// A value under a probe whose error may still be unknown.
    #[derive(Debug)]
    pub struct Guess<'a, T: ?Sized>(pub &'a T);

    /// A `Result` whose error can be printed.
    pub trait G1 {
        /// How the value is read.
        #[inline(always)]
        fn guessed(&self) -> IsGuess {
            IsGuess
        }
    }
    impl<T, E: Debug> G1 for &&Guess<'_, Result<T, E>> {}

    /// Any `Result`.
    pub trait G2 {
        /// How the value is read.
        #[inline(always)]
        fn guessed(&self) -> IsUnread {
            IsUnread
        }
    }
    impl<T, E> G2 for &Guess<'_, Result<T, E>> {}

    /// Anything.
    pub trait G3 {
        /// How the value is read.
        #[inline(always)]
        fn guessed(&self) -> IsOther {
            IsOther
        }
    }
    impl<T: ?Sized> G3 for Guess<'_, T> {}
}

/// Finds the error of a `Result`, or of a reference to one, that an `Err(_)` pattern matched.
pub mod peel {
    /// A value that a pattern matched.
    #[derive(Debug)]
    pub struct Peel<'a, T: ?Sized>(pub &'a T);

    /// A reference to a `Result`.
    pub trait L1<'a> {
        /// The error in it.
        type Error;
        /// The error in it.
        fn error(&self) -> Option<&'a Self::Error>;
    }
    impl<'a, T, E> L1<'a> for &&Peel<'a, &Result<T, E>> {
        type Error = E;
        fn error(&self) -> Option<&'a E> {
            self.0.as_ref().err()
        }
    }

    /// A `Result`.
    pub trait L2<'a> {
        /// The error in it.
        type Error;
        /// The error in it.
        fn error(&self) -> Option<&'a Self::Error>;
    }
    impl<'a, T, E> L2<'a> for &Peel<'a, Result<T, E>> {
        type Error = E;
        fn error(&self) -> Option<&'a E> {
            self.0.as_ref().err()
        }
    }

    /// Anything else has none.
    pub trait L3 {
        /// None.
        fn error(&self) -> Option<&'static ()>;
    }
    impl<T: ?Sized> L3 for Peel<'_, T> {
        fn error(&self) -> Option<&'static ()> {
            None
        }
    }
}

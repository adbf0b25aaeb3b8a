//! A `?` that may leave the operation.

use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use super::outcome::{OutcomeOf, failed, of_error};
use crate::model::{Outcome, Spot};
use crate::record::{at, has_frame, outcome};

/// A value before `?`, and the type that its function returns.
#[derive(Debug)]
pub struct Question<'a, T: ?Sized, R: ?Sized>(pub &'a T, pub PhantomData<R>);

#[cold]
#[inline(never)]
fn leave(spot: &'static Spot, end: Option<&dyn Fn() -> Outcome>) {
    if has_frame() {
        at(spot);
        if let Some(end) = end {
            outcome(end());
        }
    }
}

/// The error becomes the function's own error before it is read: that one knows its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Converts;

impl Converts {
    /// Passes the value on its way to `?`.
    #[inline(always)]
    pub fn pass<T, E, U, F: From<E> + OutcomeOf>(self, value: Result<T, E>, _returns: PhantomData<Result<U, F>>, spot: &'static Spot) -> Result<T, F> {
        match value {
            Ok(value) => Ok(value),
            Err(error) => {
                let error = F::from(error);
                leave(spot, Some(&|| of_error(&error)));
                Err(error)
            }
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident [$($bound:tt)*] $error:ident => $end:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $kind;

        impl $kind {
            /// Passes the value on its way to `?`.
            #[inline(always)]
            pub fn pass<T, E: $($bound)*, R>(self, value: Result<T, E>, _returns: PhantomData<R>, spot: &'static Spot) -> Result<T, E> {
                if let Err($error) = &value {
                    leave(spot, Some(&|| $end));
                }
                value
            }
        }
    )+};
}

kinds! {
    /// The error knows its outcome.
    Knows [OutcomeOf] error => of_error(error);
    /// The error has a text.
    Says [Display] error => failed::<E>(Some(format_args!("{error}")));
    /// The error can be printed.
    Prints [Debug] error => failed::<E>(Some(format_args!("{error:?}")));
    /// Any error.
    Mute [Sized] _error => failed::<E>(None);
}

/// A `None` leaves without a word.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Nothing {
    /// Passes the value on its way to `?`.
    #[inline(always)]
    pub fn pass<T, R>(self, value: Option<T>, _returns: PhantomData<R>, spot: &'static Spot) -> Option<T> {
        if value.is_none() {
            leave(spot, None);
        }
        value
    }
}

/// Any other value.
#[derive(Clone, Copy, Debug)]
pub struct Passes;

impl Passes {
    /// Passes the value on its way to `?`.
    #[inline(always)]
    pub fn pass<T, R>(self, value: T, _returns: PhantomData<R>, _spot: &'static Spot) -> T {
        value
    }
}

/// The ladder: `(&&&&&&&Question(&value, PhantomData::<Ret>)).road().pass(value, PhantomData::<Ret>, &SPOT)`.
pub mod known {
    use super::{Converts, Debug, Display, Knows, Mute, Nothing, OutcomeOf, Passes, Prints, Question, Says};

    macro_rules! rungs {
        ($($rung:ident $kind:ident [$($generics:tt)*] $subject:ty;)+) => {$(
            /// A rung of the ladder.
            pub trait $rung {
                /// How the value passes.
                #[inline(always)]
                fn road(&self) -> $kind {
                    $kind
                }
            }
            impl<$($generics)*> $rung for $subject {}
        )+};
    }

    rungs! {
        Q1 Converts [T, E, U, F: From<E> + OutcomeOf] &&&&&&Question<'_, Result<T, E>, Result<U, F>>;
        Q2 Knows [T, E: OutcomeOf, R: ?Sized] &&&&&Question<'_, Result<T, E>, R>;
        Q3 Says [T, E: Display, R: ?Sized] &&&&Question<'_, Result<T, E>, R>;
        Q4 Prints [T, E: Debug, R: ?Sized] &&&Question<'_, Result<T, E>, R>;
        Q5 Mute [T, E, R: ?Sized] &&Question<'_, Result<T, E>, R>;
        Q6 Nothing [T, R: ?Sized] &Question<'_, Option<T>, R>;
        Q7 Passes [T: ?Sized, R: ?Sized] Question<'_, T, R>;
    }
}

/// The ladder for values whose error may still be unknown while they are compiled: no bound is asked of it.
pub mod unknown {
    use super::{Mute, Nothing, Passes, Question};

    /// Any `Result`.
    pub trait U1 {
        /// How the value passes.
        #[inline(always)]
        fn unknown_road(&self) -> Mute {
            Mute
        }
    }
    impl<T, E, R: ?Sized> U1 for &&Question<'_, Result<T, E>, R> {}

    /// Any `Option`.
    pub trait U2 {
        /// How the value passes.
        #[inline(always)]
        fn unknown_road(&self) -> Nothing {
            Nothing
        }
    }
    impl<T, R: ?Sized> U2 for &Question<'_, Option<T>, R> {}

    /// Anything.
    pub trait U3 {
        /// How the value passes.
        #[inline(always)]
        fn unknown_road(&self) -> Passes {
            Passes
        }
    }
    impl<T: ?Sized, R: ?Sized> U3 for Question<'_, T, R> {}
}


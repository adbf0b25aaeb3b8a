//! `?`: where it leaves, and with what.

use std::fmt;
use std::marker::PhantomData;

use super::outcome::{OutcomeOf, declared, failed};
use super::rung::{Fifth, First, Fourth, High, Low, Middle, Second, Sixth, Third, ladder};
use crate::model::{Class, Outcome};
use crate::record::{At, Callsite, has_frame, note_at, outcome};

/// The operand of a `?` in a function that returns `Ret`: nothing but its type is asked.
pub struct Question<O: ?Sized, Ret>(PhantomData<fn(&O) -> Ret>);

impl<O: ?Sized, Ret> Copy for Question<O, Ret> {}
impl<O: ?Sized, Ret> Clone for Question<O, Ret> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

/// The operand of a `?`.
#[inline(always)]
pub fn ask<Ret, O: ?Sized, R>(_operand: &O) -> High<Question<O, Ret>, R> {
    ladder(Question(PhantomData))
}

#[cold]
fn left(at: At, how: impl FnOnce() -> Outcome) {
    note_at(at);
    if has_frame() {
        outcome(how());
    }
}

macro_rules! rung {
    ($part:ident, $rung:ident, [$($taken:tt)+], $kind:ident, $doc:literal, ($($bound:tt)*), |$error:ident| $how:expr) => {
        impl<T, E: $($bound)*, Ret> $part<Question<Result<T, E>, Ret>, $rung> {
            #[doc = $doc]
            #[inline(always)]
            pub fn candor_ask($($taken)+) -> $kind { $kind }
        }
        #[doc = $doc]
        pub struct $kind;
        impl $kind {
            /// Passes the operand through.
            #[inline]
            pub fn see<T, E: $($bound)*>(self, result: Result<T, E>, own: &'static Callsite, place: u32) -> Result<T, E> {
                if let Err($error) = &result {
                    left(own.spot(place), || $how);
                }
                result
            }
        }
    };
}

impl<T, E, U, F: OutcomeOf + From<E>> High<Question<Result<T, E>, Result<U, F>>, First> {
    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[inline(always)]
    pub fn candor_ask(self) -> KindConvert<F> {
        KindConvert(PhantomData)
    }

    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[inline(always)]
    pub fn candor_ask_vague(self) -> KindConvert<F> {
        KindConvert(PhantomData)
    }
}

/// An operand that is converted.
pub struct KindConvert<F>(PhantomData<F>);
impl<F: OutcomeOf> KindConvert<F> {
    /// Passes the operand through, converted.
    #[inline]
    pub fn see<T, E>(self, result: Result<T, E>, own: &'static Callsite, place: u32) -> Result<T, F>
    where
        F: From<E>,
    {
        let result = result.map_err(F::from);
        if let Err(error) = &result {
            left(own.spot(place), || declared(error, Class::Failed));
        }
        result
    }
}

rung!(
    High,
    Second,
    [&self],
    KindDeclared,
    "A declared error in a function whose own error is not.",
    (OutcomeOf),
    |error| { declared(error, Class::Failed) }
);
rung!(
    High,
    Third,
    [&mut self],
    KindDisplay,
    "An error that says something.",
    (fmt::Display),
    |error| failed::<E>(|| Some(error.to_string()))
);
rung!(Middle, Fourth, [self], KindDebug, "An error that can be printed.", (fmt::Debug), |error| failed::<E>(
    || Some(format!("{error:?}"))
));
rung!(Middle, Fifth, [&self], KindResult, "Any other `Err`.", (Sized), |_error| failed::<E>(|| None));

impl<T, E, Ret> High<Question<Result<T, E>, Ret>, Second> {
    /// An `Err` of which nothing is known.
    #[inline(always)]
    pub fn candor_ask_vague(&self) -> KindResult {
        KindResult
    }
}

impl<T, Ret> High<Question<Option<T>, Ret>, Third> {
    /// Leaving with `None` is an answer.
    #[inline(always)]
    pub fn candor_ask(&mut self) -> KindOption {
        KindOption
    }

    /// Leaving with `None` is an answer.
    #[inline(always)]
    pub fn candor_ask_vague(&mut self) -> KindOption {
        KindOption
    }
}

/// `Option`.
pub struct KindOption;
impl KindOption {
    /// Passes the operand through.
    #[inline]
    pub fn see<T>(self, option: Option<T>, own: &'static Callsite, place: u32) -> Option<T> {
        if option.is_none() {
            left(own.spot(place), || Outcome::FULFILLED);
        }
        option
    }
}

impl<O: ?Sized, Ret> Low<Question<O, Ret>, Sixth> {
    /// Anything else that `?` takes.
    #[inline(always)]
    pub fn candor_ask(self) -> KindAny {
        KindAny
    }

    /// Anything else that `?` takes.
    #[inline(always)]
    pub fn candor_ask_vague(self) -> KindAny {
        KindAny
    }
}

/// Anything else that `?` takes.
pub struct KindAny;
impl KindAny {
    /// Passes the operand through.
    #[inline]
    pub fn see<R>(self, operand: R, own: &'static Callsite, place: u32) -> R {
        note_at(own.spot(place));
        operand
    }
}

//! `?`: where it leaves, and with what.

use std::fmt;
use std::marker::PhantomData;

use super::outcome::{OutcomeOf, declared, failed};
use super::rung::{Rung, Rung2, Rung3, Rung4, Rung5, Rung6, six, three};
use crate::model::{Class, Outcome};
use crate::record::{At, Callsite, has_frame, note_at, outcome};

/// The operand of a `?` in a function that returns `Ret`.
pub struct Question<'a, R: ?Sized, Ret>(&'a R, PhantomData<Ret>);

/// The operand of a `?`, on the lowest rung.
#[inline(always)]
pub fn ask<Ret, R: ?Sized>(operand: &R) -> Rung6<Question<'_, R, Ret>> {
    six(Question(operand, PhantomData))
}

/// The operand's error may still be unknown while it is compiled (`parse`): nothing is asked of it that `?` does not ask.
#[inline(always)]
pub fn ask_vague<Ret, R: ?Sized>(operand: &R) -> Rung3<Question<'_, R, Ret>> {
    three(Question(operand, PhantomData))
}

#[cold]
fn left(at: At, how: impl FnOnce() -> Outcome) {
    note_at(at);
    if has_frame() {
        outcome(how());
    }
}

macro_rules! rung {
    ($rung:ident, $kind:ident, $doc:literal, ($($bound:tt)*), |$error:ident| $how:expr) => {
        impl<T, E: $($bound)*, Ret> $rung<Question<'_, Result<T, E>, Ret>> {
            #[doc = $doc]
            #[inline(always)]
            pub fn candor_ask(&self) -> $kind { $kind }
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

impl<T, E, U, F: OutcomeOf + From<E>> Rung6<Question<'_, Result<T, E>, Result<U, F>>> {
    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[inline(always)]
    pub fn candor_ask(&self) -> KindConvert<F> {
        KindConvert(PhantomData)
    }
}

impl<T, E, U, F: OutcomeOf + From<E>> Rung3<Question<'_, Result<T, E>, Result<U, F>>> {
    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[inline(always)]
    pub fn candor_ask_vague(&self) -> KindConvert<F> {
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

rung!(Rung5, KindDeclared, "A declared error in a function whose own error is not.", (OutcomeOf), |error| {
    declared(error, Class::Failed)
});
rung!(Rung4, KindDisplay, "An error that says something.", (fmt::Display), |error| failed::<E>(|| Some(
    error.to_string()
)));
rung!(Rung3, KindDebug, "An error that can be printed.", (fmt::Debug), |error| failed::<E>(|| Some(
    format!("{error:?}")
)));
rung!(Rung2, KindResult, "Any other `Err`.", (Sized), |_error| failed::<E>(|| None));

impl<T, E, Ret> Rung2<Question<'_, Result<T, E>, Ret>> {
    /// An `Err` of which nothing is known.
    #[inline(always)]
    pub fn candor_ask_vague(&self) -> KindResult {
        KindResult
    }
}

impl<T, Ret> Rung<Question<'_, Option<T>, Ret>> {
    /// Leaving with `None` is an answer.
    #[inline(always)]
    pub fn candor_ask(&self) -> KindOption {
        KindOption
    }

    /// Leaving with `None` is an answer.
    #[inline(always)]
    pub fn candor_ask_vague(&self) -> KindOption {
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

impl<R: ?Sized, Ret> Question<'_, R, Ret> {
    /// Anything else that `?` takes.
    #[inline(always)]
    pub fn candor_ask(&self) -> KindAny {
        KindAny
    }

    /// Anything else that `?` takes.
    #[inline(always)]
    pub fn candor_ask_vague(&self) -> KindAny {
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

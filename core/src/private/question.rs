//! `?`: where it leaves, and with what.

use std::fmt;
use std::marker::PhantomData;

use super::outcome::{ErrAny as _, ErrDebug as _, ErrDeclared as _, ErrDisplay as _, OfErr, OutcomeOf};
use crate::model::{Outcome, Spot};
use crate::record::{at, has_frame, outcome};

/// The operand of a `?` in a function that returns `Ret`.
pub struct Question<'a, R: ?Sized, Ret>(pub &'a R, pub PhantomData<Ret>);

#[cold]
fn left(spot: &'static Spot, how: impl FnOnce() -> Outcome) {
    at(spot);
    if has_frame() {
        outcome(how());
    }
}

macro_rules! rung {
    ($trait:ident, $kind:ident, $doc:literal, [$($refs:tt)*], ($($bound:tt)*), |$error:ident| $how:expr) => {
        #[doc = $doc]
        pub trait $trait {
            /// What passes.
            #[inline]
            fn candor_ask(&self) -> $kind { $kind }
        }
        impl<T, E: $($bound)*, Ret> $trait for $($refs)* Question<'_, Result<T, E>, Ret> {}
        #[doc = $doc]
        pub struct $kind;
        impl $kind {
            /// Passes the operand through.
            #[inline]
            pub fn see<T, E: $($bound)*, Ret>(self, result: Result<T, E>, spot: &'static Spot, _ret: PhantomData<Ret>) -> Result<T, E> {
                if let Err($error) = &result {
                    left(spot, || $how);
                }
                result
            }
        }
    };
}

/// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
pub trait AskConvert<F> {
    /// What passes.
    #[inline]
    fn candor_ask(&self) -> KindConvert {
        KindConvert
    }
}
impl<T, E, U, F: OutcomeOf + From<E>> AskConvert<F> for &&&&&&Question<'_, Result<T, E>, Result<U, F>> {}

/// See [`AskConvert`].
pub struct KindConvert;
impl KindConvert {
    /// Passes the operand through, converted.
    #[inline]
    pub fn see<T, E, U, F>(
        self,
        result: Result<T, E>,
        spot: &'static Spot,
        _ret: PhantomData<Result<U, F>>,
    ) -> Result<T, F>
    where
        F: OutcomeOf + From<E>,
    {
        let result = result.map_err(F::from);
        if let Err(error) = &result {
            left(spot, || (&&&&OfErr(error)).candor_outcome());
        }
        result
    }
}

rung!(AskDeclared, KindDeclared, "A declared error in a function whose own error is not.", [&&&&&], (OutcomeOf), |error| (&&&&OfErr(error)).candor_outcome());
rung!(AskDisplay, KindDisplay, "An error that says something.", [&&&&], (fmt::Display), |error| (&&&OfErr(error)).candor_outcome());
rung!(AskDebug, KindDebug, "An error that can be printed.", [&&&], (fmt::Debug), |error| (&&OfErr(error)).candor_outcome());

/// Any other `Err`.
pub trait AskResult {
    /// What passes.
    #[inline]
    fn candor_ask(&self) -> KindResult {
        KindResult
    }
}
impl<T, E, Ret> AskResult for &&Question<'_, Result<T, E>, Ret> {}

/// See [`AskResult`].
pub struct KindResult;
impl KindResult {
    /// Passes the operand through.
    #[inline]
    pub fn see<T, E, Ret>(
        self,
        result: Result<T, E>,
        spot: &'static Spot,
        _ret: PhantomData<Ret>,
    ) -> Result<T, E> {
        if let Err(error) = &result {
            left(spot, || OfErr(error).candor_outcome());
        }
        result
    }
}

/// `Option`: leaving with `None` is an answer.
pub trait AskOption {
    /// What passes.
    #[inline]
    fn candor_ask(&self) -> KindOption {
        KindOption
    }
}
impl<T, Ret> AskOption for &Question<'_, Option<T>, Ret> {}

/// See [`AskOption`].
pub struct KindOption;
impl KindOption {
    /// Passes the operand through.
    #[inline]
    pub fn see<T, Ret>(self, option: Option<T>, spot: &'static Spot, _ret: PhantomData<Ret>) -> Option<T> {
        if option.is_none() {
            left(spot, || Outcome::FULFILLED);
        }
        option
    }
}

/// Anything else that `?` takes.
pub trait AskAny {
    /// What passes.
    #[inline]
    fn candor_ask(&self) -> KindAny {
        KindAny
    }
}
impl<R: ?Sized, Ret> AskAny for Question<'_, R, Ret> {}

/// See [`AskAny`].
pub struct KindAny;
impl KindAny {
    /// Passes the operand through.
    #[inline]
    pub fn see<R, Ret>(self, operand: R, spot: &'static Spot, _ret: PhantomData<Ret>) -> R {
        at(spot);
        operand
    }
}

/// The operand's error may still be unknown while it is compiled (`parse`): nothing is asked of it that `?` does not ask.
pub trait VagueConvert<F> {
    /// What passes.
    #[inline]
    fn candor_ask_vague(&self) -> KindConvert {
        KindConvert
    }
}
impl<T, E, U, F: OutcomeOf + From<E>> VagueConvert<F> for &&&Question<'_, Result<T, E>, Result<U, F>> {}

/// See [`VagueConvert`].
pub trait VagueResult {
    /// What passes.
    #[inline]
    fn candor_ask_vague(&self) -> KindResult {
        KindResult
    }
}
impl<T, E, Ret> VagueResult for &&Question<'_, Result<T, E>, Ret> {}

/// See [`VagueConvert`].
pub trait VagueOption {
    /// What passes.
    #[inline]
    fn candor_ask_vague(&self) -> KindOption {
        KindOption
    }
}
impl<T, Ret> VagueOption for &Question<'_, Option<T>, Ret> {}

/// See [`VagueConvert`].
pub trait VagueAny {
    /// What passes.
    #[inline]
    fn candor_ask_vague(&self) -> KindAny {
        KindAny
    }
}
impl<R: ?Sized, Ret> VagueAny for Question<'_, R, Ret> {}

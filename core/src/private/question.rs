//! `?`: where it leaves, and with what.

use std::fmt;
use std::marker::PhantomData;

use super::outcome::{OutcomeOf, declared, failed};
use super::rung::{Fifth, First, Fourth, High, Low, Middle, Second, Sixth, Third, ladder};
use super::through::looked;
use crate::model::{Class, Outcome};
use crate::record::{At, Callsite, has_frame, note_at, outcome};

/// The type of the operand of a `?` in a function that returns `Ret`.
pub struct Question<O, Ret>(PhantomData<fn(&O) -> Ret>);

impl<O, Ret> Copy for Question<O, Ret> {}
impl<O, Ret> Clone for Question<O, Ret> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}

/// What an operand passes through.
type Way<O, P> = fn(O, &'static Callsite, u32) -> P;

/// The closure that tells it, on the rung that the type of the operand decides.
type Tell<O, Ret, P, R> = fn(High<Question<O, Ret>, R>) -> Way<O, P>;

impl Callsite {
    /// Passes the operand of a `?` through. It is an argument, so what it borrows lives as long as the user's statement, and it has
    /// no place in the user's frame but the one that it would have anyway, and what is returned. By its type the closure
    /// beside it tells what it passes through.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn pass<Ret, O, P, R>(&'static self, place: u32, operand: O, tell: Tell<O, Ret, P, R>) -> P {
        tell(ladder(Question(PhantomData)))(operand, self, place)
    }
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
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_ask($($taken)+) -> Way<Result<T, E>, Result<T, E>> { $kind::see }
        }
        #[doc = $doc]
        struct $kind;
        impl $kind {
            /// Passes the operand through.
            #[inline]
            fn see<T, E: $($bound)*>(result: Result<T, E>, own: &'static Callsite, place: u32) -> Result<T, E> {
                looked(result, || {}, |$error| left(own.spot(place), || $how))
            }
        }
    };
}

impl<T, E, U, F: OutcomeOf + From<E>> High<Question<Result<T, E>, Result<U, F>>, First> {
    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask(self) -> Way<Result<T, E>, Result<T, F>> {
        KindConvert::see
    }

    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(self) -> Way<Result<T, E>, Result<T, F>> {
        KindConvert::see
    }
}

/// An operand that is converted.
struct KindConvert;
impl KindConvert {
    /// Passes the operand through, converted.
    #[inline]
    fn see<T, E, F: OutcomeOf + From<E>>(
        result: Result<T, E>,
        own: &'static Callsite,
        place: u32,
    ) -> Result<T, F> {
        let leave = |error: &F| left(own.spot(place), || declared(error, Class::Failed));
        looked(result.map_err(F::from), || {}, leave)
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
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(&self) -> Way<Result<T, E>, Result<T, E>> {
        KindResult::see
    }
}

impl<T, Ret> High<Question<Option<T>, Ret>, Third> {
    /// Leaving with `None` is an answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask(&mut self) -> Way<Option<T>, Option<T>> {
        KindOption::see
    }

    /// Leaving with `None` is an answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(&mut self) -> Way<Option<T>, Option<T>> {
        KindOption::see
    }
}

/// `Option`.
struct KindOption;
impl KindOption {
    /// Passes the operand through.
    #[inline]
    fn see<T>(option: Option<T>, own: &'static Callsite, place: u32) -> Option<T> {
        if option.is_none() {
            left(own.spot(place), || Outcome::FULFILLED);
        }
        option
    }
}

impl<O, Ret> Low<Question<O, Ret>, Sixth> {
    /// Anything else that `?` takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask(self) -> Way<O, O> {
        KindAny::see
    }

    /// Anything else that `?` takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(self) -> Way<O, O> {
        KindAny::see
    }
}

/// Anything else that `?` takes.
struct KindAny;
impl KindAny {
    /// Passes the operand through.
    #[inline]
    fn see<O>(operand: O, own: &'static Callsite, place: u32) -> O {
        note_at(own.spot(place));
        operand
    }
}

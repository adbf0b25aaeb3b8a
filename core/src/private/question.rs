//! `?`: where it leaves, and with what.

use std::fmt;
use std::marker::PhantomData;

use super::outcome::{OutcomeOf, declared, failed};
use super::rung::{Fifth, First, Fourth, High, Low, Middle, Second, Sixth, Third, ladder};
use super::through::{Through, looked};
use crate::model::{Class, Outcome};
use crate::record::{At, Callsite, has_frame, note_at, will_end};

/// The type of the operand of a `?` in a function that returns `Ret`.
pub struct Question<O, Ret>(PhantomData<fn(&O) -> Ret>);

impl<O, Ret> Copy for Question<O, Ret> {}
impl<O, Ret> Clone for Question<O, Ret> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}

/// What an operand passes through: each kind is a type of its own, which the compiler takes for less than a pointer to a function.
pub trait See<O> {
    /// What stands before the `?` then.
    type Seen;

    /// Passes the operand through.
    fn see(operand: O, own: &'static Callsite, place: u32) -> Self::Seen;
}

/// The closure that tells it, on the rung that the type of the operand decides.
type Tell<O, Ret, K, R> = fn(High<Question<O, Ret>, R>) -> K;

impl Callsite {
    /// Passes the operand of a `?` through. It is an argument, so what it borrows lives as long as the user's statement, and it has
    /// no place in the user's frame but the one that it would have anyway, and what is returned. By its type the closure
    /// beside it tells what it passes through; it is never called.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn pass<Ret, O, K: See<O>, R>(
        &'static self,
        place: u32,
        operand: O,
        _tell: Tell<O, Ret, K, R>,
    ) -> K::Seen {
        K::see(operand, self, place)
    }
}

/// The operand of a `?` in a function that returns `Ret`, on its way: what a `write!` answers, which is as good as nothing in size.
pub struct Written<O, Ret>(Through<O>, PhantomData<fn() -> Ret>);

impl Callsite {
    /// Passes what `write!` answers through, without a closure: the compiler takes that for half as much. It has one more place in
    /// the user's frame, which is why it is for nothing else.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn wrote<Ret, O, R>(&'static self, place: u32, operand: O) -> High<Written<O, Ret>, R> {
        ladder(Written(Through::unmarked(operand, self, place), PhantomData))
    }
}

impl<O, Ret> Written<O, Ret> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn see<K: See<O>>(&self) -> K::Seen {
        let (own, place) = self.0.at();
        K::see(self.0.pass(), own, place)
    }
}

#[cold]
fn left(at: At, how: impl FnOnce() -> Outcome) {
    note_at(at);
    if has_frame() {
        will_end(how());
    }
}

macro_rules! rung {
    ($part:ident, $rung:ident, [$($taken:tt)+], [$own:ident $($lent:tt)+], $kind:ident, $doc:literal, ($($bound:tt)*), |$error:ident| $how:expr) => {
        impl<T, E: $($bound)*, Ret> $part<Question<Result<T, E>, Ret>, $rung> {
            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_ask($($taken)+) -> $kind { $kind }
        }
        impl<T, E: $($bound)*, Ret> $part<Written<Result<T, E>, Ret>, $rung> {
            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_wrote($($lent)+ $own) -> Result<T, E> { $own.asked().see::<$kind>() }
        }
        #[doc = $doc]
        pub struct $kind;
        impl<T, E: $($bound)*> See<Result<T, E>> for $kind {
            type Seen = Result<T, E>;

            #[inline]
            fn see(result: Result<T, E>, own: &'static Callsite, place: u32) -> Result<T, E> {
                looked(result, || {}, |$error| left(own.spot(place), || $how))
            }
        }
    };
}

impl<T, E, U, F: OutcomeOf + From<E>> High<Question<Result<T, E>, Result<U, F>>, First> {
    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask(self) -> KindConvert<F> {
        KindConvert(PhantomData)
    }

    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(self) -> KindConvert<F> {
        KindConvert(PhantomData)
    }
}

impl<T, E, U, F: OutcomeOf + From<E>> High<Written<Result<T, E>, Result<U, F>>, First> {
    /// The function's own error type declares outcomes: the operand is converted first, so that they can be read.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_wrote(self) -> Result<T, F> {
        self.asked().see::<KindConvert<F>>()
    }
}

/// The error of the function itself, which is looked at. It stands where it is used: what is returned from elsewhere is in
/// memory, and with it the whole result that it is put into.
#[inline(always)]
fn converted<E, F: OutcomeOf + From<E>>(error: E, own: &'static Callsite, place: u32) -> F {
    let error = F::from(error);
    left(own.spot(place), || declared(&error, Class::Failed));
    error
}

/// An operand that is converted.
pub struct KindConvert<F>(PhantomData<fn() -> F>);
impl<T, E, F: OutcomeOf + From<E>> See<Result<T, E>> for KindConvert<F> {
    type Seen = Result<T, F>;

    #[inline]
    fn see(result: Result<T, E>, own: &'static Callsite, place: u32) -> Result<T, F> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => Err(converted(error, own, place)),
        }
    }
}

rung!(
    High,
    Second,
    [&self],
    [self &],
    KindDeclared,
    "A declared error in a function whose own error is not.",
    (OutcomeOf),
    |error| { declared(error, Class::Failed) }
);
rung!(
    High,
    Third,
    [&mut self],
    [self &mut],
    KindDisplay,
    "An error that says something.",
    (fmt::Display),
    |error| failed::<E>(|| Some(error.to_string()))
);
rung!(Middle, Fourth, [self], [self &], KindDebug, "An error that can be printed.", (fmt::Debug), |error| failed::<E>(
    || Some(format!("{error:?}"))
));
rung!(Middle, Fifth, [&self], [self &mut], KindResult, "Any other `Err`.", (Sized), |_error| failed::<E>(|| None));

impl<T, E, Ret> High<Question<Result<T, E>, Ret>, Second> {
    /// An `Err` of which nothing is known.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(&self) -> KindResult {
        KindResult
    }
}

impl<T, Ret> High<Question<Option<T>, Ret>, Third> {
    /// Leaving with `None` is an answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask(&mut self) -> KindOption {
        KindOption
    }

    /// Leaving with `None` is an answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(&mut self) -> KindOption {
        KindOption
    }
}

impl<T, Ret> High<Written<Option<T>, Ret>, Third> {
    /// Leaving with `None` is an answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_wrote(&mut self) -> Option<T> {
        self.asked().see::<KindOption>()
    }
}

/// `Option`.
pub struct KindOption;
impl<T> See<Option<T>> for KindOption {
    type Seen = Option<T>;

    #[inline]
    fn see(option: Option<T>, own: &'static Callsite, place: u32) -> Option<T> {
        if option.is_none() {
            left(own.spot(place), || Outcome::FULFILLED);
        }
        option
    }
}

impl<O, Ret> Low<Question<O, Ret>, Sixth> {
    /// Anything else that `?` takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask(self) -> KindAny {
        KindAny
    }

    /// Anything else that `?` takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_ask_vague(self) -> KindAny {
        KindAny
    }
}

impl<O, Ret> Low<Written<O, Ret>, Sixth> {
    /// Anything else that `?` takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_wrote(&self) -> O {
        self.asked().see::<KindAny>()
    }
}

/// Anything else that `?` takes.
pub struct KindAny;
impl<O> See<O> for KindAny {
    type Seen = O;

    #[inline]
    fn see(operand: O, own: &'static Callsite, place: u32) -> O {
        note_at(own.spot(place));
        operand
    }
}

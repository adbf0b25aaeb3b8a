//! Reading the outcome from a returned value, by trait and not by the spelling of its type.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::task::Poll;

use super::rung::{
    Absent, Fifth, First, Fourth, High, Low, Middle, Second, Sixth, Third, Top, Zeroth, ladder, top,
};
use crate::model::{Class, Outcome, last_segment};
use crate::record::{Callsite, Guard, fails_quietly, guarded, has_frame, tell_end};

/// A type that knows what it means for the outcome. Derive it with `#[derive(Outcome)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare its outcomes",
    note = "add `#[derive(candor::Outcome)]` to `{Self}`"
)]
pub trait OutcomeOf {
    /// The declared class; `None` leaves it to where the value stands: an error is failed, anything else fulfilled.
    fn class(&self) -> Option<Class>;
    /// The name of the variant.
    fn reason(&self) -> &'static str;
    /// What it says, if it can say it.
    fn detail(&self) -> Option<String>;
}

/// The returned value: nothing but its type is asked.
pub struct Read<V>(PhantomData<fn(&V)>);

impl<V> Copy for Read<V> {}
impl<V> Clone for Read<V> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}

/// The returned value: first it is decided how an `Err` is read, and then whether what is no error declares outcomes.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn read<V, R>(_value: &V) -> High<Read<V>, R> {
    ladder(Read(PhantomData))
}

/// The same for a value whose type may still be open: that of a body which never ends.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn read_open<V, R>(_value: &V) -> Top<Read<V>, R> {
    top(Read(PhantomData))
}

/// What a value has to say about the outcome.
pub enum Side<'a, T, E> {
    /// It stands in `Ok` or `Some`, or is the whole value.
    Ok(&'a T),
    /// It stands in `Err`.
    Err(&'a E),
    /// `None`, which is an answer.
    Neither,
}

/// A type with an `Err` somewhere inside: `Result`, and what iterators, streams and polled futures return.
pub trait Sides {
    /// What stands in `Ok`.
    type Value;
    /// What stands in `Err`.
    type Error;
    /// The side that is there.
    fn sides(&self) -> Side<'_, Self::Value, Self::Error>;
}
impl<T, E> Sides for Result<T, E> {
    type Value = T;
    type Error = E;
    #[inline]
    fn sides(&self) -> Side<'_, T, E> {
        match self {
            Ok(value) => Side::Ok(value),
            Err(error) => Side::Err(error),
        }
    }
}
impl<T, E> Sides for Option<Result<T, E>> {
    type Value = T;
    type Error = E;
    #[inline]
    fn sides(&self) -> Side<'_, T, E> {
        self.as_ref().map_or(Side::Neither, Sides::sides)
    }
}
impl<T, E> Sides for Poll<Result<T, E>> {
    type Value = T;
    type Error = E;
    #[inline]
    fn sides(&self) -> Side<'_, T, E> {
        match self {
            Poll::Ready(result) => result.sides(),
            Poll::Pending => Side::Neither,
        }
    }
}
impl<T, E> Sides for Poll<Option<Result<T, E>>> {
    type Value = T;
    type Error = E;
    #[inline]
    fn sides(&self) -> Side<'_, T, E> {
        match self {
            Poll::Ready(item) => item.sides(),
            Poll::Pending => Side::Neither,
        }
    }
}

/// How the side of a value is taken that is no error; an error is an outcome.
pub trait Taking<V> {
    /// What stands in `Ok` or `Some`, or is the whole value.
    type Value;
    /// Whether there is an error.
    fn is_error(value: &V) -> bool;
    /// The value, if there is one, or what the error says.
    fn take(value: &V) -> Result<Option<&Self::Value>, Outcome>;
}

/// A `V` that holds a `T`, which is taken by `K`.
pub struct Half<V, T, K>(PhantomData<fn(&V, &T) -> K>);

#[cfg_attr(not(debug_assertions), inline(always))]
const fn half<V, T, K, R>() -> High<Half<V, T, K>, R> {
    ladder(Half(PhantomData))
}

/// How the outcome is told of what is no error.
trait Telling<T> {
    /// It is fulfilled, and nothing else is read of it.
    const IS_PLAIN: bool = false;
    fn outcome(value: Option<&T>) -> Outcome;
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn outcome_of<V, K: Taking<V>, W: Telling<K::Value>>(value: &V) -> Outcome {
    match K::take(value) {
        Ok(value) => W::outcome(value),
        Err(outcome) => outcome,
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn is_plain<V, K: Taking<V>, W: Telling<K::Value>>(value: &V) -> bool {
    W::IS_PLAIN && !K::is_error(value)
}

struct Declared;
impl<T: OutcomeOf> Telling<T> for Declared {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn outcome(value: Option<&T>) -> Outcome {
        value.map_or(Outcome::FULFILLED, |value| declared(value, Class::Fulfilled))
    }
}

struct Named;
impl<T: fmt::Debug> Telling<T> for Named {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn outcome(value: Option<&T>) -> Outcome {
        if let Some(value) = value {
            super::telling::tells(value);
        }
        Outcome::FULFILLED
    }
}

struct Plain;
impl<T> Telling<T> for Plain {
    const IS_PLAIN: bool = true;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn outcome(_value: Option<&T>) -> Outcome {
        Outcome::FULFILLED
    }
}

// What is asked of the types is asked where a method is looked for: a mistake of the user's elsewhere in the body then says
// nothing here.
macro_rules! exits {
    (
        $rung:ident, [$($taken:tt)+], $how:ident, $doc:literal, ($($bound:tt)*),
        $outcome:ident $ends:ident $leave:ident $lent:ident
    ) => {
        impl<V, T: $($bound)*, K: Taking<V, Value = T>> High<Half<V, T, K>, $rung> {
            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn $outcome($($taken)+, value: &V) -> Outcome {
                outcome_of::<V, K, $how>(value)
            }

            /// A call that has several exits has come to the end of its body, at this place unless it was left by a
            /// `return` before: notes the outcome.
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn $ends($($taken)+, own: &'static Callsite, place: u32, value: &V) {
                tell_end(own.spot(place), || is_plain::<V, K, $how>(value), || outcome_of::<V, K, $how>(value));
            }

            /// Ends a call at its only exit, and passes its value on.
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn $leave($($taken)+, guard: Guard, value: V) -> V {
                guard.leave(value, is_plain::<V, K, $how>, outcome_of::<V, K, $how>)
            }

            /// The same for a value that stays where it is.
            pub fn $lent($($taken)+, guard: Guard, value: &V) {
                guard.leave_lent(value, is_plain::<V, K, $how>, outcome_of::<V, K, $how>);
            }
        }
    };
}
exits!(
    First,
    [self],
    Declared,
    "What is no error declares its outcome.",
    (OutcomeOf),
    candor_outcome candor_ends candor_leave candor_leave_lent
);
exits!(
    First,
    [self],
    Declared,
    "The same.",
    (OutcomeOf),
    candor_named_outcome candor_named_ends candor_named_leave candor_named_leave_lent
);
exits!(
    Second,
    [&self],
    Named,
    "What is no error is fulfilled; the name of its variant may still tell that something failed.",
    (fmt::Debug),
    candor_named_outcome candor_named_ends candor_named_leave candor_named_leave_lent
);
exits!(
    Second,
    [&self],
    Plain,
    "Anything that is no error is fulfilled.",
    (Sized),
    candor_outcome candor_ends candor_leave candor_leave_lent
);
exits!(
    Third,
    [&mut self],
    Plain,
    "The same, for a value that cannot be printed.",
    (Sized),
    candor_named_outcome candor_named_ends candor_named_leave candor_named_leave_lent
);

macro_rules! rung {
    ($part:ident, $rung:ident, [$($taken:tt)+], $kind:ident, $doc:literal, ($($bound:tt)*), |$error:ident| $how:expr) => {
        impl<V: Sides> $part<Read<V>, $rung>
        where
            V::Error: $($bound)*,
        {
            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_half<R>($($taken)+) -> High<Half<V, V::Value, $kind>, R> {
                half()
            }
        }

        #[doc = $doc]
        pub struct $kind;
        impl<V: Sides> Taking<V> for $kind
        where
            V::Error: $($bound)*,
        {
            type Value = V::Value;
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn is_error(value: &V) -> bool {
                matches!(value.sides(), Side::Err(_))
            }
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn take(value: &V) -> Result<Option<&V::Value>, Outcome> {
                match value.sides() {
                    Side::Ok(value) => Ok(Some(value)),
                    Side::Neither => Ok(None),
                    Side::Err($error) => Err($how),
                }
            }
        }
    };
}
rung!(High, First, [self], ErrDeclared, "A declared error.", (OutcomeOf), |error| declared_error(error));
rung!(High, Second, [&self], ErrDisplay, "An error that says something.", (fmt::Display), |error| ended::<
    V::Error,
>(|| Some(
    error.to_string()
)));
rung!(High, Third, [&mut self], ErrDebug, "An error that can be printed.", (fmt::Debug), |error| ended::<
    V::Error,
>(|| Some(
    format!("{error:?}")
)));
rung!(Middle, Fourth, [self], ErrAny, "Any other error.", (Sized), |_error| ended::<V::Error>(|| None));

impl<T> Middle<Read<Option<T>>, Fifth> {
    /// `Option`: `None` is an answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_half<R>(&self) -> High<Half<Option<T>, T, Optional>, R> {
        half()
    }
}

/// `Option`.
pub struct Optional;
impl<T> Taking<Option<T>> for Optional {
    type Value = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_error(_value: &Option<T>) -> bool {
        false
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(value: &Option<T>) -> Result<Option<&T>, Outcome> {
        Ok(value.as_ref())
    }
}

impl<V: Absent> Top<Read<V>, Zeroth> {
    /// Never there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_half<R>(self) -> High<Half<V, (), Never>, R> {
        half()
    }
}

/// A value that is never there, or `()`: nothing is asked of its type.
pub struct Never;
impl<V> Taking<V> for Never {
    type Value = ();
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_error(_value: &V) -> bool {
        false
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(_value: &V) -> Result<Option<&()>, Outcome> {
        Ok(None)
    }
}

impl<V> Low<Read<V>, Sixth> {
    /// Anything else: the value itself.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_half<R>(self) -> High<Half<V, V, Whole>, R> {
        half()
    }
}

/// Anything else.
pub struct Whole;
impl<V> Taking<V> for Whole {
    type Value = V;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_error(_value: &V) -> bool {
        false
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(value: &V) -> Result<Option<&V>, Outcome> {
        Ok(Some(value))
    }
}

/// The outcome of a call that ends with an error here and now: its text is made only where somebody may look at it.
fn ended<E: ?Sized>(text: impl FnOnce() -> Option<String>) -> Outcome {
    if fails_quietly() { Outcome::new(Class::Failed, reason_of::<E>()) } else { failed::<E>(text) }
}

/// The name by which an error is counted that declares no outcome.
fn reason_of<E: ?Sized>() -> &'static str {
    last_segment(std::any::type_name::<E>())
}

/// What a declared value says.
pub(super) fn declared<T: OutcomeOf + ?Sized>(value: &T, default: Class) -> Outcome {
    match value.class().unwrap_or(default) {
        Class::Fulfilled => Outcome::FULFILLED,
        class => Outcome {
            class,
            reason: value.reason(),
            detail: guarded("the error", || value.detail()).flatten().map(Cow::Owned),
        },
    }
}

impl OutcomeOf for std::process::ExitStatus {
    fn class(&self) -> Option<Class> {
        Some(if self.success() { Class::Fulfilled } else { Class::Failed })
    }
    fn reason(&self) -> &'static str {
        "exit_status"
    }
    fn detail(&self) -> Option<String> {
        Some(self.to_string())
    }
}

fn declared_error<E: OutcomeOf>(error: &E) -> Outcome {
    if !has_frame() {
        return Outcome::new(Class::Failed, "");
    }
    match error.class().unwrap_or(Class::Failed) {
        Class::Fulfilled => Outcome::FULFILLED,
        class if fails_quietly() => Outcome::new(class, error.reason()),
        _ => declared(error, Class::Failed),
    }
}

/// The outcome of an error that declares none. Its text is not made when nobody records.
pub(super) fn failed<E: ?Sized>(text: impl FnOnce() -> Option<String>) -> Outcome {
    if !has_frame() {
        return Outcome::new(Class::Failed, "");
    }
    let reason = reason_of::<E>();
    // The user's `Display` may panic: the outcome is known all the same.
    let detail = guarded("the error", text).flatten();
    Outcome { class: Class::Failed, reason, detail: detail.map(Cow::Owned) }
}

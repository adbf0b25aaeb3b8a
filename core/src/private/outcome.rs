//! Reading the outcome from a returned value, by trait and not by the spelling of its type.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::task::Poll;

use super::classify::last_segment;
use super::rung::{Rung, Rung2, Rung3, Rung4, Rung5, five};
use crate::model::{Class, Outcome};
use crate::record::{guarded, has_frame};

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

/// The returned value.
pub struct Read<'a, V: ?Sized>(&'a V);

/// The returned value, on the lowest rung: its `Err` is read first, and what it holds otherwise in the second step.
#[inline(always)]
pub fn read<V: ?Sized>(value: &V) -> Rung5<Read<'_, V>> {
    five(Read(value))
}

/// What a value has to say about the outcome.
pub enum Side<'a, T: ?Sized, E> {
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

/// What stands in `Ok` or `Some`, or is the whole value, if it is not an error.
pub struct Half<'a, T: ?Sized> {
    value: Option<&'a T>,
    /// What an error said.
    error: Cell<Outcome>,
}

impl<'a, T: ?Sized> Half<'a, T> {
    #[inline(always)]
    fn value(value: Option<&'a T>) -> Rung<Half<'a, T>> {
        Rung(Half { value, error: Cell::new(Outcome::FULFILLED) })
    }

    #[inline(always)]
    fn of<E>(side: Side<'a, T, E>, read: impl FnOnce(&E) -> Outcome) -> Rung<Half<'a, T>> {
        match side {
            Side::Ok(value) => Half::value(Some(value)),
            Side::Neither => Half::value(None),
            Side::Err(error) => Rung(Half { value: None, error: Cell::new(read(error)) }),
        }
    }

    /// Any other value: fulfilled.
    #[inline]
    pub fn candor_outcome(&self) -> Outcome {
        self.error.replace(Outcome::FULFILLED)
    }
}

impl<T: OutcomeOf + ?Sized> Rung<Half<'_, T>> {
    /// A declared value.
    #[inline]
    pub fn candor_outcome(&self) -> Outcome {
        match self.value {
            Some(value) => declared(value, Class::Fulfilled),
            None => self.0.candor_outcome(),
        }
    }
}

macro_rules! rung {
    ($rung:ident, $doc:literal, ($($bound:tt)*), |$error:ident| $how:expr) => {
        impl<'a, V: Sides> $rung<Read<'a, V>>
        where
            V::Error: $($bound)*,
        {
            #[doc = $doc]
            #[inline]
            pub fn candor_half(&self) -> Rung<Half<'a, V::Value>> {
                let read: &Read<'a, V> = self;
                Half::of(read.0.sides(), |$error| $how)
            }
        }
    };
}
rung!(Rung5, "A declared error.", (OutcomeOf), |error| declared_error(error));
rung!(Rung4, "An error that says something.", (fmt::Display), |error| failed::<V::Error>(|| Some(
    error.to_string()
)));
rung!(Rung3, "An error that can be printed.", (fmt::Debug), |error| failed::<V::Error>(|| Some(format!(
    "{error:?}"
))));
rung!(Rung2, "Any other error.", (Sized), |_error| failed::<V::Error>(|| None));

impl<'a, T> Rung<Read<'a, Option<T>>> {
    /// `Option`: `None` is an answer.
    #[inline]
    pub fn candor_half(&self) -> Rung<Half<'a, T>> {
        Half::value(self.0.0.as_ref())
    }
}

impl<'a, V: ?Sized> Read<'a, V> {
    /// Anything else: the value itself.
    #[inline]
    pub fn candor_half(&self) -> Rung<Half<'a, V>> {
        Half::value(Some(self.0))
    }
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
    if has_frame() { declared(error, Class::Failed) } else { Outcome::new(Class::Failed, "") }
}

/// The outcome of an error that declares none. Its text is not made when nobody records.
pub(super) fn failed<E: ?Sized>(text: impl FnOnce() -> Option<String>) -> Outcome {
    if !has_frame() {
        return Outcome::new(Class::Failed, "");
    }
    let reason = last_segment(std::any::type_name::<E>());
    // The user's `Display` may panic: the outcome is known all the same.
    let detail = guarded("the error", text).flatten();
    Outcome { class: Class::Failed, reason, detail: detail.map(Cow::Owned) }
}

//! Reading the outcome from a returned value, by trait and not by the spelling of its type.

use std::borrow::Cow;
use std::fmt;
use std::task::Poll;

use super::classify::last_segment;
use crate::model::{Class, Outcome};
use crate::record::guarded;

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
pub struct Read<'a, T: ?Sized>(pub &'a T);
/// What stands in `Ok` or `Some`, or the whole value.
pub struct OfOk<'a, T: ?Sized>(pub &'a T);
/// What stands in `Err`.
pub struct OfErr<'a, T: ?Sized>(pub &'a T);

/// Something that is never there.
pub enum Nothing {}

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

/// A type with an `Err` inside.
pub trait ReadResult<'a, V: Sides> {
    /// The side that is there.
    fn candor_split(&self) -> Side<'a, V::Value, V::Error>;
}
impl<'a, V: Sides> ReadResult<'a, V> for &&Read<'a, V> {
    #[inline]
    fn candor_split(&self) -> Side<'a, V::Value, V::Error> {
        self.0.sides()
    }
}

/// `Option`.
pub trait ReadOption<'a, T> {
    /// What is there.
    fn candor_split(&self) -> Side<'a, T, Nothing>;
}
impl<'a, T> ReadOption<'a, T> for &Read<'a, Option<T>> {
    #[inline]
    fn candor_split(&self) -> Side<'a, T, Nothing> {
        self.0.as_ref().map_or(Side::Neither, Side::Ok)
    }
}

/// Anything else.
pub trait ReadAny<'a, T: ?Sized> {
    /// The value itself.
    fn candor_split(&self) -> Side<'a, T, Nothing>;
}
impl<'a, T: ?Sized> ReadAny<'a, T> for Read<'a, T> {
    #[inline]
    fn candor_split(&self) -> Side<'a, T, Nothing> {
        Side::Ok(self.0)
    }
}

fn declared<T: OutcomeOf + ?Sized>(value: &T, default: Class) -> Outcome {
    match value.class().unwrap_or(default) {
        Class::Fulfilled => Outcome::FULFILLED,
        class => Outcome {
            class,
            reason: value.reason(),
            detail: guarded("the error", || value.detail()).flatten().map(Cow::Owned),
        },
    }
}

/// A declared value.
pub trait OkDeclared {
    /// Its outcome.
    fn candor_outcome(&self) -> Outcome;
}
impl<T: OutcomeOf + ?Sized> OkDeclared for &&OfOk<'_, T> {
    #[inline]
    fn candor_outcome(&self) -> Outcome {
        declared(self.0, Class::Fulfilled)
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

/// Any other value.
pub trait OkAny {
    /// Fulfilled.
    fn candor_outcome(&self) -> Outcome {
        Outcome::FULFILLED
    }
}
impl<T: ?Sized> OkAny for OfOk<'_, T> {}

fn failed<E: ?Sized>(text: impl FnOnce() -> Option<String>) -> Outcome {
    let reason = last_segment(std::any::type_name::<E>());
    // The user's `Display` may panic: the outcome is known all the same.
    let detail = guarded("the error", text).flatten();
    Outcome { class: Class::Failed, reason, detail: detail.map(Cow::Owned) }
}

macro_rules! err_rung {
    ($trait:ident, $doc:literal, [$($refs:tt)*], ($($bound:tt)*), |$error:ident| $outcome:expr) => {
        #[doc = $doc]
        pub trait $trait {
            /// Its outcome.
            fn candor_outcome(&self) -> Outcome;
        }
        impl<E: $($bound)* ?Sized> $trait for $($refs)* OfErr<'_, E> {
            fn candor_outcome(&self) -> Outcome {
                let $error = self.0;
                if !crate::record::has_frame() {
                    return Outcome::new(Class::Failed, "");
                }
                $outcome
            }
        }
    };
}
err_rung!(ErrDeclared, "A declared error.", [&&&], (OutcomeOf +), |error| declared(error, Class::Failed));
err_rung!(ErrDisplay, "An error that says something.", [&&], (fmt::Display +), |error| failed::<E>(|| Some(error.to_string())));
err_rung!(ErrDebug, "An error that can be printed.", [&], (fmt::Debug +), |error| failed::<E>(|| Some(format!("{error:?}"))));
err_rung!(ErrAny, "Any other error.", [], (), |_error| failed::<E>(|| None));

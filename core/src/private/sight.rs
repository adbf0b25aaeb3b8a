//! Seeing an `Err` on its way: the ladder of every probe.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::classify::{by_name, gives_back, guess as guessed, is_other_type, kind_of};
use super::rung::{
    Fifth, First, Fourth, High, Low, Middle, Second, Sixth, Third, Top, Unseen, Zeroth, ladder, top,
};
use super::through::Through;
use crate::model::ErrorKind;
use crate::record::{Callsite, Mark, ProbeAt, Seen, pend, saw_err};

/// A value that may be a `Result`.
pub struct Look<'a, T: ?Sized>(pub &'a T);

/// What stands in an `Err` inside another value, as in `Ok(Err(e))`.
pub struct Met<'a, E: ?Sized>(pub &'a E);

macro_rules! copied {
    ($($question:ident),+) => { $(
        impl<T: ?Sized> Copy for $question<'_, T> {}
        impl<T: ?Sized> Clone for $question<'_, T> {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn clone(&self) -> Self {
                *self
            }
        }
    )+ };
}
copied!(Look, Met);

/// What counts as an error although it is not `std::error::Error`. Implemented by `#[derive(Outcome)]`.
pub trait ErrorLike {
    /// What it says.
    fn text(&self) -> Cow<'_, str>;
}

macro_rules! textual {
    ($($type:ty),+) => { $(impl ErrorLike for $type {
        fn text(&self) -> Cow<'_, str> { Cow::Borrowed(self.as_ref()) }
    })+ };
}
textual!(String, &str, Cow<'_, str>, Box<str>, Arc<str>);

macro_rules! boxed {
    ($($type:ty),+) => { $(impl ErrorLike for $type {
        fn text(&self) -> Cow<'_, str> { Cow::Owned(self.to_string()) }
    })+ };
}
boxed!(
    Box<dyn Error>,
    Box<dyn Error + Send>,
    Box<dyn Error + Send + Sync>,
    Arc<dyn Error>,
    Arc<dyn Error + Send + Sync>
);

/// What a thread that panicked leaves behind.
impl ErrorLike for Box<dyn Any + Send> {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("panicked: {}", crate::record::panic_text(&**self)))
    }
}

struct Like<'a, E>(&'a E);

impl<E: ErrorLike> fmt::Display for Like<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text())
    }
}

pub(super) struct Debugged<'a, E>(pub(super) &'a E);

impl<E: fmt::Debug> fmt::Display for Debugged<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// What to do with a sighted `Err`: note it at once, or keep it until an arm is entered.
fn note(probe: ProbeAt, mark: Mark, seen: Seen<'_>) {
    if probe.probe().scrutinee { pend(probe, mark, seen) } else { saw_err(probe, mark, seen) }
}

fn seen<'a>(kind: ErrorKind, type_name: &'static str, text: &'a dyn fmt::Display) -> Seen<'a> {
    Seen { kind, type_name, text, debug: None }
}

/// An arm that hands an error on whose type is not known yet: what is logged in the arm speaks of that error.
pub fn met_unread(own: &'static Callsite, place: u32) {
    note(own.probe(place), crate::record::mark_inside(), seen(ErrorKind::Error, "", &""));
}

/// An arm was entered whose variant is called a failure.
#[cold]
#[inline(never)]
pub fn met_named(name: &'static str, own: &'static Callsite, place: u32) {
    note(own.probe(place), crate::record::mark_inside(), seen(ErrorKind::Error, "", &name));
}

/// A value that may be a `Result`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn look<T: ?Sized, R>(value: &T) -> Top<Look<'_, T>, R> {
    top(Look(value))
}

/// The error in another value.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn met<E: ?Sized, R>(error: &E) -> High<Met<'_, E>, R> {
    ladder(Met(error))
}

macro_rules! rung {
    (
        $part:ident, $rung:ident, $own:ident [$($taken:tt)+] [$($lent:tt)+], $kind:ident, $doc:literal, ($($bound:tt)*),
        |$probe:ident, $mark:ident, $err:ident| $see:expr
    ) => {
        impl<T, E: $($bound)*> $part<Through<Result<T, E>>, $rung> {
            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_look($($lent)+) -> Result<T, E> {
                $own.asked().look(|error, mark, probe| $kind.meet(error, mark, probe))
            }
        }
        impl<T, E: $($bound)*> $part<Look<'_, Result<T, E>>, $rung> {
            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_look($($taken)+, mark: Mark, own: &'static Callsite, place: u32) {
                $kind.peek($own.question().0, mark, own.probe(place));
            }

            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_kind($($taken)+) -> $kind { $kind }
        }
        impl<E: $($bound)*> $part<Met<'_, E>, $rung> {
            #[doc = $doc]
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn candor_meet($($taken)+, mark: Mark, own: &'static Callsite, place: u32) {
                $kind.meet($own.question().0, mark, own.probe(place));
            }
        }
        #[doc = $doc]
        pub struct $kind;
        impl $kind {
            /// Looks at the error itself.
            #[cold]
            #[inline(never)]
            pub fn meet<E: $($bound)*>(self, $err: &E, $mark: Mark, $probe: ProbeAt) {
                $see
            }

            /// Looks at the value where it is.
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub fn peek<T, E: $($bound)*>(self, result: &Result<T, E>, $mark: Mark, $probe: ProbeAt) {
                match result {
                    Ok(_) => $mark.saw_ok($probe),
                    Err(error) => self.meet(error, $mark, $probe),
                }
            }
        }
    };
}

rung!(High, First, self[self][self], KindError, "An error.", (Error), |probe, mark, error| {
    let type_name = std::any::type_name::<E>();
    let kind = kind_of(type_name, error, probe.probe());
    note(probe, mark, Seen { debug: Some(error), ..seen(kind, type_name, error) });
});

rung!(
    High,
    Second,
    self[&self][&self],
    KindLike,
    "What stands for an error: text, a boxed error, a declared outcome.",
    (ErrorLike),
    |probe, mark, error| {
        let (type_name, of) = (std::any::type_name::<E>(), probe.probe());
        let is_own = of.replies || gives_back(of.callee) || is_other_type(type_name, of.callee);
        let kind = if is_own { ErrorKind::Answer } else { ErrorKind::Error };
        note(probe, mark, seen(kind, type_name, &Like(error)));
    }
);

rung!(
    High,
    Third,
    self[&mut self][&mut self],
    KindDynamic,
    "An error behind a type of its own, as `anyhow::Error`.",
    (AsRef<dyn Error + Send + Sync + 'static>),
    |probe, mark, error| {
        note(probe, mark, seen(ErrorKind::Error, std::any::type_name::<E>(), error.as_ref()));
    }
);

rung!(
    Middle,
    Fourth,
    self[self][&self],
    KindDebug,
    "An answer that can be printed.",
    (fmt::Debug),
    |probe, mark, error| {
        let type_name = std::any::type_name::<E>();
        note(
            probe,
            mark,
            Seen {
                debug: Some(error),
                ..seen(by_name(type_name, probe.probe()), type_name, &Debugged(error))
            },
        );
    }
);

rung!(
    Middle,
    Fifth,
    self[&self][&mut self],
    KindAnswer,
    "An answer that cannot be printed.",
    (Sized),
    |probe, mark, _error| {
        let type_name = std::any::type_name::<E>();
        note(probe, mark, seen(by_name(type_name, probe.probe()), type_name, &type_name));
    }
);

impl<T: Unseen> Top<Look<'_, T>, Zeroth> {
    /// Never there, or one of the most frequent types that are no `Result`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_look(self, _mark: Mark, _own: &'static Callsite, _place: u32) {}

    /// The same.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_kind(self) -> KindAny {
        KindAny
    }
}

impl<T: ?Sized> Low<Look<'_, T>, Sixth> {
    /// Not a `Result`: it passes unseen.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_look(self, _mark: Mark, _own: &'static Callsite, _place: u32) {}

    /// Not a `Result`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_kind(self) -> KindAny {
        KindAny
    }
}

/// Not a `Result`.
pub struct KindAny;

#[cold]
#[inline(never)]
pub(super) fn guess_met<E: fmt::Debug>(error: &E, mark: Mark, probe: ProbeAt) {
    let type_name = std::any::type_name::<E>();
    let text = Debugged(error);
    note(
        probe,
        mark,
        Seen { debug: Some(error), ..seen(guessed(type_name, probe.probe().callee), type_name, &text) },
    );
}

#[cold]
#[inline(never)]
pub(super) fn bare_met<E>(mark: Mark, probe: ProbeAt) {
    let type_name = std::any::type_name::<E>();
    note(probe, mark, seen(guessed(type_name, probe.probe().callee), type_name, &type_name));
}

macro_rules! text_rung {
    ($kind:ident, ($($bound:tt)*), |$error:ident| $text:expr) => {
        impl $kind {
            /// What an `Err` says; for the end of spawned work.
            pub fn err_text<T, E: $($bound)*>(self, result: &Result<T, E>) -> Option<String> {
                result.as_ref().err().map(|$error| $text)
            }
        }
    };
}
text_rung!(KindError, (Error), |error| error.to_string());
text_rung!(KindLike, (ErrorLike), |error| error.text().into_owned());
text_rung!(KindDynamic, (AsRef<dyn Error + Send + Sync + 'static>), |error| error.as_ref().to_string());
text_rung!(KindDebug, (fmt::Debug), |error| format!("{error:?}"));
text_rung!(KindAnswer, (Sized), |_error| std::any::type_name::<E>().to_owned());

impl KindAny {
    /// Not an `Err`.
    pub fn err_text<T: ?Sized>(self, _value: &T) -> Option<String> {
        None
    }
}

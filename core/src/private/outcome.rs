//! What a returned value means for the business.

use std::fmt::{self, Debug, Display, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitStatus;
use std::sync::Arc;

use super::classify::last_segment;
use crate::model::{Class, Code, Outcome, Site};
use crate::record::{Check, check};

/// A type that knows what it means as the end of an operation. Derive it with `#[derive(candor::Outcome)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know its outcome",
    note = "add `#[derive(candor::Outcome)]` to `{Self}`"
)]
pub trait OutcomeOf {
    /// The class of this value; `None` leaves it to where it stands: an `Err` failed, anything else is fulfilled.
    fn class(&self) -> Option<Class>;

    /// Why, from a bounded set: the name of a variant.
    fn reason(&self) -> &'static str;

    /// What it says, in words.
    fn detail(&self) -> Option<String> {
        None
    }
}

macro_rules! through {
    ($($pointer:ty)+) => {$(
        impl<T: OutcomeOf + ?Sized> OutcomeOf for $pointer {
            fn class(&self) -> Option<Class> {
                (**self).class()
            }
            fn reason(&self) -> &'static str {
                (**self).reason()
            }
            fn detail(&self) -> Option<String> {
                (**self).detail()
            }
        }
    )+};
}

through!(&T Box<T> Arc<T>);

impl<T: OutcomeOf> OutcomeOf for Option<T> {
    fn class(&self) -> Option<Class> {
        self.as_ref().and_then(OutcomeOf::class)
    }
    fn reason(&self) -> &'static str {
        self.as_ref().map_or("", OutcomeOf::reason)
    }
    fn detail(&self) -> Option<String> {
        self.as_ref().and_then(OutcomeOf::detail)
    }
}

impl<T: OutcomeOf, E: OutcomeOf> OutcomeOf for Result<T, E> {
    fn class(&self) -> Option<Class> {
        match self {
            Ok(value) => value.class(),
            Err(error) => Some(error.class().unwrap_or(Class::Failed)),
        }
    }
    fn reason(&self) -> &'static str {
        match self {
            Ok(value) => value.reason(),
            Err(error) => error.reason(),
        }
    }
    fn detail(&self) -> Option<String> {
        match self {
            Ok(value) => value.detail(),
            Err(error) => error.detail(),
        }
    }
}

/// A child process that did not exit with zero failed.
impl OutcomeOf for ExitStatus {
    fn class(&self) -> Option<Class> {
        Some(if self.success() { Class::Fulfilled } else { Class::Failed })
    }
    fn reason(&self) -> &'static str {
        if self.success() { "" } else { "exit status" }
    }
    fn detail(&self) -> Option<String> {
        (!self.success()).then(|| self.to_string())
    }
}

/// The outcome of a value that stands where fulfilment is the rule.
pub(super) fn of_value(value: &(impl OutcomeOf + ?Sized)) -> Outcome {
    match value.class() {
        None | Some(Class::Fulfilled) => Outcome::FULFILLED,
        Some(class) => with_detail(Outcome::new(class, value.reason()), &|| value.detail()),
    }
}

/// The outcome of a value in an `Err`.
pub(super) fn of_error(error: &(impl OutcomeOf + ?Sized)) -> Outcome {
    match error.class() {
        Some(Class::Fulfilled) => Outcome::FULFILLED,
        class => with_detail(Outcome::new(class.unwrap_or(Class::Failed), error.reason()), &|| error.detail()),
    }
}

fn with_detail(outcome: Outcome, detail: &dyn Fn() -> Option<String>) -> Outcome {
    match careful(detail).flatten() {
        Some(detail) => outcome.with_detail(detail),
        None => outcome,
    }
}

/// Asks the user's formatting; a panic of it is reported and goes no further.
pub(super) fn careful<T>(ask: &dyn Fn() -> T) -> Option<T> {
    static READS: Check = Check { code: Code::C904, clause: "the error can be read", site: Site::UNKNOWN };
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(answer) => Some(answer),
        Err(payload) => {
            check(&READS, || resume_unwind(payload));
            None
        }
    }
}

/// An error that says no more than its text: failed, by the name of its type.
pub(super) fn failed<F>(text: Option<fmt::Arguments<'_>>) -> Outcome {
    let outcome = Outcome::new(Class::Failed, last_segment(std::any::type_name::<F>()));
    with_detail(outcome, &|| text.map(bounded))
}

/// At most 300 bytes of a text.
pub(super) fn bounded(text: fmt::Arguments<'_>) -> String {
    struct Short(String);
    impl fmt::Write for Short {
        fn write_str(&mut self, more: &str) -> fmt::Result {
            for c in more.chars() {
                if self.0.len() >= 300 {
                    return Err(fmt::Error);
                }
                self.0.push(c);
            }
            Ok(())
        }
    }
    let mut short = Short(String::new());
    // A text that does not fit ends early, which is no error here.
    let _full = short.write_fmt(text);
    short.0
}

/// A returned value that is asked how it ended.
#[derive(Debug)]
pub struct End<'a, T: ?Sized>(pub &'a T);

/// Asks a returned value.
#[must_use]
pub fn end<T: ?Sized>(value: &T) -> End<'_, T> {
    End(value)
}

/// The ladder of returned values: `(&&&&&&&&End(&value)).reading()`, only when something is recorded.
pub mod reading {
    use super::{Debug, Display, End, Outcome, OutcomeOf, failed, of_error, of_value};

    macro_rules! rungs {
        ($($rung:ident [$($depth:tt)*] [$($generics:tt)*] $subject:ty, $value:ident => $outcome:expr;)+) => {$(
            /// A rung of the ladder.
            pub trait $rung {
                /// How the operation ended.
                fn reading(&self) -> Outcome;
            }
            impl<$($generics)*> $rung for $($depth)* End<'_, $subject> {
                fn reading(&self) -> Outcome {
                    let $value = self.0;
                    $outcome
                }
            }
        )+};
    }

    rungs! {
        V1 [&&&&&&&] [T: OutcomeOf, E: OutcomeOf] Result<T, E>, value => match value { Ok(v) => of_value(v), Err(e) => of_error(e) };
        V2 [&&&&&&] [T: OutcomeOf, E: Display] Result<T, E>, value => match value { Ok(v) => of_value(v), Err(e) => failed::<E>(Some(format_args!("{e}"))) };
        V3 [&&&&&] [T, E: OutcomeOf] Result<T, E>, value => match value { Ok(_) => Outcome::FULFILLED, Err(e) => of_error(e) };
        V4 [&&&&] [T, E: Display] Result<T, E>, value => match value { Ok(_) => Outcome::FULFILLED, Err(e) => failed::<E>(Some(format_args!("{e}"))) };
        V5 [&&&] [T, E: Debug] Result<T, E>, value => match value { Ok(_) => Outcome::FULFILLED, Err(e) => failed::<E>(Some(format_args!("{e:?}"))) };
        V6 [&&] [T, E] Result<T, E>, value => match value { Ok(_) => Outcome::FULFILLED, Err(_) => failed::<E>(None) };
        V7 [&] [T: OutcomeOf] T, value => of_value(value);
        V8 [] [T: ?Sized] T, _value => Outcome::FULFILLED;
    }
}

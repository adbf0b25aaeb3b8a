//! Values that tell a failure by the name of their variant: `Status::Failed`, `Handled::DeadLettered { .. }`.
//!
//! Such a type declares nothing, so the call counts as fulfilled; but whoever takes the value knows that there was an error.

use std::fmt::{self, Debug, Write as _};

use crate::model::{ErrorKind, last_segment};
use crate::record::{Callsite, Mark, ProbeAt, Seen, guarded, has_errors, is_on, saw_err, told};

/// How much of a value is read: a variant and its first field.
const HEAD: usize = 80;

/// Words in the name of a variant with which something did not succeed: those by which the macros read the user's code.
const FAILURE: &[&str] = &candor_macros::failure_words!();

/// Closes the errors of this call if the returned value tells that something failed.
#[inline]
pub(super) fn tells<T: Debug>(value: &T) {
    if has_errors() {
        look(value, std::any::type_name::<T>());
    }
}

/// A value of which another variant was asked for.
pub struct Called<'a, T: ?Sized>(pub &'a T);

impl<T: Debug + ?Sized> Called<'_, T> {
    /// Notes an error if its variant is called a failure.
    pub fn candor_called(&self, mark: Mark, own: &'static Callsite, place: u32) {
        if is_on() {
            called(&self.0, std::any::type_name::<T>(), mark, own.probe(place));
        }
    }
}

/// One that cannot be printed.
pub trait CalledAny {
    /// Does nothing.
    #[inline]
    fn candor_called(&self, _mark: Mark, _own: &'static Callsite, _place: u32) {}
}
impl<T: ?Sized> CalledAny for Called<'_, T> {}

impl Called<'_, bool> {
    /// Notes an error if the answer is no: what was to be done was not.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_answered(&self, mark: Mark, own: &'static Callsite, place: u32) {
        if !*self.0 {
            answered_false(mark, own.probe(place));
        }
    }
}

/// A call that answers something else than yes or no.
pub trait AnsweredAny {
    /// Does nothing.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn candor_answered(&self, _mark: Mark, _own: &'static Callsite, _place: u32) {}
}
impl<T: ?Sized> AnsweredAny for Called<'_, T> {}

#[cold]
#[inline(never)]
fn answered_false(mark: Mark, probe: ProbeAt) {
    if is_on() {
        saw_err(probe, mark, Seen { kind: ErrorKind::Error, type_name: "", text: &"false", debug: None });
    }
}

#[cold]
#[inline(never)]
fn called(value: &dyn Debug, type_name: &'static str, mark: Mark, probe: ProbeAt) {
    if let Some(head) = head_of(value).filter(|head| says_failure(head, last_segment(type_name))) {
        saw_err(probe, mark, Seen { kind: ErrorKind::Error, type_name: "", text: &head, debug: None });
    }
}

/// The beginning of what `Debug` says.
fn head_of(value: &dyn Debug) -> Option<String> {
    guarded("a value", || {
        let mut head = Head(String::new());
        // What is longer is cut off, which is an error to the formatter.
        let _full = write!(head, "{value:?}");
        head.0
    })
}

#[cold]
#[inline(never)]
fn look(value: &dyn Debug, type_name: &'static str) {
    if let Some(head) = head_of(value).filter(|head| says_failure(head, last_segment(type_name))) {
        told(&head);
    }
}

/// The beginning of a text.
struct Head(String);

impl fmt::Write for Head {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let left = HEAD.saturating_sub(self.0.len());
        self.0.extend(more.chars().take(left));
        if left < more.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

/// Whether the text of a value begins with a variant that is called a failure. A struct has the name of its type, which
/// tells nothing of this value; but its status may.
fn says_failure(text: &str, own: &str) -> bool {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if name == own {
        let status = text
            .split_once(" status: ")
            .map(|(_, status)| status.trim_start_matches(|c: char| !c.is_ascii_digit()));
        let number: String = status.unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
        return number.parse::<u16>().is_ok_and(|number| (400..600).contains(&number));
    }
    words(&name).any(|word| is_failure(&word))
}

/// Whether a word says that something did not succeed.
pub(super) fn is_failure(word: &str) -> bool {
    FAILURE.contains(&word)
}

/// The words of a name in camel case.
pub(super) fn words(name: &str) -> impl Iterator<Item = String> {
    let starts = name.char_indices().filter(|(_, c)| c.is_uppercase()).map(|(at, _)| at);
    let ends =
        name.char_indices().filter(|(_, c)| c.is_uppercase()).map(|(at, _)| at).skip(1).chain([name.len()]);
    starts.zip(ends).filter_map(|(start, end)| name.get(start..end)).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::says_failure;

    #[test]
    fn variants_tell_a_failure_by_their_names() {
        for text in [
            "Failed",
            "TimedOut",
            "GaveUp",
            "Nack",
            "Failed { reason: \"x\" }",
            "DeadLettered",
            "PaymentDeclined(7)",
        ] {
            assert!(says_failure(text, "Status"), "{text}");
        }
        for text in ["Sent", "Skipped(2)", "RolledBack", "Deadline", "\"Failed\"", "[Failed]", "7", ""] {
            assert!(!says_failure(text, "Status"), "{text}");
        }
    }

    #[test]
    fn a_struct_tells_it_by_its_status_only() {
        assert!(!says_failure("FailedJobs { list: [] }", "FailedJobs"));
        assert!(says_failure("Response { status: 503, body: \"\" }", "Response"));
        assert!(!says_failure("Response { status: 200, body: \"\" }", "Response"));
        assert!(!says_failure("Probe { last_status: 503 }", "Probe"));
    }
}

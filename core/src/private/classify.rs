//! Whether the value in an `Err` is an error, an answer, or an end; by its type and, for a few, by its text.

use std::error::Error;

use super::telling::{is_failure, words};
use crate::model::{Disposition, ErrorKind, Probe, last_segment};

/// The kind of an error: the short, documented list of ends and retries is silent.
pub(super) fn kind_of<E: Error>(type_name: &'static str, error: &E, probe: &Probe) -> ErrorKind {
    let name = last_segment(type_name);
    let is_end = match name {
        // The one answer that was waited for did not come, and something else stands for it.
        "RecvError" if type_name.contains("oneshot") && probe.disposition == Disposition::Substituted => {
            false
        }
        // A receiver that was too slow has lost messages, and there are more to come.
        "RecvError" | "TryRecvError" => !format!("{error:?}").starts_with("Lagged"),
        "RecvTimeoutError" | "TryLockError" => true,
        // Nobody listens to a broadcast, to the newest value or to a signal without content: that is an answer.
        "SendError" if is_broadcast(type_name) => true,
        "Error" if type_name == "core::fmt::Error" => true,
        "Error" if type_name == "std::io::error::Error" => {
            let text = format!("{error:?}");
            // What is gone need not be removed.
            let is_gone = text.contains("NotFound") && removes(probe.callee);
            text.contains("WouldBlock") || text.contains("Interrupted") || is_gone
        }
        // Which of two times came first, and whether a path lies under another one.
        "SystemTimeError" | "StripPrefixError" if type_name.starts_with("std::") => true,
        "VarError" => format!("{error:?}").starts_with("NotPresent"),
        _ if probe.ends_loop || probe.replies => crate::record::closes_loop(name),
        _ => false,
    };
    match is_end {
        true => ErrorKind::End,
        false if probe.asks_form && is_of_form(type_name) => ErrorKind::Answer,
        false if type_name.starts_with('&') && type_name != "&str" => ErrorKind::Answer,
        false => ErrorKind::Error,
    }
}

/// Whether a call takes something away.
fn removes(callee: &str) -> bool {
    let name = callee.rsplit("::").next().unwrap_or(callee);
    name.split('_').any(|word| matches!(word, "remove" | "delete" | "unlink"))
}

/// Whether an error of the standard library says that a text or a number has not the form that was asked for.
fn is_of_form(type_name: &str) -> bool {
    let is_own = ["core::", "alloc::", "std::"].iter().any(|own| type_name.starts_with(own));
    let name = last_segment(type_name);
    is_own && ["Parse", "Utf8", "TryFrom"].iter().any(|word| name.contains(word))
}

/// Whether a sender speaks to whoever listens: nothing is lost when nobody does.
fn is_broadcast(type_name: &str) -> bool {
    let channels = ["tokio::sync::broadcast::", "tokio::sync::watch::", "async_broadcast::"];
    type_name.ends_with("<()>") || channels.iter().any(|channel| type_name.starts_with(channel))
}

/// Whether a function gives its argument back in the `Err`, as `OnceLock::set` does: a text in it is no error.
pub(super) fn gives_back(callee: &str) -> bool {
    let name = callee.rsplit("::").next().unwrap_or(callee);
    matches!(
        name,
        "set"
            | "try_set"
            | "try_insert"
            | "try_unwrap"
            | "compare_exchange"
            | "compare_exchange_weak"
            | "try_push"
    )
}

/// Whether a box gives back what is of another type than `downcast` asks for: what a panic said is met where it is joined.
pub(super) fn is_other_type(type_name: &str, callee: &str) -> bool {
    callee == "downcast" && type_name.contains("dyn core::any::Any")
}

/// The kind of a value that is no `std::error::Error`: an answer, unless its type is called an error.
pub(super) fn by_name(type_name: &'static str, probe: &Probe) -> ErrorKind {
    let name = last_segment(type_name);
    let is_error = ["Error", "Err", "Failure", "Fault"].iter().any(|word| name.ends_with(word));
    let is_called_one = || words(name).any(|word| is_failure(&word) || is_trouble(&word));
    let is_one = (is_error || is_called_one()) && !type_name.starts_with('&');
    if (is_one || stands_for_one(type_name)) && !gives_back(probe.callee) && !probe.replies {
        ErrorKind::Error
    } else {
        ErrorKind::Answer
    }
}

/// Text and boxed errors, as a generic function meets them: where it does not say that its `E` is one, only the name is left.
fn stands_for_one(type_name: &str) -> bool {
    matches!(type_name, "alloc::string::String" | "&str")
        || type_name.starts_with("alloc::boxed::Box<dyn core::error::Error")
}

/// Words that only the name of an error has: `StoreDown`, `InvalidRow`.
fn is_trouble(word: &str) -> bool {
    matches!(
        word,
        "invalid"
            | "bad"
            | "illegal"
            | "down"
            | "insufficient"
            | "corrupt"
            | "corrupted"
            | "violation"
            | "crashed"
    )
}

/// The kind of a value of which only the type's name is known.
pub(super) fn guess(type_name: &'static str, callee: &str) -> ErrorKind {
    let plain = matches!(
        type_name,
        "bool"
            | "char"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
    );
    if plain || type_name.starts_with(['(', '&', '[']) || is_other_type(type_name, callee) {
        ErrorKind::Answer
    } else {
        ErrorKind::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Disposition, Form, Site};

    fn probe(ends_loop: bool) -> Probe {
        Probe {
            site: Site::UNKNOWN,
            end_line: 0,
            form: Form::LetUnderscore,
            disposition: Disposition::Dropped,
            callee: "",
            iteration: false,
            ends_loop,
            scrutinee: false,
            asks_form: false,
            admits_none: false,
            replies: false,
            claim: None,
        }
    }

    fn kind<E: Error>(error: &E, ends_loop: bool) -> ErrorKind {
        kind_of(std::any::type_name::<E>(), error, &probe(ends_loop))
    }

    #[test]
    fn errors_are_errors() {
        assert_eq!(kind(&"x".parse::<i32>().unwrap_err(), false), ErrorKind::Error);
        assert_eq!(kind(&std::io::Error::other("disk full"), false), ErrorKind::Error);
    }

    #[test]
    fn ends_and_retries_are_silent() {
        let (sender, receiver) = std::sync::mpsc::channel::<u8>();
        drop(sender);
        assert_eq!(kind(&receiver.recv().unwrap_err(), false), ErrorKind::End);
        assert_eq!(kind(&std::io::Error::from(std::io::ErrorKind::WouldBlock), false), ErrorKind::End);
        assert_eq!(kind(&std::fmt::Error, false), ErrorKind::End);
        assert_eq!(kind(&std::env::VarError::NotPresent, false), ErrorKind::End);
        let outside = std::path::Path::new("/a").strip_prefix("/b").unwrap_err();
        assert_eq!(kind(&outside, false), ErrorKind::End);
    }

    #[test]
    fn what_is_gone_need_not_be_removed() {
        let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
        let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let of = |callee, error: &std::io::Error| {
            kind_of(std::any::type_name::<std::io::Error>(), error, &Probe { callee, ..probe(false) })
        };
        assert_eq!(of("fs::remove_file", &gone), ErrorKind::End);
        assert_eq!(of("fs::remove_file", &denied), ErrorKind::Error);
        assert_eq!(of("fs::read", &gone), ErrorKind::Error);
    }

    #[test]
    fn a_closed_channel_is_an_end_only_where_it_ends_a_loop() {
        let (sender, receiver) = std::sync::mpsc::channel::<u8>();
        drop(receiver);
        let error = sender.send(1).unwrap_err();
        assert_eq!((kind(&error, true), kind(&error, false)), (ErrorKind::End, ErrorKind::Error));
    }

    #[test]
    fn a_type_that_is_called_an_error_is_one() {
        let found = |name| by_name(name, &probe(false));
        assert_eq!(found("shop::pay::PayError"), ErrorKind::Error);
        assert_eq!(found("shop::Failure<u8>"), ErrorKind::Error);
        assert_eq!(found("shop::StoreDown"), ErrorKind::Error);
        assert_eq!(found("shop::CardDeclined"), ErrorKind::Error);
        assert_eq!(found("shop::Unmatched"), ErrorKind::Answer);
        assert_eq!(found("shop::Badge"), ErrorKind::Answer);
        assert_eq!(found("usize"), ErrorKind::Answer);
        assert_eq!(found("alloc::sync::Arc<shop::PayError>"), ErrorKind::Answer);
    }

    #[test]
    fn a_guess_takes_plain_values_for_answers() {
        assert_eq!(guess("()", ""), ErrorKind::Answer);
        assert_eq!(guess("usize", ""), ErrorKind::Answer);
        assert_eq!(guess("core::num::error::ParseIntError", ""), ErrorKind::Error);
    }
}

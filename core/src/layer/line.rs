//! The text of a log line, gathered field by field and bounded.

use std::error::Error;
use std::fmt::{self, Write as _};

use tracing_core::field::{Field, Visit};

/// How many characters of a line are kept.
const TEXT: usize = 300;
/// Names of fields whose value is an error.
const ERRORS: [&str; 5] = ["error", "err", "e", "cause", "source"];

/// A line while it is read.
pub(super) struct Line {
    message: Bounded,
    fields: Bounded,
    error: Option<String>,
    /// A record of the `log` crate: `log.target` and its like say where it comes from, and are no fields of the user's.
    is_log: bool,
}

impl Line {
    pub(super) fn new(is_log: bool) -> Line {
        Line { message: Bounded::default(), fields: Bounded::default(), error: None, is_log }
    }

    pub(super) fn message(&self) -> &str {
        &self.message.text
    }

    /// The whole text, and the value of the first error field.
    pub(super) fn finish(self) -> (String, Option<String>) {
        let mut whole = Bounded::default();
        whole.add(format_args!("{}{}", self.message.text, self.fields.text));
        (whole.text.trim().to_owned(), self.error)
    }

    fn take(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let name = field.name();
        if name == "message" {
            self.message.add(value);
            return;
        }
        if self.is_log && name.starts_with("log.") {
            return;
        }
        // Formatted once, by the user's own code: it may be costly, and it may panic.
        let mut text = Bounded::default();
        text.add(value);
        self.fields.add(format_args!(" {name}={}", text.text));
        if self.error.is_none() && is_error(name) {
            self.error = Some(text.text);
        }
    }
}

/// `error`, and also the last part of `http.error`.
fn is_error(name: &str) -> bool {
    ERRORS.contains(&name.rsplit('.').next().unwrap_or(name))
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, format_args!("{value}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.take(field, format_args!("{value}"));
        if self.error.is_none() {
            let mut text = Bounded::default();
            text.add(format_args!("{value}"));
            self.error = Some(text.text);
        }
    }
}

/// A string that stops growing.
#[derive(Default)]
struct Bounded {
    text: String,
    chars: usize,
}

impl Bounded {
    fn add(&mut self, text: fmt::Arguments<'_>) {
        // A text that does not fit ends early, which is no error here.
        let _full = self.write_fmt(text);
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for c in more.chars() {
            if self.chars >= TEXT {
                return Err(fmt::Error);
            }
            self.chars += 1;
            self.text.push(c);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stops_at_its_bound() {
        let mut text = Bounded::default();
        text.add(format_args!("{}", "ä".repeat(1_000)));
        text.add(format_args!("more"));
        assert_eq!(text.text.chars().count(), TEXT);
    }

    #[test]
    fn error_fields_are_known_by_their_last_name() {
        for name in ["error", "err", "e", "cause", "source", "http.error"] {
            assert!(is_error(name), "{name}");
        }
        for name in ["errors", "error_count", "reason", "data_source", "message"] {
            assert!(!is_error(name), "{name}");
        }
    }
}

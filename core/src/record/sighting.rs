//! An error as it is seen on its way: what it says, taken with care.

use std::fmt::{self, Write as _};

use super::check::panic_text;
use super::stack;
use crate::model::ErrorKind;

/// How much of an error's text is kept, in bytes.
const TEXT: usize = 300;
/// How much of its `Debug` is read, in bytes.
const DEBUG: usize = 128;

/// An error as a probe sees it; formatted only when it is kept.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// Whether the value is an error at all.
    pub kind: ErrorKind,
    /// The type of the value in the `Err`.
    pub type_name: &'static str,
    /// What it says.
    pub text: &'a dyn fmt::Display,
    /// Its `Debug`, which begins with the name of the variant.
    pub debug: Option<&'a dyn fmt::Debug>,
}

impl fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("kind", &self.kind)
            .field("type_name", &self.type_name)
            .finish_non_exhaustive()
    }
}

/// What an error said, taken with care: the user's `Display` and `Debug` may panic.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) variant: String,
    /// The beginning of its `Debug`.
    pub(super) debug: String,
    pub(super) panic: Option<String>,
}

impl Said {
    pub(super) fn of(seen: &Seen<'_>) -> Said {
        let said = stack::reading(|| {
            let mut text = Bounded { text: String::new(), left: TEXT };
            // A text that does not fit ends early, which is no error here.
            let _full = write!(text, "{}", seen.text);
            let mut debug = Bounded { text: String::new(), left: DEBUG };
            if let Some(value) = seen.debug {
                let _full = write!(debug, "{value:?}");
            }
            let variant = debug.text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            (text.text, variant, debug.text)
        });
        match said {
            Ok((text, variant, debug)) => Said { text, variant, debug, panic: None },
            Err(payload) => {
                let what = panic_text(&*payload).to_owned();
                Said {
                    text: "…".to_owned(), variant: String::new(), debug: String::new(), panic: Some(what)
                }
            }
        }
    }
}

/// A string that stops growing.
struct Bounded {
    text: String,
    left: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for c in more.chars() {
            let Some(left) = self.left.checked_sub(c.len_utf8()) else { return Err(fmt::Error) };
            self.left = left;
            self.text.push(c);
        }
        Ok(())
    }
}

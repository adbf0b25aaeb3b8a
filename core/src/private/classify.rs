//! Which errors are ends or invitations to try again, by the type's name.

use std::fmt::{self, Write as _};

/// The name without leading references.
pub(super) fn base_type(name: &'static str) -> &'static str {
    let bare = name.trim_start_matches('&');
    let bare = bare.strip_prefix("mut ").unwrap_or(bare);
    if bare.is_empty() { name } else { bare }
}

/// Whether the type is a reference to something that lives elsewhere; a `&str` is a text.
pub(super) fn is_reference(name: &str) -> bool {
    name.starts_with('&') && name != "&str" && name != "&'static str"
}

/// Whether a value of this type is plain: a number, a truth, nothing, a tuple.
pub(super) fn is_plain(name: &str) -> bool {
    name.starts_with('(') || is_reference(name) || PLAIN.contains(&name)
}

const PLAIN: &[&str] = &[
    "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "!",
];

/// The last segment of a type's name, without generics.
pub(crate) fn last_segment(name: &'static str) -> &'static str {
    let head = name.split('<').next().unwrap_or(name);
    let last = head.rsplit("::").next().unwrap_or(head);
    last.trim_start_matches('&')
}

/// Whether an error is the end of something or an invitation to try again.
pub(super) fn is_end(name: &'static str, debug: Option<&dyn fmt::Debug>, ends_loop: bool) -> bool {
    let name = base_type(name);
    match last_segment(name) {
        "RecvError" | "TryRecvError" => !says(debug, "Lagged"),
        "Empty" | "Disconnected" | "PoisonError" | "RecvTimeoutError" => true,
        "TryLockError" => true,
        "VarError" => says(debug, "NotPresent"),
        "Error" if name == "core::fmt::Error" => true,
        "Error" if name == "std::io::error::Error" => says(debug, "WouldBlock") || says(debug, "Interrupted"),
        _ => ends_loop && is_closed(name),
    }
}

/// Whether the type says that the other half of a channel is gone.
pub(super) fn is_closed(name: &'static str) -> bool {
    matches!(last_segment(name), "SendError" | "TrySendError" | "Closed" | "ClosedError")
}

/// Whether a bounded `Debug` text contains a word.
fn says(debug: Option<&dyn fmt::Debug>, word: &str) -> bool {
    let Some(value) = debug else { return false };
    let mut text = Head(String::new());
    let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        // A text that does not fit ends early, which is no error here.
        let _full = write!(text, "{value:?}");
    }));
    asked.is_ok() && text.0.contains(word)
}

/// The first characters of a text.
struct Head(String);

impl fmt::Write for Head {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.0.push_str(more);
        if self.0.len() > 200 { Err(fmt::Error) } else { Ok(()) }
    }
}

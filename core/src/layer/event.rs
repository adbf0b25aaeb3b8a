//! Reading one event of `tracing` or of the `log` crate.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use tracing_core::{Event, Level, Metadata, callsite::Identifier};
use tracing_log::NormalizeEvent as _;

use super::line::Line;
use super::wording::{classify, shape};
use crate::model::{Code, LogLevel, LogLine, Site, Wording};
use crate::record::{self, Check, Held, Lost};

/// Crates whose events speak of exporting or of transport, not of the observed work: exact, or followed by `::` or `_`.
const IGNORED: [&str; 6] = ["opentelemetry", "h2", "hyper", "tonic", "reqwest", "tower"];
/// candor's own crates. A user's crate may begin with `candor_` as well.
const OWN: [&str; 5] = ["candor", "candor_term", "candor_file", "candor_otlp", "candor_grafana"];

/// How many callsites and how many file names of `log` records are remembered.
const REMEMBERED: usize = 4_096;

static FORMAT: Check = Check { code: Code::C904, clause: "the fields of a log line", site: Site::UNKNOWN };

/// The event as evidence; `None` when its target is not watched.
pub(super) fn line_of(event: &Event<'_>) -> Option<LogLine> {
    let normalized = event.normalized_metadata();
    let metadata = normalized.as_ref().unwrap_or_else(|| event.metadata());
    if is_ignored(metadata.target()) {
        return None;
    }
    let mut line = Line::new(normalized.is_some());
    // The user's `Display` or `Debug` may panic: that is a finding of its own, and the rest of the line is kept.
    record::check(&FORMAT, || {
        event.record(&mut line);
        Held::Yes
    });
    let wording = wording(event, line.message());
    let file = match &normalized {
        Some(own) => remembered(own.file().unwrap_or_default()),
        None => event.metadata().file().unwrap_or_default(),
    };
    let site = Site { file, line: metadata.line().unwrap_or(0), column: 1, function: "" };
    let (text, error) = line.finish();
    Some(LogLine { seq: 0, level: level(metadata), text, wording, error, site, entry: None })
}

fn is_ignored(target: &str) -> bool {
    let root = target.split("::").next().unwrap_or(target);
    let transport = |name: &str| {
        root.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-']))
    };
    OWN.contains(&root) || IGNORED.iter().any(|name| transport(name))
}

fn level(metadata: &Metadata<'_>) -> LogLevel {
    match *metadata.level() {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warn,
        Level::INFO => LogLevel::Info,
        Level::DEBUG => LogLevel::Debug,
        Level::TRACE => LogLevel::Trace,
    }
}

/// What the message claims. The words of one callsite are classified once; only when they change, once more.
fn wording(event: &Event<'_>, message: &str) -> Wording {
    thread_local! {
        static KNOWN: RefCell<HashMap<Identifier, (u64, Wording)>> = RefCell::default();
    }
    let (callsite, shape) = (event.metadata().callsite(), shape(message));
    let known = |known: &RefCell<HashMap<_, (u64, Wording)>>| {
        let mut known = known.try_borrow_mut().ok()?;
        if let Some((_, wording)) = known.get(&callsite).filter(|entry| entry.0 == shape) {
            return Some(*wording);
        }
        let wording = classify(message);
        if known.len() < REMEMBERED || known.contains_key(&callsite) {
            known.insert(callsite.clone(), (shape, wording));
        }
        Some(wording)
    };
    KNOWN.try_with(known).ok().flatten().unwrap_or_else(|| classify(message))
}

/// A file name of a `log` record that lives as long as the process. Each name is kept once, and only so many.
fn remembered(name: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    if names.len() >= REMEMBERED {
        record::lose(Lost::Field, 1);
        return "";
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(name.to_owned(), kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_and_transport_targets_are_ignored() {
        for target in [
            "candor",
            "candor::runtime",
            "candor_term::x",
            "opentelemetry",
            "opentelemetry_sdk",
            "opentelemetry-otlp",
            "h2::proto",
            "hyper",
            "hyper_util::client",
            "tonic::transport",
            "reqwest::connect",
            "tower",
            "tower_http::trace",
        ] {
            assert!(is_ignored(target), "{target}");
        }
    }

    #[test]
    fn the_users_targets_are_watched() {
        for target in [
            "shop",
            "shop::candor",
            "candorous",
            "candor_shop::order",
            "h2o",
            "hyperspace",
            "towering",
            "my_tower",
            "",
        ] {
            assert!(!is_ignored(target), "{target}");
        }
    }

    #[test]
    fn a_file_name_is_kept_once() {
        let first = remembered("src/some/file.rs");
        assert!(std::ptr::eq(first, remembered(&String::from("src/some/file.rs"))));
    }
}

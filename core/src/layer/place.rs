//! The places that log: each is met once, and lives as long as the process.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use tracing_core::Metadata;

use super::line::{MESSAGE, guise};
use super::wording::{classify, shape};
use crate::model::{LogLevel, Site, Wording};
use crate::record::{self, Guise, LogSite, Lost};

/// How many places of `log` records, which tell their place by themselves, are remembered.
const REMEMBERED: usize = 4_096;
/// How many kinds of messages of one place are remembered with what they claim.
const SHAPES: usize = 4;

/// A place that logs.
#[repr(C, align(64))]
pub(super) struct Place {
    /// Where its metadata lie; 0 if it has none of its own.
    pub(super) address: usize,
    pub(super) log: LogSite,
    /// Kinds of messages: the hash of one, with what it claims in the two lowest bits; 0 where nothing is. The first ones
    /// stay, so that threads whose words differ do not write here in turn.
    shapes: [AtomicU64; SHAPES],
}

impl Place {
    const fn new(level: LogLevel, site: Site) -> Place {
        let shapes = [const { AtomicU64::new(0) }; SHAPES];
        Place { log: LogSite::new(level, site), address: 0, shapes }
    }

    /// The place of metadata, which live as long as the process.
    pub(super) fn of(metadata: &'static Metadata<'static>, level: LogLevel) -> Place {
        let (file, line) = (metadata.file().unwrap_or_default(), metadata.line().unwrap_or(0));
        let message = metadata.fields().field(MESSAGE);
        let address = std::ptr::from_ref(metadata).addr();
        let is_terse = message.is_some() && metadata.fields().len() == 1;
        let guise = message.map_or(Guise::NONE, |message| guise(&message));
        let site = Site { file, line, column: 1, function: "" };
        let log = LogSite::new(level, site).shown(guise, if is_terse { address } else { 0 });
        let log = log.with_fields(beside(metadata));
        Place { log, address, ..Place::new(level, site) }
    }

    /// A place that lives as long as the process.
    fn leak(level: LogLevel, site: Site) -> &'static Place {
        Box::leak(Box::new(Place::new(level, site)))
    }

    /// What the message claims. Relaxed: a shape that another thread has just added is classified once more.
    pub(super) fn claim(&self, message: &str) -> Wording {
        let shape = shape(message) & !3;
        for cell in &self.shapes {
            match cell.load(Ordering::Relaxed) {
                0 => {
                    let wording = classify(message);
                    cell.store(shape | number(wording), Ordering::Relaxed);
                    return wording;
                }
                known if known & !3 == shape => return wording(known & 3),
                _ => {}
            }
        }
        classify(message)
    }
}

/// What the fields behind the message are called; nothing if that is not the first one, and the only one of its name. It lives as long as the place.
fn beside(metadata: &'static Metadata<'static>) -> &'static [&'static str] {
    let names: Vec<_> = metadata.fields().iter().map(|field| field.name()).collect();
    match names.as_slice() {
        [MESSAGE, names @ ..] if !names.contains(&MESSAGE) => names.to_vec().leak(),
        _ => &[],
    }
}

const fn number(wording: Wording) -> u64 {
    match wording {
        Wording::Neutral => 1,
        Wording::Success => 2,
        Wording::Failure => 3,
    }
}

const fn wording(number: u64) -> Wording {
    match number {
        2 => Wording::Success,
        3 => Wording::Failure,
        _ => Wording::Neutral,
    }
}

/// Places by file, and by line and level in it.
type Places = HashMap<&'static str, HashMap<(u32, u64), &'static Place>>;

/// The place of a `log` record. Each is kept once, and only so many.
pub(super) fn remembered(level: LogLevel, file: &str, line: u32) -> &'static Place {
    thread_local! {
        static MET: RefCell<Places> = RefCell::default();
    }
    let key = (line, level as u64);
    let find = |places: &Places| places.get(file).and_then(|lines| lines.get(&key)).copied();
    let known = MET.try_with(|met| find(&*met.try_borrow().ok()?)).ok().flatten();
    if let Some(place) = known.or_else(|| place_of(level, file, line)) {
        if known.is_none() {
            // A thread that is ending remembers nothing any more.
            let _ending = MET.try_with(|met| {
                met.try_borrow_mut()
                    .map(|mut met| met.entry(place.log.site.file).or_default().insert(key, place))
            });
        }
        return place;
    }
    record::lose(Lost::Field, 1);
    nowhere(level)
}

/// The place, for all threads; nothing when there are too many.
fn place_of(level: LogLevel, name: &str, line: u32) -> Option<&'static Place> {
    static PLACES: LazyLock<Mutex<Places>> = LazyLock::new(Mutex::default);
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (line, level as u64);
    if let Some(known) = places.get(name).and_then(|lines| lines.get(&key)) {
        return Some(known);
    }
    if places.values().map(HashMap::len).sum::<usize>() >= REMEMBERED {
        return None;
    }
    let file = match places.get_key_value(name) {
        Some((file, _)) => *file,
        None => Box::leak(name.to_owned().into_boxed_str()),
    };
    let place = Place::leak(level, Site { file, line, column: 1, function: "" });
    places.entry(file).or_default().insert(key, place);
    Some(place)
}

/// Where a record stands whose place was not remembered.
fn nowhere(level: LogLevel) -> &'static Place {
    const fn of(level: LogLevel) -> Place {
        Place::new(level, Site { file: "", line: 0, column: 1, function: "" })
    }
    static TRACE: Place = of(LogLevel::Trace);
    static DEBUG: Place = of(LogLevel::Debug);
    static INFO: Place = of(LogLevel::Info);
    static WARN: Place = of(LogLevel::Warn);
    static ERROR: Place = of(LogLevel::Error);
    match level {
        LogLevel::Trace => &TRACE,
        LogLevel::Debug => &DEBUG,
        LogLevel::Info => &INFO,
        LogLevel::Warn => &WARN,
        LogLevel::Error => &ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_once() {
        let first = remembered(LogLevel::Warn, "src/some/file.rs", 7);
        assert!(std::ptr::eq(first, remembered(LogLevel::Warn, &String::from("src/some/file.rs"), 7)));
        assert!(!std::ptr::eq(first, remembered(LogLevel::Info, "src/some/file.rs", 7)));
        assert!(!std::ptr::eq(first, remembered(LogLevel::Warn, "src/some/file.rs", 8)));
    }

    #[test]
    fn what_a_message_claims_is_remembered_and_does_not_depend_on_that() {
        let place = Place::leak(LogLevel::Info, Site::UNKNOWN);
        let messages =
            ["order placed", "order failed", "order 7 seen", "looking", "mail sent", "mail failed"];
        for message in messages.iter().chain(&messages) {
            assert_eq!(place.claim(message), classify(message), "{message}");
        }
    }
}

//! Reading one event of `tracing` or of the `log` crate.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use tracing_core::{Event, Level, Metadata};
use tracing_log::NormalizeEvent as _;

use super::gate::is_watched;
use super::line::{Reader, address, count, repeat, repeat_briskly};
use super::place::{Place, remembered};
use crate::model::{LogLevel, Wording};
use crate::record::{self, Hearing, Words};

/// Who says an event.
#[derive(Clone, Copy)]
enum Source {
    /// A place that is not watched: somebody else has wanted the line.
    Ignored,
    /// A place in the code.
    Place(&'static Place),
    /// The bridge from the `log` crate: each event tells its place by itself.
    Log,
}

thread_local! {
    /// The sources that this thread has met, by the address of their metadata, which live as long as the process.
    static MET: RefCell<HashMap<usize, Source, BuildHasherDefault<Address>>> = RefCell::default();
}

/// The places, for all threads: each where its address belongs, unless another one has been there before.
static AT_HAND: [OnceLock<&'static Place>; 1 << NEAR] = [const { OnceLock::new() }; 1 << NEAR];
/// How many bits of an address tell where. The lowest ones say nothing: metadata are longer than they could tell apart.
const NEAR: u32 = 10;

/// Where a place belongs among those at hand.
#[inline(always)]
fn at_hand(address: usize) -> Option<&'static OnceLock<&'static Place>> {
    AT_HAND.get(address >> 6 & ((1 << NEAR) - 1))
}

/// Reads the event into the current call, unless its place is not watched. Most lines say what they always say.
#[inline]
pub(super) fn read(event: &Event<'_>) {
    if let Some(event) = repeat_briskly(event) {
        read_more(event);
    }
}

/// Any other event, or one outside of any call.
#[inline(never)]
fn read_more(event: &Event<'_>) {
    if !record::is_within() {
        return;
    }
    let address = address(event);
    match at_hand(address).and_then(OnceLock::get) {
        Some(place) if place.address == address => read_known(event, place),
        _ => read_anew(event, address),
    }
}

/// An event of a place that was met before.
#[inline(always)]
fn read_known(event: &Event<'_>, place: &'static Place) {
    if place.log.terse != 0 {
        read_message(event, place);
    } else if place.log.may_count() {
        read_numbers(event, place);
    } else {
        read_place(event, place);
    }
}

/// An event of a place that has nothing to say but a message.
#[inline(never)]
fn read_message(event: &Event<'_>, place: &'static Place) {
    if !repeat(event, place) {
        read_place(event, place);
    }
}

/// An event of a place that may have nothing but numbers beside the message that is known of it.
#[inline(never)]
fn read_numbers(event: &Event<'_>, place: &'static Place) {
    if !count(event, place) {
        read_place(event, place);
    }
}

#[inline(never)]
fn read_place(event: &Event<'_>, place: &'static Place) {
    record::log(&place.log, &Heard { event, place, is_log: false });
}

/// An event of a place that is not at hand: it is new, or another one was where its address belongs. It is looked for, and is as
/// well known then.
#[inline(never)]
fn read_anew(event: &Event<'_>, address: usize) {
    let known = MET.try_with(|met| met.try_borrow().ok()?.get(&address).copied()).ok().flatten();
    match known.unwrap_or_else(|| meet(event, address)) {
        Source::Ignored => {}
        Source::Place(place) => read_known(event, place),
        Source::Log => read_log(event),
    }
}

/// An event of a source that this thread has not met.
#[cold]
#[inline(never)]
fn meet(event: &Event<'_>, address: usize) -> Source {
    static PLACES: LazyLock<Mutex<HashMap<usize, &'static Place>>> = LazyLock::new(Mutex::default);
    let metadata = event.metadata();
    let source = if event.is_log() {
        Source::Log
    } else if !is_watched(metadata) {
        Source::Ignored
    } else {
        let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
        let place = *places
            .entry(address)
            .or_insert_with(|| Box::leak(Box::new(Place::of(metadata, level(metadata)))));
        at_hand(address).map(|near| near.get_or_init(|| place));
        Source::Place(place)
    };
    // A thread that is ending remembers nothing any more.
    let _ending = MET.try_with(|met| met.try_borrow_mut().map(|mut met| met.insert(address, source)));
    source
}

/// A record of the `log` crate.
#[inline(never)]
fn read_log(event: &Event<'_>) {
    let Some(metadata) = event.normalized_metadata() else { return };
    if is_watched(&metadata) {
        let (file, line) = (metadata.file().unwrap_or_default(), metadata.line().unwrap_or(0));
        let place = remembered(level(&metadata), file, line);
        record::log(&place.log, &Heard { event, place, is_log: true });
    }
}

/// An event of a place.
struct Heard<'a, 'e> {
    event: &'a Event<'e>,
    place: &'static Place,
    is_log: bool,
}

impl Hearing for Heard<'_, '_> {
    #[inline]
    fn show(&self, words: &mut Words<'_>) {
        self.event.record(&mut Reader { words, guise: self.place.log.guise, is_log: self.is_log });
    }

    fn claim(&self, message: &str) -> Wording {
        self.place.claim(message)
    }

    fn do_numbers_matter(&self, message: &str) -> bool {
        super::wording::do_numbers_matter(message)
    }
}

/// Addresses are their own hashes: their lowest bits say little, so the high ones of a product are taken.
#[derive(Default)]
struct Address(u64);

impl Hasher for Address {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_usize(usize::from(*byte)));
    }

    fn write_usize(&mut self, address: usize) {
        let product = hash(address ^ self.0 as usize) as u64;
        self.0 = product ^ (product >> 32);
    }
}

/// A number whose upper bits differ where addresses do.
#[inline(always)]
fn hash(address: usize) -> usize {
    address.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as usize)
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

//! Reads the fields of an event, each in the form in which it is kept.

use std::error::Error;
use std::fmt;

use tracing_core::Event;
use tracing_core::field::{Field, Value as _, Visit};

use super::place::Place;
use crate::record::{self, Briskly, Guise, Numbers, Words};

/// Takes the fields of one event down.
pub(super) struct Reader<'w, 'a> {
    pub(super) words: &'w mut Words<'a>,
    /// How its message is shown.
    pub(super) guise: Guise,
    /// A record of the `log` crate: `log.target` and its like say where it comes from, and are no fields of the user's.
    pub(super) is_log: bool,
}

impl Reader<'_, '_> {
    /// The name of a field of the user's.
    #[inline]
    fn name(&self, field: &Field) -> Option<&'static str> {
        let name = field.name();
        (!self.is_log || !name.starts_with("log.")).then_some(name)
    }
}

/// Where the metadata of an event lie, which live as long as the process.
#[inline(always)]
pub(super) fn address(event: &Event<'_>) -> usize {
    std::ptr::from_ref(event.metadata()).addr()
}

/// The message is a field of this name.
pub(super) const MESSAGE: &str = "message";

/// The guise in which `tracing` shows the message of an event.
pub(super) fn guise(message: &Field) -> Guise {
    struct Look<'a>(&'a mut dyn FnMut(&dyn fmt::Debug));

    impl Visit for Look<'_> {
        fn record_debug(&mut self, _message: &Field, value: &dyn fmt::Debug) {
            (self.0)(value);
        }
    }
    Guise::learn(|text, look| text.record(message, &mut Look(look)))
}

/// The same in a light call whose lines bear no time, by a shorter way. Returns the event if it was not noted.
#[inline(always)]
pub(super) fn repeat_briskly<'b, 'e>(event: &'b Event<'e>) -> Option<&'b Event<'e>> {
    let repeat = |line: Briskly<'_>| {
        let mut line = Brisk { line, left: Some(event) };
        event.record(&mut line);
        line.left
    };
    record::briskly(address(event), repeat).unwrap_or(Some(event))
}

/// As [`Glance`].
struct Brisk<'a, 'b, 'e> {
    line: Briskly<'a>,
    /// The event, until it is noted: it is kept here meanwhile, and nowhere else.
    left: Option<&'b Event<'e>>,
}

impl Visit for Brisk<'_, '_, '_> {
    #[inline]
    fn record_debug(&mut self, _field: &Field, value: &dyn fmt::Debug) {
        if self.line.repeat(value) {
            self.left = None;
        }
    }
}

/// Notes a line of a place that says a message and nothing else, if that is what it always says.
#[inline(always)]
pub(super) fn repeat(event: &Event<'_>, place: &'static Place) -> bool {
    let mut glance = Glance { place, repeats: false };
    event.record(&mut glance);
    glance.repeats
}

/// Looks whether a message is the one that its place is known to say. It runs no code of the user's.
struct Glance {
    place: &'static Place,
    repeats: bool,
}

impl Visit for Glance {
    #[inline]
    fn record_debug(&mut self, _message: &Field, value: &dyn fmt::Debug) {
        if let Some(literal) = self.place.log.guise.literal(value) {
            self.repeats = record::repeat(&self.place.log, literal);
        }
    }
}

/// Notes a line of a place that says a message with numbers beside it, if that is what it says now: the literal that is known
/// of it, and all of its fields. It runs no code of the user's.
#[inline(always)]
pub(super) fn count(event: &Event<'_>, place: &'static Place) -> bool {
    let mut counts = Counts { place, next: 0, numbers: Numbers::NONE };
    event.record(&mut counts);
    counts.next == place.log.beside.len() + 1 && record::count(&place.log, &counts.numbers)
}

/// Takes down a message that is known, and numbers.
struct Counts {
    place: &'static Place,
    /// Which field comes next, if all are in order so far.
    next: usize,
    numbers: Numbers,
}

/// The next field where one is missing, or is something else.
const NEVER: usize = usize::MAX;

impl Counts {
    #[inline(always)]
    fn number(&mut self, field: &Field, bits: u64, is_signed: bool) {
        // Before the message there is no number.
        let index = self.next.wrapping_sub(1);
        let is_next = field.index() == self.next && self.numbers.put(index, bits, is_signed);
        self.next = if is_next { self.next + 1 } else { NEVER };
    }
}

impl Visit for Counts {
    #[inline]
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let is_message = self.next == 0 && field.index() == 0;
        let literal = if is_message { self.place.log.guise.literal(value) } else { None };
        if literal.is_none() {
            self.place.log.mixes();
        }
        let is_known = literal
            .is_some_and(|literal| self.place.log.is_harmless(literal) || self.place.log.is_copy(literal));
        self.next = if is_known { 1 } else { NEVER };
    }

    #[inline]
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, value.cast_unsigned(), true);
    }

    #[inline]
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, value, false);
    }
}

impl Visit for Reader<'_, '_> {
    #[inline]
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match self.name(field) {
            Some(MESSAGE) => match self.guise.literal(value) {
                Some(literal) => self.words.message_literal(literal),
                None => self.words.message(value),
            },
            Some(name) => self.words.debug(name, value),
            None => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match self.name(field) {
            Some(MESSAGE) => self.words.message_text(value),
            Some(name) => self.words.text(name, value),
            None => {}
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        match self.name(field) {
            Some(MESSAGE) => self.words.message_error(value),
            Some(name) => self.words.error(name, value),
            None => {}
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        match self.name(field) {
            Some(MESSAGE) => self.words.message(&value),
            Some(name) => self.words.bool(name, value),
            None => {}
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        match self.name(field) {
            Some(MESSAGE) => self.words.message(&value),
            Some(name) => self.words.i64(name, value),
            None => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match self.name(field) {
            Some(MESSAGE) => self.words.message(&value),
            Some(name) => self.words.u64(name, value),
            None => {}
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        match self.name(field) {
            Some(MESSAGE) => self.words.message(&value),
            Some(name) => self.words.f64(name, value),
            None => {}
        }
    }
}

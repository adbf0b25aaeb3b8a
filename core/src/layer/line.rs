//! Reads the fields of an event, each in the form in which it is kept.

use std::error::Error;
use std::fmt;

use tracing_core::field::{Field, Visit};

use crate::record::Words;

/// Takes the fields of one event down.
pub(super) struct Reader<'w, 'a> {
    pub(super) words: &'w mut Words<'a>,
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

/// The message is a field of this name.
const MESSAGE: &str = "message";

impl Visit for Reader<'_, '_> {
    #[inline]
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match self.name(field) {
            Some(MESSAGE) => self.words.message(value),
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

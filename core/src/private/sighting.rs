//! What a probe does with an error that it met.

use std::any::type_name;
use std::cell::RefCell;
use std::fmt;

use super::classify::{self, base_type, is_reference};
use super::outcome::{bounded, careful};
use super::sight::Reader;
use crate::model::{ErrorKind, Probe};
use crate::record::{Mark, Seen, has_frame, is_on, saw_err, saw_ok};

/// An error as it was read by the rung that fits it.
pub struct Sighting<'a> {
    pub(super) kind: ErrorKind,
    pub(super) type_name: &'static str,
    pub(super) text: &'a dyn fmt::Display,
    pub(super) debug: Option<&'a dyn fmt::Debug>,
}

impl<'a> Sighting<'a> {
    pub(super) fn new<E>(kind: ErrorKind, text: &'a dyn fmt::Display, debug: Option<&'a dyn fmt::Debug>) -> Sighting<'a> {
        Sighting { kind, type_name: type_name::<E>(), text, debug }
    }

    /// The type is known only now: what is no plain value is taken for an error.
    pub(super) fn guess<E>(text: &'a dyn fmt::Display, debug: &'a dyn fmt::Debug) -> Sighting<'a> {
        let name = type_name::<E>();
        let kind = if classify::is_plain(name) { ErrorKind::Answer } else { ErrorKind::Error };
        Sighting { kind, type_name: name, text, debug: Some(debug) }
    }

    /// The sighting for the ledger. A borrowed error is an answer where a value was consumed: it still lives elsewhere.
    fn seen(&self, borrowed_is_answer: bool, ends_loop: bool) -> Seen<'a> {
        let mut kind = self.kind;
        if borrowed_is_answer && is_reference(self.type_name) {
            kind = ErrorKind::Answer;
        }
        if kind == ErrorKind::Error && classify::is_end(self.type_name, self.debug, ends_loop) {
            kind = ErrorKind::End;
        }
        Seen { kind, type_name: base_type(self.type_name), text: self.text, debug: self.debug }
    }
}

/// A probe met an `Ok`.
#[inline(always)]
pub(super) fn met_ok(probe: &'static Probe) {
    if is_on() {
        saw_ok(probe);
    }
}

/// A probe met an `Err`.
#[cold]
#[inline(never)]
pub(super) fn met_err<E, R: Reader<E>>(error: &E, mark: Mark, probe: &'static Probe, consumes: bool) {
    if has_frame() {
        R::read(error, &mut |sighting| saw_err(probe, mark, sighting.seen(consumes, probe.ends_loop)));
    }
}

/// An error of a `match`, until its arm is known.
struct Aside {
    mark: Mark,
    kind: ErrorKind,
    type_name: &'static str,
    text: String,
    debug: Option<String>,
}

thread_local! {
    static ASIDE: RefCell<Option<Aside>> = const { RefCell::new(None) };
}

/// Nothing was put aside: the value was an `Ok`.
#[inline(always)]
pub(super) fn stash_ok(probes: &'static [Probe]) {
    if is_on() {
        for probe in probes {
            saw_ok(probe);
        }
        clear();
    }
}

fn clear() {
    // A thread that is ending has nothing aside.
    let _ended = ASIDE.try_with(|aside| aside.try_borrow_mut().map(|mut aside| *aside = None).is_ok());
}

#[cold]
#[inline(never)]
pub(super) fn put_aside<E, R: Reader<E>>(error: &E, mark: Mark) {
    if !has_frame() {
        return;
    }
    R::read(error, &mut |sighting| {
        let aside = Aside {
            mark,
            kind: sighting.seen(false, false).kind,
            type_name: base_type(sighting.type_name),
            text: careful(&|| bounded(format_args!("{}", sighting.text))).unwrap_or_else(|| "…".to_owned()),
            debug: sighting.debug.and_then(|debug| careful(&|| bounded(format_args!("{debug:?}")))),
        };
        // Dropped after the slot is free again: nothing of the user's is in it.
        let _before = ASIDE.try_with(|slot| slot.try_borrow_mut().ok().and_then(|mut slot| slot.replace(aside)));
    });
}

/// Text that stands for its own `Debug`.
struct Verbatim(String);

impl fmt::Debug for Verbatim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An arm was taken: the error that was put aside was met by its probe.
#[inline]
pub fn settle(probe: &'static Probe) {
    if is_on() {
        settle_aside(probe);
    }
}

#[cold]
#[inline(never)]
fn settle_aside(probe: &'static Probe) {
    let aside = ASIDE.try_with(|aside| aside.try_borrow_mut().ok().and_then(|mut aside| aside.take()));
    let Ok(Some(aside)) = aside else { return };
    let debug = aside.debug.map(Verbatim);
    let mut kind = aside.kind;
    if kind == ErrorKind::Error && probe.ends_loop && classify::is_closed(aside.type_name) {
        kind = ErrorKind::End;
    }
    let debug = debug.as_ref().map(|debug| debug as &dyn fmt::Debug);
    saw_err(probe, aside.mark, Seen { kind, type_name: aside.type_name, text: &aside.text, debug });
}

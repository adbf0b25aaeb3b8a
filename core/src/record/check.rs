//! Checks on values: checkpoints, invariants, contracts. A check that panics is reported and goes no further.

use super::figure::Lost;
use super::frame::{BOUND, Frame};
use super::sink::sink;
use super::stack;
use super::state::is_on;
use crate::model::{Broken, Code, LineKind, Site, Value};

/// A declared check; one static each.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// C108, C109 or C110.
    pub code: Code,
    /// The clause as written.
    pub clause: &'static str,
    /// Where to report it; [`Site::UNKNOWN`] stands for the place that the operation is at.
    pub site: Site,
}

/// What a check found.
#[derive(Clone, Debug)]
pub enum Held {
    /// It holds.
    Yes,
    /// It does not.
    No {
        /// What should have been.
        expected: String,
        /// What was.
        observed: String,
        /// What the code claims, in the words in which a log line would repeat it.
        claimed: Option<String>,
    },
    /// It could not be decided: a lock was busy.
    Inconclusive,
}

impl From<bool> for Held {
    fn from(holds: bool) -> Held {
        if holds {
            Held::Yes
        } else {
            Held::No { expected: String::new(), observed: String::new(), claimed: None }
        }
    }
}

/// Runs a check for the current call. Without one, nothing is run.
#[inline]
pub fn check(clause: &'static Check, holds: impl FnOnce() -> Held) {
    if stack::has_frame() {
        evaluate(clause, holds);
    }
}

/// Runs a check wherever it stands; outside any operation, a false one is an orphan.
#[inline]
pub fn checkpoint(clause: &'static Check, holds: impl FnOnce() -> Held) {
    if is_on() && !stack::is_aside() {
        evaluate(clause, holds);
    }
}

#[inline]
fn evaluate(clause: &'static Check, holds: impl FnOnce() -> Held) {
    let held = stack::reading(holds);
    if !matches!(held, Ok(Held::Yes)) {
        does_not_hold(clause, held);
    }
}

#[cold]
#[inline(never)]
pub(super) fn does_not_hold(clause: &'static Check, held: std::thread::Result<Held>) {
    let (broken, lost) = explain(clause, held);
    if stack::has_frame() {
        keep(broken, lost);
    } else if let (Some(broken), Some(sink)) = (broken, sink()) {
        stack::aside(|| sink.orphan(stack::scope(), &broken));
    }
}

fn explain(clause: &'static Check, held: std::thread::Result<Held>) -> (Option<Broken>, bool) {
    match held {
        Ok(Held::Yes) => (None, false),
        Ok(Held::Inconclusive) => (None, true),
        Ok(Held::No { expected, observed, claimed }) => {
            (Some(broken(clause, clause.code, expected, observed, claimed)), false)
        }
        Err(payload) => {
            let what =
                format!("`{}` panicked: {}; the call itself went on", clause.clause, panic_text(&*payload));
            (Some(broken(clause, Code::C904, "a check that does not panic".to_owned(), what, None)), false)
        }
    }
}

/// The fields of an event could not be read: its `Debug` panicked.
#[cold]
pub(super) fn unreadable(event: &'static str, payload: &(dyn std::any::Any + Send)) {
    let clause = Check { code: Code::C904, clause: event, site: Site::UNKNOWN };
    let what = format!("reading `{event}` panicked: {}; the call itself went on", panic_text(payload));
    let expected = "a predicate, `Debug` or `Display` that does not panic".to_owned();
    keep(Some(broken(&clause, Code::C904, expected, what, None)), false);
}

/// Reads something of the user's for candor's own ends: a panic in it is reported (C904) and goes no further.
pub fn guarded<T>(what: &'static str, read: impl FnOnce() -> T) -> Option<T> {
    match stack::reading(read) {
        Ok(value) => Some(value),
        Err(payload) => {
            unreadable(what, &*payload);
            None
        }
    }
}

/// What a panic said.
pub(crate) fn panic_text(payload: &(dyn std::any::Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cold]
fn broken(clause: &Check, code: Code, expected: String, observed: String, claimed: Option<String>) -> Broken {
    let site = if clause.site.is_known() {
        clause.site
    } else {
        stack::position().map_or(Site::UNKNOWN, |at| *at.site())
    };
    Broken { code, seq: 0, site, clause: clause.clause.to_owned(), expected, observed, claimed }
}

fn keep(broken: Option<Broken>, inconclusive: bool) {
    if inconclusive {
        super::figure::lose(Lost::Check, 1);
    }
    let Some(mut broken) = broken else { return };
    stack::with_top(|frame| {
        broken.seq = frame.next();
        let text = match broken.code {
            Code::C904 => broken.observed.clone(),
            _ => format!("{} is false", broken.clause),
        };
        frame.words(LineKind::Check, text, Some(broken.site));
        if frame.broken.len() < BOUND {
            frame.broken.push(broken);
        } else {
            frame.lose(Lost::Check);
        }
    });
}

impl Frame {
    /// Notes a line that is words already.
    pub(super) fn words(&mut self, kind: LineKind, text: String, site: Option<Site>) {
        let now = self.now();
        self.notes.words(now, kind, text, site);
    }
}

/// The value of `accounts(..)`: how many errors the returned claim counts or carries.
pub fn accounted(n: u64) {
    stack::with_top(|frame| frame.accounted = Some(frame.accounted.unwrap_or(0).saturating_add(n)));
}

/// The value of a tracked place when the call begins.
pub fn tracked(place: &'static str, value: Value) {
    stack::with_top(|frame| frame.places.push((place, value)));
}

/// A tracked place was written.
pub fn changed(place: &'static str, site: &'static Site, to: Value) {
    stack::with_noting_top(|frame| {
        frame.acted = true;
        frame.next();
        let known = frame.places.iter_mut().find(|known| known.0 == place);
        let from = match known {
            Some(known) => Some(std::mem::replace(&mut known.1, to.clone())),
            None => {
                frame.places.push((place, to.clone()));
                None
            }
        };
        let now = frame.now();
        frame.notes.change(now, site, place, (from, to));
    });
}

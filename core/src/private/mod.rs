//! Everything that the output of candor's macros may name. Not for people: it changes without notice.
//!
//! What a value *is* (a `Result`? of an error? printable?) is decided at the place of use by *autoref ladders*: a method
//! call tries its candidates in order of reference depth, so the first rung whose bounds hold is taken. Nothing is ever
//! asked of a type that the compiler would not have known anyway.
//!
//! **Invariant:** whatever passes through here comes out unchanged, by value, and is dropped where it would have been.

mod capture;
mod classify;
mod clause;
mod emit;
mod fold;
mod outcome;
mod question;
mod recover;
mod sight;
mod sighting;
mod track;

pub use ::inventory;
pub use ::tracing;

pub use crate::model::{
    Allow, Class, Clause, Code, Disposition, ErrorKind, Event, EventMeta, EventRef, Exit, FieldSink, Form, Limit, Operation,
    Outcome, Plan, Probe, Promise, Recovery, Site, Spot, Value, When,
};
pub use crate::record::{
    Callsite, Check, EventSite, Held, Mark, Spawn, accounted, at, carried, carried_fn, changed, check, checkpoint, emit as emit_event,
    enter, folds, has_frame, is_on, key, mark, observed, outcome, saw_ok, sometimes, tracked,
};

pub use capture::{Capture, capture, text};
pub use clause::{FromCount, payload, sides};
pub use emit::announce;
pub use fold::{Count, Folds, Last, Sum};
pub use outcome::{OutcomeOf, end, reading};
pub use question::{Question, question};
pub use recover::{Recover, recovered_error};
pub use sight::{ErrorLike, Look, Note, look};
pub use sighting::settle;
pub use track::Kept;

/// Runs a body whose value is looked at before it is returned.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

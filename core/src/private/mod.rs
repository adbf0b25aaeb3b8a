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
mod fold;
mod outcome;
mod question;
mod recover;
mod sight;
mod sighting;

pub use ::inventory;
pub use ::tracing;

pub use crate::model::{
    Allow, Class, Clause, Code, Disposition, Event, EventMeta, EventRef, Exit, FieldSink, Form, Limit, Operation, Outcome, Plan,
    Probe, Promise, Recovery, Site, Spot, Value, When,
};
pub use crate::record::{
    Callsite, Check, EventSite, Held, Spawn, accounted, at, carried, carried_fn, changed, check, checkpoint, emit, enter, folds,
    has_frame, is_on, key, mark, observed, outcome as ends, sometimes, tracked,
};

pub use capture::Capture;
pub use clause::{FromCount, Payload, condition, same_type, sides};
pub use fold::{Count, Fold, Folds, Last, Sum, limit_key};
pub use outcome::{End, OutcomeOf};
pub use question::Question;
pub use recover::{Recover, recovered_error};
pub use sight::{ErrorLike, Look, Note, guess::Guess, peel::Peel};
pub use sighting::settle;

/// Every rung, without a name: `use ladders::*` brings the methods into scope and nothing else.
pub mod ladders {
    pub use super::capture::shown::{S1 as _, S2 as _};
    pub use super::capture::text::{T1 as _, T2 as _, T3 as _};
    pub use super::capture::value::{C1 as _, C2 as _, C3 as _};
    pub use super::clause::payload::{P1 as _, P2 as _, P3 as _};
    pub use super::outcome::reading::{V1 as _, V2 as _, V3 as _, V4 as _, V5 as _, V6 as _, V7 as _, V8 as _};
    pub use super::question::known::{Q1 as _, Q2 as _, Q3 as _, Q4 as _, Q5 as _, Q6 as _, Q7 as _};
    pub use super::question::unknown::{U1 as _, U2 as _, U3 as _};
    pub use super::sight::guess::{G1 as _, G2 as _, G3 as _};
    pub use super::sight::look::{R1 as _, R2 as _, R3 as _, R4 as _, R5 as _, R6 as _};
    pub use super::sight::note::{N1 as _, N2 as _, N3 as _, N4 as _, N5 as _};
    pub use super::sight::peel::{L1 as _, L2 as _, L3 as _};
}

/// Runs a body whose value is looked at before it is returned.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Says how the operation ends, reading the value only when something is recorded.
#[inline(always)]
pub fn ends_as(reading: impl FnOnce() -> Outcome) {
    if has_frame() {
        crate::record::outcome(reading());
    }
}

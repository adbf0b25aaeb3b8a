//! Everything that the output of candor's macros may name. Not for people: it changes without notice.
//!
//! What a value *is* (a `Result`? of an error? printable?) is decided at the place of use by *autoref ladders*: a method
//! call tries its candidates in order of reference depth, so the first rung whose bounds hold is taken.
//!
//! **Invariant:** whatever passes through here comes out unchanged, by value, and is dropped where it would have been.

mod capture;
mod classify;
mod clause;
mod fold;
#[cfg(feature = "http")]
mod http;
mod items;
mod outcome;
mod question;
mod recover;
mod sight;

pub use ::inventory;
pub use ::tracing;

pub use crate::model::{
    Allow, Class, Clause, Code, Disposition, ErrorKind, Event, EventMeta, EventRef, Exit, FieldSink, Form,
    Limit, Operation, Outcome, Plan, Probe, Promise, Recovery, Site, Spot, Value, When,
};
pub use crate::record::{
    Callsite, Check, EventSite, Feed, Held, Kept, Mark, Spawn, Watch, accounted, at, carried, carried_fn,
    changed, check, checkpoint, enter, guarded, has_frame, is_on, key, mark, observed, outcome, saw_ok,
    settle, sometimes, tracked,
};

pub use capture::{Cap, CapAny, CapCopy, CapDebug, CapDisplay, key_of};
pub use clause::{
    Countable, Either, Keepable, Payload, PayloadAny, PayloadOption, PayloadResult, Show, ShowAny, ShowDebug,
    broken, compare, keep,
};
pub use fold::{Count, Last, Sum, counted, folds_of};
pub use items::{
    ItemAny, ItemDynamic, ItemError, ItemLike, Items, ItemsAny, ItemsDynamic, ItemsError, ItemsLike, Watched,
};
pub use outcome::{
    ErrAny, ErrDebug, ErrDeclared, ErrDisplay, OfErr, OfOk, OkAny, OkDeclared, OutcomeOf, Read, ReadAny,
    ReadOption, ReadResult,
};
pub use question::{
    AskAny, AskConvert, AskDebug, AskDeclared, AskDisplay, AskOption, AskResult, Question, VagueAny,
    VagueConvert, VagueOption, VagueResult,
};
pub use recover::{Recover, recovered_as, recovered_error};
pub use sight::{
    BareAny, BareResult, ErrorLike, GuessAny, GuessDebug, GuessResult, Look, Met, SightAnswer, SightAny,
    SightDebug, SightDynamic, SightError, SightLike, met_unread,
};

/// Runs a body whose value is looked at before it is returned.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Says an event; see [`crate::emit!`].
#[inline(always)]
pub fn emit_event<E: Event>(event: E, site: &'static Site) {
    crate::record::emit(event, site);
}

/// Watches the tests of this binary from the first observed call on: what `#[candor::test]` registers.
pub fn watch() {
    crate::runtime::collector().watch();
}

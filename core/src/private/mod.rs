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
pub mod ladder;
mod leave;
mod outcome;
mod question;
mod recover;
mod sight;

// The user's crate may give the names `core` and `std` to other crates.
pub use ::core;
pub use ::std;

pub use ::inventory;
pub use ::tracing;

pub use crate::model::{
    Allow, Class, Clause, Code, Disposition, ErrorKind, Event, EventMeta, EventRef, Exit, FieldSink, Form,
    Limit, Operation, Outcome, Plan, Probe, Promise, Recovery, Site, Spot, Value, When, Worth,
};
pub use crate::record::{
    Callsite, Check, EventSite, Feed, Held, Kept, Mark, Spawn, Watch, accounted, carried, carried_fn,
    changed, check, checkpoint, guarded, has_frame, is_on, joining, key, mark, opened_span, outcome,
    outer_span, saw_ok, settle, sometimes, tell_end, tracked,
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
pub use leave::{LeaveAny, LeaveFlow, LeaveOption, LeaveResult, Leaving};
pub use outcome::{
    ErrAny, ErrDebug, ErrDeclared, ErrDisplay, OfErr, OfOk, OkAny, OkDeclared, OutcomeOf, Read, ReadAny,
    ReadOption, ReadResult, Side,
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

/// Calls without a plan.
pub mod bare {
    use std::future::Future;

    use super::{Callsite, Plan, Spot};
    use crate::record::{self, Guard, Observed};

    /// Begins a call; `first` is its first statement.
    #[inline(always)]
    pub fn enter(callsite: &'static Callsite, first: Option<&'static Spot>) -> Guard {
        record::enter_bare(callsite, first)
    }

    /// Wraps the future of one call.
    #[inline]
    pub fn observed<F: Future>(callsite: &'static Callsite, future: F) -> Observed<F> {
        record::observed(callsite, &Plan::EMPTY, future)
    }
}

/// Calls with a plan.
pub mod planned {
    use std::future::Future;

    use super::{Callsite, Plan, Spot};
    use crate::record::{self, Guard, Observed};

    /// Begins a call; `first` is its first statement.
    #[inline(always)]
    pub fn enter(plan: &'static Plan, callsite: &'static Callsite, first: Option<&'static Spot>) -> Guard {
        record::enter(callsite, plan, first)
    }

    /// Wraps the future of one call.
    #[inline]
    pub fn observed<F: Future>(plan: &'static Plan, callsite: &'static Callsite, future: F) -> Observed<F> {
        record::observed(callsite, plan, future)
    }
}

/// The table of the positions of one function: line, column, and the first letter of the exit.
#[must_use]
pub const fn spots<const N: usize>(
    file: &'static str,
    function: &'static str,
    at: [(u32, u32, char); N],
) -> [Spot; N] {
    let mut spots = [Spot { site: Site { file, line: 0, column: 0, function }, exit: Exit::Statement }; N];
    let (mut rest, mut from): (&mut [Spot], &[(u32, u32, char)]) = (&mut spots, &at);
    while let ([spot, spots @ ..], [(line, column, exit), others @ ..]) = (rest, from) {
        spot.site.line = *line;
        spot.site.column = *column;
        spot.exit = Exit::of(*exit);
        (rest, from) = (spots, others);
    }
    spots
}

/// A position of the table.
#[inline(always)]
#[must_use]
pub fn spot(spots: &'static [Spot], index: usize) -> &'static Spot {
    static UNKNOWN: Spot = Spot { site: Site::UNKNOWN, exit: Exit::Statement };
    spots.get(index).unwrap_or(&UNKNOWN)
}

/// Notes where the code is.
#[inline(always)]
pub fn at(spots: &'static [Spot], index: usize) {
    if let Some(spot) = spots.get(index) {
        crate::record::at(spot);
    }
}

/// Notes where the code is.
#[inline(always)]
pub fn note_spot(spot: &'static Spot) {
    crate::record::at(spot);
}

/// Runs a body whose value is looked at before it is returned.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// The type that the place around a block expects of it: nothing but its name.
pub struct Expected<T>(std::marker::PhantomData<fn() -> T>);

impl<T> Expected<T> {
    /// A name for a type that is not written.
    #[expect(clippy::new_without_default, reason = "only macros make it")]
    #[must_use]
    pub const fn new() -> Expected<T> {
        Expected(std::marker::PhantomData)
    }

    /// Never a value, always of the type.
    #[must_use]
    pub const fn none(&self) -> Option<T> {
        None
    }

    /// Runs a body that is expected to have this type.
    #[inline(always)]
    pub fn call(&self, body: impl FnOnce() -> T) -> T {
        body()
    }
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

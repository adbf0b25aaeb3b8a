//! Everything that the output of candor's macros may name. Not for people: it changes without notice.
//!
//! What a value *is* (a `Result`? of an error? printable?) is decided at the place of use by *ladders*: a value in wrappers,
//! on which a method call takes the first rung whose bounds hold (see `rung`). The older ones, which are rarely climbed, do the
//! same with references and traits.
//!
//! What stands in the user's functions is inlined with optimization only. Without it, what is inlined would have places of its
//! own in their frames, and a recursive function would need as much more stack.
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
mod rung;
mod sight;
mod telling;
mod through;
mod unbegun;
mod within;

// The user's crate may give the names `core` and `std` to other crates.
pub use ::core;
pub use ::std;

pub use ::inventory;
pub use ::tracing;

pub use crate::__candor_callsite as callsite;

pub use crate::model::{
    Allow, Class, Clause, Code, Event, EventMeta, EventRef, FieldSink, Limit, Operation, Outcome, Plan,
    Promise, Recovery, Site, Value, When, Worth,
};
pub use crate::record::{
    Callsite, Check, EventSite, Feed, Held, Kept, Mark, Spawn, Watch, accounted, brisk_below, carried,
    carried_fn, changed, check, checkpoint, guarded, has_frame, is_on, joining, key, key_by, mark,
    opened_span, outcome, outer_span, sometimes, tracked,
};

pub use capture::{Cap, CapAny, CapCopy, CapDebug, CapDisplay, key_of};
pub use clause::{
    Countable, Either, Keepable, Payload, PayloadAbsent, PayloadAny, PayloadOption, PayloadResult, Show,
    ShowAny, ShowDebug, broken, compare, keep,
};
pub use fold::{Count, Last, Sum, counted, folds_of};
pub use items::{
    ItemAny, ItemDynamic, ItemError, ItemLike, ItemNamed, Items, ItemsAny, ItemsDynamic, ItemsError,
    ItemsLike, ItemsNamed, Watched, all,
};
pub use leave::{LeaveAny, LeaveFlow, LeaveOption, LeaveResult, Leaving};
pub use outcome::{OutcomeOf, read, read_open};
pub use recover::{Recover, recovered_as, recovered_error};
pub use sight::{ErrorLike, look, met, met_named, met_unread};
pub use telling::{AnsweredAny, Called, CalledAny};
pub use through::saw;
pub use unbegun::unbegun;
pub use within::{
    Waited, Within, WithinAbsent, WithinAny, WithinDynamic, WithinError, WithinLike, WithinNamed, held,
    passed,
};

use crate::record::Guard;

/// Calls without a plan.
pub mod bare {
    use std::future::Future;

    use super::{Callsite, Plan};
    use crate::record::{self, Guard, Observed};

    /// Begins a call; `first` is its first statement.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn enter(callsite: &'static Callsite, first: u32) -> Guard {
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

    use super::{Callsite, Plan};
    use crate::record::{self, Guard, Observed};

    /// Begins a call; `first` is its first statement.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn enter(plan: &'static Plan, callsite: &'static Callsite, first: u32) -> Guard {
        record::enter(callsite, plan, callsite.first(first))
    }

    /// Wraps the future of one call.
    #[inline]
    pub fn observed<F: Future>(plan: &'static Plan, callsite: &'static Callsite, future: F) -> Observed<F> {
        record::observed(callsite, plan, future)
    }
}

/// Ends a call that can end in one way only at its only exit, and passes its value on.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn leave_fulfilled<V>(guard: Guard, value: V) -> V {
    guard.leave(value, |_| true, |_| Outcome::FULFILLED)
}

/// The same for a value that stays where it is.
pub fn leave_lent_fulfilled<V>(guard: Guard, value: &V) {
    guard.leave_lent(value, |_| true, |_| Outcome::FULFILLED);
}

/// Notes where the code is.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn note_at(own: &'static Callsite, place: u32) {
    own.at(place);
}

/// A probe saw an `Ok`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn saw_ok(own: &'static Callsite, place: u32) {
    crate::record::saw_ok(own.probe(place));
}

/// Notes where the body of a call ends.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn ends_fulfilled(own: &'static Callsite, place: u32) {
    crate::record::arrives(own.spot(place));
}

/// Runs a body whose value is looked at before it is returned.
#[cfg_attr(not(debug_assertions), inline(always))]
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
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn call(&self, body: impl FnOnce() -> T) -> T {
        body()
    }
}

/// A value of a type that is written down. Its field is told to be of another type as a `let` is.
pub struct Typed<T> {
    /// The value.
    pub value: T,
}

/// Says an event; see [`crate::emit!`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn emit_event<E: Event>(event: E, site: &'static Site) {
    crate::record::emit(event, site);
}

/// Watches the tests of this binary from the first observed call on: what `#[candor::test]` registers.
pub fn watch() {
    crate::runtime::collector().watch();
}

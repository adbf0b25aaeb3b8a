//! Entering an operation.

use super::callsite::Callsite;
use super::guard::Guard;
use super::place::At;
use super::raw;
use super::stack::{self, Call};
use super::state::is_on;
use super::thread::{HERE, Thread};
use crate::model::Plan;

/// Begins a call without a plan; `first` is its first statement, as the static of the operation has it. Off, this is one
/// relaxed load and a branch.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn enter_bare(callsite: &'static Callsite, first: u32) -> Guard {
    let is_on = callsite.is_awake();
    if is_on {
        std::hint::cold_path();
        // Known where this stands.
        match callsite.first(first) {
            Some(_) => begin_bare::<HERE>(callsite, first),
            None => begin_nowhere::<HERE>(callsite),
        }
    }
    Guard { callsite, is_on }
}

/// What [`begin`] does, for a call without a plan whose id nobody needs: what is passed would have to be kept meanwhile.
#[inline(never)]
fn begin_bare<const HERE: bool>(callsite: &'static Callsite, first: u32) {
    let light = |thread: &Thread| thread.begin_light(callsite, None, Some(callsite.spot(first)));
    if std::thread::panicking() || raw::short(light).flatten().is_none() {
        begin_in_frame::<HERE>(callsite, first);
    }
}

/// The same for one that another call encloses.
#[inline(never)]
fn begin_in_frame<const HERE: bool>(callsite: &'static Callsite, first: u32) {
    let spot = Some(callsite.spot(first));
    let call = Call { callsite, plan: &Plan::EMPTY, spot };
    if begin_within_another::<true>(&call).is_none() {
        begin_unusual(callsite, &Plan::EMPTY, spot);
    }
}

/// The same for a function that is nowhere at its beginning.
#[inline(never)]
fn begin_nowhere<const HERE: bool>(callsite: &'static Callsite) {
    let light = |thread: &Thread| thread.begin_light(callsite, None, None);
    if std::thread::panicking() || raw::short(light).flatten().is_none() {
        begin_another::<HERE>(callsite, &Plan::EMPTY, None);
    }
}

/// Begins a call; `spot` is its first statement. Off, this is one relaxed load and a branch.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn enter(callsite: &'static Callsite, plan: &'static Plan, spot: Option<At>) -> Guard {
    let is_on = callsite.is_awake();
    if is_on {
        std::hint::cold_path();
        // Known where this stands.
        match spot {
            Some(first) => begin_planned::<HERE>(callsite, plan, first.number()),
            None => begin_within::<HERE>(callsite, plan),
        }
    }
    Guard { callsite, is_on }
}

/// What [`begin`] does, for a call whose id nobody needs.
#[inline(never)]
fn begin_planned<const HERE: bool>(callsite: &'static Callsite, plan: &'static Plan, first: u32) {
    let light = |thread: &Thread| thread.begin_light(callsite, Some(plan), Some(callsite.spot(first)));
    if std::thread::panicking() || raw::short(light).flatten().is_none() {
        begin_another::<HERE>(callsite, plan, Some(callsite.spot(first)));
    }
}

/// The same for a function that is nowhere at its beginning.
#[inline(never)]
fn begin_within<const HERE: bool>(callsite: &'static Callsite, plan: &'static Plan) {
    let light = |thread: &Thread| thread.begin_light(callsite, Some(plan), None);
    if std::thread::panicking() || raw::short(light).flatten().is_none() {
        begin_another::<HERE>(callsite, plan, None);
    }
}

/// Begins a call that another one encloses, or of which nothing is known yet.
#[inline(never)]
fn begin_another<const HERE: bool>(callsite: &'static Callsite, plan: &'static Plan, spot: Option<At>) {
    if begin_within_another::<false>(&Call { callsite, plan, spot }).is_none() {
        begin_unusual(callsite, plan, spot);
    }
}

/// As [`begin_usual`], but a call that light calls enclose may be one itself. `BARE` gives each of its callers a body of
/// its own.
#[inline(always)]
fn begin_within_another<const BARE: bool>(call: &Call) -> Option<()> {
    if std::thread::panicking() {
        return None;
    }
    let begin = |thread: &Thread| {
        if thread.light().is_running() && thread.begin_child(call).is_some() {
            return Some(());
        }
        thread.begin_usual(call).map(|_id| ())
    };
    raw::short(begin).flatten()
}

/// Begins a call of a future that gets its frame at once, and returns its id; nothing if it is not followed.
#[inline(never)]
pub(super) fn begin_framed<const HERE: bool>(
    callsite: &'static Callsite,
    plan: &'static Plan,
) -> Option<u32> {
    let call = Call { callsite, plan, spot: None };
    let begin = |thread: &Thread| thread.begin_usual(&call);
    let begun = if std::thread::panicking() { None } else { raw::short(begin).flatten() };
    begun.or_else(|| begin_unusual(callsite, plan, None))
}

/// Begins a call that is the first of its kind, or is not to be recorded.
#[inline(never)]
fn begin_unusual(callsite: &'static Callsite, plan: &'static Plan, spot: Option<At>) -> Option<u32> {
    if !is_on() {
        callsite.fall_asleep();
        return None;
    }
    let unwinding = std::thread::panicking();
    stack::begin(&Call { callsite, plan, spot }, unwinding)
}

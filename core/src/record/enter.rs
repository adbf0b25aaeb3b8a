//! Entering an operation.

use super::callsite::Callsite;
use super::guard::Guard;
use super::place::{At, NOWHERE};
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
    if raw::short(light).flatten().is_none() {
        begin_child::<HERE>(callsite, &Plan::EMPTY, first);
        return;
    }
    mind_unwinding();
}

/// The same for a function that is nowhere at its beginning.
#[inline(never)]
fn begin_nowhere<const HERE: bool>(callsite: &'static Callsite) {
    let light = |thread: &Thread| thread.begin_light(callsite, None, None);
    if raw::short(light).flatten().is_none() {
        begin_child::<HERE>(callsite, &Plan::EMPTY, NOWHERE);
        return;
    }
    mind_unwinding();
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
    if raw::short(light).flatten().is_none() {
        begin_child::<HERE>(callsite, plan, first);
        return;
    }
    mind_unwinding();
}

/// The same for a function that is nowhere at its beginning.
#[inline(never)]
fn begin_within<const HERE: bool>(callsite: &'static Callsite, plan: &'static Plan) {
    let light = |thread: &Thread| thread.begin_light(callsite, Some(plan), None);
    if raw::short(light).flatten().is_none() {
        begin_child::<HERE>(callsite, plan, NOWHERE);
        return;
    }
    mind_unwinding();
}

/// Begins a call that another one encloses, or of which nothing is known yet; `first` is its first statement. It stands once for all
/// functions.
#[inline(never)]
fn begin_child<const HERE: bool>(callsite: &'static Callsite, plan: &'static Plan, first: u32) {
    if raw::short(|thread| thread.begin_child((callsite, plan), first)).flatten().is_none() {
        begin_in_frame::<HERE>(callsite, plan, callsite.first(first));
        return;
    }
    mind_unwinding();
}

/// Begins a call that gets its frame at once, and returns its id; nothing if it is not recorded.
#[inline(never)]
pub(super) fn begin_in_frame<const HERE: bool>(
    callsite: &'static Callsite,
    plan: &'static Plan,
    spot: Option<At>,
) -> Option<u32> {
    let call = Call { callsite, plan, spot };
    let begin = |thread: &Thread| thread.begin_usual(&call);
    let begun = if std::thread::panicking() { None } else { raw::short(begin).flatten() };
    begun.or_else(|| begin_unusual(&call))
}

/// A call that began while its thread unwinds is not given up for that. This is asked last of all: for what is done after it,
/// whatever that needs would have to be kept while it is asked.
#[inline(always)]
fn mind_unwinding() {
    if std::thread::panicking() {
        began_unwinding();
    }
}

#[cold]
#[inline(never)]
fn began_unwinding() {
    stack::with_top(|frame| frame.unwinding = true);
}

/// Begins a call that is the first of its kind, or is not to be recorded.
#[inline(never)]
fn begin_unusual(call: &Call) -> Option<u32> {
    if !is_on() {
        call.callsite.fall_asleep();
        return None;
    }
    stack::begin(call, std::thread::panicking())
}

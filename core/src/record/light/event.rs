//! Events of a light call: what they count for is only asked when the call ends.

use super::told::Entry;
use crate::model::{Fact, Plan, Promise};

/// How many of those that were told are looked at for the usual promises.
const FIRST: usize = 4;
/// Of how many events a plan may speak whose promises are checked here, if they are not the usual ones.
const FACTS: usize = 8;

/// Whether every promise is kept by a call that fulfilled and has told this, beyond doubt.
#[inline(always)]
pub(super) fn keep(plan: &Plan, told: &[Entry]) -> bool {
    // Which event of the plan each of the first ones is; none is beyond all.
    let mut which = [usize::MAX; FIRST];
    for (which, entry) in which.iter_mut().zip(told) {
        if let Some(kind) = entry.kind() {
            *which = plan.events.iter().position(|event| event.id == kind.id).unwrap_or(usize::MAX);
        }
    }
    plan.promises.iter().all(|promise| is_kept_plainly(promise, which)) || keep_in_all(plan, told)
}

/// The same of any promises, by the facts as a frame counts them.
#[inline(never)]
fn keep_in_all(plan: &Plan, told: &[Entry]) -> bool {
    let mut facts = [Fact::NONE; FACTS];
    let Some(facts) = facts.get_mut(..plan.events.len()) else { return false };
    for (seq, (kind, site)) in (1..).zip(told.iter().filter_map(Entry::event)) {
        for (event, fact) in plan.events.iter().zip(facts.iter_mut()) {
            if event.id == kind.id {
                fact.happened(seq, site);
            }
        }
    }
    plan.is_kept(facts)
}

/// The usual promises: one event at least once, and one before another. What is not kept plainly may be kept all the same.
#[inline(always)]
fn is_kept_plainly(promise: &Promise, which: [usize; FIRST]) -> bool {
    let first = |event: usize| which.iter().position(|which| *which == event);
    match promise {
        Promise::Emits { any_of: [event], min: 1, max: None, .. } => which.contains(event),
        Promise::Before { first: earlier, then: later, .. } => match (first(*earlier), first(*later)) {
            (Some(earlier), Some(later)) => earlier < later,
            _ => false,
        },
        _ => false,
    }
}

/// Whether events of a call with this plan are counted for its promises and nothing else.
#[inline(always)]
pub(super) fn only_counts(plan: &Plan) -> bool {
    plan.limits.is_empty() && counts_besides_limits(plan)
}

/// The same but for its limits.
#[inline(always)]
pub(super) fn counts_besides_limits(plan: &Plan) -> bool {
    plan.agrees.is_empty() && !plan.idempotent && !plan.only
}

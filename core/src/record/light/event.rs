//! Events of a light call: what they count for is only asked when the call ends.

use super::told::Entry;
use crate::model::{Fact, Limit, Plan};

/// Of how many events a plan may speak whose promises are checked here.
const FACTS: usize = 8;

/// Whether every promise is kept by a call that fulfilled and has told this, beyond doubt: by the facts as a frame counts
/// them.
pub(super) fn keep(plan: &Plan, told: &[Entry]) -> bool {
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

/// Where above the marks of a key it stands what enclosing calls ask.
const ASKED: u32 = 26;

/// What the plan of an operation asks of each event, beside that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::record) struct Asks(pub(in crate::record) u8);

impl Asks {
    /// Nothing.
    pub(super) const NOTHING: Asks = Asks(0);
    /// There are limits, of which none is exceeded by the first event of its kind, nor needs more than what is told of it.
    pub(super) const LIMITS: Asks = Asks(1);
    /// More than a light call can tell.
    pub(in crate::record) const MORE: Asks = Asks(2);

    pub(in crate::record) fn of(plan: &Plan) -> Asks {
        let is_told = |limit: &Limit| {
            let meta = plan.events.get(limit.event).map(|event| event.meta);
            let has_key = || meta.is_some_and(|meta| meta.fields.contains(&limit.by));
            limit.max > 0 && limit.idempotent.is_none() && (limit.key.is_none() || has_key())
        };
        if !plan.agrees.is_empty() || plan.idempotent || plan.only || !plan.limits.iter().all(is_told) {
            return Asks::MORE;
        }
        if plan.limits.is_empty() { Asks::NOTHING } else { Asks::LIMITS }
    }

    /// What the calls ask that enclose one: it stands above how much had been told when that began.
    #[inline(always)]
    pub(super) fn above(first: u32) -> Asks {
        Asks((first >> ASKED) as u8)
    }

    /// What stands there of calls that a call encloses which asks for this.
    #[inline(always)]
    pub(super) fn marks_above(self, first: u32) -> u32 {
        u32::from(self.0) << ASKED | first >> ASKED << ASKED
    }

    /// What one of the two asks.
    #[inline(always)]
    pub(super) fn or(self, other: Asks) -> Asks {
        Asks(self.0 | other.0)
    }

    #[inline(always)]
    pub(super) fn is_nothing(self) -> bool {
        self.0 == 0
    }

    #[inline(always)]
    pub(super) fn is_more(self) -> bool {
        self.0 & Asks::MORE.0 != 0
    }
}

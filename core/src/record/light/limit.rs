//! Events of light calls that have limits: one may be put down as long as it is beyond doubt that all of them are kept.

use super::Light;
use super::child::Outer;
use super::number::{Number, Numbers};
use super::told::{Entry, Event, What};
use crate::model::{Limit, Plan, Site};
use crate::record::frame::{Frame, Kind, LimitKey, Token};

impl Light {
    /// Whether no event of this kind was told: the first one keeps each limit, whatever its key is.
    #[inline(never)]
    pub(super) fn is_first(&self, kind: &Kind) -> bool {
        let is_other = |entry: &Entry| entry.kind().is_none_or(|own| own.id != kind.id);
        self.told.with(0, self.used(), |told| told.iter().all(is_other)) == Some(true)
    }

    /// Whether one that is not the first one keeps all limits, beyond doubt.
    #[inline(never)]
    pub(in crate::record) fn is_within_limits(&self, kind: &Kind, numbers: &Numbers) -> bool {
        let keeps = |(plan, first): (Option<&'static Plan>, u32)| {
            let told = |told: &[Entry]| plan.is_none_or(|plan| are_within(plan, told, (kind, numbers)));
            self.told.with(first, self.used(), told) == Some(true)
        };
        self.is_running()
            && keeps((self.now.plan.get(), self.first()))
            && self.outer.iter().take(self.depth() as usize).map(Outer::plan_and_first).all(keeps)
    }
}

/// Whether each limit of a plan allows one event of this kind, or of this key, and none was told.
fn are_within(plan: &'static Plan, told: &[Entry], (kind, numbers): (&Kind, &Numbers)) -> bool {
    limits_of(plan, kind).all(|(_, limit)| {
        let key = key(limit, kind, numbers);
        told.iter().all(|entry| match entry.what {
            What::Event(_, Event { kind: own, numbers, .. }) if own.id == kind.id => {
                limit.key.is_some() && key != self::key(limit, own, &numbers)
            }
            _ => true,
        })
    })
}

/// The limits of a plan that are about events of this kind, each with its number.
fn limits_of(plan: &'static Plan, kind: &Kind) -> impl Iterator<Item = (usize, &'static Limit)> {
    let is_about = |limit: &Limit| plan.events.get(limit.event).is_some_and(|event| event.id == kind.id);
    plan.limits.iter().enumerate().filter(move |(_, limit)| is_about(limit))
}

/// The key that a limit counts an event under, if it is one of its numbers.
fn key(limit: &Limit, kind: &Kind, numbers: &Numbers) -> Option<Number> {
    numbers.number(kind.meta.fields.iter().position(|field| *field == limit.by)?)
}

impl Frame {
    /// Counts an event that was told while this call had no frame.
    pub(super) fn count_told(&mut self, (kind, site): (&Kind, &'static Site), numbers: &Numbers) {
        self.count_event(kind, (site, Token::NONE));
        for (limit, declared) in limits_of(self.plan, kind) {
            let key = match declared.key {
                None => Some((0, None)),
                Some(_) => key(declared, kind, numbers).map(|key| (key.bits, Some(key.value()))),
            };
            if let Some((hash, key)) = key {
                self.count_key(&LimitKey { limit, hash, key, token: None }, site);
            }
        }
    }
}

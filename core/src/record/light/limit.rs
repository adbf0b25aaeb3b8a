//! Events of light calls that have limits: one may be put down as long as it is beyond doubt that all of them are kept.

use super::Light;
use super::child::Outer;
use super::event::counts_besides_limits;
use super::number::Numbers;
use super::told::Entry;
use crate::model::{Limit, Plan, Site};
use crate::record::emit::Said;
use crate::record::frame::{Frame, Kind, LimitKey, Token};
use crate::record::thread::Thread;

impl Light {
    /// Whether an event keeps the limits of all running calls, beyond doubt. Its numbers learn which of them is its key.
    #[inline(always)]
    fn keeps_limits(&self, said: &Said<'_>, numbers: &mut Numbers) -> bool {
        let mut keeps = |(plan, first): (Option<&'static Plan>, u32)| {
            plan.is_none_or(|plan| self.keeps_those_of(plan, first, (said, numbers)).is_some())
        };
        keeps((self.plan.get(), self.first()))
            && (self.depth() == 0
                || self.outer.iter().take(self.depth() as usize).map(Outer::plan_and_first).all(keeps))
    }

    /// The same of one call, which began there: each of its limits allows one event of this kind, or of this key, and none
    /// was told since.
    #[inline(never)]
    fn keeps_those_of(
        &self,
        plan: &'static Plan,
        first: u32,
        (said, numbers): (&Said<'_>, &mut Numbers),
    ) -> Option<()> {
        if !counts_besides_limits(plan) {
            return None;
        }
        for (_, limit) in limits_of(plan, said.kind) {
            if limit.max == 0 || limit.idempotent.is_some() {
                return None;
            }
            let key = match limit.key {
                // Nobody's code is run, and where it is a number, all have the same key.
                Some(read) => Some(numbers.set_key(&read(said.event, true)?)?),
                None => None,
            };
            let is_other =
                |told: Numbers| key.is_some() && told.key().is_some_and(|other| Some(other) != key);
            let are_others =
                |told: &[Entry]| told.iter().all(|entry| entry.numbers_of(said.kind).is_none_or(is_other));
            if self.told.with(first, self.used(), are_others) != Some(true) {
                return None;
            }
        }
        Some(())
    }
}

/// The limits of a plan that are about events of this kind, each with its number.
fn limits_of(plan: &'static Plan, kind: &Kind) -> impl Iterator<Item = (usize, &'static Limit)> {
    let is_about = |limit: &Limit| plan.events.get(limit.event).is_some_and(|event| event.id == kind.id);
    plan.limits.iter().enumerate().filter(move |(_, limit)| is_about(limit))
}

impl Thread {
    /// Says an event of a light call that only counts, also for limits, if those are kept beyond doubt.
    #[inline(never)]
    pub(in crate::record) fn say_within_limits(
        &self,
        said: &Said<'_>,
        numbers: &Numbers,
        worth: f64,
    ) -> Option<()> {
        let light = self.light();
        let callsite = light.callsite.get()?;
        let mut numbers = *numbers;
        if !light.keeps_limits(said, &mut numbers) {
            return None;
        }
        self.put_event(callsite, (said.kind, &numbers, said.site), worth)
    }
}

impl Frame {
    /// Counts an event that was told while this call had no frame.
    pub(super) fn count_told(&mut self, (kind, site): (&Kind, &'static Site), numbers: &Numbers) {
        self.count_event(kind, (site, Token::NONE));
        for (limit, declared) in limits_of(self.plan, kind) {
            let key = match declared.key {
                None => Some((0, None)),
                Some(_) => numbers.key().map(|key| (key.bits, Some(key.value()))),
            };
            if let Some((hash, key)) = key {
                self.count_key(&LimitKey { limit, hash, key, token: None }, site);
            }
        }
    }
}

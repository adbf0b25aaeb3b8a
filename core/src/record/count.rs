//! Counting events where a plan speaks of them.

use std::any::TypeId;

use super::figure::Lost;
use super::frame::{BOUND, Frame, Kind, LimitKey, Token};
use crate::model::{Duplicate, Fact, Site};

/// How many distinct keys one limit follows.
const KEYS: usize = 1_024;

/// How often a limit saw one key, and where last. Each idempotency key has an entry of its own, with the count so far.
pub(super) struct KeyCount {
    limit: usize,
    hash: u64,
    token: Option<u64>,
    count: u32,
    site: &'static Site,
}

impl Frame {
    /// Counts an event for this operation: its place, and the idempotency key under which it was said.
    #[inline(always)]
    pub(super) fn count_event(&mut self, kind: &Kind, (site, token): (&'static Site, Token)) {
        self.acted = true;
        let seq = self.next();
        if !self.plan.events.is_empty() || self.plan.only {
            let is_repeat = token.get().is_some_and(|token| self.is_repeat(kind.id, token));
            let is_known = self.count_promised(&kind.id, site, (seq, is_repeat));
            if self.plan.only && !is_known && self.outsiders.len() < BOUND {
                self.outsiders.push((kind.meta.name, *site));
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn count_first(&mut self, id: &TypeId, site: &'static Site, said: (u32, bool)) -> bool {
        self.facts.resize(self.plan.events.len(), Fact::NONE);
        self.count_promised(id, site, said)
    }

    /// One fact for each event of the plan, and nothing in one that has not happened.
    pub(super) fn lay_out_facts(&mut self) {
        self.facts.resize(self.plan.events.len(), Fact::NONE);
        self.facts.iter_mut().filter(|fact| fact.count == 0).for_each(|fact| *fact = Fact::NONE);
    }

    /// Counts an event where the plan speaks of it; returns whether it does.
    #[inline(never)]
    fn count_promised(&mut self, id: &TypeId, site: &'static Site, (seq, is_repeat): (u32, bool)) -> bool {
        let events = self.plan.events;
        if self.facts.len() < events.len() {
            return self.count_first(id, site, (seq, is_repeat));
        }
        let mut is_known = false;
        for (reference, fact) in events.iter().zip(&mut self.facts) {
            if reference.id == *id {
                is_known = true;
                fact.happened(seq, site);
                fact.repeats += u32::from(is_repeat);
            }
        }
        is_known
    }

    /// Counts one key of a limit; beyond the limit, it is a duplicate.
    pub(super) fn count_key(&mut self, key: &LimitKey, site: &'static Site) {
        let &LimitKey { limit, hash, ref key, token } = key;
        let max = self.plan.limits.get(limit).map_or(u32::MAX, |limit| limit.max);
        let same = |known: &KeyCount| known.limit == limit && known.hash == hash;
        let keys = self.keys_to_count();
        if token.is_some() && keys.iter().any(|known| same(known) && known.token == token) {
            return;
        }
        let is_full = keys.len() >= KEYS;
        let known = keys.iter_mut().rfind(|known| same(known));
        let (count, before) = known.as_ref().map_or((1, site), |known| (known.count + 1, known.site));
        match known {
            Some(known) if token.is_none() => (known.count, known.site) = (count, site),
            _ if is_full => return self.lose(Lost::Key),
            _ => keys.push(KeyCount { limit, hash, token, count, site }),
        }
        if count > max && self.duplicates.len() < BOUND {
            let key = key.as_ref().map_or_else(String::new, ToString::to_string);
            self.duplicates.push(Duplicate { limit, count, key, site: *site, before: *before });
        }
    }

    /// Whether this event was seen under this idempotency key before.
    #[inline(never)]
    fn is_repeat(&mut self, id: TypeId, token: u64) -> bool {
        let is_known = self.tokens.contains(&(id, token));
        if !is_known && self.tokens.len() < KEYS {
            self.tokens.push((id, token));
        }
        is_known
    }
}

//! The record of one running call.

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::callsite::Callsite;
use super::carry::Shared;
use super::emit::Feed;
use super::figure::{self, Lost};
use super::ledger::Pending;
use super::sink::{Context, sink};
use super::stack;
use super::story::Notes;
use crate::model::{
    Broken, Class, Conduct, Duplicate, Entry, EventMeta, Exit, Fact, LogLine, Outcome, Plan, ReadKey, Site,
    Spot, Stage, Task, Told, Value,
};

/// How many entries, log lines, checks, keys or tasks one call keeps.
pub(super) const BOUND: usize = 64;
/// How many distinct keys one limit follows.
const KEYS: usize = 1_024;

/// Everything that one running call has seen. Its lists keep their memory when the frame is used again.
pub(super) struct Frame {
    pub(super) id: u32,
    pub(super) callsite: &'static Callsite,
    pub(super) plan: &'static Plan,
    pub(super) scope: u64,
    pub(super) started: u64,
    /// When the call ended; work that it spawned may be told of later.
    pub(super) ended: u64,
    pub(super) seq: u32,
    pub(super) outcome: Option<Outcome>,
    pub(super) key: Option<Value>,
    /// Where the call is, while another one is on top.
    pub(super) at: Option<&'static Spot>,
    /// Where the enclosing call is, while this one is on top.
    pub(super) outer: Option<&'static Spot>,
    pub(super) facts: Vec<Fact>,
    pub(super) keys: Vec<KeyCount>,
    /// Which events were seen under which idempotency key.
    tokens: Vec<(TypeId, u64)>,
    pub(super) duplicates: Vec<Duplicate>,
    pub(super) outsiders: Vec<(&'static str, Site)>,
    pub(super) entries: Vec<Entry>,
    /// Errors of scrutinees whose arm has not been entered yet.
    pub(super) pending: Vec<Pending>,
    pub(super) logs: Vec<LogLine>,
    pub(super) broken: Vec<Broken>,
    pub(super) tasks: Vec<Task>,
    pub(super) told: Vec<Told>,
    pub(super) places: Vec<(&'static str, Value)>,
    pub(super) folds: Option<Arc<dyn Feed>>,
    pub(super) notes: Notes,
    pub(super) accounted: Option<u64>,
    pub(super) acted: bool,
    /// A child was abandoned and is reported: this call's own abandonment has the same cause.
    pub(super) abandoned_below: bool,
    pub(super) lost: u64,
    /// Set once work was spawned that carries this operation.
    pub(super) shared: Option<Arc<Shared>>,
    /// Set on the frame of spawned work: the operation that it belongs to. Nothing bubbles past such a frame directly.
    pub(super) link: Option<Arc<Shared>>,
    pub(super) stage: Stage,
}

/// How often a limit saw one key, and where last. Each idempotency key has an entry of its own, with the count so far.
pub(super) struct KeyCount {
    limit: usize,
    hash: u64,
    token: Option<u64>,
    count: u32,
    site: Site,
}

/// What one event counts for: a limit by index, the hash and text of its key, and its idempotency key, if it has one.
pub(super) struct LimitKey {
    pub(super) limit: usize,
    pub(super) hash: u64,
    pub(super) text: String,
    pub(super) token: Option<u64>,
}

impl Frame {
    pub(super) fn new(callsite: &'static Callsite, plan: &'static Plan) -> Frame {
        Frame {
            id: 0,
            callsite,
            plan,
            scope: 0,
            started: 0,
            ended: 0,
            seq: 0,
            outcome: None,
            key: None,
            at: None,
            outer: None,
            facts: Vec::new(),
            keys: Vec::new(),
            tokens: Vec::new(),
            duplicates: Vec::new(),
            outsiders: Vec::new(),
            entries: Vec::new(),
            pending: Vec::new(),
            logs: Vec::new(),
            broken: Vec::new(),
            tasks: Vec::new(),
            told: Vec::new(),
            places: Vec::new(),
            folds: None,
            notes: Notes::default(),
            accounted: None,
            acted: false,
            abandoned_below: false,
            lost: 0,
            shared: None,
            link: None,
            stage: Stage::Whole,
        }
    }

    /// Makes a used frame new, keeping the memory of its lists.
    pub(super) fn reset(&mut self, callsite: &'static Callsite, plan: &'static Plan) {
        self.callsite = callsite;
        self.plan = plan;
        self.seq = 0;
        self.outcome = None;
        self.key = None;
        self.at = None;
        self.accounted = None;
        self.acted = false;
        self.abandoned_below = false;
        self.lost = 0;
        self.folds = None;
        self.shared = None;
        self.link = None;
        self.stage = Stage::Whole;
        self.clear_lists();
        self.facts.clear();
        self.facts.resize(plan.events.len(), Fact::default());
    }

    fn clear_lists(&mut self) {
        self.keys.clear();
        self.tokens.clear();
        self.duplicates.clear();
        self.outsiders.clear();
        self.entries.clear();
        self.pending.clear();
        self.logs.clear();
        self.broken.clear();
        self.tasks.clear();
        self.told.clear();
        self.places.clear();
        self.notes.clear();
    }

    /// The next sequence number.
    #[inline]
    pub(super) fn next(&mut self) -> u32 {
        self.seq = self.seq.saturating_add(1);
        self.seq
    }

    /// Where the call is now, as a place. While the frame is on top, the thread knows.
    pub(super) fn position(&self, at: Option<&'static Spot>) -> Site {
        at.map_or(self.callsite.operation.site, |spot| spot.site)
    }

    /// The idempotency key of this call, if it is declared to have one.
    pub(super) fn token(&self) -> Option<u64> {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let key = self.key.as_ref().filter(|key| self.plan.idempotent && !matches!(key, Value::Opaque))?;
        let mut hasher = DefaultHasher::new();
        (std::ptr::from_ref(self.callsite).addr(), key.to_string()).hash(&mut hasher);
        Some(hasher.finish())
    }

    /// Whether this event was seen under this idempotency key before.
    fn is_repeat(&mut self, id: TypeId, token: Option<u64>) -> bool {
        let Some(token) = token else { return false };
        let is_known = self.tokens.contains(&(id, token));
        if !is_known && self.tokens.len() < KEYS {
            self.tokens.push((id, token));
        }
        is_known
    }

    /// Counts an event for this operation: its place, and the idempotency key under which it was said.
    pub(super) fn count_event(
        &mut self,
        id: TypeId,
        meta: &'static EventMeta,
        (site, token): (Site, Option<u64>),
    ) {
        self.acted = true;
        let seq = self.next();
        let repeats = u32::from(self.is_repeat(id, token));
        let plan = self.plan;
        let mut known = false;
        for (reference, fact) in plan.events.iter().zip(&mut self.facts) {
            if reference.id != id {
                continue;
            }
            known = true;
            fact.count += 1;
            fact.repeats += repeats;
            fact.last = seq;
            fact.last_site = Some(site);
            if fact.count == 1 {
                fact.first = seq;
                fact.first_site = Some(site);
            }
        }
        if plan.only && !known && self.outsiders.len() < BOUND {
            self.outsiders.push((meta.name, site));
        }
    }

    /// Counts one key of a limit; beyond the limit, it is a duplicate.
    pub(super) fn count_key(&mut self, key: LimitKey, site: Site) {
        let LimitKey { limit, hash, text: key, token } = key;
        let max = self.plan.limits.get(limit).map_or(u32::MAX, |limit| limit.max);
        let same = |known: &KeyCount| known.limit == limit && known.hash == hash;
        if token.is_some() && self.keys.iter().any(|known| same(known) && known.token == token) {
            return;
        }
        let is_full = self.keys.len() >= KEYS;
        let known = self.keys.iter_mut().rfind(|known| same(known));
        let (count, before) = known.as_ref().map_or((1, site), |known| (known.count + 1, known.site));
        match known {
            Some(known) if token.is_none() => (known.count, known.site) = (count, site),
            _ if is_full => return self.lose(Lost::Key),
            _ => self.keys.push(KeyCount { limit, hash, token, count, site }),
        }
        if count > max && self.duplicates.len() < BOUND {
            self.duplicates.push(Duplicate { limit, count, key, site, before });
        }
    }

    /// Keeps a value that events and log lines should agree on.
    pub(super) fn tell(&mut self, told: Told) {
        if self.told.len() < BOUND {
            self.told.push(told);
        } else {
            self.lose(Lost::Field);
        }
    }

    /// Something about this call did not fit: its verdicts are inconclusive.
    pub(super) fn lose(&mut self, what: Lost) {
        self.lost += 1;
        figure::lose(what, 1);
    }

    /// Whether the end of this call has to be judged.
    fn is_worth_judging(&self, outcome: &Outcome) -> bool {
        !self.plan.promises.is_empty()
            || !self.entries.is_empty()
            || !self.broken.is_empty()
            || !self.logs.is_empty()
            || !self.duplicates.is_empty()
            || !self.outsiders.is_empty()
            || !self.tasks.is_empty()
            || !self.told.is_empty()
            || self.lost > 0
            || outcome.class == Class::Abandoned
    }

    /// Shows the call to the sink.
    pub(super) fn conclude(&self, outcome: &Outcome, exit: Option<&'static Spot>) {
        let Some(sink) = sink() else { return };
        if !self.is_worth_judging(outcome) {
            return;
        }
        let site = self.callsite.operation.site;
        let conduct = Conduct {
            operation: &self.callsite.operation,
            plan: self.plan,
            outcome,
            exit: exit.copied().unwrap_or(Spot { site, exit: Exit::Statement }),
            facts: &self.facts,
            duplicates: &self.duplicates,
            outsiders: &self.outsiders,
            entries: &self.entries,
            logs: &self.logs,
            broken: &self.broken,
            tasks: &self.tasks,
            told: &self.told,
            accounted: self.accounted,
            acted: self.acted && !self.abandoned_below,
            lost: self.lost,
            stage: self.stage,
        };
        let story = || self.notes.tell(self.started, self.ended);
        stack::aside(|| {
            sink.conclude(self.scope, &conduct, &Context { key: self.key.as_ref(), story: &story })
        });
    }

    /// After an early verdict: only what is still pending stays.
    pub(super) fn forget_judged(&mut self) {
        self.duplicates.clear();
        self.outsiders.clear();
        self.entries.clear();
        self.logs.clear();
        self.broken.clear();
        self.tasks.clear();
        self.lost = 0;
        self.stage = Stage::Late;
    }
}

/// Reads the key of a limit; the user's `Display` may panic, and then the event counts for no key.
pub(super) fn read_key(read: ReadKey, event: &dyn Any) -> Option<(u64, String)> {
    let read = catch_unwind(AssertUnwindSafe(|| read(event)));
    if read.is_err() {
        figure::lose(Lost::Key, 1);
    }
    read.ok().flatten()
}

//! Saying events: they count for every enclosing operation, across tasks and threads that carry one.

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::carry::Shared;
use super::clock::ticks;
use super::figure::{self, Lost};
use super::frame::{Frame, LimitKey, read_key};
use super::sink::sink;
use super::stack::{self, Stack};
use super::state::is_on;
use super::story::{Body, Note};
use crate::model::{Event, EventMeta, FieldSink, LineKind, Plan, Site, Told, Value};

/// Receives every event of an operation: a fold of `ensures(count(A) == ..)`.
pub trait Feed: Send + Sync {
    /// One event.
    fn feed(&self, event: &dyn Any);
}

/// Folds the events of the current call with `feed`.
pub fn folds(feed: Arc<dyn Feed>) {
    stack::with_top(|frame| frame.folds = Some(feed));
}

/// One event on its way to the operations that enclose it.
pub(super) struct Said<'a> {
    pub(super) id: TypeId,
    pub(super) meta: &'static EventMeta,
    pub(super) event: &'a dyn Any,
    pub(super) site: Site,
    pub(super) at: u64,
    pub(super) values: &'a [Value],
    /// The idempotency key under which it is said: that of the outermost `idempotent` operation passed so far.
    pub(super) token: Option<u64>,
}

/// Says that `event` happened. `site` is where it is said.
#[inline]
pub fn emit<E: Event>(event: E, site: &'static Site) {
    if is_on() {
        say(event, site);
    }
}

#[inline(never)]
fn say<E: Event>(event: E, site: &'static Site) {
    if stack::is_aside() {
        // Said by a `Debug` or a predicate that candor asks: it would be said again for each time it is asked.
        figure::lose(Lost::Reentrant, 1);
        return;
    }
    let mut fields = Fields { values: [const { Value::Opaque }; 8], len: 0 };
    // The user's `Debug` may panic; the event is said all the same.
    let readable = stack::reading(|| event.record(&mut fields));
    // The observed code's own position tells more than the place of the `emit!` in the effect below it.
    let position = stack::position().map_or(*site, |spot| spot.site);
    let values = fields.values.get(..fields.len).unwrap_or_default();
    let said = Said {
        id: TypeId::of::<E>(),
        meta: E::META,
        event: &event,
        site: position,
        at: ticks(),
        values,
        token: None,
    };
    let scope = stack::with(|stack| {
        stack.figures.event(E::META);
        deliver(stack, said)
    });
    if let Err(payload) = readable {
        super::check::unreadable(E::META.name, &*payload);
    }
    if let (Some(scope), Some(sink)) = (scope, sink())
        && scope != 0
    {
        stack::aside(|| sink.event(scope, E::META, Arc::new(event)));
    }
}

/// Brings an event to every enclosing operation; returns the scope that it happened in.
fn deliver(stack: &mut Stack, mut said: Said<'_>) -> u64 {
    let Some(top) = stack.frames.last_mut() else { return stack::scope() };
    top.notes.push_event(said.at, said.site, said.meta, said.values);
    let scope = top.scope;
    for frame in stack.frames.iter_mut().rev() {
        if let Some(owner) = &frame.link {
            Shared::event(owner, said);
            break;
        }
        said.token = frame.token().or(said.token);
        frame.take_event(&said);
    }
    scope
}

impl Frame {
    fn take_event(&mut self, said: &Said<'_>) {
        self.count_event(said.id, said.meta, (said.site, said.token));
        for field in self.plan.agrees {
            let named = said.meta.fields.iter().zip(said.values).find(|(name, _)| *name == field);
            if let Some((_, value)) = named {
                self.tell(Told { field, value: value.to_string(), by_event: true, site: said.site });
            }
        }
        if !self.plan.limits.is_empty() {
            for key in limit_keys(self.plan, said) {
                self.count_key(key, said.site);
            }
        }
        if let Some(folds) = self.folds.clone() {
            feed(&folds, said.event);
        }
    }
}

/// What an event counts for under the limits of a plan.
pub(super) fn limit_keys(plan: &'static Plan, said: &Said<'_>) -> impl Iterator<Item = LimitKey> {
    let (event, token, id) = (said.event, said.token, said.id);
    let own = move |limit: usize| plan.events.get(limit).is_some_and(|reference| reference.id == id);
    plan.limits.iter().enumerate().filter(move |(_, limit)| own(limit.event)).filter_map(
        move |(index, limit)| {
            let (hash, text) = match limit.key {
                None => (0, String::new()),
                Some(read) => read_key(read, event)?,
            };
            let own = limit.idempotent.and_then(|read| read_key(read, event)).map(|(hash, _)| hash);
            Some(LimitKey { limit: index, hash, text, token: own.or(token) })
        },
    )
}

/// Feeds a fold; a panic in the user's `Add` or `Clone` is counted and goes no further.
pub(super) fn feed(folds: &Arc<dyn Feed>, event: &dyn Any) {
    if catch_unwind(AssertUnwindSafe(|| folds.feed(event))).is_err() {
        figure::lose(Lost::Fold, 1);
    }
}

/// The values of one event, without allocation for numbers.
struct Fields {
    values: [Value; 8],
    len: usize,
}

impl FieldSink for Fields {
    fn field(&mut self, _name: &'static str, value: Value) {
        match self.values.get_mut(self.len) {
            Some(slot) => {
                *slot = value;
                self.len += 1;
            }
            None => figure::lose(Lost::Field, 1),
        }
    }
}

/// A witness: this place of the code was reached.
pub fn sometimes(name: &'static str, site: &'static Site) {
    stack::with_top(|frame| {
        let note = Note {
            at: ticks(),
            depth: 0,
            site: Some(*site),
            body: Body::Words { kind: LineKind::Check, text: format!("reached: {name}") },
        };
        frame.notes.push(note);
    });
}

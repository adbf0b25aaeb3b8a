//! Saying events: they count for every enclosing operation, across tasks and threads that carry one.

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::carry::Shared;
use super::clock::ticks;
use super::figure::{self, Lost};
use super::frame::Frame;
use super::sink::sink;
use super::stack::{self, Stack};
use super::state::is_on;
use super::story::{Body, Note};
use crate::model::{Event, EventMeta, FieldSink, LineKind, Site, Told, Value};

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
    let said =
        Said { id: TypeId::of::<E>(), meta: E::META, event: &event, site: position, at: ticks(), values };
    let scope = stack::with(|stack| {
        stack.figures.event(E::META);
        deliver(stack, &said)
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
fn deliver(stack: &mut Stack, said: &Said<'_>) -> u64 {
    let Some(top) = stack.frames.last_mut() else { return stack::scope() };
    top.notes.push_event(said.at, said.site, said.meta, said.values);
    let scope = top.scope;
    for frame in stack.frames.iter_mut().rev() {
        if let Some(owner) = &frame.link {
            Shared::event(owner, said);
            break;
        }
        frame.take_event(said);
    }
    scope
}

impl Frame {
    fn take_event(&mut self, said: &Said<'_>) {
        self.count_event(said.id, said.meta, said.site);
        for field in self.plan.agrees {
            let named = said.meta.fields.iter().zip(said.values).find(|(name, _)| *name == field);
            if let Some((_, value)) = named {
                self.tell(Told { field, value: value.to_string(), by_event: true, site: said.site });
            }
        }
        if !self.plan.limits.is_empty() {
            self.check_limits(said.id, said.event, said.site);
        }
        if let Some(folds) = self.folds.clone() {
            feed(&folds, said.event);
        }
    }
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

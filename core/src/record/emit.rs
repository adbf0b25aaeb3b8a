//! Saying events: they count for every enclosing operation, across tasks and threads that carry one.

use std::any::{Any, TypeId};
use std::hint::cold_path;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::carry::Shared;
use super::figure::{self, Lost};
use super::frame::{Frame, Kind, LimitKey, Token, read_key};
use super::light::{Counted, Numbers, Rest, Two};
use super::page::{Run, Values};
use super::place::At;
use super::raw;
use super::sink::sink;
use super::stack::{self, Stack};
use super::state::is_on;
use super::tally::Tally;
use super::thread::{HERE, Thread};
use crate::model::{Event, FieldSink, Limit, LineKind, Plan, Site, Told, Value};

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
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) kind: &'static Kind,
    pub(super) event: &'a dyn Any,
    pub(super) site: &'static Site,
}

/// Says that `event` happened. `site` is where it is said.
#[inline]
pub fn emit<E: Event>(event: E, site: &'static Site) {
    if is_on() {
        cold_path();
        say(event, site);
    }
}

/// Where it is said it takes no more than a call: what is the same for all events stands elsewhere.
#[cfg_attr(not(debug_assertions), inline(always))]
fn say<E: Event>(event: E, site: &'static Site) {
    let kind = const { &Kind { id: TypeId::of::<E>(), meta: E::META } };
    let worth = worth(&event);
    if event.is_raw() {
        let mut numbers = Numbers::NONE;
        event.record(&mut numbers);
        let tally = match numbers.few() {
            Some((two, rest)) => say_lightly::<HERE>((kind, site), two, rest),
            None if numbers.has_more() => None,
            None => say_some((kind, site), &numbers),
        };
        if let Some(tally) = tally {
            return tally.add_worth(worth);
        }
    }
    say_more(event, site, kind, worth);
}

/// In a light call it is only put down what was said. Nobody listens to one. Numbers pass in registers: one that was written
/// just before would have to be waited for. Tells where the event is counted.
#[inline(never)]
fn say_lightly<const HERE: bool>(
    said: (&'static Kind, &'static Site),
    two: Two,
    rest: Rest,
) -> Option<&'static Tally> {
    match raw::short(|thread| thread.say_at_once(said, &Numbers::from((two, rest)))).flatten() {
        Some(Counted { tally, has_time: true }) => Some(tally),
        // This comes last, so that nothing has to be kept.
        Some(Counted { tally, has_time: false }) => {
            cold_path();
            time_event(tally)
        }
        None => {
            cold_path();
            say_few(said, two, rest)
        }
    }
}

/// The event that was said last is counted here; when it happened has to be found out.
#[inline(never)]
fn time_event(tally: &'static Tally) -> Option<&'static Tally> {
    raw::short(Thread::time_event);
    Some(tally)
}

/// The same for one of which more has to be found out.
#[inline(never)]
fn say_few(said: (&'static Kind, &'static Site), two: Two, rest: Rest) -> Option<&'static Tally> {
    say_some(said, &Numbers::from((two, rest)))
}

/// The same, and for an event of more numbers.
#[inline(never)]
fn say_some(said: (&'static Kind, &'static Site), numbers: &Numbers) -> Option<&'static Tally> {
    raw::short(|thread| thread.say_light(said, numbers, false)).flatten()
}

/// The same for one that is not the first one of its kind.
#[inline(never)]
fn say_within_limits(said: (&'static Kind, &'static Site), numbers: &Numbers) -> Option<&'static Tally> {
    let say = |thread: &Thread| {
        if !thread.light().is_within_limits(said.0, numbers) {
            return None;
        }
        thread.say_light(said, numbers, true)
    };
    raw::short(say).flatten()
}

#[inline(never)]
fn say_more<E: Event>(event: E, site: &'static Site, kind: &'static Kind, worth: f64) {
    let said = Said { kind, event: &event, site };
    if event.is_raw() {
        let mut numbers = Numbers::NONE;
        event.record(&mut numbers);
        let tally = if numbers.has_more() { None } else { say_within_limits((kind, site), &numbers) };
        if let Some(tally) = tally {
            return tally.add_worth(worth);
        }
    }
    let scope = if event.is_raw() {
        bring::<HERE>(&said, worth, &mut |values| event.record(&mut Fields::of(values)))
    } else {
        read_and_say(&said, worth, &mut |values| event.record(&mut Fields::of(values)))
    };
    if let Some(scope) = scope
        && scope != 0
        && let Some(sink) = sink()
    {
        stack::aside(|| sink.event(scope, E::META, Arc::new(event)));
    }
}

/// What an event is worth. It is the user's own code that says so, and only where it was asked to.
fn worth<E: Event>(event: &E) -> f64 {
    if E::META.unit.is_none() {
        return 0.0;
    }
    match stack::reading(|| event.worth()) {
        Ok(worth) => worth.unwrap_or(0.0),
        Err(payload) => {
            super::check::unreadable(E::META.name, &*payload);
            0.0
        }
    }
}

/// Brings an event to the calls that enclose it; `record` puts its fields down. It is the same for all events, so that code
/// that was not met for a while is fetched once and not for each of them. Returns the scope that it happened in.
#[inline(never)]
fn bring<const HERE: bool>(said: &Said<'_>, worth: f64, record: &mut dyn FnMut(&mut Values)) -> Option<u64> {
    stack::with_thread(|thread, stack| {
        // The observed code's own position tells more than the place of the `emit!` in the effect below it.
        let site = thread.position().map_or(said.site, At::site);
        stack.take_event((Said { site, ..*said }, worth), record)
    })
}

/// An event whose fields are read by the user's own code, which may panic and may record something: it is read first.
#[inline(never)]
fn read_and_say(said: &Said<'_>, worth: f64, record: &mut dyn FnMut(&mut Values)) -> Option<u64> {
    if stack::is_aside() {
        // Said by a `Debug` or a predicate that candor asks: it would be said again for each time it is asked.
        figure::lose(Lost::Reentrant, 1);
        return None;
    }
    let mut read = Values::default();
    // The user's `Debug` may panic; the event is said all the same.
    let readable = stack::reading(|| record(&mut read));
    let scope = bring::<false>(said, worth, &mut |values| values.append(&read));
    if let Err(payload) = readable {
        super::check::unreadable(said.kind.meta.name, &*payload);
    }
    scope
}

impl Stack {
    /// Brings an event, with what it is worth, to every enclosing operation; returns the scope that it happened in.
    #[inline(always)]
    fn take_event(&mut self, (said, worth): (Said<'_>, f64), record: &mut dyn FnMut(&mut Values)) -> u64 {
        self.figures.event(said.kind.meta, worth);
        let is_lone = !self.has_outer();
        let Some((top, is_brisk)) = self.top_and_pace() else { return stack::scope() };
        let scope = top.scope;
        let now = if is_brisk { 0 } else { top.now() };
        let values = top.notes.event(now, said.site, said.kind.meta, record);
        if is_lone && top.only_counts() {
            top.count_event(said.kind, (said.site, Token::NONE));
        } else {
            // Only here it has to be in memory.
            self.bubble(&said.clone(), values);
        }
        scope
    }

    /// Brings an event to all calls that enclose it, under the idempotency key of the outermost `idempotent` operation
    /// passed so far, here and beyond the work that this thread does for another one.
    #[inline(never)]
    fn bubble(&mut self, said: &Said<'_>, values: Run) {
        let mut token = Token::NONE;
        for index in (0..self.running).rev() {
            let Some(frame) = self.frames.get_mut(index) else { return };
            if frame.only_counts() {
                frame.count_event(said.kind, (said.site, token));
                continue;
            }
            if let Some(owner) = &frame.link {
                Shared::event(owner, said, token.get());
                return;
            }
            token = frame.token().or(token);
            frame.take_event(said, token);
            if !frame.plan.agrees.is_empty() {
                self.hold_against(index, said, values);
            }
        }
    }

    /// A call has an event that is held against what else it says.
    #[cold]
    #[inline(never)]
    fn hold_against(&mut self, index: usize, said: &Said<'_>, values: Run) {
        let values = self.top().map(|top| top.notes.values(values));
        if let (Some(values), Some(frame)) = (values, self.frames.get_mut(index)) {
            frame.take_told(said, &values);
        }
    }
}

impl Frame {
    /// Whether events are counted for this call and nothing else: none is folded, limited, compared or handed on.
    #[inline(always)]
    fn only_counts(&self) -> bool {
        let plan = self.plan;
        !self.is_touched() && plan.limits.is_empty() && plan.agrees.is_empty() && !plan.idempotent
    }

    #[inline]
    fn take_event(&mut self, said: &Said<'_>, token: Token) {
        self.count_event(said.kind, (said.site, token));
        if !self.plan.limits.is_empty() {
            self.count_limits(said, token.get());
        }
        if self.is_folding() {
            self.feed(said.event);
        }
    }

    #[inline(never)]
    fn count_limits(&mut self, said: &Said<'_>, token: Option<u64>) {
        let plan = self.plan;
        for (index, limit) in plan.limits.iter().enumerate() {
            if let Some(key) = limit_key(plan, (index, limit), said, token) {
                self.count_key(&key, said.site);
            }
        }
    }

    #[inline(never)]
    fn feed(&mut self, event: &dyn Any) {
        if let Some(folds) = &self.folds {
            feed(folds, event);
        }
    }

    /// Keeps what an event says of the fields under `agrees(..)`.
    fn take_told(&mut self, said: &Said<'_>, values: &[Value]) {
        for field in self.plan.agrees {
            let named = said.kind.meta.fields.iter().zip(values).find(|(name, _)| *name == field);
            if let Some((_, value)) = named {
                self.tell(Told { field, value: value.to_string(), by_event: true, site: *said.site });
            }
        }
    }
}

/// What an event counts for under the limits of a plan.
pub(super) fn limit_keys(
    plan: &'static Plan,
    said: &Said<'_>,
    token: Option<u64>,
) -> impl Iterator<Item = LimitKey> {
    let limits = plan.limits.iter().enumerate();
    limits.filter_map(move |limit| limit_key(plan, limit, said, token))
}

/// What it counts for under one of them, if that is about it.
#[inline(always)]
fn limit_key(
    plan: &Plan,
    (index, limit): (usize, &Limit),
    said: &Said<'_>,
    token: Option<u64>,
) -> Option<LimitKey> {
    if plan.events.get(limit.event)?.id != said.kind.id {
        return None;
    }
    let (hash, key) = match limit.key {
        None => (0, None),
        Some(read) => read_key(read, said.event).map(|(hash, key)| (hash, Some(key)))?,
    };
    let own = limit.idempotent.and_then(|read| read_key(read, said.event)).map(|(hash, _)| hash);
    Some(LimitKey { limit: index, hash, key, token: own.or(token) })
}

/// Feeds a fold; a panic in the user's `Add` or `Clone` is counted and goes no further.
pub(super) fn feed(folds: &Arc<dyn Feed>, event: &dyn Any) {
    if catch_unwind(AssertUnwindSafe(|| folds.feed(event))).is_err() {
        figure::lose(Lost::Fold, 1);
    }
}

/// How many fields of an event are kept.
const FIELDS: usize = 8;

/// The values of one event, on their way into the list of a call.
struct Fields<'a> {
    values: &'a mut Values,
    left: usize,
}

impl Fields<'_> {
    #[inline(always)]
    fn of(values: &mut Values) -> Fields<'_> {
        Fields { values, left: FIELDS }
    }
}

impl FieldSink for Fields<'_> {
    #[inline(always)]
    fn field(&mut self, _name: &'static str, value: Value) {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.values.push(value);
            }
            None => figure::lose(Lost::Field, 1),
        }
    }
}

/// A witness: this place of the code was reached.
pub fn sometimes(name: &'static str, site: &'static Site) {
    stack::with_top(|frame| {
        let now = frame.now();
        frame.notes.words(now, LineKind::Check, format!("reached: {name}"), Some(*site));
    });
}

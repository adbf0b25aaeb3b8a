//! What is kept for export: a healthy operation leaves nothing; one that diverged, failed, was slow or was chosen is
//! handed over whole when it ends, and the operations that enclose it get their place in its trace.
//!
//! While nothing is exported, all of this is one relaxed load at the end of a call.

use std::cell::Cell;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use super::frame::Frame;
use super::sink::{Sink, sink};
use super::stack::{self, Stack};
use crate::model::{Class, Divergence, Kept, Link, Outcome, Parent, Why};

const OFF: u8 = 0;
const ON: u8 = 1;
const SAMPLING: u8 = 2;

/// Whether anything is kept. Relaxed: a call that races with the switch is kept or not.
static MODE: AtomicU8 = AtomicU8::new(OFF);
/// From how many ticks on a call is slow.
static SLOW: AtomicU64 = AtomicU64::new(u64::MAX);

/// Begins to keep operations: those that are slow from so many nanoseconds on, and healthy ones if there is `sampling`.
pub fn keep_on(slow_ns: Option<u64>, sampling: bool) {
    let ticks = slow_ns.map_or(u64::MAX, super::clock::ticks_for);
    SLOW.store(ticks, Ordering::Relaxed);
    MODE.store(if sampling { SAMPLING } else { ON }, Ordering::Relaxed);
}

/// Keeps nothing any more.
pub fn keep_off() {
    SLOW.store(u64::MAX, Ordering::Relaxed);
    MODE.store(OFF, Ordering::Relaxed);
}

#[inline(always)]
pub(super) fn is_keeping() -> bool {
    MODE.load(Ordering::Relaxed) != OFF
}

/// Whether a call that took so many ticks is slow.
#[inline(always)]
pub(super) fn is_slow(took: u64) -> bool {
    took >= SLOW.load(Ordering::Relaxed)
}

#[inline(always)]
pub(super) fn is_sampling() -> bool {
    MODE.load(Ordering::Relaxed) == SAMPLING
}

/// The place of one call in a trace; calls that nobody asks about have none.
#[derive(Default)]
pub(super) struct Trace {
    pub(super) link: Option<Link>,
    parent: Option<Parent>,
    is_sampled: bool,
    encloses_kept: bool,
    is_foreign: bool,
    is_exported: bool,
}

impl Trace {
    /// The place of spawned work: that of its operation.
    pub(super) fn of(owner: Link) -> Box<Trace> {
        Box::new(Trace { link: Some(owner), is_sampled: owner.sampled, ..Trace::default() })
    }
}

/// A call has begun: it is chosen with its trace, or now if it begins one.
#[inline(never)]
pub(super) fn sample(stack: &mut Stack) {
    let mut calls = stack.calls().rev();
    let Some(frame) = calls.next() else { return };
    let operation = &frame.callsite.operation;
    let is_sampled = match calls.next() {
        Some(outer) => outer.trace.as_ref().is_some_and(|trace| trace.is_sampled),
        None => ask(|sink| sink.is_sampled(operation)).unwrap_or(false),
    };
    if is_sampled {
        frame.trace_mut().is_sampled = true;
    }
}

/// Asks the sink; a panic in it is counted and goes no further.
fn ask<T>(question: impl FnOnce(&'static dyn Sink) -> T) -> Option<T> {
    let sink = sink()?;
    let mut answer = None;
    stack::aside(|| answer = Some(question(sink)));
    answer
}

impl Frame {
    fn trace_mut(&mut self) -> &mut Trace {
        self.trace.get_or_insert_default()
    }

    /// The place of this call, given now if it has none.
    fn place(&mut self, enclosing: Option<Link>) -> Link {
        if let Some(link) = self.trace.as_ref().and_then(|trace| trace.link) {
            return link;
        }
        let (around, is_outer) = match enclosing {
            Some(link) => (Some(link), false),
            None => (ask(Sink::outer).flatten(), true),
        };
        let trace = self.trace_mut();
        trace.parent = around.map(|around| Parent { span: around.span, is_outer });
        let link = Link {
            trace: around.map_or_else(fresh_trace, |around| around.trace),
            span: fresh(),
            sampled: trace.is_sampled,
        };
        trace.link = Some(link);
        link
    }

    fn why(&self, outcome: &Outcome, took: u64, has_diverged: bool) -> Option<Why> {
        let trace = self.trace.as_deref();
        if has_diverged {
            Some(Why::Diverged)
        } else if matches!(outcome.class, Class::Failed | Class::Abandoned) {
            Some(Why::Failed)
        } else if is_slow(took) {
            Some(Why::Slow)
        } else if trace.is_some_and(|trace| trace.is_sampled) {
            Some(Why::Sampled)
        } else if trace.is_some_and(|trace| trace.encloses_kept) {
            Some(Why::Enclosing)
        } else {
            None
        }
    }

    fn kept(&mut self, why: Why, outcome: &Outcome, found: Vec<Divergence>) -> Option<Kept> {
        self.notes.unfold();
        let trace = self.trace.as_ref()?;
        // When the time of this call was not taken, all that is known is that it has ended by now.
        let ended = if self.ended == 0 { super::clock::ticks() } else { self.ended };
        let started = if self.started == 0 { ended } else { self.started };
        Some(Kept {
            operation: &self.callsite.operation,
            outcome: outcome.clone(),
            key: self.key.clone(),
            why,
            link: trace.link?,
            parent: trace.parent,
            started,
            ended,
            lines: self.notes.lines(started),
            omitted: self.notes.omitted(),
            divergences: found,
            foreign: trace.is_foreign,
            late: trace.is_exported,
        })
    }
}

impl Stack {
    /// Gives every call of this thread its place; returns that of the innermost.
    pub(super) fn place(&mut self) -> Option<Link> {
        let bottom = self.calls().rposition(|frame| frame.link.is_some()).unwrap_or(0);
        let mut enclosing = None;
        for frame in self.calls().skip(bottom) {
            enclosing = Some(frame.place(enclosing));
        }
        enclosing
    }

    /// One of their children is kept: whoever encloses it is kept as well.
    fn keep_all(&mut self) {
        let bottom = self.calls().rposition(|frame| frame.link.is_some()).unwrap_or(0);
        for frame in self.calls().skip(bottom) {
            if let Some(owner) = &frame.link {
                owner.keep();
            } else {
                frame.trace_mut().encloses_kept = true;
            }
        }
    }
}

/// A call has ended and was judged: keeps it, if there is a reason to. Returns whether its span is exported by itself.
#[inline(never)]
pub(super) fn settle(frame: &mut Frame, outcome: &Outcome, found: Vec<Divergence>) -> bool {
    let took = if frame.timed { frame.ended.saturating_sub(frame.started) } else { 0 };
    let shared_kept = frame.shared.as_ref().is_some_and(|shared| shared.is_kept());
    let why = frame.why(outcome, took, !found.is_empty()).or_else(|| shared_kept.then_some(Why::Enclosing));
    let is_foreign = frame.trace.as_ref().is_some_and(|trace| trace.is_foreign);
    let Some(why) = why.or_else(|| (is_foreign && !frame.notes.is_empty()).then_some(Why::Foreign)) else {
        return false;
    };
    let enclosing = stack::with(|stack| {
        let enclosing = stack.place();
        if why != Why::Foreign {
            stack.keep_all();
        }
        enclosing
    });
    frame.place(enclosing.flatten());
    let Some(kept) = frame.kept(why, outcome, found) else { return false };
    if is_foreign {
        ask(|sink| sink.annotate(&kept));
    }
    if why == Why::Foreign {
        return false;
    }
    ask(|sink| sink.keep(kept));
    frame.trace_mut().is_exported = true;
    true
}

/// The last spawned work of a call has ended: what came to light since is kept as well.
pub(super) fn settle_late(frame: &mut Frame, outcome: &Outcome, found: Vec<Divergence>) {
    let is_exported = frame.trace.as_ref().is_some_and(|trace| trace.is_exported);
    let shared_kept = frame.shared.as_ref().is_some_and(|shared| shared.is_kept());
    if found.is_empty() && (is_exported || !shared_kept) {
        return;
    }
    let why = if found.is_empty() { Why::Enclosing } else { Why::Diverged };
    if let Some(kept) = frame.kept(why, outcome, found) {
        ask(|sink| sink.keep(kept));
    }
}

/// The place of the current call in its trace, to be handed to other processes. `None` when nothing is exported.
#[must_use]
pub fn link() -> Option<Link> {
    if !is_keeping() {
        return None;
    }
    stack::with(Stack::place).flatten()
}

/// The span around this place that is not candor's own; 0 when there is none or nobody asks.
#[must_use]
pub fn outer_span() -> u64 {
    if !is_keeping() {
        return 0;
    }
    ask(Sink::outer).flatten().map_or(0, |outer| outer.span)
}

/// The current call has opened a span of `tracing`. If a tracer exports it, candor does not: it joins.
pub fn opened_span(before: u64) {
    if !is_keeping() {
        return;
    }
    let Some(own) = ask(Sink::outer).flatten().filter(|own| own.sampled && own.span != before) else {
        return;
    };
    stack::with_top(|frame| {
        let trace = frame.trace_mut();
        trace.link = Some(own);
        trace.is_foreign = true;
    });
}

/// A random number that is not zero.
fn fresh() -> u64 {
    thread_local! {
        static STATE: Cell<u64> = Cell::new(RandomState::new().build_hasher().finish());
    }
    let draw = || {
        STATE.try_with(|state| {
            // SplitMix64, by Steele, Lea and Flood (OOPSLA 2014).
            let next = state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
            state.set(next);
            let mixed = (next ^ (next >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        })
    };
    // A thread that is ending still gets a number, from a generator of its own.
    draw().unwrap_or_else(|_ending| RandomState::new().build_hasher().finish()).max(1)
}

fn fresh_trace() -> u128 {
    (u128::from(fresh()) << 64) | u128::from(fresh())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_not_zero_and_differ() {
        let mut seen: Vec<u64> = (0..1_000).map(|_| fresh()).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), seen.first() == Some(&0)), (1_000, false));
        assert_ne!(fresh_trace() >> 64, 0);
    }
}

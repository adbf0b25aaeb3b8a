//! What is kept for export: a healthy operation leaves nothing; one that diverged, failed, was slow or was chosen is
//! handed over whole when it ends, and the operations that enclose it get their place in its trace.
//!
//! While nothing is exported, all of this is one relaxed load at the end of a call.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::callsite::Callsite;
use super::frame::Frame;
use super::outbox::{Outbox, Written};
use super::sink::{Sink, sink};
use super::stack::{self, Stack};
use crate::model::{Class, Divergence, Kept, Link, Outcome, Parent, Why};

/// What is kept, in its lowest bits, and behind them how often that has changed. Relaxed where a call ends: one that races
/// with the switch is kept or not.
static MODE: AtomicU32 = AtomicU32::new(0);
/// From how many ticks on a call is slow.
static SLOW: AtomicU64 = AtomicU64::new(u64::MAX);

/// Something is kept.
const KEEPING: u32 = 1;
/// Whoever begins a trace asks whether it is chosen.
const ASKING: u32 = 2;
/// Every trace is chosen: the same bit that says so of a frame.
const ALL: u32 = SAMPLED;
/// One change more.
const CHANGE: u32 = 1 << 8;

/// Marks of a frame. The call was chosen with its trace.
pub(super) const SAMPLED: u32 = 8;
/// It has its place in a trace.
const PLACED: u32 = 16;
/// It encloses one that is kept.
const ENCLOSES: u32 = 32;
/// Its span is exported by another tracer.
const JOINED: u32 = 64;
/// It was handed over.
const EXPORTED: u32 = 128;
/// What encloses it is not candor's own.
const OUTER: u32 = 256;

/// There is something to do when the call ends, if it ends well.
pub(super) const MARKED: u32 = SAMPLED | ENCLOSES | JOINED;

/// Which healthy operations are chosen when a trace begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// None.
    None,
    /// Those that the sink chooses.
    Some,
    /// All.
    All,
}

/// Begins to keep operations: those that are slow from so many nanoseconds on, and the healthy ones that are chosen.
pub fn keep_on(slow_ns: Option<u64>, choice: Choice) {
    let ticks = slow_ns.map_or(u64::MAX, super::clock::ticks_for);
    SLOW.store(ticks, Ordering::Relaxed);
    change(match choice {
        Choice::None => KEEPING,
        Choice::Some => KEEPING | ASKING,
        Choice::All => KEEPING | ALL,
    });
}

/// Keeps nothing any more.
pub fn keep_off() {
    SLOW.store(u64::MAX, Ordering::Relaxed);
    change(0);
}

fn change(mode: u32) {
    let next = |before: u32| Some((before & !(CHANGE - 1)).wrapping_add(CHANGE) | mode);
    // Release: whoever asks the sink anew because of this finds what was there before it; the partner is in `outer`.
    let _always = MODE.try_update(Ordering::Release, Ordering::Relaxed, next);
    super::state::changed();
}

#[inline(always)]
pub(super) fn is_keeping() -> bool {
    MODE.load(Ordering::Relaxed) & KEEPING != 0
}

/// From how many ticks on a call is slow.
#[inline(always)]
pub(super) fn slow() -> u64 {
    SLOW.load(Ordering::Relaxed)
}

/// Whether a call that took so many ticks is slow.
#[inline(always)]
pub(super) fn is_slow(took: u64) -> bool {
    took >= slow()
}

/// The marks of a call that begins a trace; nothing if that has to be asked.
#[inline(always)]
pub(super) fn marks() -> Option<u32> {
    let mode = MODE.load(Ordering::Relaxed);
    if mode & ASKING == 0 { Some(mode & SAMPLED) } else { None }
}

/// The same, as far as nothing has to be asked.
pub(super) fn known_marks() -> u32 {
    marks().unwrap_or(0)
}

/// Asks the sink; a panic in it is counted and goes no further.
fn ask<T>(question: impl FnOnce(&'static dyn Sink) -> T) -> Option<T> {
    let sink = sink()?;
    let mut answer = None;
    stack::aside(|| answer = Some(question(sink)));
    answer
}

/// The place of one call in a trace, if its marks say that it has one.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    trace: u128,
    span: u64,
    /// The span that encloses it; 0 when there is none.
    parent: u64,
}

impl Frame {
    /// The place of this call, if it has one.
    #[inline]
    pub(super) fn placed(&self) -> Option<Link> {
        let Place { trace, span, .. } = self.place;
        self.has(PLACED).then(|| Link { trace, span, sampled: self.has(SAMPLED | JOINED) })
    }

    /// Gives it this place.
    fn put(&mut self, link: Link, parent: u64) {
        self.place = Place { trace: link.trace, span: link.span, parent };
        self.mark(PLACED);
    }

    /// This is work that was spawned by an operation: its place is that of the operation.
    pub(super) fn stand_for(&mut self, owner: Link) {
        if owner.sampled {
            self.mark(SAMPLED);
        }
        self.put(owner, 0);
    }

    /// The place of this call, given now if it has none.
    fn find_place(&mut self, enclosing: Option<Link>, outbox: &mut Outbox) -> Link {
        if let Some(link) = self.placed() {
            return link;
        }
        let around = enclosing.or_else(|| outer(outbox));
        if enclosing.is_none() && around.is_some() {
            self.mark(OUTER);
        }
        let trace = around.map_or_else(|| outbox.fresh_trace(), |around| around.trace);
        let link = Link { trace, span: outbox.fresh(), sampled: self.has(SAMPLED) };
        self.put(link, around.map_or(0, |around| around.span));
        link
    }

    /// Another tracer exports this call, under this place of its own, which is sampled.
    fn join(&mut self, own: Link) {
        let parent = if self.has(PLACED) { self.place.parent } else { 0 };
        self.put(own, parent);
        self.mark(JOINED);
    }

    fn parent(&self) -> Option<Parent> {
        let span = self.place.parent;
        (span != 0).then(|| Parent { span, is_outer: self.has(OUTER) })
    }

    /// Why a call that fulfilled, and of which nothing has to be said, is kept.
    fn why_quietly(&self, took: u64) -> Option<Why> {
        if is_slow(took) {
            Some(Why::Slow)
        } else if self.has(SAMPLED) {
            Some(Why::Sampled)
        } else {
            self.has(ENCLOSES).then_some(Why::Enclosing)
        }
    }

    fn why(&self, outcome: &Outcome, took: u64, has_diverged: bool) -> Option<Why> {
        if has_diverged {
            Some(Why::Diverged)
        } else if matches!(outcome.class, Class::Failed | Class::Abandoned) {
            Some(Why::Failed)
        } else {
            self.why_quietly(took)
        }
    }

    /// When it began and ended. When the time of this call was not taken, all that is known is that it has ended by now.
    fn span(&self, ended: u64) -> (u64, u64) {
        let ended = if ended == 0 { super::clock::ticks() } else { ended };
        (if self.started == 0 { ended } else { self.started }, ended)
    }

    fn kept(&mut self, why: Why, outcome: &Outcome, found: Vec<Divergence>) -> Option<Kept> {
        self.notes.unfold();
        let (started, ended) = self.span(self.ended);
        Some(Kept {
            operation: self.callsite.operation(),
            outcome: outcome.clone(),
            key: self.key.clone(),
            why,
            link: self.placed()?,
            parent: self.parent(),
            started,
            ended,
            lines: self.notes.lines(started),
            omitted: self.notes.omitted(),
            divergences: found,
            foreign: self.has(JOINED),
            late: self.has(EXPORTED),
        })
    }
}

impl Stack {
    /// The marks of a call that begins a trace, asked if need be. Acquire: see `change`.
    pub(super) fn asked_marks(&mut self, callsite: &'static Callsite) -> u32 {
        let mode = MODE.load(Ordering::Acquire);
        let is_chosen = mode & ASKING != 0 && self.outbox.is_sampled(mode, callsite.operation());
        if is_chosen { SAMPLED } else { mode & SAMPLED }
    }

    /// Gives every call of this thread its place; returns that of the innermost.
    pub(super) fn place(&mut self) -> Option<Link> {
        let bottom = self.calls().rposition(|frame| frame.link.is_some()).unwrap_or(0);
        let mut enclosing = None;
        let running = self.running;
        for frame in self.frames.iter_mut().take(running).skip(bottom) {
            enclosing = Some(frame.find_place(enclosing, &mut self.outbox));
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
                frame.mark(ENCLOSES);
            }
        }
    }

    /// Keeps a call that is alone and was chosen, and has no place in its trace yet, as a brief; nothing if that is not all
    /// there is to it.
    #[inline(always)]
    pub(super) fn keep_root(&mut self, (started, ended): (u64, u64)) -> Option<()> {
        let mode = MODE.load(Ordering::Acquire);
        let callsite = self.lone_top()?.callsite;
        // When the time of this call was not taken, the long way finds one.
        if mode & KEEPING == 0 || started == 0 {
            return None;
        }
        let why = if is_slow(ended.saturating_sub(started)) { Why::Slow } else { Why::Sampled };
        let (trace, parent) = match self.outbox.outer(mode) {
            Some(around) => (around.trace, around.span),
            None => (self.outbox.fresh_trace(), 0),
        };
        let link = Link { trace, span: self.outbox.fresh(), sampled: true };
        let is_outer = parent != 0;
        if self.outbox.leave(&Written { callsite, link, parent, is_outer, why, started, ended }) {
            self.account();
        }
        Some(())
    }

    /// Keeps the innermost call, which has fulfilled quietly and is about to be left, as a brief. Returns whether it was
    /// kept; nothing if there is more to be said of it, or if it may mend an error of the enclosing call.
    #[inline(never)]
    pub(super) fn keep_quietly(&mut self, now: u64) -> Option<bool> {
        if !is_keeping() {
            return Some(false);
        }
        if self.outer().is_some_and(Frame::has_entries) {
            return None;
        }
        let top = self.top()?;
        if top.has(JOINED) || top.is_keyed() || !top.notes.is_empty() {
            return None;
        }
        let took = if top.timed { now.saturating_sub(top.started) } else { 0 };
        let Some(why) = top.why_quietly(took) else { return Some(false) };
        let link = self.place()?;
        if self.has_outer() {
            self.keep_all();
        }
        let top: &Frame = self.frames.get(self.running.checked_sub(1)?)?;
        let (started, ended) = top.span(now);
        let (callsite, parent, is_outer) = (top.callsite, top.place.parent, top.has(OUTER));
        if self.outbox.leave(&Written { callsite, link, parent, is_outer, why, started, ended }) {
            self.account();
        }
        Some(true)
    }
}

/// A call has ended and was judged: keeps it, if there is a reason to. Returns whether its span is exported by itself.
#[inline(never)]
pub(super) fn settle(frame: &mut Frame, outcome: &Outcome, found: Vec<Divergence>) -> bool {
    let took = if frame.timed { frame.ended.saturating_sub(frame.started) } else { 0 };
    let shared_kept = frame.shared.as_ref().is_some_and(|shared| shared.is_kept());
    let why = frame.why(outcome, took, !found.is_empty()).or_else(|| shared_kept.then_some(Why::Enclosing));
    let is_foreign = frame.has(JOINED);
    let Some(why) = why.or_else(|| (is_foreign && !frame.notes.is_empty()).then_some(Why::Foreign)) else {
        return false;
    };
    let placed = stack::with(|stack| {
        let enclosing = stack.place();
        if why != Why::Foreign {
            stack.keep_all();
        }
        frame.find_place(enclosing, &mut stack.outbox)
    });
    if placed.is_none() {
        // A thread that is ending has numbers as well.
        frame.find_place(None, &mut Outbox::new());
    }
    let Some(kept) = frame.kept(why, outcome, found) else { return false };
    if is_foreign {
        ask(|sink| sink.annotate(&kept));
    }
    if why == Why::Foreign {
        return false;
    }
    ask(|sink| sink.keep(kept));
    frame.mark(EXPORTED);
    true
}

/// The last spawned work of a call has ended: what came to light since is kept as well.
pub(super) fn settle_late(frame: &mut Frame, outcome: &Outcome, found: Vec<Divergence>) {
    let is_exported = frame.has(EXPORTED);
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
    stack::with(|stack| outer(&mut stack.outbox)).flatten().map_or(0, |outer| outer.span)
}

/// The current call has opened a span of `tracing`. If a tracer exports it, candor does not: it joins.
pub fn opened_span(before: u64) {
    if !is_keeping() {
        return;
    }
    stack::with(|stack| {
        let own = outer(&mut stack.outbox).filter(|own| own.sampled && own.span != before);
        if let Some(own) = own
            && !stack.is_beyond()
            && let Some(frame) = stack.top()
        {
            frame.join(own);
        }
    });
}

/// The span around this place that is not candor's own. Acquire: see `change`.
fn outer(outbox: &mut Outbox) -> Option<Link> {
    outbox.outer(MODE.load(Ordering::Acquire))
}

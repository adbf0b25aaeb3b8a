//! Entering and leaving an operation.

use super::callsite::Callsite;
use super::clock::ticks;
use super::figure::{self, Lost};
use super::frame::Frame;
use super::sink::sink;
use super::stack::{self, Stack};
use super::state::is_on;
use super::story::{Body, Note};
use crate::model::{Class, Outcome, Plan, Value};

/// A running call of a synchronous function; dropping it ends the call.
#[must_use = "the operation ends when its guard is dropped"]
pub struct Guard {
    /// The frame's id; `None` when nothing is recorded.
    frame: Option<u32>,
    /// The call began while the thread was panicking, in a `Drop`: that panic is not its own.
    unwinding: bool,
}

/// Begins a call. Off, this is one relaxed load and a branch.
#[inline(always)]
pub fn enter(callsite: &'static Callsite, plan: &'static Plan) -> Guard {
    if is_on() { begin(callsite, plan) } else { Guard { frame: None, unwinding: false } }
}

#[inline(never)]
fn begin(callsite: &'static Callsite, plan: &'static Plan) -> Guard {
    let frame = stack::with(|stack| {
        let frame = open(stack, callsite, plan);
        let id = frame.id;
        match stack.push(frame) {
            Ok(()) => Some(id),
            Err(frame) => {
                // Too deep: the call is counted and not followed.
                stack.figures.ended(callsite, Class::Fulfilled, 0);
                stack.give_back(frame);
                figure::lose(Lost::Operation, 1);
                None
            }
        }
    });
    Guard { frame: frame.flatten(), unwinding: std::thread::panicking() }
}

/// A fresh frame whose clock runs.
pub(super) fn open(stack: &mut Stack, callsite: &'static Callsite, plan: &'static Plan) -> Box<Frame> {
    let mut frame = stack.take(callsite, plan);
    frame.started = ticks();
    stack.figures.began(callsite);
    frame
}

impl Guard {
    /// Whether the call is recorded.
    #[inline(always)]
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.frame.is_some()
    }
}

impl Drop for Guard {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(id) = self.frame {
            leave(id, self.unwinding);
        }
    }
}

#[inline(never)]
fn leave(id: u32, unwinding: bool) {
    if let Some(frame) = stack::with(|stack| stack.pop(id)).flatten() {
        let cause = if !unwinding && std::thread::panicking() { "panic" } else { "" };
        finish(frame, cause);
    }
}

/// Ends a call whose frame was taken off the stack. `cause` names why it was abandoned, if it was.
pub(super) fn finish(mut frame: Box<Frame>, cause: &'static str) {
    let now = ticks();
    let outcome = match frame.outcome.take() {
        _ if cause == "panic" => Outcome::new(Class::Abandoned, "panic"),
        Some(outcome) => outcome,
        None if cause.is_empty() => Outcome::FULFILLED,
        None => Outcome::new(Class::Abandoned, cause),
    };
    frame.ended = now;
    let took = now.saturating_sub(frame.started);
    if outcome.class != Class::Fulfilled {
        figure::reason(frame.callsite, &outcome);
    }
    if frame.scope != 0
        && let Some(sink) = sink()
    {
        stack::aside(|| sink.outcome(frame.scope, &frame.callsite.operation, &outcome));
    }
    if let Some(shared) = frame.shared.clone() {
        shared.collect(&mut frame);
    }
    frame.conclude(&outcome, frame.at);
    stack::with(|stack| {
        stack.figures.ended(frame.callsite, outcome.class, took);
        if let Some(parent) = stack.frames.last_mut() {
            tell_parent(parent, &mut frame, &outcome, now);
        }
    });
    let done = match frame.shared.clone() {
        None => Some(frame),
        Some(shared) => shared.wait(frame, outcome),
    };
    if let Some(frame) = done {
        stack::with(|stack| stack.give_back(frame));
    }
}

/// The enclosing operation learns how its child ended.
fn tell_parent(parent: &mut Frame, child: &mut Frame, outcome: &Outcome, now: u64) {
    parent.child_ended(child, outcome);
    let ticks = now.saturating_sub(child.started);
    // The child's own notes come first: they happened before it ended.
    if child.shared.is_none() && !child.notes.is_empty() {
        parent.notes.absorb(&mut child.notes);
    }
    let body = Body::Child {
        operation: &child.callsite.operation,
        class: outcome.class,
        reason: outcome.reason,
        ticks,
    };
    let site = stack::position().map(|spot| spot.site);
    parent.notes.push(Note { at: now, depth: 0, site, body });
}

/// Declares the key of the current call.
pub fn key(value: Value) {
    stack::with_top(|frame| frame.key = Some(value));
}

/// Declares how the current call ends; the last word counts.
#[inline]
pub fn outcome(outcome: Outcome) {
    stack::with_top(|frame| frame.outcome = Some(outcome));
}

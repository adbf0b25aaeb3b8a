//! What a call states of itself: its key, and how it ends.

use std::hint::cold_path;

use super::check::guarded;
use super::light::Key;
use super::place::At;
use super::raw;
use super::stack;
use super::thread::{HERE, Thread};
use crate::model::{Outcome, Value};

/// An exit of a call that ends later: where it is, and how the call ends, which is read only if it is recorded. `is_plain` may
/// say that it ends as fulfilled, and that nothing else has to be read.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn tell_end(spot: At, is_plain: impl FnOnce() -> bool, read: impl FnOnce() -> Outcome) {
    if !spot.callsite().is_awake() {
        return;
    }
    if is_plain() { ends_plainly::<HERE>(spot) } else { tell_end_anyhow(spot, read) }
}

/// The call ends as fulfilled. It stands once for all functions: most ends are such ones.
#[inline(never)]
fn ends_plainly<const HERE: bool>(spot: At) {
    let is_light = raw::short(|thread| thread.exits_lightly(spot)) == Some(true);
    if !is_light {
        ends_plainly_after_all::<HERE>(spot);
    }
}

/// The same where the call has a frame, or has said something of its end, or there is none.
#[inline(never)]
fn ends_plainly_after_all<const HERE: bool>(spot: At) {
    if exits_at::<HERE>(spot) == Some(true) {
        end_after_all(Outcome::FULFILLED);
    }
}

#[inline(never)]
fn tell_end_anyhow(spot: At, read: impl FnOnce() -> Outcome) {
    let Some(has_said) = exits_at::<HERE>(spot) else { return };
    let said = read();
    if has_said || !said.is_fulfilled() {
        end_after_all(said);
    } else {
        // It is a constant that owns nothing: it need not be dropped, and so not even be made.
        std::mem::forget(said);
    }
}

/// The part of it that is the same for all functions: whether the call has said something of its end already; nothing if none
/// is recorded.
#[inline(never)]
fn exits_at<const HERE: bool>(spot: At) -> Option<bool> {
    raw::short(|thread| thread.exits_at(spot)).flatten()
}

#[cold]
#[inline(never)]
fn end_after_all(said: Outcome) {
    will_end(said);
}

/// Whether nobody would look at the current call if it did not fulfil.
pub fn fails_quietly() -> bool {
    raw::short(Thread::fails_quietly) == Some(true)
}

/// The current call is about to end like this.
pub fn will_end(said: Outcome) {
    let mut said = Some(said);
    raw::short(|thread| thread.will_end(&mut said));
    if let Some(said) = said {
        outcome(said);
    }
}

/// Declares the key of the current call.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn key(value: Value) {
    key_within::<HERE>(value);
}

/// The same for a key that is read only if the call is recorded, as it may be if `is_on` says so.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn key_by(is_on: bool, read: impl FnOnce() -> Value) {
    if is_on {
        cold_path();
        key_read(read);
    }
}

#[inline(never)]
fn key_read(read: impl FnOnce() -> Value) {
    if !stack::is_light_and_open() {
        return key_read_unusually(read);
    }
    let Some(value) = guarded("the key", read) else { return };
    // A number owns nothing.
    match Key::of(&value).and_then(|key| raw::short(|thread| thread.key_light(key)).flatten()) {
        Some(()) => std::mem::forget(value),
        None => key_within::<HERE>(value),
    }
}

/// The call has a frame, or there is none.
#[inline(never)]
fn key_read_unusually(read: impl FnOnce() -> Value) {
    if stack::has_frame()
        && let Some(value) = guarded("the key", read)
    {
        key_within::<HERE>(value);
    }
}

#[inline(never)]
fn key_within<const HERE: bool>(mut value: Value) {
    let keep = |thread: &Thread| {
        if let Some(key) = Key::of(&value)
            && thread.key_light(key).is_some()
        {
            return Some(());
        }
        thread.usual(|stack| {
            let top = if stack.is_beyond() { None } else { stack.top() };
            top.map(|top| top.set_key(std::mem::replace(&mut value, Value::Opaque)))
        })
    };
    if raw::short(keep).flatten().is_none() {
        key_unusually(value);
    }
}

/// Nothing is recorded here, or the way to the stack is not open yet.
#[cold]
#[inline(never)]
fn key_unusually(value: Value) {
    stack::with_top(|frame| frame.set_key(value));
}

/// Declares how the current call ends; the last word counts.
#[inline]
pub fn outcome(outcome: Outcome) {
    stack::with_top(|frame| {
        // Fulfilled is what a call is that says nothing.
        let said = if outcome.is_fulfilled() { None } else { Some(outcome) };
        if said.is_some() || frame.outcome.is_some() {
            frame.outcome = said;
        }
    });
}

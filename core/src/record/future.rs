//! A future that carries its frame across polls and threads.

use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::callsite::Callsite;
use super::enter::begin_future;
use super::figure::{self, Lost};
use super::frame::Frame;
use super::guard::{Left, finish};
use super::light::Parked;
use super::raw;
use super::stack::{self, DEPTH, Stack};
use super::thread::{HERE, Thread};
use crate::model::Plan;

/// How far the call has come.
enum Run {
    /// Never polled: nothing has happened.
    Fresh,
    /// Between its first poll and its end. It is a type of its own, so that only where it is one of these anything is called to
    /// drop it.
    Held(Held),
    /// Ended, or not recorded.
    Closed,
}

enum Held {
    /// Suspended; nothing while the call is on a thread.
    Open(Option<Away>),
    /// Dropped before it was ready: its frame is on the stack until what it holds has been dropped.
    Cancelled(#[expect(dead_code, reason = "it is there to be dropped")] OnStack),
}

/// A call that is on no thread.
enum Away {
    Frame(Box<Frame>),
    Light(Box<Parked>),
}

impl Run {
    /// The next state. The one before holds nothing while the call is on a thread's stack: there is nothing to drop.
    #[inline(always)]
    fn becomes(&mut self, next: Run) {
        std::mem::forget(std::mem::replace(self, next));
    }

    /// A suspended call goes on on this thread; nothing where it cannot be recorded any more. This is the same for all functions,
    /// and stands once.
    #[inline(never)]
    fn resume<const HERE: bool>(&mut self) -> Option<OnStack> {
        let Run::Held(Held::Open(slot)) = self else { return None };
        slot.take().map(|away| OnStack::push::<HERE>(away, Cause::Unwound))
    }

    /// The call is given up.
    #[cold]
    #[inline(never)]
    fn cancelled<const HERE: bool>(away: Away) -> Run {
        Run::Held(Held::Cancelled(OnStack::push::<HERE>(away, Cause::Dropped)))
    }

    /// The call is suspended.
    #[inline(never)]
    fn rest<const HERE: bool>(&mut self, on_stack: OnStack) {
        let away = on_stack.take_back::<HERE>();
        // What it dropped itself, if it was polled within its own poll, is dropped.
        if let Run::Held(Held::Open(slot)) = self {
            *slot = away;
        }
    }
}

pin_project_lite::pin_project! {
    /// The future of an observed `async fn`: its frame is on the thread's stack while it is polled.
    ///
    /// `Send` and `Sync` are those of the wrapped future.
    #[must_use = "futures do nothing unless polled"]
    pub struct Observed<F> {
        // Fields are dropped in this order: the frame leaves the stack after the future.
        #[pin]
        future: F,
        run: Run,
        callsite: &'static Callsite,
        plan: &'static Plan,
    }

    impl<F> PinnedDrop for Observed<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Run::Held(Held::Open(slot)) = this.run
                && let Some(away) = slot.take()
            {
                // What the future drops belongs to the call that is being abandoned.
                *this.run = Run::cancelled::<HERE>(away);
            }
        }
    }
}

/// Wraps the future of one call.
#[inline]
pub fn observed<F: Future>(callsite: &'static Callsite, plan: &'static Plan, future: F) -> Observed<F> {
    Observed { future, run: Run::Fresh, callsite, plan }
}

impl<F: Future> Future for Observed<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let future = this.future;
        let on_stack = match this.run {
            Run::Closed | Run::Held(Held::Cancelled(_)) => return future.poll(cx),
            Run::Fresh => {
                if this.callsite.is_awake() {
                    OnStack::begin(this.callsite, this.plan)
                } else {
                    None
                }
            }
            Run::Held(Held::Open(_)) => this.run.resume::<HERE>(),
        };
        let Some(on_stack) = on_stack else {
            this.run.becomes(Run::Closed);
            return future.poll(cx);
        };
        this.run.becomes(Run::Held(Held::Open(None)));
        let polled = future.poll(cx);
        match &polled {
            Poll::Pending => this.run.rest::<HERE>(on_stack),
            Poll::Ready(_) => {
                this.run.becomes(Run::Closed);
                on_stack.end();
            }
        }
        polled
    }
}

pin_project_lite::pin_project! {
    /// The body of a call that is wrapped in a span of `tracing`: at its first poll the span is current, and a tracer that
    /// exports it is joined.
    #[must_use = "futures do nothing unless polled"]
    pub struct Joining<F> {
        #[pin]
        future: F,
        before: Option<u64>,
    }
}

/// Wraps the body of a call; `before` is the span that was current before its own was opened.
pub fn joining<F: Future>(before: u64, future: F) -> Joining<F> {
    Joining { future, before: Some(before) }
}

impl<F: Future> Future for Joining<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Some(before) = this.before.take() {
            super::keep::opened_span(before);
        }
        this.future.poll(cx)
    }
}

/// Why a frame would be finished by being dropped while on the stack.
#[derive(Clone, Copy)]
enum Cause {
    /// The poll panicked.
    Unwound,
    /// The future was dropped before it was ready.
    Dropped,
}

/// A frame that is on the stack of this thread; dropping it abandons the call.
struct OnStack {
    /// `None` when the call is not followed: it is nested too deeply. No frame has the id 0, and so this is returned in a register.
    id: Option<NonZeroU32>,
    cause: Cause,
    /// It has been taken off.
    off: bool,
}

impl OnStack {
    /// Begins a call. `None` when nothing can be recorded here.
    #[inline(always)]
    fn begin(callsite: &'static Callsite, plan: &'static Plan) -> Option<OnStack> {
        let id = begin_future::<HERE>(callsite, plan)?;
        Some(OnStack { id: NonZeroU32::new(id), cause: Cause::Unwound, off: false })
    }

    /// Puts a suspended call on.
    #[inline(always)]
    fn push<const HERE: bool>(away: Away, cause: Cause) -> OnStack {
        let (id, off) = match away {
            Away::Light(parked) => OnStack::put_light::<HERE>(parked),
            Away::Frame(frame) => OnStack::put::<HERE>(frame),
        };
        OnStack { id, cause, off }
    }

    /// One that has no frame; tells the same as [`put`](OnStack::put).
    #[inline(always)]
    fn put_light<const HERE: bool>(parked: Box<Parked>) -> (Option<NonZeroU32>, bool) {
        let mut slot = Some(parked);
        match raw::short(|thread| thread.unpark(&mut slot)).flatten() {
            Some(id) => {
                // It was taken.
                std::mem::forget(slot);
                (NonZeroU32::new(id), false)
            }
            None => OnStack::put_in_frame(slot),
        }
    }

    /// It comes back to calls that have frames, or to a thread where something has changed.
    #[inline(never)]
    fn put_in_frame(slot: Option<Box<Parked>>) -> (Option<NonZeroU32>, bool) {
        let frame = slot.and_then(|parked| stack::with(|stack| stack.frame_of(&parked)));
        if frame.is_none() {
            figure::lose(Lost::Operation, 1);
        }
        frame.map_or((None, true), OnStack::put::<false>)
    }

    /// The same; tells the id of the call and whether it is off. Both are returned in registers.
    #[inline(never)]
    fn put<const HERE: bool>(frame: Box<Frame>) -> (Option<NonZeroU32>, bool) {
        let mut slot = Some(frame);
        let usual = |thread: &Thread| thread.usual(|stack| stack.push_usual(thread, &mut slot));
        match raw::short(usual).flatten() {
            Some(id) => {
                // It was taken.
                std::mem::forget(slot);
                (Some(id), false)
            }
            None => OnStack::put_unusually(slot),
        }
    }

    #[cold]
    #[inline(never)]
    fn put_unusually(slot: Option<Box<Frame>>) -> (Option<NonZeroU32>, bool) {
        let Some(mut frame) = slot else { return (None, true) };
        let id = frame.id;
        // It was another thread that counted it.
        frame.kept_bytes = 0;
        match stack::with(|stack| stack.push(frame)) {
            Some(Ok(())) => (NonZeroU32::new(id), false),
            Some(Err(_too_deep)) => {
                figure::lose(Lost::Operation, 1);
                (None, false)
            }
            None => {
                figure::lose(Lost::Operation, 1);
                (None, true)
            }
        }
    }

    /// Takes the call off while it is suspended.
    #[inline(always)]
    fn take_back<const HERE: bool>(self) -> Option<Away> {
        let id = self.id;
        // Nothing is left to be dropped.
        std::mem::forget(self);
        OnStack::take_light::<HERE>(id)
            .map(Away::Light)
            .or_else(|| OnStack::take::<HERE>(id).map(Away::Frame))
    }

    #[inline(always)]
    fn take_light<const HERE: bool>(id: Option<NonZeroU32>) -> Option<Box<Parked>> {
        raw::short(|thread| thread.park(id?.get())).flatten()
    }

    #[inline(never)]
    fn take<const HERE: bool>(id: Option<NonZeroU32>) -> Option<Box<Frame>> {
        let usual = |thread: &Thread| thread.usual(|stack| stack.pop_usual(thread, id?.get()));
        raw::short(usual).flatten().or_else(|| OnStack::take_unusually(id))
    }

    #[inline(never)]
    fn take_unusually(id: Option<NonZeroU32>) -> Option<Box<Frame>> {
        let suspend = |stack: &mut Stack| {
            let mut frame = stack.take_off(id)?;
            stack.suspend(&mut frame);
            Some(frame)
        };
        stack::with(suspend).flatten()
    }

    /// The call ends, and has said itself how, if it did not fulfil.
    #[inline(always)]
    fn end(mut self) {
        self.off = true;
        leave_of_itself::<HERE>(self.id);
    }
}

impl Stack {
    /// Leaves the innermost call as fulfilled, if it is this one and nothing has to be said of it. Nothing has happened
    /// otherwise.
    #[inline(always)]
    fn leave_by_id(&mut self, thread: &Thread, id: Option<NonZeroU32>) -> Option<()> {
        let is_on_top = self.top()?.id == id?.get();
        (is_on_top && self.leave_top(thread) == Left::Quietly).then_some(())
    }

    /// Puts a frame of this thread on top, in the stretch of recording to which all others belong, and tells its id. Nothing
    /// has happened where it is not that easy.
    #[inline(always)]
    fn push_usual(&mut self, thread: &Thread, slot: &mut Option<Box<Frame>>) -> Option<NonZeroU32> {
        let is_own = |frame: &&mut Box<Frame>| match (&frame.home, &self.home) {
            (Some(home), Some(own)) => Arc::ptr_eq(home, own),
            _ => false,
        };
        let has_room = self.frames.len() < DEPTH && self.frames.len() < self.frames.capacity();
        if !self.is_current() || !has_room {
            return None;
        }
        let frame = slot.as_mut().filter(is_own)?;
        let id = NonZeroU32::new(frame.id)?;
        frame.set_foreign(false);
        frame.outer = thread.replace_at(frame.at);
        self.kept += frame.kept_bytes;
        let mut frame = slot.take()?;
        // What lies ready there goes behind the others.
        match self.frames.get_mut(self.running) {
            Some(ready) => {
                std::mem::swap(ready, &mut frame);
                self.frames.push(frame);
            }
            None => self.frames.push(frame),
        }
        self.running += 1;
        Some(id)
    }

    /// Takes the frame with this id off, if it is on top and was suspended before. Nothing has happened otherwise.
    #[inline(always)]
    fn pop_usual(&mut self, thread: &Thread, id: u32) -> Option<Box<Frame>> {
        let index = self.running.checked_sub(1)?;
        self.frames.get(index).filter(|frame| frame.id == id && frame.home.is_some())?;
        self.running = index;
        let mut frame = self.frames.swap_remove(index);
        // It most likely comes back to this thread, and what its lists hold then counts again.
        self.kept -= frame.kept_bytes;
        frame.at = thread.replace_at(frame.outer);
        Some(frame)
    }

    fn take_off(&mut self, id: Option<NonZeroU32>) -> Option<Box<Frame>> {
        match id {
            Some(id) => self.pop(id.get()),
            None => {
                self.ends_beyond();
                None
            }
        }
    }
}

/// Ends a call that fulfilled, or that has said itself how it ended.
#[inline(never)]
fn leave_of_itself<const HERE: bool>(id: Option<NonZeroU32>) {
    let end = |thread: &Thread| thread.end_light_by_id(id?.get());
    if raw::short(end).flatten().is_none() {
        leave_as_said::<HERE>(id);
    }
}

/// Ends a call that did not end as fulfilled so far.
#[inline(never)]
fn leave_as_said<const HERE: bool>(id: Option<NonZeroU32>) {
    let end = |thread: &Thread| thread.end_as_said_by_id(id?.get());
    if raw::short(end).flatten().is_none() {
        leave_in_frame::<HERE>(id);
    }
}

#[inline(never)]
fn leave_in_frame<const HERE: bool>(id: Option<NonZeroU32>) {
    let left = raw::short(|thread| {
        let is_it = |top: &Frame| id.is_some_and(|id| id.get() == top.id);
        thread.usual(|stack| match stack.leave_usual(thread, is_it) {
            Some(()) => Some(()),
            None => stack.leave_by_id(thread, id),
        })
    });
    if left.flatten().is_none() {
        leave(id, "");
    }
}

#[cold]
#[inline(never)]
fn leave(id: Option<NonZeroU32>, cause: &'static str) {
    if let Some(frame) = stack::with(|stack| stack.take_off(id)).flatten() {
        finish(frame, None, cause);
    }
}

impl Drop for OnStack {
    #[inline]
    fn drop(&mut self) {
        if self.off {
            return;
        }
        let cause = match self.cause {
            Cause::Dropped if !std::thread::panicking() => "cancelled",
            Cause::Dropped | Cause::Unwound => "panic",
        };
        leave(self.id, cause);
    }
}

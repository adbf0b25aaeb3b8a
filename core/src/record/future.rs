//! A future that carries its frame across polls and threads.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::callsite::Callsite;
use super::figure::{self, Lost};
use super::frame::Frame;
use super::guard::{finish, open};
use super::stack;
use super::state::is_on;
use crate::model::Plan;

/// How far the call has come.
enum Run {
    /// Never polled: nothing has happened.
    Fresh,
    /// Suspended or running; the frame is away while it is on a thread's stack.
    Open(Option<Box<Frame>>),
    /// Ended, or not recorded.
    Closed,
}

pin_project_lite::pin_project! {
    /// The future of an observed `async fn`: its frame is on the thread's stack while it is polled.
    ///
    /// `Send` and `Sync` are those of the wrapped future.
    #[must_use = "futures do nothing unless polled"]
    pub struct Observed<F> {
        #[pin]
        future: Option<F>,
        run: Run,
        callsite: &'static Callsite,
        plan: &'static Plan,
    }

    impl<F> PinnedDrop for Observed<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Run::Open(slot) = this.run else { return };
            let Some(frame) = slot.take() else { return };
            // What the future drops belongs to the call that is being abandoned.
            let on_stack = OnStack::push(frame, Cause::Dropped);
            this.future.set(None);
            drop(on_stack);
        }
    }
}

/// Wraps the future of one call.
pub fn observed<F: Future>(callsite: &'static Callsite, plan: &'static Plan, future: F) -> Observed<F> {
    Observed { future: Some(future), run: Run::Fresh, callsite, plan }
}

impl<F: Future> Future for Observed<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        if matches!(this.run, Run::Fresh) {
            *this.run = start(this.callsite, this.plan);
        }
        let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
        let Run::Open(slot) = this.run else { return future.poll(cx) };
        let Some(frame) = slot.take() else { return future.poll(cx) };
        let on_stack = OnStack::push(frame, Cause::Unwound);
        let polled = future.poll(cx);
        match on_stack.take_back() {
            Some(frame) if polled.is_pending() => *slot = Some(frame),
            Some(frame) => {
                *this.run = Run::Closed;
                finish(frame, "");
            }
            None => *this.run = Run::Closed,
        }
        polled
    }
}

fn start(callsite: &'static Callsite, plan: &'static Plan) -> Run {
    if !is_on() {
        return Run::Closed;
    }
    match stack::with(|stack| open(stack, callsite, plan)) {
        Some(frame) => Run::Open(Some(frame)),
        None => Run::Closed,
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
    id: Option<u32>,
    cause: Cause,
}

impl OnStack {
    fn push(frame: Box<Frame>, cause: Cause) -> OnStack {
        let id = frame.id;
        let pushed = stack::with(|stack| stack.push(frame));
        if matches!(pushed, Some(Ok(()))) {
            return OnStack { id: Some(id), cause };
        }
        figure::lose(Lost::Operation, 1);
        OnStack { id: None, cause }
    }

    fn take_back(mut self) -> Option<Box<Frame>> {
        let id = self.id.take()?;
        stack::with(|stack| stack.pop(id)).flatten()
    }
}

impl Drop for OnStack {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        let Some(frame) = stack::with(|stack| stack.pop(id)).flatten() else { return };
        let cause = match self.cause {
            Cause::Dropped if !std::thread::panicking() => "cancelled",
            Cause::Dropped | Cause::Unwound => "panic",
        };
        finish(frame, cause);
    }
}

//! A future that carries its frame across polls and threads.

mod frame;
mod journey;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use self::journey::{Journey, Polling};
use super::callsite::Callsite;
use crate::model::Plan;

pin_project_lite::pin_project! {
    /// The future of an observed `async fn`: its frame is on the thread's stack while it is polled.
    ///
    /// `Send` and `Sync` are those of the wrapped future.
    #[must_use = "futures do nothing unless polled"]
    pub struct Observed<F> {
        // Fields are dropped in this order: the frame leaves the stack after the future.
        #[pin]
        future: F,
        journey: Journey,
    }

    impl<F> PinnedDrop for Observed<F> {
        fn drop(this: Pin<&mut Self>) {
            this.project().journey.cancel();
        }
    }
}

/// Wraps the future of one call.
#[inline]
pub fn observed<F: Future>(callsite: &'static Callsite, plan: &'static Plan, future: F) -> Observed<F> {
    Observed { future, journey: Journey::new(callsite, plan) }
}

/// How many bytes a future takes at most that is polled in the code of whoever awaits it, which saves a way there and back, and takes
/// more of the stack.
#[cfg(not(debug_assertions))]
const SMALL: usize = 1024;

impl<F: Future> Future for Observed<F> {
    type Output = F::Output;

    #[cfg(not(debug_assertions))]
    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if size_of::<F>() <= SMALL { self.poll_here(cx) } else { self.poll_apart(cx) }
    }

    /// Without optimization each way has a place of its own on the stack for the value.
    #[cfg(debug_assertions)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_here(cx)
    }
}

impl<F: Future> Observed<F> {
    /// The value is moved to where it is returned before the poll is left, and no more afterwards.
    #[inline(always)]
    fn poll_here(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut polling = this.journey.poll();
        poll_in(&mut polling, this.future, cx)
    }

    /// A large one has its code for itself: what is on the stack of whoever awaits it, and how often a value is moved there, would
    /// grow with each.
    #[cfg(not(debug_assertions))]
    #[inline(never)]
    fn poll_apart(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_here(cx)
    }
}

/// Polls what is observed, and tells whether it is ready.
#[inline(always)]
fn poll_in<F: Future>(
    polling: &mut Polling<'_>,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    let polled = future.poll(cx);
    polling.came_to(polled.is_ready());
    polled
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

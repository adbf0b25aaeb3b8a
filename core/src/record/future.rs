//! A future that carries its frame across polls and threads.

mod frame;
mod journey;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use self::journey::Journey;
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

impl<F: Future> Future for Observed<F> {
    type Output = F::Output;

    /// The user's code stands in here, and not in whoever awaits it: what that has on its stack, and how often it moves a value, grew
    /// with each future that it awaited.
    #[inline(never)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polling = this.journey.poll();
        match this.future.poll(cx) {
            Poll::Ready(value) => {
                polling.ends();
                Poll::Ready(value)
            }
            Poll::Pending => {
                polling.rests();
                Poll::Pending
            }
        }
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

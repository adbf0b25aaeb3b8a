//! The scope of an asynchronous test, which may be polled on any thread.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::scope::{Open, Verdict};
use crate::record;

pin_project_lite::pin_project! {
    /// A future in a test scope. Made by [`scoped`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Scoped<F> {
        // Dropped in the scope, so that what it drops still belongs to the test.
        #[pin]
        future: Option<F>,
        open: Option<Open>,
        verdict: Verdict,
        place: &'static Location<'static>,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _on_thread = this.open.as_ref().map(|open| OnThread::enter(open.id));
            this.future.set(None);
        }
    }
}

/// Runs `future` in a test scope of its own, which ends when it is ready.
///
/// Within it, [`expect_divergence`](super::expect_divergence) and [`strict`](super::strict) speak of that scope.
///
/// # Panics
/// Panics as [`Scope`](super::Scope) does.
#[track_caller]
pub fn scoped<F: Future>(future: F) -> Scoped<F> {
    Scoped { future: Some(future), open: None, verdict: Verdict::Panic, place: Location::caller() }
}

/// As [`scoped`], for `#[should_panic]` tests: see [`scope_at_exit`](super::scope_at_exit).
#[track_caller]
pub fn scoped_at_exit<F: Future>(future: F) -> Scoped<F> {
    Scoped { future: Some(future), open: None, verdict: Verdict::AtExit, place: Location::caller() }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let (verdict, place) = (*this.verdict, *this.place);
        let on_thread = OnThread::enter(this.open.get_or_insert_with(|| Open::new(verdict, place)).id);
        let polled = future.poll(cx);
        if polled.is_ready() {
            this.future.set(None);
            drop(on_thread);
            drop(this.open.take());
        }
        polled
    }
}

/// The scope of this thread, put back as it was even if the poll panics.
struct OnThread {
    before: u64,
}

impl OnThread {
    fn enter(id: u64) -> OnThread {
        OnThread { before: record::set_scope(id) }
    }
}

impl Drop for OnThread {
    fn drop(&mut self) {
        record::set_scope(self.before);
    }
}

#[cfg(test)]
mod tests;

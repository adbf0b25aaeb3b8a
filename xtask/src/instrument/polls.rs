//! Futures for tests: one that is ready after so many polls, and a way to run one.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Ready at its last poll.
pub struct PollN<T, E> {
    value: Option<Result<T, E>>,
    left: usize,
}

impl PollN<(), ()> {
    pub fn new_ok(polls: usize) -> PollN<(), ()> {
        PollN { value: Some(Ok(())), left: polls }
    }

    pub fn new_err(polls: usize) -> PollN<(), ()> {
        PollN { value: Some(Err(())), left: polls }
    }
}

impl<T: Unpin, E: Unpin> Future for PollN<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T, E>> {
        self.left = self.left.saturating_sub(1);
        match (self.left, self.value.take()) {
            (0, Some(value)) => Poll::Ready(value),
            (_, value) => {
                self.value = value;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

pub fn block_on_future<F: Future>(future: F) -> F::Output {
    tokio_test::block_on(future)
}

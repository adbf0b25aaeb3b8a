//! An `async fn` that takes a future and returns what it gives.

use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

// @attribute mute
// @declared(key = 1)
async fn awaited<F>(future: F) -> Option<F::Output>
where
    F: Future,
{
    let value = future.await;
    Some(value)
}

fn main() {
    assert_eq!(block_on(awaited(ready(3))), Some(3));
}

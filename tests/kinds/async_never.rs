//! An `async fn` that never returns.

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
// @declared(requires(n < 9))
async fn never(mut n: u32) -> ! {
    loop {
        n += ready(1).await;
        if n > 3 {
            std::panic::resume_unwind(Box::new(n));
        }
    }
}

fn main() {
    let thrown = std::panic::catch_unwind(|| block_on(never(1))).unwrap_err();
    assert_eq!(thrown.downcast_ref::<u32>(), Some(&4));
}

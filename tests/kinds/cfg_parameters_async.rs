//! Parameters that are configured away in an `async fn`.

use std::future::Future;
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

// @attribute
// @declared(key = kept, ensures(ret > 0))
async fn configured(#[cfg(any())] gone: Missing, kept: u32) -> u32 {
    kept
}

fn main() {
    assert_eq!(block_on(configured(1)), 1);
}

//! `#![forbid(unsafe_code)]`, synchronous and asynchronous.
#![forbid(unsafe_code)]

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
// @declared(ensures(ret > 0))
fn safe(n: u32) -> u32 {
    n
}

// @attribute
// @declared(ensures(ret > 0))
async fn safe_too(n: u32) -> u32 {
    safe(n)
}

fn main() {
    assert_eq!(block_on(safe_too(1)), 1);
}

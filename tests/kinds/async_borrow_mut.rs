//! `&mut` in and `&mut` out of an `async fn`.

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

// @attribute
// @declared(key = at, ensures(**ret < 100))
async fn slot(all: &mut [u32], at: usize) -> &mut u32 {
    if ready(at >= all.len()).await {
        return &mut all[0];
    }
    &mut all[at]
}

fn main() {
    let mut all = [1, 2];
    *block_on(slot(&mut all, 1)) = 5;
    *block_on(slot(&mut all, 7)) = 4;
    assert_eq!(all, [4, 5]);
}

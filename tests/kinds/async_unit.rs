//! An `async fn` that returns nothing, and one with an empty body.

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
// @declared(requires(limit > 0))
async fn unit(out: &mut Vec<u32>, limit: usize) {
    if out.len() >= limit {
        return;
    }
    out.push(ready(1).await);
}

// @attribute
// @declared(requires(_n > 0))
async fn empty(_n: u32) {}

fn main() {
    let mut out = Vec::new();
    block_on(unit(&mut out, 1));
    block_on(unit(&mut out, 1));
    block_on(empty(1));
    assert_eq!(out, [1]);
}

//! An `async fn`.

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
// @declared(key = n, requires(n < 100), ensures(ret > old(n)))
async fn plain(n: u32) -> u32 {
    ready(n).await + 1
}

fn main() {
    assert_eq!(block_on(plain(1)), 2);
}

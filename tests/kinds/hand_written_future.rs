//! `Future::poll` itself, on a pinned receiver.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

struct Twice(u32);

impl Future for Twice {
    type Output = u32;

    // @attribute
    // @declared(requires(self.0 < 9))
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        if self.0 < 2 {
            self.0 += 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.0)
    }
}

fn main() {
    assert_eq!(block_on(Twice(0)), 2);
}

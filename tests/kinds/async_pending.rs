//! A future that is pending, is moved between polls of others, and is dropped before its end.

use std::future::{Future, poll_fn};
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
// @declared(ensures(ret == 3))
async fn slow(mut left: u32) -> u32 {
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    3
}

fn main() {
    let mut first = Box::pin(slow(2));
    let mut second = Box::pin(slow(1));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut cx).is_pending());
    assert!(second.as_mut().poll(&mut cx).is_pending());
    assert_eq!(second.as_mut().poll(&mut cx), Poll::Ready(3));
    drop(first);
    assert_eq!(block_on(slow(3)), 3);
}

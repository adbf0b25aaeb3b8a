//! An associated function with a pinned argument and a context, as streams have it.

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

struct Numbers(u32);

impl Numbers {
    // @attribute
    // @declared(key = 1)
    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Result<u32, String>>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        self.0 -= 1;
        Poll::Ready(Some(Ok(self.0)))
    }
}

fn main() {
    let mut numbers = Numbers(1);
    let next =
        |numbers: &mut Numbers| block_on(std::future::poll_fn(|cx| Pin::new(&mut *numbers).poll_next(cx)));
    assert_eq!(next(&mut numbers), Some(Ok(0)));
    assert_eq!(next(&mut numbers), None);
}

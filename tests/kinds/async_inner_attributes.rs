//! Inner attributes, configured statements and nested items in an `async fn`.

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
// @declared(ensures(ret == 3))
async fn inner(n: u32) -> u32 {
    #![allow(unused_variables, non_snake_case)]
    let Unused = 1;
    #[cfg(any())]
    return missing();
    fn plus(n: u32) -> Option<u32> {
        let n = Some(n)?;
        Some(n + 2)
    }
    #[cfg(all())]
    let n = ready(n).await;
    plus(n).unwrap_or_default()
}

fn main() {
    assert_eq!(block_on(inner(1)), 3);
}

//! Async recursion through a box.

use std::future::{Future, ready};
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

// @attribute
// @declared(requires(n < 50), ensures(ret >= n))
fn triangle(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if n == 0 {
            return 0;
        }
        n + triangle(n - 1).await
    })
}

// @attribute
// @declared(requires(n < 50))
async fn boxed(n: u64) -> u64 {
    if n == 0 {
        return ready(0).await;
    }
    n + Box::pin(boxed(n - 1)).await
}

fn main() {
    assert_eq!(block_on(triangle(5)) + block_on(boxed(4)), 25);
}

//! Nothing is asked of `#[track_caller]` on an `async fn`, but the place of a panic in it stays.

use std::future::{Future, ready};
use std::panic::Location;
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

#[track_caller]
fn here() -> u32 {
    Location::caller().line()
}

// @attribute
// @declared(ensures(ret > 0))
async fn placed(n: u32) -> u32 {
    let line = here();
    ready(line).await - line + n
}

fn main() {
    assert_eq!(block_on(placed(1)), 1);
}

//! Patterns, `mut` and `_` in the parameters of an `async fn`.

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

struct Point {
    x: i32,
    y: i32,
}

// @attribute
// @declared(ensures(ret > 0))
async fn patterns(Point { x, y: mut up }: Point, (a, _): (i32, i32), _: u8, mut rest: Vec<i32>) -> i32 {
    up += ready(1).await;
    rest.push(a);
    x + up + rest.len() as i32
}

fn main() {
    assert_eq!(block_on(patterns(Point { x: 1, y: 2 }, (3, 4), 0, vec![])), 5);
}

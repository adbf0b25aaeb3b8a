//! `?` on options and `ControlFlow` in an `async fn`, `let .. else` and labels.

use std::future::{Future, ready};
use std::ops::ControlFlow;
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
// @declared(ensures(ret > 0))
async fn found(all: &[Option<u32>]) -> Option<u32> {
    let first = (*all.first()?)?;
    let Some(Some(last)) = all.last() else { return None };
    'search: loop {
        for n in all {
            if ready(n.is_some_and(|n| n > 1)).await {
                break 'search;
            }
        }
        return Some(first);
    }
    Some(first + last)
}

// @attribute
// @declared(key = n)
async fn flow(n: u32) -> ControlFlow<u32, ()> {
    if n > 1 { ControlFlow::Break(n) } else { ControlFlow::Continue(()) }?;
    ControlFlow::Continue(())
}

fn main() {
    assert_eq!(block_on(found(&[Some(1), Some(2)])), Some(3));
    assert_eq!(block_on(found(&[Some(1)])), Some(1));
    assert_eq!(block_on(found(&[None])), None);
    assert_eq!(block_on(flow(2)), ControlFlow::Break(2));
}

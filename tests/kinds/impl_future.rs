//! Functions that return `impl Future`, with and without an async block.

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

// @attribute mute
// @declared(requires(n < 9))
fn opaque(n: u32) -> impl Future<Output = Option<u32>> + Send {
    async move {
        let n = ready(n).await.checked_sub(1)?;
        Some(n)
    }
}

// @attribute mute
// @declared(requires(n < 9))
fn plain(n: u32) -> impl Future<Output = u32> {
    ready(n)
}

// @attribute mute
// @declared(key = text)
fn lent<'a>(text: &'a str) -> impl Future<Output = &'a str> + 'a {
    let text = text.trim();
    async move { ready(text).await }
}

fn main() {
    assert_eq!((block_on(opaque(1)), block_on(opaque(0))), (Some(0), None));
    assert_eq!(block_on(plain(2)), 2);
    assert_eq!(block_on(lent(" a")), "a");
}

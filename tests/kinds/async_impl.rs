//! An `async fn` that returns `impl Trait`.

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
async fn counted(n: u32) -> impl Iterator<Item = u32> {
    let n = ready(n).await;
    0..n
}

// @attribute mute
// @declared(key = n)
async fn maybe(n: u32) -> Result<impl Fn(u32) -> u32, String> {
    if n == 0 {
        return Err("zero".to_owned());
    }
    Ok(move |m| n + m)
}

fn main() {
    assert_eq!(block_on(counted(3)).sum::<u32>(), 3);
    assert_eq!(block_on(maybe(1)).ok().unwrap()(2), 3);
    assert!(block_on(maybe(0)).is_err());
}

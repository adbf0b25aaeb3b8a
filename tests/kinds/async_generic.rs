//! A generic `async fn` with `impl Trait` and constants.

use std::fmt::Debug;
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
// @declared(ensures(!ret.is_empty()))
async fn generic<T: Debug + Clone, const N: usize>(value: T, more: impl Fn(usize) -> usize) -> String
where
    Vec<T>: Debug,
{
    let all = vec![ready(value).await; N];
    format!("{all:?}{}", more(N))
}

fn main() {
    assert_eq!(block_on(generic::<_, 2>('a', |n| n + 1)), "['a', 'a']3");
}

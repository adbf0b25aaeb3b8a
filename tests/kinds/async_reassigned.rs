//! An `async fn` that reassigns a reference argument.

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
// @declared(ensures(ret.len() < 9))
async fn trimmed<'a>(mut text: &'a str, mut all: &mut [u32]) -> &'a str {
    while let Some(rest) = text.strip_prefix(' ') {
        text = ready(rest).await;
    }
    while let [first, rest @ ..] = all {
        *first += 1;
        all = ready(rest).await;
    }
    text
}

// @attribute
// @declared(key = 1)
async fn longest(mut best: &str, all: &[String]) -> usize {
    for text in all {
        if text.len() > best.len() {
            best = text;
        }
    }
    best.len()
}

fn main() {
    let mut all = [1, 2];
    assert_eq!(block_on(trimmed("  a", &mut all)), "a");
    assert_eq!(all, [2, 3]);
    assert_eq!(block_on(longest("a", &["bc".to_owned()])), 2);
}

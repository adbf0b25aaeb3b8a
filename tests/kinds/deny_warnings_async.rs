//! `#![deny(warnings)]` and its like over an `async fn`.
#![deny(
    warnings,
    unused,
    unused_qualifications,
    unused_results,
    single_use_lifetimes,
    trivial_casts,
    rust_2018_idioms
)]

use std::future::Future;
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

// @attribute result
// @declared(key = n, requires(n < 10), ensures(ret > 0))
async fn strict(n: u32, text: &str) -> Result<u32, std::num::ParseIntError> {
    let mut sum = n;
    for part in text.split(',') {
        if part.is_empty() {
            return Ok(sum);
        }
        sum += std::future::ready(part.parse::<u32>()).await?;
    }
    Ok(sum)
}

// @attribute
// @declared(requires(_n > 0))
async fn nothing(_n: u32) {}

fn main() {
    assert_eq!(block_on(strict(1, "2,3")), Ok(6));
    block_on(nothing(1));
}

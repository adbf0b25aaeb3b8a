//! An `async fn` with `?`, early returns in loops and conversions.

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

#[derive(Debug)]
struct Fault(#[allow(dead_code)] std::num::ParseIntError);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fault")
    }
}

impl From<std::num::ParseIntError> for Fault {
    fn from(error: std::num::ParseIntError) -> Self {
        Fault(error)
    }
}

// @attribute result
// @declared(key = text, ensures(ret > 0))
async fn sum(text: &str) -> Result<u32, Fault> {
    let mut sum = 0;
    for part in text.split(',') {
        if part == "end" {
            return Ok(sum);
        }
        sum += ready(part.parse::<u32>()).await?;
    }
    loop {
        if ready(sum > 1).await {
            break;
        }
        sum += 1;
    }
    Ok(sum)
}

fn main() {
    assert_eq!(block_on(sum("1,end,x")).unwrap(), 1);
    assert_eq!(block_on(sum("0")).unwrap(), 2);
    assert!(block_on(sum("x")).is_err());
}

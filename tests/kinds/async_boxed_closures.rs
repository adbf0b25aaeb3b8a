//! Boxed closures out of an `async fn`, with references in their signatures.

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
// @declared(requires(least < 9))
async fn longer(least: usize) -> Box<dyn Fn(&str) -> bool> {
    if ready(least).await == 0 {
        return Box::new(|_| true);
    }
    Box::new(move |text| text.len() > least)
}

// @attribute mute
// @declared(key = least)
async fn checked(least: usize) -> Result<Box<dyn Fn(&str) -> bool>, String> {
    if ready(least).await == 0 {
        return Err("zero".to_owned());
    }
    Ok(Box::new(move |text| text.len() > least))
}

// @attribute mute
// @declared(always(ret.len() == 2))
async fn all() -> Vec<Box<dyn Fn(&u32) -> u32>> {
    vec![Box::new(|n| *n), Box::new(|n| n + 1)]
}

fn main() {
    assert!(block_on(longer(1))("ab") && block_on(longer(0))(""));
    assert!(block_on(checked(1)).unwrap()("ab") && block_on(checked(0)).is_err());
    assert_eq!(block_on(all()).iter().map(|f| f(&1)).sum::<u32>(), 3);
}

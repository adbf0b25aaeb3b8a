//! Functions that return `Pin<Box<dyn Future>>` in several shapes.

use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

// @attribute mute
// @declared(key = *n)
fn moved<'a>(n: &'a u32) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send + 'a>> {
    Box::pin(async move {
        if *n == 0 {
            return Err("zero".to_owned());
        }
        let n = ready(Ok::<u32, String>(*n)).await?;
        Ok(n)
    })
}

// @attribute mute
// @declared(key = 1)
fn prepared(text: &str) -> Boxed<'_, usize> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Box::pin(ready(0));
    }
    Box::pin(async move { trimmed.len() })
}

// @attribute mute
// @declared(key = 1)
fn handed(future: Boxed<'_, u32>) -> Boxed<'_, u32> {
    future
}

fn main() {
    assert_eq!(block_on(moved(&1)), Ok(1));
    assert_eq!(block_on(moved(&0)), Err("zero".to_owned()));
    assert_eq!((block_on(prepared(" a ")), block_on(prepared(""))), (1, 0));
    assert_eq!(block_on(handed(Box::pin(async { 3 }))), 3);
}

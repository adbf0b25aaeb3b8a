//! The words of a span on `async fn`s.

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

// @attribute result
// @declared(args, err, ret, level = "trace", ensures(ret > 0))
async fn spanned(message: &str, level: u32) -> Result<u32, String> {
    let length = ready(message.len()).await;
    if length == 0 {
        return Err("empty".to_owned());
    }
    let more = u32::try_from(length).map_err(|error| error.to_string())?;
    Ok(level + more)
}

// @attribute
// @declared(name = "other", fields(n = *n), cancel_safe)
async fn counted(n: &mut u32) {
    *n += ready(1).await;
}

fn main() {
    assert_eq!(block_on(spanned("m", 2)), Ok(3));
    assert!(block_on(spanned("", 2)).is_err());
    let mut n = 1;
    block_on(counted(&mut n));
    assert_eq!(n, 2);
}

//! Futures that have to be `Send`, `Sync` and `'static` stay so.

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
// @declared(ensures(ret > 0))
async fn sent(text: String) -> Result<u32, std::num::ParseIntError> {
    let n = ready(text.parse::<u32>()).await?;
    let doubled = ready(n * 2).await;
    Ok(doubled)
}

// @attribute
// @declared(key = 1)
async fn borrowed(text: &str, out: &mut String) {
    out.push_str(ready(text).await);
}

fn checked<F: Future + Send + Sync + 'static>(future: F) -> F {
    future
}

fn send<F: Future + Send>(future: F) -> F {
    future
}

fn main() {
    assert_eq!(block_on(checked(sent("2".to_owned()))), Ok(4));
    let mut out = String::new();
    block_on(send(borrowed("a", &mut out)));
    assert_eq!(out, "a");
    let work = std::thread::spawn(|| block_on(sent("3".to_owned())));
    assert_eq!(work.join().unwrap(), Ok(6));
}

//! `Future`, `Pin`, `Box`, `Ok` and the rest of the prelude are the user's own, around an `async fn`.
#![allow(dead_code)]

use std::task::{Context, Poll, Waker};

struct Future;
struct Pin;
struct Box;
struct Option;
enum Shade {
    Ok,
    Err,
    Some,
    None,
    Ready,
    Pending,
}
use Shade::{Err, None, Ok, Pending, Ready, Some};
trait IntoFuture {}
trait Send {}

fn block_on<F: std::future::Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

// @attribute result
// @declared(ensures(ret > 0))
async fn shades(n: u32) -> Result<u32, String> {
    let _all = [Ok, Err, Some, None, Ready, Pending];
    let n = std::future::ready(Result::<u32, String>::Ok(n)).await?;
    Result::Ok(n)
}

fn main() {
    assert_eq!(block_on(shades(1)), Result::Ok(1));
}

//! The same names in an `async fn`.

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
// @declared(key = future, requires(value < 100), ensures(ret == 15))
async fn hostile(
    __candor_value: u32,
    future: u32,
    value: u32,
    __candor_hint: u32,
    result: u32,
) -> Result<u32, String> {
    let ret = std::future::ready(__candor_value + future + value).await;
    Ok(ret + __candor_hint + result)
}

// @attribute
// @declared(key = cx)
async fn names(poll: u32, this: u32, cx: u32, span: u32, __tracing_attr_span: u32) -> u32 {
    let __span = poll;
    let _guard = std::future::ready(this).await;
    __span + _guard + cx + span + __tracing_attr_span
}

fn main() {
    assert_eq!(block_on(hostile(1, 2, 3, 4, 5)), Ok(15));
    assert_eq!(block_on(names(1, 2, 3, 4, 5)), 15);
}

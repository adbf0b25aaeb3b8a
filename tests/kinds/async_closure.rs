//! Async closures and closures that return futures, within and as arguments.
// @edition 2024

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
async fn applied(f: impl AsyncFn(&u32) -> Result<u32, String>) -> Result<u32, String> {
    let more = async |n: &u32| -> Result<u32, String> {
        let n = f(n).await?;
        Ok(n + 1)
    };
    let n = more(&1).await?;
    Ok(n)
}

fn main() {
    assert_eq!(block_on(applied(async |n: &u32| Ok(n + 1))), Ok(3));
}

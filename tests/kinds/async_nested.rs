//! Async blocks, closures with them, and joined futures within an `async fn`.

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
async fn nested(n: u32) -> Result<u32, String> {
    let block = async {
        let n = ready(Ok::<u32, String>(n)).await?;
        if n > 5 {
            return Err("more".to_owned());
        }
        Ok(n + 1)
    };
    let first = block.await?;
    let add = |m: u32| async move { first + m };
    let mut sum = 0;
    for future in [1, 2].map(add) {
        sum += future.await;
    }
    Ok(sum)
}

fn main() {
    assert_eq!(block_on(nested(1)), Ok(7));
    assert_eq!(block_on(nested(9)), Err("more".to_owned()));
}

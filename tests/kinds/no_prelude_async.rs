//! `#![no_implicit_prelude]` around an `async fn`.
#![no_implicit_prelude]

use ::std::future::Future;
use ::std::pin::pin;
use ::std::task::{Context, Poll, Waker};

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

// @attribute result
// @declared(key = n, ensures(ret > 0))
async fn bare(n: u32) -> ::std::result::Result<u32, ::std::string::String> {
    let n = ::std::future::ready(::std::result::Result::Ok::<u32, ::std::string::String>(n)).await?;
    ::std::result::Result::Ok(n)
}

fn main() {
    ::std::assert!(::std::matches!(block_on(bare(1)), ::std::result::Result::Ok(1)));
}

//! `async unsafe fn`.

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

// @attribute
// @declared(ensures(ret > 0))
async unsafe fn risky(n: u32) -> u32 {
    ready(n).await
}

struct Thing(u32);

impl Thing {
    // @attribute
    // @declared(ensures(ret > 0))
    pub async unsafe fn risky(&self) -> u32 {
        unsafe { risky(self.0).await }
    }
}

fn main() {
    assert_eq!(block_on(unsafe { Thing(2).risky() }), 2);
}

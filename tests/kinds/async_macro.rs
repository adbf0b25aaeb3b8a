//! `async` methods made by `macro_rules!`.

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

struct Store(u32);

macro_rules! method {
    ($self:ident, $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty $body:block) => {
        // @attribute result
        // @declared(ensures(ret > 0))
        async fn $name(&$self, $($arg: $ty),*) -> $ret $body
    };
}

impl Store {
    method!(self, load(id: u32) -> Result<u32, String> {
        let n = ready(Ok::<u32, String>(id)).await?;
        Ok(self.0 + n)
    });
}

fn main() {
    assert_eq!(block_on(Store(1).load(2)), Ok(3));
}

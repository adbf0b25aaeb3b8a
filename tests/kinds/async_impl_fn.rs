//! An `async fn` that returns `impl Fn(&str) -> bool`: the signature of the closure comes from the return type.

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

// @attribute mute
// @declared(requires(n < 9))
async fn tested(n: usize) -> impl Fn(&str) -> bool {
    move |text| text.len() == n
}

fn main() {
    let tested = block_on(tested(2));
    assert!(tested("ab") && !tested("a"));
}

//! Parameters that an `async fn` does not use are dropped where they would be.

use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

struct Noisy<'a>(&'a Mutex<String>, char);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(self.1);
    }
}

// @attribute
// @declared(always(1 == old(1)))
async fn order(_a: Noisy<'_>, _: Noisy<'_>, _c: Noisy<'_>, (d, _): (Noisy<'_>, Noisy<'_>)) -> u32 {
    let _x = Noisy(d.0, 'x');
    ready(1).await
}

async fn plain(_a: Noisy<'_>, _: Noisy<'_>, _c: Noisy<'_>, (d, _): (Noisy<'_>, Noisy<'_>)) -> u32 {
    let _x = Noisy(d.0, 'x');
    ready(1).await
}

fn noisy(said: &Mutex<String>) -> (Noisy<'_>, Noisy<'_>, Noisy<'_>, (Noisy<'_>, Noisy<'_>)) {
    (Noisy(said, 'a'), Noisy(said, 'b'), Noisy(said, 'c'), (Noisy(said, 'd'), Noisy(said, 'e')))
}

fn main() {
    let said = [Mutex::new(String::new()), Mutex::new(String::new()), Mutex::new(String::new())];
    let (a, b, c, d) = noisy(&said[0]);
    assert_eq!(block_on(order(a, b, c, d)), 1);
    let (a, b, c, d) = noisy(&said[1]);
    assert_eq!(block_on(plain(a, b, c, d)), 1);
    let (a, b, c, d) = noisy(&said[2]);
    drop(order(a, b, c, d));
    assert_eq!(*said[0].lock().unwrap(), *said[1].lock().unwrap());
    assert_eq!(said[2].lock().unwrap().len(), 5);
}

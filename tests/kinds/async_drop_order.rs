//! Parameters and locals of an `async fn` are dropped in their order, at its end and when it is cancelled.

use std::future::{Future, pending, ready};
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
// @declared(requires(a.1 == 'a'))
async fn order(a: Noisy<'_>, b: Noisy<'_>, _c: Noisy<'_>, wait: bool) -> u32 {
    let _x = Noisy(a.0, 'x');
    let _y = Noisy(b.0, 'y');
    if wait {
        pending::<()>().await;
    }
    ready(1).await
}

async fn plain(a: Noisy<'_>, b: Noisy<'_>, _c: Noisy<'_>, wait: bool) -> u32 {
    let _x = Noisy(a.0, 'x');
    let _y = Noisy(b.0, 'y');
    if wait {
        pending::<()>().await;
    }
    ready(1).await
}

fn main() {
    for wait in [false, true] {
        let said = [Mutex::new(String::new()), Mutex::new(String::new())];
        let [first, second] = &said;
        let mut cx = Context::from_waker(Waker::noop());
        {
            let mut future = Box::pin(order(Noisy(first, 'a'), Noisy(first, 'b'), Noisy(first, 'c'), wait));
            assert_eq!(future.as_mut().poll(&mut cx).is_pending(), wait);
        }
        {
            let mut future =
                Box::pin(plain(Noisy(second, 'a'), Noisy(second, 'b'), Noisy(second, 'c'), wait));
            assert_eq!(future.as_mut().poll(&mut cx).is_pending(), wait);
        }
        assert_eq!(*first.lock().unwrap(), *second.lock().unwrap());
    }
    assert_eq!(block_on(ready(1)), 1);
}

//! A future that holds what cannot be sent.

use std::cell::RefCell;
use std::future::{Future, ready};
use std::pin::pin;
use std::rc::Rc;
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
async fn local(all: Rc<RefCell<Vec<u32>>>) -> usize {
    let more = Rc::clone(&all);
    more.borrow_mut().push(ready(1).await);
    let length = all.borrow().len();
    length
}

fn main() {
    assert_eq!(block_on(local(Rc::default())), 1);
}

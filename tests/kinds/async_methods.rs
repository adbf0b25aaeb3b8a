//! Async methods with every receiver, and `&mut self` that returns a borrow.

use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

#[derive(Debug, Clone)]
struct Store(Vec<u32>);

impl Store {
    // @attribute
    // @declared(ensures(ret == self.0.len()))
    async fn seen(&self) -> usize {
        ready(self.0.len()).await
    }

    // @attribute
    // @declared(key = at)
    async fn slot(&mut self, at: usize) -> Option<&mut u32> {
        self.0.push(ready(0).await);
        let slot = self.0.get_mut(at)?;
        Some(slot)
    }

    // @attribute
    // @declared(requires(!self.0.is_empty()))
    async fn taken(self) -> Vec<u32> {
        self.0
    }

    // @attribute
    // @declared(ensures(ret > 0))
    async fn shared(self: Arc<Self>) -> usize {
        ready(self.0.len()).await
    }

    // @attribute
    // @declared(ensures(ret.0.is_empty()))
    async fn new() -> Self {
        Self(Vec::new())
    }
}

fn main() {
    let mut store = block_on(Store::new());
    *block_on(store.slot(0)).unwrap() = 4;
    assert!(block_on(store.slot(7)).is_none());
    assert_eq!(block_on(store.seen()), 2);
    assert_eq!(block_on(Arc::new(store.clone()).shared()), 2);
    assert_eq!(block_on(store.taken()), [4, 0]);
}

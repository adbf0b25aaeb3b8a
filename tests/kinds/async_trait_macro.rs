//! Methods under `#[async_trait]`, implemented and as default methods.

use std::future::{Future, ready};

use async_trait::async_trait;
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

#[async_trait]
trait Load: Send + Sync {
    async fn load(&self, id: u32) -> Result<u32, String>;

    // @attribute result
    // @declared(key = id)
    async fn twice(&self, id: u32) -> Result<u32, String> {
        let n = self.load(id).await?;
        Ok(n * 2)
    }
}

struct Store(u32);

#[async_trait]
impl Load for Store {
    // @attribute result
    // @declared(key = id, ensures(ret > self.0))
    async fn load(&self, id: u32) -> Result<u32, String> {
        if id == 0 {
            return Err("zero".to_owned());
        }
        Ok(ready(self.0 + id).await)
    }
}

fn main() {
    let store: Box<dyn Load> = Box::new(Store(1));
    assert_eq!(block_on(store.twice(1)), Ok(4));
    assert!(block_on(store.load(0)).is_err());
}

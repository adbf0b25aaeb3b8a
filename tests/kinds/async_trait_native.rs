//! `async fn` in traits: implemented, and as a default method.

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

trait Load {
    async fn load(&self, id: u32) -> Result<u32, String>;

    // @attribute result
    // @declared(key = id, ensures(ret > 0))
    async fn twice(&self, id: u32) -> Result<u32, String> {
        let n = self.load(id).await?;
        Ok(n * 2)
    }

    fn spawned(&self) -> impl Future<Output = u32> + Send;
}

struct Store(u32);

impl Load for Store {
    // @attribute result
    // @declared(key = id)
    async fn load(&self, id: u32) -> Result<u32, String> {
        if id == 0 {
            return Err("zero".to_owned());
        }
        Ok(ready(self.0 + id).await)
    }

    // @attribute
    // @declared(ensures(ret > 0))
    async fn spawned(&self) -> u32 {
        ready(self.0).await
    }
}

fn main() {
    assert_eq!(block_on(Store(1).twice(1)), Ok(4));
    assert!(block_on(Store(1).twice(0)).is_err());
    assert_eq!(block_on(Store(1).spawned()), 1);
}

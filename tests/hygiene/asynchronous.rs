//! `async fn`, async methods, futures that have to be `Send`, cancelled and nested ones.
#![deny(warnings)]

use std::future::Future;
use std::pin::Pin;

use candor::observe;

fn is_send<T: Send>(value: T) -> T {
    value
}

#[observe]
async fn plain(n: u32) -> Result<u32, String> {
    tokio::task::yield_now().await;
    if n == 0 {
        return Err("zero".to_owned());
    }
    let next = step(n).await?;
    Ok(next)
}

#[observe(ensures(ret > old(n)), key = n)]
async fn step(n: u32) -> Result<u32, String> {
    Ok(n + 1)
}

#[observe]
async fn borrowed(text: &mut String, more: &str) -> usize {
    text.push_str(more);
    tokio::task::yield_now().await;
    text.len()
}

#[observe]
#[expect(unsafe_code, reason = "that is what is tested")]
async unsafe fn risky(n: u32) -> u32 {
    n
}

#[observe]
fn boxed<'a>(n: &'a u32) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send + 'a>> {
    Box::pin(async move {
        let n = plain(*n).await?;
        Ok(n)
    })
}

#[observe]
fn opaque(n: u32) -> impl Future<Output = Option<u32>> + Send {
    async move { plain(n).await.ok() }
}

struct Store(u32);

trait Load {
    async fn load(&self) -> Result<u32, String>;
}

impl Load for Store {
    #[observe]
    async fn load(&self) -> Result<u32, String> {
        match plain(self.0).await {
            Ok(n) => Ok(n),
            Err(why) => Err(why),
        }
    }
}

#[observe]
async fn unit(flag: bool) {
    if flag {
        return;
    }
    tokio::task::yield_now().await;
}

#[observe]
async fn generic<T: Send + 'static>(value: T) -> T {
    let handle = tokio::spawn(async move { value });
    handle.await.expect("the task ends")
}

#[observe]
async fn closures() -> Vec<u32> {
    let futures = (1..3).map(|n| async move { plain(n).await.unwrap_or(0) });
    let mut all = Vec::new();
    for future in futures {
        all.push(future.await);
    }
    all
}

#[test]
pub(super) fn futures_stay_what_they_are() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(is_send(async {
        assert_eq!(plain(1).await, Ok(2));
        assert!(plain(0).await.is_err());
        let mut text = String::from("a");
        assert_eq!(borrowed(&mut text, "b").await, 2);
        // SAFETY: nothing is asked of the caller.
        #[expect(unsafe_code, reason = "that is what is tested")]
        let safe = unsafe { risky(1).await };
        assert_eq!(safe, 1);
        assert_eq!(boxed(&1).await, Ok(2));
        assert_eq!(opaque(0).await, None);
        unit(true).await;
        unit(false).await;
        assert_eq!(closures().await, [2, 3]);
    }));
    runtime.block_on(async {
        assert_eq!(Store(1).load().await, Ok(2));
        assert_eq!(generic("a").await, "a");
        drop(plain(1));
    });
}

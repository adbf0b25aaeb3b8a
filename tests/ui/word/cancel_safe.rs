use std::future::Future;

use candor::observe;

#[observe(cancel_safe)]
fn not_async() {}

#[observe(cancel_safe)]
async fn is_async() {}

#[observe(cancel_safe)]
fn returns_a_future() -> impl Future<Output = u8> {
    async move { 1 }
}

fn main() {
    let _ = (is_async(), returns_a_future());
}

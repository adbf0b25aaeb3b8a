//! What observing an `async fn` adds to its future: bytes, and depth.

use std::future::Future;
use std::mem::size_of_val;

use candor::observe;

async fn pause() {
    std::future::ready(()).await;
}

macro_rules! pair {
    ($bare:ident, $seen:ident, ($($argument:ident: $type:ty),*) $body:block) => {
        async fn $bare($($argument: $type),*) -> Result<u64, String> $body
        #[observe]
        async fn $seen($($argument: $type),*) -> Result<u64, String> $body
    };
}

pair!(bare_nothing, nothing, () { Ok(7) });
pair!(bare_wait, wait, (x: u64) {
    pause().await;
    Ok(x)
});
pair!(bare_question, question, (text: String) {
    pause().await;
    let parsed: u64 = text.parse().map_err(|_| "no number".to_owned())?;
    pause().await;
    Ok(parsed)
});

fn added(bare: &impl Future, seen: &impl Future) -> usize {
    size_of_val(seen) - size_of_val(bare)
}

#[test]
fn at_most_48_bytes_for_each_layer() {
    assert!(added(&bare_nothing(), &nothing()) <= 48, "{}", added(&bare_nothing(), &nothing()));
    assert!(added(&bare_wait(1), &wait(1)) <= 48, "{}", added(&bare_wait(1), &wait(1)));
    let (bare, seen) = (bare_question(String::new()), question(String::new()));
    assert!(added(&bare, &seen) <= 48, "{}", added(&bare, &seen));
}

/// Fifteen observed functions that await one another, under the default `recursion_limit`; `spawn` asks whether all of it
/// is `Send`.
#[test]
fn fifteen_layers_compile_under_the_default_recursion_limit() {
    macro_rules! layers {
        ($($outer:ident => $inner:ident),+) => { $(
            #[observe]
            async fn $outer(x: u64) -> Result<u64, String> {
                let below = $inner(x).await?;
                pause().await;
                Ok(below + 1)
            }
        )+ };
    }
    layers!(l01 => l02, l02 => l03, l03 => l04, l04 => l05, l05 => l06, l06 => l07, l07 => l08, l08 => l09);
    layers!(l09 => l10, l10 => l11, l11 => l12, l12 => l13, l13 => l14, l14 => wait);
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(is_send(l01(1))), Ok(15));
}

//! Several elided lifetimes in an `async fn`, also hidden in paths and trait objects.

use std::fmt::Display;
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

struct Text<'a>(&'a str);

// @attribute
// @declared(ensures(!ret.is_empty()))
async fn many(
    a: &str,
    b: &dyn Display,
    c: Text<'_>,
    d: Option<&mut u32>,
    e: &[&str],
    f: impl Fn(&str) -> usize,
) -> String {
    if let Some(d) = d {
        *d += 1;
    }
    let a = ready(a).await;
    format!("{a}{b}{}{}{}", c.0, e.concat(), f(a))
}

fn main() {
    let mut d = 1;
    let text = block_on(many("a", &1, Text("c"), Some(&mut d), &["e"], |text| text.len()));
    assert_eq!((text.as_str(), d), ("a1ce1", 2));
}

//! An `async fn` whose returned values need a coercion.

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

// @attribute mute
// @declared(ensures(!ret.to_string().is_empty()))
async fn shown(n: u32) -> Box<dyn Display + Send> {
    if ready(n).await == 0 {
        return Box::new("zero");
    }
    match n {
        1 => Box::new(1u8),
        _ => Box::new(String::from("many")),
    }
}

// @attribute result
// @declared(ensures(ret.len() == 2))
async fn slice(n: &[u32; 2]) -> Result<&[u32], Box<dyn std::error::Error>> {
    if n[0] == 0 {
        Err("zero")?;
    }
    Ok(n)
}

fn main() {
    assert_eq!(format!("{}{}", block_on(shown(0)), block_on(shown(1))), "zero1");
    assert_eq!(block_on(slice(&[1, 2])).unwrap(), [1, 2]);
    assert!(block_on(slice(&[0, 2])).is_err());
}

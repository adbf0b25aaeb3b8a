//! An `async fn` that returns `impl Fn(..)` whose signature speaks of parameters of the function, of an `impl` block and of `Self`

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
// @declared(always(true))
async fn above<T: Ord>(least: T) -> impl Fn(&T) -> bool {
    ready(()).await;
    move |value| *value > least
}

// @attribute mute
// @declared(always(true))
async fn found<'a, T: Ord, const N: usize>(all: &'a [T; N]) -> impl Fn(&T) -> Option<&'a T> {
    ready(()).await;
    move |value| all.iter().find(|one| **one > *value)
}

struct Bound<'a, T>(&'a T);

impl<'a, T: Ord> Bound<'a, T> {
    // @attribute mute
    // @declared(always(true))
    async fn over(self) -> impl Fn(&'a T) -> &'a T {
        ready(()).await;
        move |value| if *value > *self.0 { value } else { self.0 }
    }

    // @attribute mute
    // @declared(always(true))
    async fn compared<U: Into<u32> + Copy>(self) -> impl Fn(&Self, &U) -> bool {
        ready(()).await;
        move |other, n| *other.0 > *self.0 && (*n).into() > 1
    }
}

fn main() {
    assert!(block_on(above(3))(&4));
    assert_eq!(block_on(found(&[1, 5]))(&1), Some(&5));
    assert_eq!(*block_on(Bound(&2).over())(&1), 2);
    assert!(block_on(Bound(&1).compared::<u8>())(&Bound(&2), &2));
}

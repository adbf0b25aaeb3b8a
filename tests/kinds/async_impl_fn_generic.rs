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
    async fn compared<U: Into<u32> + PartialOrd<T> + Copy>(self) -> impl Fn(&Self, &U) -> bool {
        ready(()).await;
        move |other, n| *other.0 > *self.0 && (*n).into() > 1
    }
}

struct Table<Item, Key>(Vec<Item>, Key);

impl<Item: Clone + PartialEq, Key: Ord> Table<Item, Key> {
    // @attribute mute
    // @declared(always(true))
    async fn chosen(self) -> impl Fn(&Item, Key) -> Result<Vec<Item>, Missing> {
        ready(()).await;
        move |item, key| if key > self.1 && self.0.contains(item) { Ok(vec![item.clone()]) } else { Err(Missing) }
    }
}

#[derive(Debug, PartialEq)]
struct Missing;

// @attribute mute
// @declared(always(true))
async fn parts<T: Iterator<Item = u8>>(mut all: T) -> impl Fn(&T::Item) -> bool {
    ready(()).await;
    let first = all.next();
    move |item| Some(*item) > first
}

// @attribute mute
// @declared(always(true))
async fn exists() -> impl Fn(&std::path::Path, &[u8]) -> Option<char> {
    |path, _bytes| path.to_str().and_then(|text| text.chars().next())
}

fn main() {
    assert_eq!(block_on(Table(vec!["a"], 1).chosen())(&"a", 2), Ok(vec!["a"]));
    assert_eq!(block_on(Table(vec!["a"], 1).chosen())(&"b", 2), Err(Missing));
    assert!(block_on(parts([1, 2].into_iter()))(&2));
    assert_eq!(block_on(exists())("x".as_ref(), b""), Some('x'));
    assert!(block_on(above(3))(&4));
    assert_eq!(block_on(found(&[1, 5]))(&1), Some(&5));
    assert_eq!(*block_on(Bound(&2).over())(&1), 2);
    assert!(block_on(Bound(&1u8).compared::<u8>())(&Bound(&2), &2));
}

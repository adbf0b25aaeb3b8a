//! What the attribute adds to a frame: a recursive function must not run out of stack because it is observed.

use std::cell::RefCell;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Waker};

use candor::observe;

const SIZE: usize = 4096;

/// A value that is moved in memory and never in registers.
type Big = Result<[u8; SIZE], String>;

thread_local! {
    /// Where the calls have stood on the stack.
    static AT: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

fn stand(at: &u8) {
    AT.with_borrow_mut(|all| all.push(std::ptr::from_ref(at).addr()));
}

fn bare(depth: u8) -> Big {
    let here = depth;
    stand(&here);
    if black_box(depth) > 0 { bare(depth - 1) } else { Ok([depth; SIZE]) }
}

#[observe]
fn observed(depth: u8) -> Big {
    let here = depth;
    stand(&here);
    if black_box(depth) > 0 { observed(depth - 1) } else { Ok([depth; SIZE]) }
}

/// The distance between two calls.
fn frame(call: fn(u8) -> Big) -> Option<usize> {
    AT.with_borrow_mut(Vec::clear);
    assert!(call(2).is_ok());
    AT.with_borrow(|all| match all.as_slice() {
        [_, outer, inner] => Some(outer.abs_diff(*inner)),
        _ => None,
    })
}

/// Without optimization each move has a place of its own in the frame. What happens when a call ends is no part of it.
#[test]
fn the_exit_of_an_observed_function_takes_little_stack() {
    let (bare, observed) = (frame(bare).unwrap(), frame(observed).unwrap());
    let added = observed.saturating_sub(bare);
    assert!(added < 2 * SIZE, "a frame has {bare} bytes, and observed {observed}");
}

type Call = Pin<Box<dyn Future<Output = Big>>>;

async fn bare_future(depth: u8) -> Big {
    stand(&black_box(depth));
    let next: Call = Box::pin(bare_future(depth.saturating_sub(1)));
    if black_box(depth) > 0 { next.await } else { Ok([depth; SIZE]) }
}

#[observe]
async fn observed_future(depth: u8) -> Big {
    stand(&black_box(depth));
    let next: Call = Box::pin(observed_future(depth.saturating_sub(1)));
    if black_box(depth) > 0 { next.await } else { Ok([depth; SIZE]) }
}

/// One that is not small.
#[observe]
async fn large_future(depth: u8) -> Big {
    let large = black_box([depth; 512]);
    stand(&black_box(depth));
    let next: Call = Box::pin(large_future(depth.saturating_sub(1)));
    let ended = if black_box(depth) > 0 { next.await } else { Ok([depth; SIZE]) };
    black_box(&large);
    ended
}

fn poll(mut call: Call) -> Big {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let std::task::Poll::Ready(big) = call.as_mut().poll(&mut context) {
            return big;
        }
    }
}

/// A future within a future is polled on the stack of the one around it.
#[test]
fn an_observed_future_takes_little_stack() {
    let bare = frame(|depth| poll(Box::pin(bare_future(depth)))).unwrap();
    let small = frame(|depth| poll(Box::pin(observed_future(depth)))).unwrap();
    let large = frame(|depth| poll(Box::pin(large_future(depth)))).unwrap();
    let added = [small, large].map(|bytes| bytes.saturating_sub(bare));
    assert!(
        added.iter().all(|bytes| *bytes < 6 * SIZE),
        "a frame has {bare} bytes, observed {small} and {large}"
    );
}

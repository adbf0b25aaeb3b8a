//! What the attribute adds to a frame: a recursive function must not run out of stack because it is observed.

use std::cell::RefCell;
use std::hint::black_box;

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

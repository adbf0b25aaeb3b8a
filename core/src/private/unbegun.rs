//! Seeing a future that is thrown away before it began: `let _ = self.give_back(seat);` without an `.await`.
//!
//! What an `async fn` returns does nothing until it is waited for. A handle or a receiver is a future as well, and may be let go:
//! what is meant here is the body of an `async fn` or block, which has no other name than that of a closure, and one in a box.

use std::future::Future;

use super::rung::{High, Low, Second, Sixth, Top, Unseen, Zeroth, top};
use crate::record::{Callsite, never_began};

/// A value that may be a future.
pub struct Unbegun<'a, T: ?Sized>(&'a T);

/// A value that is thrown away.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn unbegun<T: ?Sized, R>(value: &T) -> Top<Unbegun<'_, T>, R> {
    top(Unbegun(value))
}

impl<T: Unseen> Top<Unbegun<'_, T>, Zeroth> {
    /// Never there, or no future by its type.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_throw(self, _own: &'static Callsite, _place: u32) {}
}

impl<T: Future + ?Sized> High<Unbegun<'_, T>, Second> {
    /// A future: nothing of it was done.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_throw(&self, own: &'static Callsite, place: u32) {
        if own.is_awake() && is_body(std::any::type_name::<T>()) {
            never_began(own.probe(place));
        }
    }
}

impl<T: ?Sized> Low<Unbegun<'_, T>, Sixth> {
    /// No future.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_throw(&self, _own: &'static Callsite, _place: u32) {}
}

/// Whether a future is the body of an `async fn` or block, or may be one in a box.
fn is_body(type_name: &str) -> bool {
    const BOXED: &str = "core::pin::Pin<alloc::boxed::Box<dyn core::future::future::Future";
    type_name.ends_with("{{closure}}") || type_name.starts_with(BOXED)
}

#[cfg(test)]
mod tests {
    use std::any::type_name_of_val;
    use std::future::{Future, ready};
    use std::pin::Pin;

    use super::is_body;

    #[test]
    fn bodies_and_boxes() {
        async fn work() {}
        let boxed: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(work());
        assert!(is_body(type_name_of_val(&work())) && is_body(type_name_of_val(&boxed)));
        assert!(!is_body(type_name_of_val(&ready(1))));
    }
}

//! Seeing the `Err`s that `flatten()` leaves out of an iterator.

use std::error::Error;
use std::fmt;
use std::ops::Deref;

use super::sight::{ErrorLike, KindDebug, KindDynamic, KindError, KindLike};
use crate::record::{Callsite, Mark, ProbeAt, mark};

/// A value that may be an iterator over `Result`s.
pub struct Items<'a, I: ?Sized>(pub &'a I);

/// What a call has returned.
pub struct All<'a, V: ?Sized>(&'a V);

/// The same, where it may be a list: a method is looked for here first.
pub struct Listed<'a, V: ?Sized>(All<'a, V>);

/// What `join_all` has returned.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn all<V: ?Sized>(value: &V) -> Listed<'_, V> {
    Listed(All(value))
}

impl<'a, V: ?Sized> Deref for Listed<'a, V> {
    type Target = All<'a, V>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &All<'a, V> {
        &self.0
    }
}

impl<'a, R> Listed<'a, Vec<R>> {
    /// What stands in the list.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_all(&self) -> std::slice::Iter<'a, R> {
        self.0.0.iter()
    }
}

impl<'a, V: ?Sized> All<'a, V> {
    /// Not a list: a function of the user's own has that name.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_all(&self) -> std::iter::Empty<&'a ()> {
        std::iter::empty()
    }
}

/// An iterator whose items are looked at on their way.
pub struct Watched<I, K> {
    inner: I,
    kind: K,
    mark: Mark,
    probe: ProbeAt,
}

macro_rules! rung {
    ($trait:ident, $sight:ident, $kind:ident, $doc:literal, [$($refs:tt)*], ($($bound:tt)*)) => {
        #[doc = $doc]
        pub trait $trait {
            /// What passes.
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn candor_items(&self) -> $kind { $kind }
        }
        impl<I: Iterator<Item = Result<T, E>>, T, E: $($bound)*> $trait for $($refs)* Items<'_, I> {}

        #[doc = $doc]
        #[derive(Clone, Copy)]
        pub struct $kind;
        impl $kind {
            /// Passes the iterator through, watched.
            pub fn pass<I: Iterator<Item = Result<T, E>>, T, E: $($bound)*>(
                self,
                inner: I,
                own: &'static Callsite,
                place: u32,
            ) -> Watched<I, $kind> {
                Watched { inner, kind: self, mark: mark(), probe: own.probe(place) }
            }

            fn see<T, E: $($bound)*>(self, item: &Result<T, E>, mark: Mark, probe: ProbeAt) {
                $sight.peek(item, mark, probe);
            }
        }

        impl<I: Iterator<Item = Result<T, E>>, T, E: $($bound)*> Iterator for Watched<I, $kind> {
            type Item = Result<T, E>;

            fn next(&mut self) -> Option<Self::Item> {
                let item = self.inner.next()?;
                self.kind.see(&item, self.mark, self.probe);
                Some(item)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.inner.size_hint()
            }
        }

        impl<I: DoubleEndedIterator<Item = Result<T, E>>, T, E: $($bound)*> DoubleEndedIterator
            for Watched<I, $kind>
        {
            fn next_back(&mut self) -> Option<Self::Item> {
                let item = self.inner.next_back()?;
                self.kind.see(&item, self.mark, self.probe);
                Some(item)
            }
        }
    };
}

rung!(ItemsError, KindError, ItemError, "Errors.", [&&&&], (Error));
rung!(ItemsLike, KindLike, ItemLike, "What stands for errors.", [&&&], (ErrorLike));
rung!(ItemsDynamic, KindDynamic, ItemDynamic, "Errors behind a type of their own.", [&&], (AsRef<dyn Error + Send + Sync + 'static>));

rung!(ItemsNamed, KindDebug, ItemNamed, "Errors by the name of their type.", [&], (fmt::Debug));

/// Not an iterator over results of errors.
pub trait ItemsAny {
    /// What passes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn candor_items(&self) -> ItemAny {
        ItemAny
    }
}
impl<I: ?Sized> ItemsAny for Items<'_, I> {}

/// Passes as it is.
pub struct ItemAny;
impl ItemAny {
    /// Passes the value through.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn pass<I>(self, value: I, _own: &'static Callsite, _place: u32) -> I {
        value
    }
}

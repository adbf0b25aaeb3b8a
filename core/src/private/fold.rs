//! Folds over the events of one call: `count(A)`, `sum(A.field)`, `last(A)`.

use std::any::Any;
use std::ops::Add;
use std::sync::{Mutex, PoisonError};

use crate::record::Feed;

/// How many events of one type.
pub struct Count<A> {
    n: Mutex<u64>,
    of: std::marker::PhantomData<fn(A)>,
}

impl<A: 'static> Count<A> {
    /// None so far.
    #[must_use]
    pub const fn new() -> Count<A> {
        Count { n: Mutex::new(0), of: std::marker::PhantomData }
    }

    /// How many.
    pub fn get(&self) -> u64 {
        *self.n.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: 'static> Default for Count<A> {
    fn default() -> Count<A> {
        Count::new()
    }
}

impl<A: 'static> Feed for Count<A> {
    fn feed(&self, event: &dyn Any) {
        if event.is::<A>() {
            *self.n.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        }
    }
}

/// The sum of one field, in its own type.
pub struct Sum<A, T> {
    sum: Mutex<T>,
    read: fn(&A) -> T,
}

impl<A: 'static, T: Copy + Default + Add<Output = T> + Send> Sum<A, T> {
    /// Nothing so far; `read` takes the field.
    pub fn new(read: fn(&A) -> T) -> Sum<A, T> {
        Sum { sum: Mutex::new(T::default()), read }
    }

    /// The sum.
    pub fn get(&self) -> T {
        *self.sum.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: 'static, T: Copy + Default + Add<Output = T> + Send> Feed for Sum<A, T> {
    fn feed(&self, event: &dyn Any) {
        if let Some(event) = event.downcast_ref::<A>() {
            let more = (self.read)(event);
            let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
            *sum = *sum + more;
        }
    }
}

/// A value of the last event of one type.
pub struct Last<A, T> {
    value: Mutex<Option<T>>,
    read: fn(&A) -> T,
}

impl<A: 'static, T: Clone + Send> Last<A, T> {
    /// None so far; `read` takes the value.
    pub fn new(read: fn(&A) -> T) -> Last<A, T> {
        Last { value: Mutex::new(None), read }
    }

    /// The value, if there was such an event.
    pub fn get(&self) -> Option<T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<A: 'static, T: Clone + Send> Feed for Last<A, T> {
    fn feed(&self, event: &dyn Any) {
        if let Some(event) = event.downcast_ref::<A>() {
            *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.read)(event));
        }
    }
}

macro_rules! tuples {
    ($(($($t:ident $i:tt),+))+) => { $(
        impl<$($t: Feed),+> Feed for ($($t,)+) {
            fn feed(&self, event: &dyn Any) { $(self.$i.feed(event);)+ }
        }
    )+ };
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}

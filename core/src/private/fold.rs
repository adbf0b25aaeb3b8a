//! Folds over the events of one call: `count(A)`, `sum(A.field)`, `last(A)`.

use std::any::Any;
use std::cmp::Ordering;
use std::ops::{Add, Mul, Sub};
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
    pub fn get(&self) -> Counted {
        Counted(*self.n.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A number of events: it compares and adds with every integer type, so that a clause needs no cast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted(u64);

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! counted {
    ($($int:ty),+) => { $(
        impl PartialEq<Counted> for $int {
            fn eq(&self, other: &Counted) -> bool { i128::from(other.0) == *self as i128 }
        }
        impl PartialEq<$int> for Counted {
            fn eq(&self, other: &$int) -> bool { i128::from(self.0) == *other as i128 }
        }
        impl PartialOrd<Counted> for $int {
            fn partial_cmp(&self, other: &Counted) -> Option<Ordering> { (*self as i128).partial_cmp(&i128::from(other.0)) }
        }
        impl PartialOrd<$int> for Counted {
            fn partial_cmp(&self, other: &$int) -> Option<Ordering> { i128::from(self.0).partial_cmp(&(*other as i128)) }
        }
        impl Add<Counted> for $int {
            type Output = $int;
            fn add(self, other: Counted) -> $int { self + <$int>::try_from(other.0).unwrap_or(<$int>::MAX) }
        }
        impl Add<$int> for Counted {
            type Output = $int;
            fn add(self, other: $int) -> $int { other + self }
        }
        impl Mul<$int> for Counted {
            type Output = $int;
            fn mul(self, other: $int) -> $int { <$int>::try_from(self.0).unwrap_or(<$int>::MAX) * other }
        }
    )+ };
}
counted!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl Add for Counted {
    type Output = Counted;
    fn add(self, other: Counted) -> Counted {
        Counted(self.0 + other.0)
    }
}

impl Sub for Counted {
    type Output = Counted;
    fn sub(self, other: Counted) -> Counted {
        Counted(self.0.saturating_sub(other.0))
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

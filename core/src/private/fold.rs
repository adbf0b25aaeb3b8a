//! Folds over the events of one call: `count(A)`, `sum(A.field)`, `last(A)`.

use std::any::Any;
use std::ops::{Add, Mul, Sub};
use std::sync::{Arc, Mutex, PoisonError};

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
        Counted(i128::from(*self.n.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// A whole number of any width: events that were counted, and what they are compared with.
///
/// Integers get no `PartialEq<Counted>` of their own: one more impl on them would leave types undecided in code that
/// has nothing to do with candor, such as `n == text.parse().unwrap()`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted(i128);

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Whole numbers.
#[diagnostic::on_unimplemented(
    message = "a count is compared with a whole number, and `{Self}` is none",
    label = "not a whole number"
)]
pub trait Whole {
    /// The number; the widest ones saturate.
    fn whole(&self) -> i128;
}

macro_rules! whole {
    ($($int:ty)+) => { $(
        impl Whole for $int {
            fn whole(&self) -> i128 {
                i128::try_from(*self).unwrap_or(i128::MAX)
            }
        }
    )+ };
}
whole!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i128 {
        (**self).whole()
    }
}

/// The other side of a comparison with a count.
pub fn counted<T: Whole>(number: T) -> Counted {
    Counted(number.whole())
}

macro_rules! operator {
    ($($trait:ident $method:ident $saturating:ident;)+) => { $(
        impl $trait for Counted {
            type Output = Counted;
            fn $method(self, other: Counted) -> Counted {
                Counted(self.0.$saturating(other.0))
            }
        }
    )+ };
}
operator! {
    Add add saturating_add;
    Sub sub saturating_sub;
    Mul mul saturating_mul;
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

/// Feeds these folds with the events of the current call.
pub fn folds_of<F: Feed + 'static>(folds: &Arc<F>) {
    let feed: Arc<F> = Arc::clone(folds);
    crate::record::folds(feed);
}

//! Folds over the events of one call: `count(A)`, `sum(A.field)`, `last(A).field`.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Add;
use std::sync::{Arc, Mutex, PoisonError};

use super::clause::FromCount;
use crate::record::Feed;

/// One fold.
pub trait Fold: Send + Sync {
    /// One event.
    fn take(&self, event: &dyn Any);
}

/// How many events of a type there were.
#[derive(Debug)]
pub struct Count<A>(Mutex<u64>, PhantomData<fn() -> A>);

impl<A: 'static> Count<A> {
    /// None so far.
    #[must_use]
    pub fn new() -> Arc<Count<A>> {
        Arc::new(Count(Mutex::new(0), PhantomData))
    }

    /// How many, in the type that it is compared with.
    #[must_use]
    pub fn get<N: FromCount>(&self) -> N {
        N::from_count(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<A: 'static> Fold for Count<A> {
    fn take(&self, event: &dyn Any) {
        if event.is::<A>() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        }
    }
}

/// The sum of a field.
#[derive(Debug)]
pub struct Sum<A, T>(Mutex<T>, fn(&A) -> T);

impl<A: 'static, T: Copy + Default + Add<Output = T> + Send + 'static> Sum<A, T> {
    /// Nothing so far; `read` reads the field.
    #[must_use]
    pub fn new(read: fn(&A) -> T) -> Arc<Sum<A, T>> {
        Arc::new(Sum(Mutex::new(T::default()), read))
    }

    /// The sum.
    #[must_use]
    pub fn get(&self) -> T {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: 'static, T: Copy + Add<Output = T> + Send> Fold for Sum<A, T> {
    fn take(&self, event: &dyn Any) {
        if let Some(event) = event.downcast_ref::<A>() {
            let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *sum = *sum + (self.1)(event);
        }
    }
}

/// A field of the last event.
#[derive(Debug)]
pub struct Last<A, T>(Mutex<Option<T>>, fn(&A) -> T);

impl<A: 'static, T: Clone + Send + 'static> Last<A, T> {
    /// None so far; `read` reads the field.
    #[must_use]
    pub fn new(read: fn(&A) -> T) -> Arc<Last<A, T>> {
        Arc::new(Last(Mutex::new(None), read))
    }

    /// The field of the last event, if there was one.
    #[must_use]
    pub fn get(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<A: 'static, T: Send> Fold for Last<A, T> {
    fn take(&self, event: &dyn Any) {
        if let Some(event) = event.downcast_ref::<A>() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.1)(event));
        }
    }
}

/// All folds of one operation.
pub struct Folds(Vec<Arc<dyn Fold>>);

impl Folds {
    /// These folds, as the operation's frame feeds them.
    #[must_use]
    pub fn of(folds: Vec<Arc<dyn Fold>>) -> Arc<dyn Feed> {
        Arc::new(Folds(folds))
    }
}

impl Feed for Folds {
    fn feed(&self, event: &dyn Any) {
        for fold in &self.0 {
            fold.take(event);
        }
    }
}

/// The key of a limit: a hash, and its text for the report.
pub fn limit_key<K: std::hash::Hash + std::fmt::Debug + ?Sized>(key: &K) -> (u64, String) {
    use std::hash::{DefaultHasher, Hasher as _};
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    (hasher.finish(), super::outcome::bounded(format_args!("{key:?}")))
}

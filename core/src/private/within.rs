//! Seeing an `Err` inside the `Ok` of a value that is thrown away: what a task or a thread returned.

use std::error::Error;
use std::fmt;

use super::rung::Unseen;
use super::sight::{ErrorLike, KindDebug, KindDynamic, KindError, KindLike};
use crate::record::{Callsite, Mark, mark};

/// What work has returned, and the moment before it began.
pub struct Waited<T> {
    /// What it has returned.
    pub value: T,
    /// The moment.
    pub mark: Mark,
}

/// Waits for work of which a branch of `select!` takes nothing. The type of the value is written here: where it is looked at,
/// that of work which never returns would still be open.
pub async fn held<F: IntoFuture>(work: F) -> Waited<F::Output> {
    let mark = mark();
    Waited { value: work.await, mark }
}

/// Waits for the item of a branch of `select!`, and looks at it before a pattern is tried on it.
pub async fn passed<F: IntoFuture>(work: F, look: impl FnOnce(&F::Output, Mark)) -> F::Output {
    let mark = mark();
    let value = work.await;
    look(&value, mark);
    value
}

/// A value that may hold a `Result` in its `Ok`.
pub struct Within<'a, T: ?Sized>(pub &'a T);

macro_rules! rung {
    ($trait:ident, $sight:ident, $doc:literal, [$($refs:tt)*], ($($bound:tt)*)) => {
        #[doc = $doc]
        pub trait $trait {
            /// Looks at the inner value.
            fn candor_within(&self, mark: Mark, own: &'static Callsite, place: u32);
        }
        impl<T, E: $($bound)*, F> $trait for $($refs)* Within<'_, Result<Result<T, E>, F>> {
            fn candor_within(&self, mark: Mark, own: &'static Callsite, place: u32) {
                if let Ok(inner) = self.0 {
                    $sight.peek(inner, mark, own.probe(place));
                }
            }
        }
    };
}

/// Never there.
pub trait WithinAbsent {
    /// Does nothing.
    #[inline]
    fn candor_within(&self, _mark: Mark, _own: &'static Callsite, _place: u32) {}
}
impl<T: Unseen, F> WithinAbsent for &&&&&Within<'_, Result<T, F>> {}

rung!(WithinError, KindError, "An error.", [&&&&], (Error));
rung!(WithinLike, KindLike, "What stands for an error.", [&&&], (ErrorLike));
rung!(WithinDynamic, KindDynamic, "An error behind a type of its own.", [&&], (AsRef<dyn Error + Send + Sync + 'static>));
rung!(WithinNamed, KindDebug, "An error by its name.", [&], (fmt::Debug));

/// Nothing inside.
pub trait WithinAny {
    /// Does nothing.
    #[inline]
    fn candor_within(&self, _mark: Mark, _own: &'static Callsite, _place: u32) {}
}
impl<T: ?Sized> WithinAny for Within<'_, T> {}

//! Whether the operand of a `?` leaves the function.
//!
//! Asked only where the value that is returned has to be looked at and the body cannot stand in a closure.

use std::ops::ControlFlow;

/// The operand of a `?`.
pub struct Leaving<'a, R: ?Sized>(pub &'a R);

/// A `Result`.
pub trait LeaveResult {
    /// Whether it is an error.
    fn candor_leaves(&self) -> bool;
}
impl<T, E> LeaveResult for &&&Leaving<'_, Result<T, E>> {
    #[inline]
    fn candor_leaves(&self) -> bool {
        self.0.is_err()
    }
}

/// An `Option`.
pub trait LeaveOption {
    /// Whether nothing is there.
    fn candor_leaves(&self) -> bool;
}
impl<T> LeaveOption for &&Leaving<'_, Option<T>> {
    #[inline]
    fn candor_leaves(&self) -> bool {
        self.0.is_none()
    }
}

/// A `ControlFlow`.
pub trait LeaveFlow {
    /// Whether it breaks.
    fn candor_leaves(&self) -> bool;
}
impl<B, C> LeaveFlow for &Leaving<'_, ControlFlow<B, C>> {
    #[inline]
    fn candor_leaves(&self) -> bool {
        self.0.is_break()
    }
}

/// Anything else, of which nothing is known.
pub trait LeaveAny {
    /// No.
    #[inline]
    fn candor_leaves(&self) -> bool {
        false
    }
}
impl<R: ?Sized> LeaveAny for Leaving<'_, R> {}

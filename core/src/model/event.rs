//! Typed domain facts.

use super::{Site, Value};

/// A domain fact in the past tense, such as `PaymentCaptured`. Derive it; see [`macro@crate::Event`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a candor event",
    label = "not an event",
    note = "add `#[derive(candor::Event)]` to `{Self}`"
)]
pub trait Event: Send + Sync + Sized + 'static {
    /// What is declared about the event.
    const META: &'static EventMeta;

    /// Hands every field to `sink`, in order of declaration.
    fn record(&self, sink: &mut dyn FieldSink);

    /// Whether reading the fields runs no code of the user's, as with numbers.
    #[doc(hidden)]
    #[inline]
    fn is_raw(&self) -> bool {
        false
    }

    /// What it is worth to the business, if `#[event(value = .., unit = "..")]` says so.
    fn worth(&self) -> Option<f64> {
        None
    }
}

/// Something that has a business value: the numbers, and whatever you implement it for.
///
/// ```
/// use candor::{Event, Worth};
///
/// struct Cents(u64);
///
/// impl Worth for Cents {
///     fn worth(&self) -> f64 {
///         self.0 as f64 / 100.0
///     }
/// }
///
/// #[derive(Event)]
/// #[event(value = amount, unit = "EUR")]
/// struct PaymentCaptured {
///     order_id: u64,
///     amount: Cents,
/// }
/// assert_eq!(PaymentCaptured { order_id: 7, amount: Cents(1250) }.worth(), Some(12.5));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no business value",
    label = "not a value",
    note = "implement `candor::Worth` for `{Self}`, or write an expression that is a number: `value = amount.cents as f64 / 100.0`"
)]
pub trait Worth {
    /// The value as a number, in the declared unit.
    fn worth(&self) -> f64;
}

impl<T: Worth + ?Sized> Worth for &T {
    fn worth(&self) -> f64 {
        (**self).worth()
    }
}

macro_rules! worth {
    ($($number:ty),+) => { $(impl Worth for $number {
        #[inline]
        #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "a sum that people read")]
        fn worth(&self) -> f64 { *self as f64 }
    })+ };
}
worth!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);

/// What is declared about an event; one static each.
#[derive(Debug)]
pub struct EventMeta {
    /// The type's name.
    pub name: &'static str,
    /// The module of the declaration.
    pub target: &'static str,
    /// Where it is declared.
    pub site: Site,
    /// The names of its fields.
    pub fields: &'static [&'static str],
    /// The unit of its business value, if it declares one; it can be empty.
    pub unit: Option<&'static str>,
}

/// Receives the fields of an event.
pub trait FieldSink {
    /// One field.
    fn field(&mut self, name: &'static str, value: Value);
}

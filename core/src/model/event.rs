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
}

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
}

/// Receives the fields of an event.
pub trait FieldSink {
    /// One field.
    fn field(&mut self, name: &'static str, value: Value);
}

//! Technical log events as evidence: a layer for `tracing-subscriber`.
//!
//! Each event that is logged inside an observed call goes into that call's frame, found on the thread and not by looking
//! spans up. Outside of observed calls the layer returns at once.
//!
//! ```
//! use tracing_subscriber::prelude::*;
//!
//! tracing_subscriber::registry().with(candor::layer()).init();
//! ```
//!
//! **Invariant:** the layer never hides an event from the layers beside it: it sets no level hint and turns no callsite off.

mod event;
mod line;
mod place;
mod wording;
mod words;

use tracing_core::{Event, Subscriber};
use tracing_subscriber::layer::Context;

/// Turns log events into evidence. Made by [`layer`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Layer {
    _private: (),
}

/// A layer that brings log events, also those of the `log` crate, to the observed call in which they are written.
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// let subscriber = tracing_subscriber::registry().with(candor::layer());
/// tracing::subscriber::with_default(subscriber, || tracing::warn!("kept as evidence"));
/// ```
#[must_use]
pub fn layer() -> Layer {
    Layer { _private: () }
}

impl<S: Subscriber> tracing_subscriber::Layer<S> for Layer {
    #[inline]
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        event::read(event);
    }
}

#[cfg(test)]
mod tests;

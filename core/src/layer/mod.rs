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
//! Spans, lines of crates that transport (`hyper`, `tonic`, ..), and lines below INFO of crates in which nothing is observed are of
//! no interest to it. Where every layer beside it says of itself what it wants (by `with_filter`), or where there is none, a line
//! that nobody wants is never written: it costs a look at the level and one at its place. Lines below INFO of crates in which
//! something is observed are read, and so they are written, though nobody else wants them, unless the layer is told otherwise
//! ([`Layer::with_max_level`]).
//!
//! **Invariant:** the layer never hides an event from the layers beside it: it sets no level hint, since what becomes of a hint depends
//! on how layers are put together, and what it does not want it refuses for itself alone.

mod event;
mod gate;
mod line;
mod place;
mod wording;
mod words;

use tracing_core::span::{Attributes, Id};
use tracing_core::subscriber::Interest;
use tracing_core::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{Filtered, LevelFilter};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use self::gate::Gate;
use crate::record::filters_by;

/// Turns log events into evidence, as a layer of the subscriber `S`. Made by [`layer`].
#[derive(Debug)]
pub struct Layer<S> {
    filtered: Filtered<Nothing, Gate, S>,
    /// It was told of the subscriber, and that one knows filters of single layers.
    is_registered: bool,
}

/// What stands behind the gate. What the gate has said of a line is remembered by the thread, and may be taken for another line
/// that was written meanwhile: so it is told that each line has come, and whether a line is read is asked of the line itself.
#[derive(Clone, Copy, Debug)]
struct Nothing;

/// A layer that brings log events, also those of the `log` crate, to the observed call in which they are written.
///
/// It reads INFO and above of every crate but those that transport or export (`hyper`, `tonic`, `opentelemetry`, ..), and DEBUG and
/// TRACE of crates in which something is observed (of every crate, where the binary does not list what is observed, or nothing is).
/// In production, [`Layer::with_max_level`] spares those.
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// let subscriber = tracing_subscriber::registry().with(candor::layer());
/// tracing::subscriber::with_default(subscriber, || tracing::warn!("kept as evidence"));
/// ```
#[must_use]
pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> Layer<S> {
    Layer { filtered: Nothing.with_filter(Gate { finest: LevelFilter::TRACE }), is_registered: false }
}

impl<S> Layer<S> {
    /// Reads lines up to this level only. Finer ones are then not written for candor's sake, which is what one wants in production (where
    /// the subscriber knows filters of single layers, as the registry does); other layers have all that they want. Lines of the `log`
    /// crate are brought to the subscriber nevertheless, unless `log::set_max_level` stops them.
    ///
    /// To be used instead of `with_filter`, which would have spans opened that this layer refuses.
    ///
    /// ```
    /// use tracing_subscriber::filter::LevelFilter;
    /// use tracing_subscriber::prelude::*;
    ///
    /// tracing_subscriber::registry().with(candor::layer().with_max_level(LevelFilter::INFO)).init();
    /// ```
    #[must_use]
    pub fn with_max_level(mut self, level: impl Into<LevelFilter>) -> Layer<S> {
        self.filtered.filter_mut().finest = level.into();
        self
    }
}

impl<S: Subscriber> tracing_subscriber::Layer<S> for Nothing {}

/// What a layer with a filter does, but for spans, of which it wants none: what becomes of one when it is entered and left it need
/// not look up.
#[expect(unsafe_code, reason = "written where all unsafe code stands")]
impl<S: Subscriber + for<'a> LookupSpan<'a>> tracing_subscriber::Layer<S> for Layer<S> {
    fn on_layer(&mut self, subscriber: &mut S) {
        if gate::knows_filters(std::any::type_name::<S>()) {
            self.filtered.on_layer(subscriber);
            self.is_registered = true;
        }
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.is_registered { self.filtered.register_callsite(metadata) } else { Interest::always() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, context: Context<'_, S>) -> bool {
        !self.is_registered || self.filtered.enabled(metadata, context)
    }

    fn on_new_span(&self, span: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if self.is_registered {
            self.filtered.on_new_span(span, id, context);
        }
    }

    #[inline]
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if self.is_registered {
            self.filtered.on_event(event, context);
        }
        if *event.metadata().level() <= self.filtered.filter().finest {
            event::read(event);
        }
    }

    filters_by!(filtered once is_registered);
}

#[cfg(test)]
mod tests;

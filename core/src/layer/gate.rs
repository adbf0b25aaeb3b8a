//! Which lines reach candor, as `tracing-subscriber` lets a layer say it for itself alone: what nobody else wants is then never
//! written at all.

use tracing_core::subscriber::Interest;
use tracing_core::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter};

use super::event::is_ignored;

/// Lines of the crates that are watched. Spans are none of them: the observed call is found on the thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate;

impl Gate {
    fn is_watched(metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && !is_ignored(metadata.target())
    }
}

impl<S: Subscriber> Filter<S> for Gate {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        Gate::is_watched(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if Gate::is_watched(metadata) { Interest::always() } else { Interest::never() }
    }
}

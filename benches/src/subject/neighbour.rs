//! The work under the neighbours.

use fastrace::prelude::SpanContext;
use tracing::instrument;

use super::{Odd, work};

/// In a span of `tracing`.
#[instrument(skip_all)]
#[inline(never)]
pub(crate) fn span(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// A log line in a span of `tracing`.
#[instrument(skip_all)]
#[inline(never)]
pub(crate) fn span_logging(x: u64) -> Result<u64, Odd> {
    tracing::info!("looked at the shelf");
    work(x)
}

/// In a local span of fastrace.
#[fastrace::trace]
#[inline(never)]
pub(crate) fn trace(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// The calls of one trace.
pub(crate) fn rooted<T>(calls: impl FnOnce() -> T) -> T {
    let root = fastrace::Span::root("root", SpanContext::random());
    let _parent = root.set_local_parent();
    calls()
}

/// Counted.
#[inline(never)]
pub(crate) fn counted(x: u64) -> Result<u64, Odd> {
    metrics::counter!("calls").increment(1);
    work(x)
}

/// Its argument in a histogram.
#[inline(never)]
pub(crate) fn measured(x: u64) -> Result<u64, Odd> {
    metrics::histogram!("durations").record(0.001);
    work(x)
}

/// Counted and timed for Prometheus.
#[autometrics::autometrics]
#[inline(never)]
pub(crate) fn auto(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// Timed by the profiler.
#[hotpath::measure]
#[inline(never)]
pub(crate) fn hot(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// In a span of emit.
#[emit::span("span")]
#[inline(never)]
pub(crate) fn emitted(x: u64) -> Result<u64, Odd> {
    work(x)
}

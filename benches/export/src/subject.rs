//! The call that is exported: next to nothing, so that what is measured is the export.

use candor::observe;
use tracing::instrument;

/// The error of the work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Odd;

impl std::fmt::Display for Odd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the number is out of range")
    }
}

impl std::error::Error for Odd {}

#[inline(always)]
fn work(x: u64) -> Result<u64, Odd> {
    if x == u64::MAX { Err(Odd) } else { Ok(x.rotate_left(7) ^ 0x9E37_79B9_7F4A_7C15) }
}

/// Nothing around it.
#[inline(never)]
pub(crate) fn bare(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// Observed.
#[observe]
#[inline(never)]
pub(crate) fn observed(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// Observed, and it drops an error while it claims to be fulfilled.
#[expect(clippy::unused_result_ok, reason = "the error that candor is to find")]
#[observe]
#[inline(never)]
pub(crate) fn diverging(x: u64) -> Result<u64, Odd> {
    bare(x | u64::MAX).ok();
    work(x)
}

/// In a span of `tracing`.
#[instrument(skip_all)]
#[inline(never)]
pub(crate) fn instrumented(x: u64) -> Result<u64, Odd> {
    work(x)
}

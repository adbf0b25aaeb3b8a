//! The work under `#[observe]`.

use candor::{Event, checkpoint, emit, observe};

use super::{Odd, step, work};

#[derive(Event)]
struct StockReserved {
    item: u64,
}

#[derive(Event)]
struct PaymentCaptured {
    amount: u64,
}

/// Nothing is declared.
#[observe]
#[inline(never)]
pub(crate) fn plain(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// It has two exits.
#[observe]
#[inline(never)]
pub(crate) fn returning(x: u64) -> Result<u64, Odd> {
    if x == 0 {
        return Err(Odd);
    }
    work(x)
}

/// Three results that are dropped, each under a probe.
#[observe]
#[inline(never)]
pub(crate) fn three_probes(x: u64) -> Result<u64, Odd> {
    let first = step(x).ok();
    let second = step(x + 1).unwrap_or(0);
    if let Err(Odd) = step(x + 2) {
        std::hint::black_box(());
    }
    work(first.unwrap_or(0) ^ second)
}

/// Three promises, a checkpoint and two events.
#[observe(emits(StockReserved, PaymentCaptured), before(StockReserved, PaymentCaptured))]
#[inline(never)]
pub(crate) fn declared(x: u64) -> Result<u64, Odd> {
    emit!(StockReserved { item: x });
    checkpoint!(x < u64::MAX / 2);
    emit!(PaymentCaptured { amount: x });
    work(x)
}

/// A key.
#[observe(key = x)]
#[inline(never)]
pub(crate) fn keyed(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// A key, and an event that has a limit.
#[observe(key = x, at_most(1 PaymentCaptured by amount))]
#[inline(never)]
pub(crate) fn limited(x: u64) -> Result<u64, Odd> {
    emit!(PaymentCaptured { amount: x });
    work(x)
}

/// An observed call in an observed call.
#[observe]
#[inline(never)]
pub(crate) fn parent(x: u64) -> Result<u64, Odd> {
    plain(x)?;
    work(x)
}

/// An error that is dropped while the call claims to be fulfilled: C101.
#[expect(clippy::unused_result_ok, reason = "the error that candor is to find")]
#[observe]
#[inline(never)]
pub(crate) fn diverging(x: u64) -> Result<u64, Odd> {
    refusing(x).ok();
    work(x)
}

#[inline(never)]
fn refusing(x: u64) -> Result<u64, Odd> {
    work(x | u64::MAX)
}

/// A log line inside an observed call.
#[observe]
#[inline(never)]
pub(crate) fn logging(x: u64) -> Result<u64, Odd> {
    tracing::info!("looked at the shelf");
    work(x)
}

/// The same outside of any.
#[inline(never)]
pub(crate) fn logging_outside(x: u64) -> Result<u64, Odd> {
    tracing::info!("looked at the shelf");
    work(x)
}

/// Eight log lines inside an observed call.
#[observe]
#[inline(never)]
pub(crate) fn logging_eight(x: u64) -> Result<u64, Odd> {
    for _ in 0..8 {
        tracing::debug!("looked at the shelf");
    }
    work(x)
}

/// An alarming log line inside an observed call.
#[observe]
#[inline(never)]
pub(crate) fn warning(x: u64) -> Result<u64, Odd> {
    tracing::warn!("the shelf is nearly empty");
    work(x)
}

/// A log line that says success.
#[observe]
#[inline(never)]
pub(crate) fn boasting(x: u64) -> Result<u64, Odd> {
    tracing::info!("the order was placed");
    work(x)
}

/// A log line with a value in its text and one beside it.
#[observe]
#[inline(never)]
pub(crate) fn counting(x: u64) -> Result<u64, Odd> {
    tracing::info!(shelf = 7, "looked at {x} items");
    work(x)
}

/// A log line that is a literal, with two numbers beside it.
#[observe]
#[inline(never)]
pub(crate) fn tallying(x: u64) -> Result<u64, Odd> {
    tracing::info!(order = x, total = 7, "looked at the order");
    work(x)
}

/// A call that fails.
#[observe]
#[inline(never)]
pub(crate) fn failing(x: u64) -> Result<u64, Odd> {
    work(x | u64::MAX)
}

/// A call that passes on with what a call within it has failed.
#[observe]
#[inline(never)]
pub(crate) fn passing(x: u64) -> Result<u64, Odd> {
    let y = failing(x)?;
    work(y)
}

/// The line of an error with which the call ends.
#[observe]
#[inline(never)]
pub(crate) fn alarming(x: u64) -> Result<u64, Odd> {
    tracing::error!("the shelf is empty");
    work(x | u64::MAX)
}

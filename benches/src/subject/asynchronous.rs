//! The work in a future that is ready at once, and in one that yields once.

use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use candor::observe;
use tracing::instrument;

use super::{Odd, work};

/// Polls a future on this thread until it is ready.
#[inline(always)]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = black_box(future.as_mut()).poll(&mut context) {
            return output;
        }
    }
}

/// Pending at the first poll, ready at the second.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Ready at once.
pub(crate) async fn bare_ready(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// One yield.
pub(crate) async fn bare_yield(x: u64) -> Result<u64, Odd> {
    Yield(false).await;
    work(x)
}

/// Ready at once, observed.
#[observe]
pub(crate) async fn ready(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// One yield, observed.
#[observe]
pub(crate) async fn yields(x: u64) -> Result<u64, Odd> {
    Yield(false).await;
    work(x)
}

/// Ready at once, in a span.
#[instrument(skip_all)]
pub(crate) async fn span_ready(x: u64) -> Result<u64, Odd> {
    work(x)
}

/// One yield, in a span.
#[instrument(skip_all)]
pub(crate) async fn span_yield(x: u64) -> Result<u64, Odd> {
    Yield(false).await;
    work(x)
}

//! What the tests share: a scope whose findings are returned, and a small world to observe.

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use candor::{Divergence, Level};
use tracing::Dispatch;
use tracing_subscriber::prelude::*;

/// What a silent case shows.
pub(crate) const NOTHING: [&str; 0] = [];

/// What diverges in `work`, in order; the scope expects all of it.
pub(crate) fn found(work: impl FnOnce()) -> Vec<Divergence> {
    let scope = candor::testing::scope();
    watched(work);
    let found = scope.divergences();
    for finding in &found {
        if finding.level == Level::Violation {
            scope.expect_divergence(finding.code);
        }
    }
    found
}

/// The codes of what diverges, with their levels: `C101 V`, `C101 S`; a count of more than one is added: `C101 V 2`.
pub(crate) fn codes_of(work: impl FnOnce()) -> Vec<String> {
    codes(&found(work))
}

/// Findings in short.
pub(crate) fn codes(found: &[Divergence]) -> Vec<String> {
    let short = |finding: &Divergence| {
        let level = if finding.level == Level::Violation { "V" } else { "S" };
        match finding.count {
            1 => format!("{} {level}", finding.code),
            count => format!("{} {level} {count}", finding.code),
        }
    };
    found.iter().map(short).collect()
}

/// Runs `work` under the layer. One dispatcher lives as long as the process: `tracing` decides for each callsite which
/// dispatchers want it, and tests whose dispatchers come and go beside each other would lose events.
pub(crate) fn watched<T>(work: impl FnOnce() -> T) -> T {
    static DISPATCH: LazyLock<Dispatch> =
        LazyLock::new(|| Dispatch::new(tracing_subscriber::registry().with(candor::layer())));
    tracing::dispatcher::with_default(&DISPATCH, work)
}

/// Runs a future to its end on this thread, with a clock that does not wait.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(future)
}

/// Only one test at a time installs candor or publishes metrics: both belong to the process.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An error of the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Timeout,
    Declined(u32),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Timeout => f.write_str("the gateway timed out"),
            Fault::Declined(id) => write!(f, "card {id} was declined"),
        }
    }
}

impl std::error::Error for Fault {}

/// Fails.
pub(crate) fn fails() -> Result<u32, Fault> {
    Err(Fault::Timeout)
}

/// Works.
pub(crate) fn works() -> Result<u32, Fault> {
    Ok(7)
}

/// Fails for this item.
pub(crate) fn reject(id: u32) -> Result<u32, Fault> {
    Err(Fault::Declined(id))
}

/// Fails the first `failures` times.
pub(crate) struct Flaky(std::cell::Cell<u32>);

impl Flaky {
    pub(crate) fn new(failures: u32) -> Flaky {
        Flaky(std::cell::Cell::new(failures))
    }

    pub(crate) fn call(&self) -> Result<u32, Fault> {
        match self.0.get() {
            0 => Ok(7),
            left => {
                self.0.set(left - 1);
                Err(Fault::Timeout)
            }
        }
    }
}

/// No value, where an error was a value.
pub(crate) fn none() -> Option<u32> {
    None
}

/// An error of the operating system.
pub(crate) fn io_error(kind: io::ErrorKind) -> io::Result<u32> {
    Err(io::Error::from(kind))
}

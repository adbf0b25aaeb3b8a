//! Spawned work that keeps its operation: [`spawn`], [`Observe::observed`], [`carry`], [`detached`].

use std::future::Future;
use std::panic::Location;

use crate::model::Site;
use crate::record::{self, Carried, Spawn};

/// The place of the caller, for a spawn that the macro did not see.
#[track_caller]
fn caller(handle_dropped: bool, detached: bool) -> &'static Spawn {
    let at = Location::caller();
    let site = Site { file: at.file(), line: at.line(), column: at.column(), function: "" };
    spawns::get(Spawn { site, handle_dropped, detached, kept: None })
}

/// One static for each place: a place is leaked once, not at every spawn.
mod spawns {
    use std::collections::HashMap;
    use std::sync::{Mutex, OnceLock, PoisonError};

    use crate::record::Spawn;

    type Known = HashMap<(usize, u32, u32, bool), &'static Spawn>;

    pub(super) fn get(spawn: Spawn) -> &'static Spawn {
        static KNOWN: OnceLock<Mutex<Known>> = OnceLock::new();
        let key = (spawn.site.file.as_ptr().addr(), spawn.site.line, spawn.site.column, spawn.detached);
        let known = KNOWN.get_or_init(Mutex::default);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(|| Box::leak(Box::new(spawn)))
    }
}

/// Returns nothing: an output whose type is not known cannot be asked whether it is an error.
fn unread<T>(_output: &T) -> Option<String> {
    None
}

/// What [`Observe::observed`] returns.
pub type Observed<F> = Carried<F, fn(&<F as Future>::Output) -> Option<String>>;

/// Carries the running operation into a future, for any executor.
///
/// ```
/// use candor::Observe as _;
///
/// # async fn send_receipt() {}
/// # async fn run() {
/// let task = send_receipt().observed(); // hand it to any spawn function
/// task.await;
/// # }
/// ```
pub trait Observe: Future + Sized {
    /// The same future; events, errors and log lines in it belong to the operation that is running now.
    #[track_caller]
    fn observed(self) -> Observed<Self> {
        record::carried(caller(false, false), self, unread::<Self::Output>)
    }
}

impl<F: Future> Observe for F {}

/// Carries the running operation into a closure that runs on another thread.
///
/// ```
/// let thread = std::thread::spawn(candor::carry(|| 6 * 7));
/// assert_eq!(thread.join().unwrap(), 42);
/// ```
#[track_caller]
pub fn carry<T>(f: impl FnOnce() -> T) -> impl FnOnce() -> T {
    record::carried_fn(caller(false, false), f, unread::<T>)
}

/// Carries the running operation into a future that nobody has to look at, for this reason.
///
/// ```
/// # async fn warm_cache() {}
/// # async fn run() {
/// let task = candor::detached("a cold cache is only slower", warm_cache());
/// task.await;
/// # }
/// ```
#[track_caller]
pub fn detached<F: Future>(why: &'static str, future: F) -> Observed<F> {
    debug_assert!(!why.is_empty(), "a reason says something");
    record::carried(caller(true, true), future, unread::<F::Output>)
}

#[cfg(feature = "tokio")]
pub use spawned::{Task, spawn};

#[cfg(feature = "tokio")]
mod spawned {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use tokio::task::{JoinError, JoinHandle};

    use super::{caller, unread};
    use crate::record::{Looked, followed};

    /// A handle to spawned work. Awaiting it looks at the result; dropping it unawaited lets the work go, and a
    /// failure of it is then a C119.
    pub struct Task<T> {
        handle: JoinHandle<T>,
        looked: Looked,
    }

    /// Spawns work on the tokio runtime that keeps the running operation.
    ///
    /// # Panics
    /// Outside a tokio runtime, as `tokio::spawn` does.
    #[track_caller]
    pub fn spawn<F>(future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (future, looked) = followed(*caller(false, false), future, unread::<F::Output>);
        Task { handle: tokio::spawn(future), looked }
    }

    impl<T> Task<T> {
        /// Stops the work at its next `.await`.
        pub fn abort(&self) {
            self.handle.abort();
        }

        /// Whether the work has ended.
        #[must_use]
        pub fn is_finished(&self) -> bool {
            self.handle.is_finished()
        }
    }

    impl<T> Future for Task<T> {
        type Output = Result<T, JoinError>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let result = ready!(Pin::new(&mut self.handle).poll(cx));
            self.looked.looked();
            Poll::Ready(result)
        }
    }
}

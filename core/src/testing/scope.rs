//! The scope of one test.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{Location, resume_unwind};
use std::sync::Arc;

use crate::model::{Code, Divergence, Event, Outcome};
use crate::record;
use crate::runtime::{ScopeRecord, collector};

/// Opens a test scope on this thread, and turns recording on.
///
/// ```
/// let scope = candor::testing::scope();
/// assert!(scope.outcomes().is_empty());
/// ```
#[must_use = "the scope ends when it is dropped: bind it with `let scope = ..`, not `let _ = ..`"]
#[track_caller]
pub fn scope() -> Scope {
    Scope::open(Verdict::Panic)
}

/// Opens a scope for a `#[should_panic]` test, which a panicking report would let pass: what diverges there is reported
/// when the process ends, and fails the process.
#[must_use = "the scope ends when it is dropped: bind it with `let scope = ..`, not `let _ = ..`"]
#[track_caller]
pub fn scope_at_exit() -> Scope {
    Scope::open(Verdict::AtExit)
}

/// The codes of what diverges while `work` runs, in the order in which they were first seen. It runs in a scope of its
/// own, and nothing of it fails the test: for assertions on what candor finds.
///
/// ```
/// use candor::{observe, testing};
///
/// #[observe]
/// fn refresh() {
///     let _ = "seven".parse::<u32>();
/// }
///
/// assert_eq!(testing::codes(refresh), ["C101"]);
/// ```
#[track_caller]
pub fn codes<T>(work: impl FnOnce() -> T) -> Vec<&'static str> {
    let scope = scope();
    drop(work());
    let found = scope.divergences();
    for finding in &found {
        scope.expect_divergence(finding.code);
    }
    found.iter().map(|finding| finding.code.as_str()).collect()
}

/// Says that the test on this thread must show this divergence; without it the test fails, with it the test passes.
///
/// ```should_panic
/// let _scope = candor::testing::scope();
/// candor::testing::expect_divergence(candor::Code::C101);
/// // No error is swallowed here, so the scope fails.
/// ```
///
/// # Panics
/// Panics when this thread is in no test scope.
pub fn expect_divergence(code: Code) {
    in_this_scope(|record| record.expected.push(code));
}

/// Lets suspicions fail the test on this thread as well.
///
/// # Panics
/// Panics when this thread is in no test scope.
pub fn strict() {
    in_this_scope(|record| record.strict = true);
}

#[track_caller]
#[expect(clippy::panic, reason = "a test that asserts outside a scope would pass by accident")]
fn in_this_scope(work: impl FnOnce(&mut ScopeRecord)) {
    if collector().with_scope(record::scope(), work).is_none() {
        panic!(
            "candor: no test scope on this thread; put `#[candor::test]` on the test, or call `candor::testing::scope()` first"
        );
    }
}

/// What happens beneath one test. Dropping it ends the scope and fails the test if something diverged.
///
/// Results of work that is still running elsewhere are not waited for.
///
/// # Panics
/// Dropping it prints the report and unwinds with it on a violation that is not expected (in strict mode also on a suspicion), and on
/// an expected divergence that did not happen. While the thread is panicking already, it only prints.
pub struct Scope {
    open: Open,
    before: u64,
    /// A scope belongs to the thread that opened it.
    _thread: PhantomData<*const ()>,
}

impl Scope {
    #[track_caller]
    fn open(verdict: Verdict) -> Scope {
        let open = Open::new(verdict, Location::caller());
        let before = record::set_scope(open.id);
        Scope { open, before, _thread: PhantomData }
    }

    /// What diverged so far, in the order in which it was first seen.
    #[must_use]
    pub fn divergences(&self) -> Vec<Divergence> {
        self.open.read(|record| record.findings.iter().cloned().collect())
    }

    /// Every `E` that was emitted so far, in order. At most 65,536 events of one test are kept.
    #[must_use]
    pub fn events<E: Event>(&self) -> Vec<Arc<E>> {
        self.open.read(|record| {
            record.events.iter().filter_map(|event| Arc::clone(event).downcast::<E>().ok()).collect()
        })
    }

    /// How each operation ended so far, in order: its name and its outcome. At most 65,536 of one test are kept.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(&'static str, Outcome)> {
        self.open.read(|record| record.outcomes.clone())
    }

    /// How each call of one operation ended so far, in order.
    #[must_use]
    pub fn outcomes_of(&self, operation: &str) -> Vec<Outcome> {
        let own = |(name, outcome): &(&'static str, Outcome)| (*name == operation).then(|| outcome.clone());
        self.open.read(|record| record.outcomes.iter().filter_map(own).collect())
    }

    /// Says that this divergence must happen in the scope.
    pub fn expect_divergence(&self, code: Code) {
        self.open.read(|record| record.expected.push(code));
    }

    /// Lets suspicions fail the test as well.
    pub fn strict(&self) {
        self.open.read(|record| record.strict = true);
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        record::set_scope(self.before);
        // The verdict falls when `open` is dropped, right after this.
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("id", &self.open.id).finish_non_exhaustive()
    }
}

/// How a scope says that it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// By a panic in the test.
    Panic,
    /// By a report at the end of the process.
    AtExit,
}

/// An open scope; dropping it closes it and speaks the verdict.
pub(super) struct Open {
    pub(super) id: u64,
    verdict: Verdict,
    /// The test.
    place: &'static Location<'static>,
}

impl Open {
    pub(super) fn new(verdict: Verdict, place: &'static Location<'static>) -> Open {
        Open { id: collector().open_scope(), verdict, place }
    }

    fn read<T: Default>(&self, work: impl FnOnce(&mut ScopeRecord) -> T) -> T {
        collector().with_scope(self.id, work).unwrap_or_default()
    }
}

impl Drop for Open {
    /// A failing test unwinds without the panic hook, which would name this line and not the test.
    #[expect(clippy::print_stderr, reason = "the captured output of the test")]
    fn drop(&mut self) {
        let Some(record) = collector().close_scope(self.id) else {
            return;
        };
        let failure = if self.verdict == Verdict::AtExit { None } else { record.failure(self.place) };
        match failure {
            Some(report) => {
                eprint!("{report}");
                if !std::thread::panicking() {
                    resume_unwind(Box::new(report));
                }
            }
            None => {
                if let Some(report) = record.suspicions(self.place) {
                    eprint!("{report}");
                    collector().count_suspicions(record.passed_over());
                }
                if self.verdict == Verdict::AtExit {
                    collector().leave_to_the_process(record.into_unexpected(self.place));
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests;

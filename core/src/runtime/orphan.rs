//! Divergences that belong to nobody: outside any test, in a process that did not install candor.
//!
//! They cannot fail a test of their own, so the process says so when it ends.

use std::io::Write as _;
use std::panic::catch_unwind;

use super::collector::collector;
use super::report::report;
use crate::model::{Divergence, Level};

/// The exit code of `cargo test` when a test failed.
const FAILED: i32 = 101;

/// Asks the C library to call [`at_exit`] when the process ends.
pub(super) fn register() -> bool {
    crate::record::at_exit(at_exit)
}

/// Prints what is left, and fails the process if a violation is among it.
extern "C" fn at_exit() {
    // Nothing may unwind into C. What cannot be reported here cannot be reported at all.
    let failed = catch_unwind(|| {
        let orphans = collector().take_orphans();
        if orphans.is_empty() {
            return false;
        }
        let mut out = std::io::stderr().lock();
        let written = out.write_all(text(&orphans).as_bytes()).and_then(|()| out.flush());
        written.is_err() || has_violation(&orphans)
    });
    if failed.unwrap_or(true) {
        crate::record::exit_now(FAILED);
    }
}

fn has_violation(orphans: &[Divergence]) -> bool {
    orphans.iter().any(|orphan| orphan.level == Level::Violation)
}

fn text(orphans: &[Divergence]) -> String {
    let plural = if orphans.len() == 1 { "divergence" } else { "divergences" };
    let number = orphans.len();
    format!(
        "\ncandor: {number} {plural} outside any observed test\n\n{}\
         candor: work that carries no test belongs to none; put `#[candor::test]` on the test, and spawn with `candor::spawn` or \
         `.observed()`\n",
        report(orphans)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Code, Site};

    #[test]
    fn the_report_says_what_to_do() {
        let orphans = [Divergence::new(Code::C108, "settle", Site::UNKNOWN)];
        let text = text(&orphans);
        assert!(text.starts_with("\ncandor: 1 divergence outside any observed test\n\nerror[C108]: broken invariant in `settle`"), "{text}");
        assert!(text.ends_with("`.observed()`\n"), "{text}");
    }

    #[test]
    fn only_a_violation_fails_the_process() {
        assert!(has_violation(&[
            Divergence::new(Code::C103, "a", Site::UNKNOWN),
            Divergence::new(Code::C101, "a", Site::UNKNOWN)
        ]));
        assert!(!has_violation(&[Divergence::new(Code::C103, "a", Site::UNKNOWN)]));
    }
}

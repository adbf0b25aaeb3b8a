//! Divergences that belong to nobody: outside any test, in a process that did not install candor.
//!
//! They cannot fail a test of their own, so the process says so when it ends.

use std::io::Write as _;
use std::panic::catch_unwind;

use super::collector::{Last, collector};
use super::report::report;
use crate::model::{Divergence, Level, counted};

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
        let last = collector().take_last();
        let text = text(&last);
        if text.is_empty() {
            return false;
        }
        let mut out = std::io::stderr().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.is_err() || has_violation(&last.orphans) || has_violation(&last.postponed)
    });
    if failed.unwrap_or(true) {
        crate::record::exit_now(FAILED);
    }
}

fn has_violation(findings: &[Divergence]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Violation)
}

fn text(last: &Last) -> String {
    let mut text = String::new();
    if !last.orphans.is_empty() {
        text += &format!(
            "\ncandor: {} outside any observed test\n\n{}\
             candor: work that carries no test belongs to none; put `#[candor::test]` on the test, and spawn with \
             `candor::spawn` or `.observed()`\n",
            counted(last.orphans.len() as u64, "divergence"),
            report(&last.orphans)
        );
    }
    if !last.postponed.is_empty() {
        text += &format!(
            "\ncandor: {} in `#[should_panic]` tests\n\n{}\
             candor: such a test passes by any panic, also by that of a report; so it is reported here, and the process fails\n",
            counted(last.postponed.len() as u64, "divergence"),
            report(&last.postponed)
        );
    }
    if !last.suspicions.is_empty() {
        let codes: Vec<String> =
            last.suspicions.iter().map(|(code, count)| format!("{code} {count}×")).collect();
        text += &format!(
            "\ncandor: {} in tests that passed ({}); `cargo test -- --show-output` prints them, \
             `#[candor::test(strict)]` fails on them\n",
            counted(last.suspicions.values().sum(), "suspicion"),
            codes.join(", ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Code, Site};

    #[test]
    fn the_report_says_what_to_do() {
        let orphans = vec![Divergence::new(Code::C108, "settle", Site::UNKNOWN)];
        let text = text(&Last { orphans, ..Last::default() });
        let head =
            "\ncandor: 1 divergence outside any observed test\n\nerror[C108]: broken invariant in `settle`";
        assert!(text.starts_with(head), "{text}");
        assert!(text.ends_with("`.observed()`\n"), "{text}");
    }

    #[test]
    fn what_should_panic_tests_show_is_not_called_an_orphan() {
        let postponed = vec![Divergence::new(Code::C101, "settle", Site::UNKNOWN)];
        let text = text(&Last { postponed, ..Last::default() });
        assert!(
            text.starts_with("\ncandor: 1 divergence in `#[should_panic]` tests\n\nerror[C101]"),
            "{text}"
        );
        assert!(!text.contains("outside any observed test"), "{text}");
    }

    #[test]
    fn suspicions_of_tests_that_passed_are_counted() {
        let suspicions = [(Code::C103, 2), (Code::C111, 1)].into();
        let text = text(&Last { suspicions, ..Last::default() });
        assert!(
            text.starts_with("\ncandor: 3 suspicions in tests that passed (C103 2×, C111 1×); "),
            "{text}"
        );
        assert_eq!(super::text(&Last::default()), "");
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

//! What one test saw, and whether it passes.

use std::any::Any;
use std::panic::Location;
use std::sync::Arc;

use super::findings::Findings;
use super::report::report;
use crate::model::{Code, Divergence, Evidence, Level, Outcome, counted};

/// How many events and how many outcomes one test keeps; what comes beyond is counted.
const BOUND: usize = 65_536;

/// Everything that happened in one test scope.
#[derive(Default)]
pub(crate) struct ScopeRecord {
    /// What diverged.
    pub(crate) findings: Findings,
    /// Every event.
    pub(crate) events: Vec<Arc<dyn Any + Send + Sync>>,
    /// Every outcome, with the name of its operation.
    pub(crate) outcomes: Vec<(&'static str, Outcome)>,
    /// The codes that the test wants to see.
    pub(crate) expected: Vec<Code>,
    /// Whether suspicions fail the test as well.
    pub(crate) strict: bool,
    /// Events and outcomes beyond the bound.
    lost: u64,
}

impl ScopeRecord {
    pub(super) fn keep_event(&mut self, event: Arc<dyn Any + Send + Sync>) {
        if self.events.len() < BOUND { self.events.push(event) } else { self.lost += 1 }
    }

    pub(super) fn keep_outcome(&mut self, operation: &'static str, outcome: Outcome) {
        if self.outcomes.len() < BOUND { self.outcomes.push((operation, outcome)) } else { self.lost += 1 }
    }

    /// Findings that fail the test.
    fn unexpected(&self) -> Vec<&Divergence> {
        let counts = |finding: &&Divergence| self.strict || finding.level == Level::Violation;
        self.findings.iter().filter(counts).filter(|finding| !self.expected.contains(&finding.code)).collect()
    }

    /// Codes that the test wanted to see and did not.
    fn missing(&self) -> Vec<Code> {
        let seen = |code: &Code| self.findings.iter().any(|finding| finding.code == *code);
        self.expected.iter().copied().filter(|code| !seen(code)).collect()
    }

    /// Suspicions that nobody expects and that fail nothing.
    fn mild(&self) -> Vec<&Divergence> {
        let is_mild = |finding: &&Divergence| {
            !self.strict && finding.level == Level::Suspicion && !self.expected.contains(&finding.code)
        };
        self.findings.iter().filter(is_mild).collect()
    }

    /// Why the test at `place` fails, as a report; `None` when it passes.
    pub(crate) fn failure(&self, place: &Location<'_>) -> Option<String> {
        let (unexpected, missing) = (self.unexpected(), self.missing());
        if unexpected.is_empty() && missing.is_empty() {
            return None;
        }
        let mut text = String::new();
        if !unexpected.is_empty() {
            let number = counted(unexpected.len() as u64, "divergence");
            text = format!("candor: {number} in this test ({})\n\n{}", at(place), report(unexpected));
        }
        for code in missing {
            text += &format!(
                "candor: expected {code} ({}) in this test ({}), and it did not happen\n",
                code.title(),
                at(place)
            );
        }
        text += &self.suspicions(place).unwrap_or_default();
        if self.lost > 0 {
            text += &format!("candor: {} events and outcomes beyond {BOUND} were not kept\n", self.lost);
        }
        Some(text)
    }

    /// The suspicions that do not fail the test, as a report; `None` when there are none.
    pub(crate) fn suspicions(&self, place: &Location<'_>) -> Option<String> {
        let mild = self.mild();
        let number = counted(mild.len() as u64, "suspicion");
        (!mild.is_empty())
            .then(|| format!("candor: {number} in this test ({})\n\n{}", at(place), report(mild)))
    }

    /// The findings of a test that did not fail, for the count at the end of the process.
    pub(crate) fn passed_over(&self) -> impl Iterator<Item = &Divergence> {
        self.mild().into_iter()
    }

    /// The findings that would have failed the test, for a report at the end of the process.
    pub(crate) fn into_unexpected(self, place: &Location<'_>) -> Vec<Divergence> {
        let Self { findings, expected, strict, .. } = self;
        let counts = |finding: &Divergence| strict || finding.level == Level::Violation;
        let mut unexpected: Vec<Divergence> = findings
            .into_list()
            .into_iter()
            .filter(|finding| counts(finding) && !expected.contains(&finding.code))
            .collect();
        for finding in &mut unexpected {
            finding
                .evidence
                .push(Evidence { what: format!("it was in the test at {}", at(place)), site: None });
        }
        unexpected
    }
}

/// A place as a terminal can open it.
fn at(place: &Location<'_>) -> String {
    format!("{}:{}", place.file(), place.line())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Class, Site};

    const HERE: &Location<'static> = Location::caller();

    fn found(code: Code) -> ScopeRecord {
        let mut record = ScopeRecord::default();
        let mut finding = Divergence::new(
            code,
            "place_order",
            Site { file: "no/such.rs", line: 3, column: 9, function: "f" },
        );
        finding.expected = "the error is accounted for".to_owned();
        finding.observed = "it was dropped".to_owned();
        record.findings.file(finding);
        record
    }

    #[test]
    fn a_violation_fails_with_its_report_and_the_place_of_the_test() {
        let text = found(Code::C101).failure(HERE).unwrap_or_default();
        let place = format!("{}:{}", file!(), HERE.line());
        assert_eq!(
            text,
            format!(
                "candor: 1 divergence in this test ({place})\n\n\
                 error[C101]: swallowed error in `place_order`\n  --> no/such.rs:3:9\n   = expected: the error is accounted for\n   \
                 = observed: it was dropped\n\n"
            )
        );
    }

    #[test]
    fn suspicions_are_told_and_fail_nothing() {
        let record = found(Code::C103);
        assert!(record.failure(HERE).is_none());
        let text = record.suspicions(HERE).unwrap_or_default();
        assert!(
            text.starts_with("candor: 1 suspicion in this test (") && text.contains("warning[C103]"),
            "{text}"
        );
        assert_eq!(record.passed_over().count(), 1);
        let mut expected = found(Code::C103);
        expected.expected.push(Code::C103);
        assert_eq!(expected.suspicions(HERE), None);
    }

    #[test]
    fn a_suspicion_fails_in_strict_mode_only() {
        let mut record = found(Code::C103);
        assert_eq!(record.failure(HERE), None);
        record.strict = true;
        assert!(record.failure(HERE).is_some_and(|text| text.contains("warning[C103]")));
    }

    #[test]
    fn an_expected_divergence_passes_and_a_missing_one_fails() {
        let mut record = found(Code::C101);
        record.expected.push(Code::C101);
        assert_eq!(record.failure(HERE), None);
        record.expected.push(Code::C106);
        let text = record.failure(HERE).unwrap_or_default();
        assert!(text.starts_with("candor: expected C106 (unkept promise) in this test ("), "{text}");
        assert!(text.ends_with("), and it did not happen\n"), "{text}");
        assert!(ScopeRecord::default().failure(HERE).is_none());
    }

    #[test]
    fn expecting_one_code_does_not_excuse_another() {
        let mut record = found(Code::C101);
        record.expected.push(Code::C103);
        let text = record.failure(HERE).unwrap_or_default();
        assert!(text.contains("error[C101]") && text.contains("expected C103"), "{text}");
    }

    #[test]
    fn what_does_not_fit_is_counted_in_the_report() {
        let mut record = found(Code::C101);
        for _ in 0..=BOUND {
            record.keep_outcome("f", Outcome::new(Class::Failed, "Timeout"));
        }
        assert_eq!(record.outcomes.len(), BOUND);
        assert!(
            record
                .failure(HERE)
                .is_some_and(|text| text.contains("1 events and outcomes beyond 65536 were not kept"))
        );
    }
}

//! Findings by fingerprint: one cause is one divergence with a count.

use std::collections::HashMap;

use crate::model::{Code, Divergence, Site};

/// How many fingerprints are kept apart; what comes beyond is counted as lost.
const BOUND: usize = 1_000;

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filed {
    /// It is the first of its kind.
    New,
    /// It was counted with an earlier one.
    Again,
    /// There is no more room; nothing was kept.
    Full,
}

/// A bounded set of findings, in the order in which they were first seen.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Divergence>,
    index: HashMap<(Code, &'static str, Site), usize>,
}

impl Findings {
    /// Files a finding: a new fingerprint, or one more of a known one.
    pub(crate) fn file(&mut self, finding: Divergence) -> Filed {
        let fingerprint = finding.fingerprint();
        if let Some(known) = self.index.get(&fingerprint).and_then(|place| self.list.get_mut(*place)) {
            known.count = known.count.saturating_add(finding.count);
            known.last_story = Some(finding.last_story.unwrap_or(finding.story));
            return Filed::Again;
        }
        if self.list.len() >= BOUND {
            return Filed::Full;
        }
        self.index.insert(fingerprint, self.list.len());
        self.list.push(finding);
        Filed::New
    }

    /// In the order in which they were first seen.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Divergence> {
        self.list.iter()
    }

    /// The one that was filed as new last.
    pub(crate) fn newest(&self) -> Option<&Divergence> {
        self.list.last()
    }

    /// A copy with violations first, each level in the order in which it was seen.
    pub(crate) fn by_level(&self) -> Vec<Divergence> {
        let mut sorted = self.list.clone();
        sorted.sort_by_key(|finding| finding.level);
        sorted
    }

    /// Takes everything out, in the order in which it was first seen.
    pub(crate) fn into_list(self) -> Vec<Divergence> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LineKind, Story, StoryLine};

    fn at(code: Code, operation: &'static str, line: u32) -> Divergence {
        Divergence::new(code, operation, Site { file: "src/a.rs", line, column: 5, function: "f" })
    }

    fn story(text: &str) -> Story {
        let line = StoryLine { at_ns: 1, depth: 0, kind: LineKind::End, text: text.to_owned(), site: None };
        Story { lines: vec![line], omitted: 0, duration_ns: 1 }
    }

    #[test]
    fn one_cause_is_one_finding_with_its_first_and_last_story() {
        let mut findings = Findings::default();
        for text in ["first", "second", "third"] {
            let mut finding = at(Code::C101, "pay", 7);
            finding.story = story(text);
            let expected = if text == "first" { Filed::New } else { Filed::Again };
            assert_eq!(findings.file(finding), expected);
        }
        let list = findings.into_list();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].count, 3);
        assert_eq!(list[0].story, story("first"));
        assert_eq!(list[0].last_story, Some(story("third")));
    }

    #[test]
    fn another_code_operation_or_place_is_another_finding() {
        let mut findings = Findings::default();
        for finding in [
            at(Code::C101, "pay", 7),
            at(Code::C103, "pay", 7),
            at(Code::C101, "ship", 7),
            at(Code::C101, "pay", 8),
        ] {
            assert_eq!(findings.file(finding), Filed::New);
        }
        assert_eq!(findings.iter().count(), 4);
    }

    #[test]
    fn beyond_the_bound_only_known_ones_are_counted() {
        let mut findings = Findings::default();
        for line in 1..=1_000 {
            assert_eq!(findings.file(at(Code::C101, "pay", line)), Filed::New);
        }
        assert_eq!(findings.file(at(Code::C101, "pay", 1_001)), Filed::Full);
        assert_eq!(findings.file(at(Code::C101, "pay", 1)), Filed::Again);
        assert_eq!(findings.iter().count(), 1_000);
    }

    #[test]
    fn violations_come_first() {
        let mut findings = Findings::default();
        findings.file(at(Code::C103, "a", 1));
        findings.file(at(Code::C106, "b", 2));
        findings.file(at(Code::C111, "c", 3));
        findings.file(at(Code::C101, "d", 4));
        let order: Vec<_> = findings.by_level().iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(order, ["C106", "C101", "C103", "C111"]);
    }
}

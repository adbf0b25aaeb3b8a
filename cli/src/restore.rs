//! From the schema of a file back to the core's own data.
//!
//! The core's names are static, since they come from the binary that ran. A file's are not: they are leaked, which a
//! command that reads one file and ends can afford. Equal names are leaked once.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use candor::model::{Class, Code, Divergence, Evidence, Level, LineKind, Outcome, Site, Story, StoryLine};
use candor_file::schema;

/// The file was written by a newer candor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownCode(String);

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "failed to show a divergence with the code `{}`: this version of candor does not know it",
            self.0
        )
    }
}

impl std::error::Error for UnknownCode {}

/// Restores divergences.
#[derive(Default)]
pub(crate) struct Restore {
    names: HashSet<&'static str>,
}

impl Restore {
    /// # Errors
    ///
    /// When the code is not known.
    pub(crate) fn divergence(&mut self, found: schema::Divergence) -> Result<Divergence, UnknownCode> {
        let Some(code) = Code::parse(&found.code) else { return Err(UnknownCode(found.code)) };
        let site = self.site(&found.site);
        let mut restored = Divergence::new(code, self.name(&found.operation), site);
        restored.level = match found.level {
            schema::Level::Violation => Level::Violation,
            schema::Level::Suspicion => Level::Suspicion,
        };
        restored.intent = found.intent;
        restored.expected = found.expected;
        restored.observed = found.observed;
        restored.evidence = found.evidence.into_iter().map(|evidence| self.evidence(evidence)).collect();
        restored.help = found.help;
        restored.outcome = self.outcome(found.outcome);
        restored.key = found.key;
        restored.count = found.count;
        restored.story = self.story(found.story);
        restored.last_story = found.last_story.map(|story| self.story(story));
        Ok(restored)
    }

    fn name(&mut self, name: &str) -> &'static str {
        if let Some(known) = self.names.get(name) {
            return known;
        }
        let leaked: &'static str = Box::leak(name.into());
        self.names.insert(leaked);
        leaked
    }

    fn site(&mut self, site: &schema::Site) -> Site {
        Site {
            file: self.name(&site.file),
            line: site.line,
            column: site.column,
            function: self.name(&site.function),
        }
    }

    fn evidence(&mut self, evidence: schema::Evidence) -> Evidence {
        Evidence { what: evidence.what, site: evidence.site.map(|site| self.site(&site)) }
    }

    fn outcome(&mut self, outcome: schema::Outcome) -> Outcome {
        let class = match outcome.class {
            schema::Class::Fulfilled => Class::Fulfilled,
            schema::Class::Refused => Class::Refused,
            schema::Class::Failed => Class::Failed,
            schema::Class::Abandoned => Class::Abandoned,
        };
        Outcome { class, reason: self.name(&outcome.reason), detail: outcome.detail.map(Cow::Owned) }
    }

    fn story(&mut self, story: schema::Story) -> Story {
        let lines = story.lines.into_iter().map(|line| self.line(line)).collect();
        Story { lines, omitted: story.omitted, duration_ns: story.duration_ns }
    }

    fn line(&mut self, line: schema::StoryLine) -> StoryLine {
        let kind = match line.kind {
            schema::Kind::Event => LineKind::Event,
            schema::Kind::Log => LineKind::Log,
            schema::Kind::Error => LineKind::Error,
            schema::Kind::Recovered => LineKind::Recovered,
            schema::Kind::Child => LineKind::Child,
            schema::Kind::Change => LineKind::Change,
            schema::Kind::Check => LineKind::Check,
            schema::Kind::Task => LineKind::Task,
            schema::Kind::End => LineKind::End,
        };
        let site = line.site.map(|site| self.site(&site));
        StoryLine { at_ns: line.at_ns, depth: line.depth, kind, text: line.text, site }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let site = Site { file: "src/order.rs", line: 14, column: 5, function: "place_order" };
        let mut found = Divergence::new(Code::C103, "place_order", site);
        found.evidence = vec![Evidence { what: "ok met Err(no)".to_owned(), site: Some(site) }];
        found.outcome = Outcome::new(Class::Refused, "Declined").with_detail("declined");
        found.count = 2;
        let line = StoryLine { at_ns: 1, depth: 2, kind: LineKind::Task, text: "t".to_owned(), site: None };
        found.story = Story { lines: vec![line], omitted: 1, duration_ns: 9 };
        found.last_story = Some(Story::default());
        assert_eq!(Restore::default().divergence((&found).into()), Ok(found));
    }

    #[test]
    fn a_code_from_the_future_is_named() {
        let found = Divergence::new(Code::C101, "place_order", Site::UNKNOWN);
        let found = schema::Divergence { code: "C999".to_owned(), ..(&found).into() };
        assert_eq!(Restore::default().divergence(found), Err(UnknownCode("C999".to_owned())));
    }
}

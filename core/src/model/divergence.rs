//! Where what the code did and what it means part ways.

use std::fmt;

use super::text::{duration, number};
use super::{Code, Evidence, Level, Outcome, Site, Story, StoryLine, remedy};

/// One finding: a code at a site of an operation, with everything that a reader needs to judge it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Divergence {
    /// The kind.
    pub code: Code,
    /// Violation or suspicion.
    pub level: Level,
    /// The operation that diverged.
    pub operation: &'static str,
    /// Where.
    pub site: Site,
    /// What the operation declares, in the user's words; empty when nothing more than fulfilment is claimed.
    pub intent: String,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// Everything the technical side said about it.
    pub evidence: Vec<Evidence>,
    /// The exact code to write.
    pub help: Vec<String>,
    /// How the operation ended.
    pub outcome: Outcome,
    /// The operation's key, if declared.
    pub key: Option<String>,
    /// How often it was found: same code, operation and site.
    pub count: u64,
    /// The story of the first time.
    pub story: Story,
    /// The story of the last time, when `count` is more than one.
    pub last_story: Option<Story>,
}

impl Divergence {
    /// A finding that was seen once. The story is added by the collector's caller.
    #[must_use]
    pub fn new(code: Code, operation: &'static str, site: Site) -> Divergence {
        Divergence {
            code,
            level: code.level(),
            operation,
            site,
            intent: String::new(),
            expected: String::new(),
            observed: String::new(),
            evidence: Vec::new(),
            help: Vec::new(),
            outcome: Outcome::FULFILLED,
            key: None,
            count: 1,
            story: Story::default(),
            last_story: None,
        }
    }

    /// The title, without the code: ``swallowed error in `pay`, 6 times``.
    #[must_use]
    pub fn title(&self) -> String {
        let times = if self.count > 1 { format!(", {} times", number(self.count)) } else { String::new() };
        format!("{} in `{}`{times}", self.code.title(), self.operation)
    }

    /// Everything beneath the title, each with its word: intent, expected, observed, evidence, help. With the source
    /// line of the site, the help is that line as it should be, where its form is known.
    ///
    /// ```
    /// use candor::{Code, Divergence, Site};
    ///
    /// let found = Divergence::new(Code::C101, "pay", Site::UNKNOWN);
    /// let notes = found.notes(Some("let _ = audit(id);"));
    /// assert_eq!(notes[0], ("help", "propagate it: `audit(id)?;`".to_owned()));
    /// ```
    #[must_use]
    pub fn notes(&self, line: Option<&str>) -> Vec<(&'static str, String)> {
        let mut notes = vec![
            ("intent", self.intent.clone()),
            ("expected", self.expected.clone()),
            ("observed", self.observed.clone()),
        ];
        notes.extend(self.evidence.iter().map(|evidence| ("evidence", evidence.to_string())));
        notes.extend(remedy::help(self, line).into_iter().map(|help| ("help", help)));
        notes.retain(|(_, text)| !text.is_empty());
        notes
    }

    /// What stands above the story: ``story of `pay` (key 7, the first of 6)``.
    #[must_use]
    pub fn story_title(&self) -> String {
        let key = self.key.as_ref().map(|key| format!("key {key}"));
        let first = (self.count > 1).then(|| format!("the first of {}", number(self.count)));
        let about: Vec<String> = key.into_iter().chain(first).collect();
        let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
        format!("story of `{}`{about}", self.operation)
    }

    /// Two findings with the same fingerprint are one, with a count.
    #[must_use]
    pub fn fingerprint(&self) -> (Code, &'static str, Site) {
        (self.code, self.operation, self.site)
    }
}

impl fmt::Display for Divergence {
    /// A plain rendering without source lines or colours; `candor-term` has the rich one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, None)
    }
}

impl Divergence {
    /// The plain rendering; `source` is the line of the site, and how it is shown.
    pub(crate) fn write(&self, f: &mut impl fmt::Write, source: Option<(&str, &str)>) -> fmt::Result {
        let word = match self.level {
            Level::Violation => "error",
            Level::Suspicion => "warning",
        };
        writeln!(f, "{word}[{}]: {}", self.code, self.title())?;
        if self.site.is_known() {
            writeln!(f, "  --> {}", self.site)?;
        }
        if let Some((_, snippet)) = source {
            f.write_str(snippet)?;
        }
        for (word, text) in self.notes(source.map(|(line, _)| line)) {
            writeln!(f, "   = {word}: {text}")?;
        }
        let (story, lines) = (&self.story, &self.story.lines);
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(f, "  {}", self.story_title())?;
        let is_late = |line: &&StoryLine| line.at_ns > story.duration_ns;
        lines.iter().filter(|line| !is_late(line)).try_for_each(|line| told(f, line))?;
        writeln!(f, "     {:>10} {}", duration(story.duration_ns), self.outcome)?;
        if lines.iter().any(|line| is_late(&line)) {
            writeln!(f, "                afterwards:")?;
        }
        lines.iter().filter(is_late).try_for_each(|line| told(f, line))
    }
}

fn told(f: &mut impl fmt::Write, line: &StoryLine) -> fmt::Result {
    let indent = usize::from(line.depth) * 2;
    writeln!(f, "     {:>10} {:indent$}{}", duration(line.at_ns), "", line.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LineKind;

    #[test]
    fn a_place_that_is_not_known_is_not_printed() {
        let text = Divergence::new(Code::C901, "candor", Site::UNKNOWN).to_string();
        assert_eq!(text, "warning[C901]: lossy in `candor`\n");
        assert_eq!(Site::UNKNOWN.to_string(), "unknown place");
    }

    #[test]
    fn what_came_after_the_end_stands_after_the_end() {
        let mut found = Divergence::new(Code::C119, "send", Site::UNKNOWN);
        let line = |at_ns, text: &str| StoryLine {
            at_ns,
            depth: 0,
            kind: LineKind::Task,
            text: text.to_owned(),
            site: None,
        };
        found.story.lines = vec![line(5, "queued"), line(90, "spawned work failed")];
        found.story.duration_ns = 10;
        let text = found.to_string();
        let story: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
        assert_eq!(
            story,
            ["story of `send`", "5ns queued", "10ns fulfilled", "afterwards:", "90ns spawned work failed"]
        );
    }
}

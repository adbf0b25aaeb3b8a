//! Where what the code did and what it means part ways.

use super::{Code, Evidence, Level, Outcome, Site, Story};

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

    /// Two findings with the same fingerprint are one, with a count.
    #[must_use]
    pub fn fingerprint(&self) -> (Code, &'static str, Site) {
        (self.code, self.operation, self.site)
    }
}

impl std::fmt::Display for Divergence {
    /// A plain rendering without source lines or colours; `candor-term` has the rich one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self.level {
            Level::Violation => "error",
            Level::Suspicion => "warning",
        };
        writeln!(f, "{word}[{}]: {} in `{}`", self.code, self.code.title(), self.operation)?;
        writeln!(f, "  --> {}", self.site)?;
        if !self.intent.is_empty() {
            writeln!(f, "   = intent: {}", self.intent)?;
        }
        writeln!(f, "   = expected: {}", self.expected)?;
        writeln!(f, "   = observed: {}", self.observed)?;
        for evidence in &self.evidence {
            writeln!(f, "   = evidence: {evidence}")?;
        }
        for help in &self.help {
            writeln!(f, "   = help: {help}")?;
        }
        if self.count > 1 {
            writeln!(f, "   = seen {} times", self.count)?;
        }
        for line in &self.story.lines {
            writeln!(
                f,
                "     {:>10} {:indent$}{}",
                super::run::duration(line.at_ns),
                "",
                line.text,
                indent = usize::from(line.depth) * 2
            )?;
        }
        Ok(())
    }
}

//! The format `candor/1`: what one line holds.
//!
//! Each line is one JSON object, a [`Divergence`], with its fields in the order in which they are declared here. Everything
//! is owned, so that a line can be read back by a program that never saw the run.
//!
//! A reader must pass over fields that it does not know, and take an unknown `code` as text: both may be added without a
//! new version. Anything else, such as another meaning or a field that disappears, makes it `candor/2`.

use candor::model;
use serde::{Deserialize, Serialize};

/// The version that is written.
pub const SCHEMA: &str = "candor/1";

/// One finding; one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divergence {
    /// The version: [`SCHEMA`].
    pub schema: String,
    /// The code, such as `C101`.
    pub code: String,
    /// The name of the code, such as `swallowed-error`.
    pub name: String,
    /// Violation or suspicion.
    pub level: Level,
    /// The operation that diverged.
    pub operation: String,
    /// Where.
    pub site: Site,
    /// What the operation declares; empty when it claims nothing but fulfilment.
    pub intent: String,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// Everything the technical side said about it.
    pub evidence: Vec<Evidence>,
    /// What to write; each entry is an alternative.
    pub help: Vec<String>,
    /// How the operation ended.
    pub outcome: Outcome,
    /// The operation's key, if one is declared.
    pub key: Option<String>,
    /// How often it was found: same code, operation and site.
    pub count: u64,
    /// The story of the first time.
    pub story: Story,
    /// The story of the last time, when `count` is more than one.
    pub last_story: Option<Story>,
}

/// How sure candor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Counted as wrong.
    Violation,
    /// Worth a look.
    Suspicion,
}

/// A place in the source. An unknown place has line 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The file, relative to the root of its workspace.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The function around it.
    pub function: String,
}

/// One sighting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// In words.
    pub what: String,
    /// Where, if known.
    pub site: Option<Site>,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The class.
    pub class: Class,
    /// Why, as a name from a bounded set; empty when fulfilled.
    pub reason: String,
    /// What the error said, if there was one.
    pub detail: Option<String>,
}

/// The class of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The operation did what it means.
    Fulfilled,
    /// The business said no.
    Refused,
    /// A technical failure.
    Failed,
    /// A panic, or a future dropped before it was ready.
    Abandoned,
}

/// The ordered records of one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// The lines in order of time.
    pub lines: Vec<StoryLine>,
    /// How many lines are missing from the middle.
    pub omitted: u64,
    /// How long the call took, in nanoseconds.
    pub duration_ns: u64,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryLine {
    /// Nanoseconds since the operation began.
    pub at_ns: u64,
    /// How deep below the operation it happened.
    pub depth: u8,
    /// What kind of record it is.
    pub kind: Kind,
    /// In words.
    pub text: String,
    /// Where, if known.
    pub site: Option<Site>,
}

/// The kind of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A business event.
    Event,
    /// A technical log line.
    Log,
    /// An error that was seen.
    Error,
    /// An error that was recovered with a reason.
    Recovered,
    /// A child operation ended.
    Child,
    /// A tracked place changed.
    Change,
    /// A checkpoint, invariant or contract.
    Check,
    /// Spawned work.
    Task,
    /// The operation ended.
    End,
}

impl Divergence {
    /// Whether two lines are the same finding, so that the later one replaces the earlier.
    ///
    /// ```
    /// use candor::model::{Code, Divergence, Site};
    /// use candor_file::schema;
    ///
    /// let found = Divergence::new(Code::C101, "place_order", Site::UNKNOWN);
    /// let early = schema::Divergence::from(&found);
    /// let late = schema::Divergence { count: 12, ..early.clone() };
    /// assert!(early.is_same(&late));
    /// ```
    #[must_use]
    pub fn is_same(&self, other: &Divergence) -> bool {
        (&self.code, &self.operation, &self.site) == (&other.code, &other.operation, &other.site)
    }
}

impl From<&model::Divergence> for Divergence {
    fn from(found: &model::Divergence) -> Divergence {
        Divergence {
            schema: SCHEMA.to_owned(),
            code: found.code.as_str().to_owned(),
            name: found.code.name().to_owned(),
            level: found.level.into(),
            operation: found.operation.to_owned(),
            site: (&found.site).into(),
            intent: found.intent.clone(),
            expected: found.expected.clone(),
            observed: found.observed.clone(),
            evidence: found.evidence.iter().map(Evidence::from).collect(),
            help: found.help.clone(),
            outcome: (&found.outcome).into(),
            key: found.key.clone(),
            count: found.count,
            story: (&found.story).into(),
            last_story: found.last_story.as_ref().map(Story::from),
        }
    }
}

impl From<model::Level> for Level {
    fn from(level: model::Level) -> Level {
        match level {
            model::Level::Violation => Level::Violation,
            model::Level::Suspicion => Level::Suspicion,
        }
    }
}

impl From<&model::Site> for Site {
    fn from(site: &model::Site) -> Site {
        let model::Site { file, line, column, function } = *site;
        Site { file: file.to_owned(), line, column, function: function.to_owned() }
    }
}

impl From<&model::Evidence> for Evidence {
    fn from(evidence: &model::Evidence) -> Evidence {
        Evidence { what: evidence.what.clone(), site: evidence.site.as_ref().map(Site::from) }
    }
}

impl From<&model::Outcome> for Outcome {
    fn from(outcome: &model::Outcome) -> Outcome {
        let class = match outcome.class {
            model::Class::Fulfilled => Class::Fulfilled,
            model::Class::Refused => Class::Refused,
            model::Class::Failed => Class::Failed,
            model::Class::Abandoned => Class::Abandoned,
        };
        Outcome {
            class,
            reason: outcome.reason.to_owned(),
            detail: outcome.detail.as_deref().map(str::to_owned),
        }
    }
}

impl From<&model::Story> for Story {
    fn from(story: &model::Story) -> Story {
        let lines = story.lines.iter().map(StoryLine::from).collect();
        Story { lines, omitted: story.omitted, duration_ns: story.duration_ns }
    }
}

impl From<&model::StoryLine> for StoryLine {
    fn from(line: &model::StoryLine) -> StoryLine {
        let site = line.site.as_ref().map(Site::from);
        StoryLine {
            at_ns: line.at_ns,
            depth: line.depth,
            kind: line.kind.into(),
            text: line.text.clone(),
            site,
        }
    }
}

impl From<model::LineKind> for Kind {
    fn from(kind: model::LineKind) -> Kind {
        match kind {
            model::LineKind::Event => Kind::Event,
            model::LineKind::Log => Kind::Log,
            model::LineKind::Error => Kind::Error,
            model::LineKind::Recovered => Kind::Recovered,
            model::LineKind::Child => Kind::Child,
            model::LineKind::Change => Kind::Change,
            model::LineKind::Check => Kind::Check,
            model::LineKind::Task => Kind::Task,
            model::LineKind::End => Kind::End,
        }
    }
}

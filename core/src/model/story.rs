//! The ordered records of one operation.

use super::Site;

/// The story of one operation: business lines with technical evidence between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Story {
    /// The lines in order of time.
    pub lines: Vec<StoryLine>,
    /// How many lines were left out because the story is bounded; they are missing from the middle.
    pub omitted: u64,
    /// The whole duration in nanoseconds.
    pub duration_ns: u64,
}

/// One line of a story.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StoryLine {
    /// Nanoseconds since the operation began.
    pub at_ns: u64,
    /// How deep below the operation it happened; 0 is the operation itself.
    pub depth: u8,
    /// What kind of record it is.
    pub kind: LineKind,
    /// The line in words.
    pub text: String,
    /// Where it happened, if known.
    pub site: Option<Site>,
}

/// The kind of a story line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
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

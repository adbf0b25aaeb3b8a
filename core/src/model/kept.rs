//! An operation that has ended and is kept for export, with everything that belongs to its span.

use super::{Class, Divergence, EventMeta, LineKind, Operation, Outcome, Site, Value};

/// A place in a distributed trace, by the identifiers of W3C Trace Context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Link {
    /// The trace.
    pub trace: u128,
    /// The span.
    pub span: u64,
    /// Whether the trace was chosen to be kept when it began.
    pub sampled: bool,
}

/// Why an operation is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// It diverged.
    Diverged,
    /// It failed or was abandoned.
    Failed,
    /// It took as long as `slow` or longer.
    Slow,
    /// It was chosen when its trace began.
    Sampled,
    /// It encloses one that is kept.
    Enclosing,
    /// It is not kept: its span belongs to somebody else, who gets what happened in it.
    Foreign,
}

impl Why {
    /// In lower case, as it stands in attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Diverged => "diverged",
            Why::Failed => "failed",
            Why::Slow => "slow",
            Why::Sampled => "sampled",
            Why::Enclosing => "enclosing",
            Why::Foreign => "foreign",
        }
    }
}

/// One operation that has ended, whole. Times are ticks; the runtime's `Timeline` turns them into times of day.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Who.
    pub operation: &'static Operation,
    /// How it ended.
    pub outcome: Outcome,
    /// Its key, if declared.
    pub key: Option<Value>,
    /// Why it is kept.
    pub why: Why,
    /// Its span.
    pub link: Link,
    /// The span that encloses it, if there is one.
    pub parent: Option<Parent>,
    /// When it began.
    pub started: u64,
    /// When it ended.
    pub ended: u64,
    /// What happened, in order of time.
    pub lines: Vec<KeptLine>,
    /// Lines that did not fit; they are missing from the middle.
    pub omitted: u64,
    /// What diverged, without its story.
    pub divergences: Vec<Divergence>,
    /// Its span is exported by somebody else, such as `tracing-opentelemetry`.
    pub foreign: bool,
    /// Its span was exported before; what is here came to light afterwards.
    pub late: bool,
}

/// A healthy operation that is kept and of which nothing is known but its span: no key, no lines, nothing that diverged. It
/// owns nothing and has one size, so that the thread of the call need not allocate for it. [`Kept::from`] makes the whole of it.
#[derive(Clone, Copy, Debug)]
pub struct Brief {
    /// Who. It fulfilled.
    pub operation: &'static Operation,
    /// The trace.
    pub trace: u128,
    /// Its span.
    pub span: u64,
    /// The span that encloses it; 0 when there is none.
    pub parent: u64,
    /// When it began.
    pub started: u64,
    /// When it ended.
    pub ended: u64,
    /// Why it is kept.
    pub why: Why,
    /// Whether the trace was chosen to be kept when it began.
    pub is_sampled: bool,
    /// The span that encloses it belongs to another process or another tracer.
    pub is_outer: bool,
}

impl Brief {
    /// Its place in the trace.
    #[must_use]
    pub fn link(&self) -> Link {
        Link { trace: self.trace, span: self.span, sampled: self.is_sampled }
    }

    /// The span that encloses it, if there is one.
    #[must_use]
    pub fn parent(&self) -> Option<Parent> {
        (self.parent != 0).then_some(Parent { span: self.parent, is_outer: self.is_outer })
    }
}

impl From<&Brief> for Kept {
    fn from(brief: &Brief) -> Kept {
        Kept {
            operation: brief.operation,
            outcome: Outcome::FULFILLED,
            key: None,
            why: brief.why,
            link: brief.link(),
            parent: brief.parent(),
            started: brief.started,
            ended: brief.ended,
            lines: Vec::new(),
            omitted: 0,
            divergences: Vec::new(),
            foreign: false,
            late: false,
        }
    }
}

/// The span that encloses another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its identifier.
    pub span: u64,
    /// It belongs to another process or another tracer.
    pub is_outer: bool,
}

/// One line of what happened.
#[derive(Clone, Debug)]
pub struct KeptLine {
    /// When.
    pub at: u64,
    /// How deep below the operation: a child's lines stand one deeper, before the line that ends it.
    pub depth: u8,
    /// Where, if known.
    pub site: Option<Site>,
    /// What.
    pub body: KeptBody,
}

/// What a line says.
#[derive(Clone, Debug)]
pub enum KeptBody {
    /// An event, with the values of its fields.
    Event {
        /// What is declared about it.
        meta: &'static EventMeta,
        /// Its values, in the order of its fields.
        values: Vec<Value>,
    },
    /// A child operation ended.
    Child {
        /// Who.
        operation: &'static Operation,
        /// How.
        class: Class,
        /// Why.
        reason: &'static str,
        /// How long it took, in ticks.
        took: u64,
        /// It was kept for its own sake, and its span is exported by itself.
        is_kept: bool,
    },
    /// A tracked place changed.
    Change {
        /// The place, as written.
        place: &'static str,
        /// The value before, if known.
        from: Option<Value>,
        /// The value now.
        to: Value,
    },
    /// Anything that is words.
    Words {
        /// What kind of words.
        kind: LineKind,
        /// The words.
        text: String,
    },
}

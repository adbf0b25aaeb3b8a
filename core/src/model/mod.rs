//! Plain data: what is declared, what happened, and what diverged.
//!
//! Everything that two rooms exchange is defined here, so that each can be read alone.
//!
//! **Invariant:** nothing in this room holds a static, reads a clock, or does I/O.

mod code;
mod conduct;
mod declaration;
mod divergence;
mod event;
mod kept;
mod outcome;
mod probe;
mod remedy;
mod run;
mod site;
mod story;
mod text;
mod value;

pub use code::{Code, Level};
pub(crate) use conduct::TOLD;
pub use conduct::{
    Broken, Conduct, Duplicate, Entry, ErrorKind, Evidence, Fact, LogLevel, LogLine, Origin, Stage, Task,
    TaskEnd, Told, Wording,
};
pub use declaration::{Allow, Clause, Operation, Recovery};
pub use divergence::Divergence;
pub use event::{Event, EventMeta, FieldSink, Worth};
pub use kept::{Brief, Kept, KeptBody, KeptLine, Link, Parent, Why};
pub use outcome::{Class, Outcome};
pub use probe::{Claim, Disposition, Form, Probe};
pub use run::{Headline, Memory, OperationTotal, ReasonTotal, Run, Unsent};
pub use site::{Exit, Site, Spot};
pub use story::{LineKind, Story, StoryLine};
pub(crate) use text::last_segment;
pub use text::{counted, duration, number};
pub use value::Value;

mod plan;
pub use plan::{EventRef, Limit, Plan, Promise, ReadKey, When};

//! Where concluded calls go: a slot that the runtime fills once.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use super::outbox::Briefs;
use crate::model::{Broken, Conduct, Divergence, EventMeta, Kept, Link, Operation, Outcome, Story, Value};

/// Receives what the hot side concluded, on the caller's thread.
pub trait Sink: Send + Sync {
    /// A call ended and is worth judging. Returns what diverged.
    fn conclude(&self, scope: u64, conduct: &Conduct<'_>, context: &Context<'_>) -> Vec<Divergence>;
    /// An event was emitted in a scope.
    fn event(&self, scope: u64, meta: &'static EventMeta, value: Arc<dyn Any + Send + Sync>);
    /// A call ended in a scope.
    fn outcome(&self, scope: u64, operation: &'static Operation, outcome: &Outcome);
    /// A check failed outside any operation.
    fn orphan(&self, scope: u64, broken: &Broken);
    /// Whom a thread asks what stands around a call and which traces are chosen, until what is kept changes.
    fn around(&self) -> Option<Arc<dyn Around>>;
    /// A call ended whose span is open and somebody else's: what happened belongs into it.
    fn annotate(&self, kept: &Kept);
    /// A call ended and is kept.
    fn keep(&self, kept: Kept);
    /// A thread has left briefs of calls that ended and are kept.
    fn keep_briefs(&self, briefs: &Briefs);
}

/// What is known of the surroundings of calls, and of those that begin a trace. Threads hold it, so that to ask takes no lock.
pub trait Around: Send + Sync {
    /// Whether a call that begins a trace here is chosen to be kept.
    fn is_sampled(&self, operation: &'static Operation) -> bool;
    /// The span around this place that is not candor's own.
    fn outer(&self) -> Option<Link>;
}

/// What a finding carries besides the conduct; the story is told only when it is asked for.
pub struct Context<'a> {
    /// The operation's key.
    pub key: Option<&'a Value>,
    /// Tells the story.
    pub story: &'a dyn Fn() -> Story,
}

static SINK: OnceLock<&'static dyn Sink> = OnceLock::new();

/// Fills the slot. Returns false if it was filled before.
pub fn install_sink(sink: &'static dyn Sink) -> bool {
    SINK.set(sink).is_ok()
}

#[inline]
pub(super) fn sink() -> Option<&'static dyn Sink> {
    SINK.get().copied()
}

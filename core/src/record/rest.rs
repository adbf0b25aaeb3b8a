//! What stands behind a frame: everything that a plain call does not need.

use std::any::TypeId;
use std::sync::Arc;

use super::carry::Shared;
use super::count::KeyCount;
use super::emit::Feed;
use super::ledger::Pending;
use crate::model::{Broken, Duplicate, Entry, LogLine, Outcome, Probe, Site, Stage, Task, Told, Value};

/// What a call keeps when there is something to keep. Its lists keep their memory when the frame is used again.
pub(super) struct Rest {
    pub(super) outcome: Option<Outcome>,
    pub(super) keys: Vec<KeyCount>,
    /// Which events were seen under which idempotency key.
    pub(super) tokens: Vec<(TypeId, u64)>,
    pub(super) duplicates: Vec<Duplicate>,
    pub(super) outsiders: Vec<(&'static str, Site)>,
    pub(super) entries: Vec<Entry>,
    /// Errors of scrutinees whose arm has not been entered yet.
    pub(super) pending: Vec<Pending>,
    /// Where the last answer was told apart or kept: a line of the log there speaks of it.
    pub(super) answered: Option<&'static Probe>,
    /// Log lines that are evidence by now. Those that claim success stand in the notes until they are.
    pub(super) logs: Vec<LogLine>,
    /// What was noted up to here was judged.
    pub(super) judged: u32,
    pub(super) broken: Vec<Broken>,
    pub(super) tasks: Vec<Task>,
    pub(super) told: Vec<Told>,
    pub(super) places: Vec<(&'static str, Value)>,
    pub(super) folds: Option<Arc<dyn Feed>>,
    pub(super) accounted: Option<u64>,
    /// A child was abandoned and is reported: this call's own abandonment has the same cause.
    pub(super) abandoned_below: bool,
    pub(super) lost: u64,
    /// Set once work was spawned that carries this operation.
    pub(super) shared: Option<Arc<Shared>>,
    /// Set on the frame of spawned work: the operation that it belongs to. Nothing bubbles past such a frame directly.
    pub(super) link: Option<Arc<Shared>>,
    pub(super) stage: Stage,
    /// When the call ended; work that it spawned may be told of later.
    pub(super) ended: u64,
}

/// What a call has kept that has kept nothing.
pub(super) static NOTHING: Rest = Rest::new();

impl Default for Rest {
    fn default() -> Rest {
        Rest::new()
    }
}

impl Rest {
    const fn new() -> Rest {
        Rest {
            outcome: None,
            keys: Vec::new(),
            tokens: Vec::new(),
            duplicates: Vec::new(),
            outsiders: Vec::new(),
            entries: Vec::new(),
            pending: Vec::new(),
            answered: None,
            logs: Vec::new(),
            judged: 0,
            broken: Vec::new(),
            tasks: Vec::new(),
            told: Vec::new(),
            places: Vec::new(),
            folds: None,
            accounted: None,
            abandoned_below: false,
            lost: 0,
            shared: None,
            link: None,
            stage: Stage::Whole,
            ended: 0,
        }
    }

    /// How much memory the lists hold, themselves included.
    pub(super) fn bytes(&self) -> usize {
        fn of<T>(list: &Vec<T>) -> usize {
            list.capacity() * size_of::<T>()
        }
        size_of::<Rest>()
            + of(&self.keys)
            + of(&self.tokens)
            + of(&self.duplicates)
            + of(&self.outsiders)
            + of(&self.entries)
            + of(&self.pending)
            + of(&self.logs)
            + of(&self.broken)
            + of(&self.tasks)
            + of(&self.told)
            + of(&self.places)
    }

    /// Forgets everything; the lists keep their memory.
    pub(super) fn clear(&mut self) {
        self.outcome = None;
        self.keys.clear();
        self.tokens.clear();
        self.duplicates.clear();
        self.outsiders.clear();
        self.entries.clear();
        self.pending.clear();
        self.answered = None;
        self.logs.clear();
        self.judged = 0;
        self.broken.clear();
        self.tasks.clear();
        self.told.clear();
        self.places.clear();
        self.folds = None;
        self.accounted = None;
        self.abandoned_below = false;
        self.lost = 0;
        self.shared = None;
        self.link = None;
        self.stage = Stage::Whole;
        self.ended = 0;
    }
}

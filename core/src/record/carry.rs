//! Work that leaves its thread and carries the operation that spawned it.
//!
//! The first spawn gives a frame a [`Shared`] part, linked to those of the enclosing operations. What happens in the
//! work is sent there and collected when the operation ends; whoever ends last, operation or work, judges the rest.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use super::callsite::Callsite;
use super::check::panic_text;
use super::clock::ticks;
use super::emit::{Feed, Said, feed, limit_keys};
use super::figure::{self, Lost};
use super::frame::{BOUND, Frame, Kind, LimitKey, Token};
use super::hand_off::HandOff;
use super::keep;
use super::stack::{self, Stack};
use super::state::is_on;
use crate::model::{
    Class, Entry, LineKind, Link, LogLine, Origin, Outcome, Plan, Site, Stage, Task, TaskEnd,
};

/// A place that spawns work; one static each.
#[derive(Clone, Copy, Debug)]
pub struct Spawn {
    /// Where.
    pub site: Site,
    /// Whether the handle is dropped as a statement.
    pub handle_dropped: bool,
    /// Whether a reason was given for letting it go.
    pub detached: bool,
    /// What is known of the handle that a statement dropped, once there was one.
    pub kept: Option<&'static Kept>,
}

impl Spawn {
    /// Whether nobody can learn how the work ends.
    fn is_let_go(&self) -> bool {
        self.handle_dropped && !self.kept.is_some_and(|kept| kept.0.load(Ordering::Relaxed))
    }
}

/// Whether a spawn that drops its handle keeps the work elsewhere: a `JoinSet` gives only the means to abort it.
#[derive(Debug)]
pub struct Kept(AtomicBool);

impl Kept {
    /// Not known yet.
    #[expect(clippy::new_without_default, reason = "it is a static of one place")]
    pub const fn new() -> Kept {
        Kept(AtomicBool::new(false))
    }

    /// Looks at the type of what a spawn returned, and passes it on.
    pub fn by<H>(&self, handle: H) -> H {
        let name = std::any::type_name::<H>();
        if name == "()" || name.contains("AbortHandle") {
            self.0.store(true, Ordering::Relaxed);
        }
        handle
    }
}

/// What the frame of spawned work stands for while it is on a stack.
static WORK: Callsite = Callsite::unnamed("spawned work");

/// The part of an operation that its spawned work can reach.
pub(super) struct Shared {
    enclosing: Option<Arc<Shared>>,
    plan: &'static Plan,
    scope: u64,
    /// The idempotency key of the call.
    token: Option<u64>,
    folds: Option<Arc<dyn Feed>>,
    /// Its place in a trace, if operations are kept.
    trace: Option<Link>,
    /// Work of it was kept, so it is kept as well. Relaxed: the hand-off of the work's end orders it.
    kept: AtomicBool,
    state: HandOff<Delivery, Waiting>,
}

/// One record of spawned work.
enum Delivery {
    Event { kind: &'static Kind, site: &'static Site, token: Option<u64>, keys: Vec<LimitKey> },
    Seen { entries: Vec<Entry>, logs: Vec<LogLine> },
    Ended { spawn: Spawn, end: TaskEnd, at: u64 },
}

impl Shared {
    /// This operation and all that enclose it.
    fn chain(self: &Arc<Shared>) -> impl Iterator<Item = &Arc<Shared>> {
        std::iter::successors(Some(self), |shared| shared.enclosing.as_ref())
    }

    /// An event in spawned work: it counts for the operation and all that enclose it.
    pub(super) fn event(owner: &Arc<Shared>, said: &Said<'_>, mut token: Option<u64>) {
        for shared in owner.chain() {
            token = shared.token.or(token);
            if let Some(folds) = &shared.folds {
                feed(folds, said.event);
            }
            let keys = limit_keys(shared.plan, said, token).collect();
            shared.send(Delivery::Event { kind: said.kind, site: said.site, token, keys });
        }
    }

    fn send(&self, delivery: Delivery) {
        if self.state.send(delivery).is_err() {
            figure::lose(Lost::Task, 1);
        }
    }

    /// Moves what has arrived into the frame of the operation, which ends.
    pub(super) fn collect(&self, frame: &mut Frame) {
        let (arrived, running) = self.state.collect();
        for delivery in arrived {
            frame.receive(delivery);
        }
        if running {
            frame.stage = Stage::Early;
        }
    }

    /// Keeps this operation and all that enclose it.
    pub(super) fn keep(self: &Arc<Shared>) {
        self.chain().for_each(|shared| shared.kept.store(true, Ordering::Relaxed));
    }

    pub(super) fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Relaxed)
    }

    /// The operation ended. While work is running, its frame waits here.
    pub(super) fn wait(&self, mut frame: Box<Frame>, outcome: Outcome) -> Option<Box<Frame>> {
        if frame.stage != Stage::Early {
            return Some(frame);
        }
        frame.forget_judged();
        close(self.state.wait((frame, outcome)))
    }

    /// One piece of work less; the last one judges what was pending.
    fn leave(&self) {
        if let Some(frame) = close(self.state.leave()) {
            stack::with(|stack| stack.give_back(frame));
        }
    }
}

/// An operation that has ended and waited for its work.
type Waiting = (Box<Frame>, Outcome);

/// Judges what was pending, if the last one of operation and work has ended.
fn close(left: Option<(Waiting, Vec<Delivery>)>) -> Option<Box<Frame>> {
    let ((mut frame, outcome), arrived) = left?;
    for delivery in arrived {
        frame.receive(delivery);
    }
    let found = frame.conclude(&outcome, frame.at.get());
    if keep::is_keeping() {
        keep::settle_late(&mut frame, &outcome, found);
    }
    Some(frame)
}

impl Frame {
    /// After an early verdict: only what is still pending stays.
    fn forget_judged(&mut self) {
        self.duplicates.clear();
        self.outsiders.clear();
        self.entries.clear();
        self.logs.clear();
        self.judged = self.seq;
        self.broken.clear();
        self.tasks.clear();
        self.lost = 0;
        self.stage = Stage::Late;
    }

    fn receive(&mut self, delivery: Delivery) {
        match delivery {
            Delivery::Event { kind, site, token, keys } => {
                self.count_event(kind, (site, Token::new(token)));
                for key in &keys {
                    self.count_key(key, site);
                }
            }
            Delivery::Seen { entries, logs } => {
                for entry in entries {
                    if self.entries.len() < BOUND {
                        self.entries.push(entry);
                    } else {
                        self.lose(Lost::Entry);
                    }
                }
                // Entries have moved: the lines no longer know their index.
                self.logs.extend(logs.into_iter().map(|line| LogLine { entry: None, ..line }).take(BOUND));
            }
            Delivery::Ended { spawn, end, at } => {
                let (site, handle_dropped, detached) = (spawn.site, spawn.is_let_go(), spawn.detached);
                let task = Task { site, handle_dropped, detached, end };
                self.notes.late(at, LineKind::Task, task_text(&task), site);
                if self.tasks.len() < BOUND {
                    self.tasks.push(task);
                } else {
                    self.lose(Lost::Task);
                }
            }
        }
    }
}

fn task_text(task: &Task) -> String {
    match &task.end {
        TaskEnd::Finished => "spawned work finished".to_owned(),
        TaskEnd::Failed(why) => format!("spawned work failed: {why}"),
        TaskEnd::Panicked(why) => format!("spawned work panicked: {why}"),
        TaskEnd::Cancelled => "spawned work was cancelled".to_owned(),
        TaskEnd::NeverBegan => "work was thrown away before it began".to_owned(),
    }
}

/// One piece of spawned work: it keeps its operation open until it is dropped.
pub(super) struct Work {
    owner: Option<Arc<Shared>>,
    spawn: Spawn,
    pub(super) scope: u64,
    ended: bool,
}

impl Work {
    /// Links new work to the operation that is running here, if there is one.
    pub(super) fn begin(spawn: Spawn) -> Work {
        let found = if is_on() {
            stack::with(|stack| (share(stack), stack.top().map(|top| top.scope)))
        } else {
            None
        };
        let (owner, scope) = found.unwrap_or((None, None));
        for shared in owner.iter().flat_map(Shared::chain) {
            shared.state.begin();
        }
        Work { owner, spawn, scope: scope.unwrap_or_else(stack::scope), ended: false }
    }

    pub(super) fn frame(&self) -> Option<Box<Frame>> {
        let owner = self.owner.as_ref()?;
        stack::with(|stack| {
            let mut frame = stack.take(&WORK, &Plan::EMPTY);
            frame.belong_to_scope(owner.scope);
            frame.link = Some(Arc::clone(owner));
            if let Some(link) = owner.trace {
                frame.stand_for(link);
            }
            frame.started = ticks();
            frame
        })
    }

    /// The same work was wrapped twice, by `candor::spawn` and by the macro: the outer wrapper tells its end.
    fn defer_to_outer(&mut self) -> bool {
        let Some(owner) = &self.owner else { return false };
        let outer = stack::with(|stack| {
            let top = stack.top().and_then(|frame| frame.link.as_ref());
            top.is_some_and(|link| Arc::ptr_eq(link, owner))
        });
        if outer != Some(true) {
            return false;
        }
        self.ended = true;
        if let Some(owner) = self.owner.take() {
            for shared in owner.chain() {
                shared.leave();
            }
        }
        true
    }

    /// Nobody will look at the handle any more.
    pub(super) fn let_go(&mut self) {
        self.spawn.handle_dropped = true;
    }

    /// Sends what the frame of the work has seen, and how it ended.
    pub(super) fn end(&mut self, frame: Option<Box<Frame>>, end: TaskEnd) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let Some(owner) = &self.owner else { return };
        if let Some(mut frame) = frame {
            frame.gather_boasts();
            let (mut entries, logs) = (std::mem::take(&mut frame.entries), std::mem::take(&mut frame.logs));
            if matches!(end, TaskEnd::Panicked(_)) {
                // The panic of a child is the panic of the work: one cause, one finding.
                entries.retain(|entry| {
                    !(matches!(entry.origin, Origin::Child(_)) && entry.type_name == "panic")
                });
            }
            if !entries.is_empty() || !logs.is_empty() {
                owner.send(Delivery::Seen { entries, logs });
            }
            stack::with(|stack| stack.give_back(frame));
        }
        owner.send(Delivery::Ended { spawn: self.spawn, end, at: ticks() });
        for shared in owner.chain() {
            shared.leave();
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.end(None, TaskEnd::Cancelled);
    }
}

/// Gives every frame of this segment of the stack a shared part; returns that of the innermost.
fn share(stack: &mut Stack) -> Option<Arc<Shared>> {
    if keep::is_keeping() {
        stack.place();
    }
    let bottom = stack.calls().rposition(|frame| frame.link.is_some()).unwrap_or(0);
    let mut enclosing: Option<Arc<Shared>> = None;
    for frame in stack.calls().skip(bottom) {
        if let Some(link) = &frame.link {
            enclosing = Some(Arc::clone(link));
            continue;
        }
        let shared = match &frame.shared {
            Some(shared) => Arc::clone(shared),
            None => {
                let (plan, scope, token) = (frame.plan, frame.scope, frame.token().get());
                let (folds, state) = (frame.folds.clone(), HandOff::new());
                let (trace, kept) = (frame.placed(), AtomicBool::new(false));
                let fresh = Arc::new(Shared { enclosing, plan, scope, token, folds, trace, kept, state });
                frame.shared = Some(Arc::clone(&fresh));
                fresh
            }
        };
        enclosing = Some(shared);
    }
    enclosing
}

pin_project_lite::pin_project! {
    /// A future that carries the operation in which it was made.
    #[must_use = "futures do nothing unless polled"]
    pub struct Carried<F, R> {
        #[pin]
        future: F,
        read: R,
        frame: Option<Box<Frame>>,
        work: Work,
    }
}

/// Wraps a future that is about to be spawned. `read` returns what an output that is an `Err` says.
pub fn carried<F, R>(spawn: &'static Spawn, future: F, read: R) -> Carried<F, R>
where
    F: Future,
    R: FnMut(&F::Output) -> Option<String>,
{
    let work = Work::begin(*spawn);
    let frame = work.frame();
    Carried { future, read, frame, work }
}

impl<F, R> Future for Carried<F, R>
where
    F: Future,
    R: FnMut(&F::Output) -> Option<String>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.frame.is_some() && this.work.defer_to_outer() {
            *this.frame = None;
        }
        let deferred = this.work.owner.is_none();
        let polled =
            within(this.frame, this.work.scope, || catch_unwind(AssertUnwindSafe(|| this.future.poll(cx))));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => {
                let failure = failure(this.read, &output);
                if deferred && let Some(text) = &failure {
                    // The outer wrapper cannot read the output: it is told.
                    let outcome = Outcome::new(Class::Failed, "").with_detail(text.clone());
                    stack::with_top(|frame| frame.link.is_some().then(|| frame.outcome = Some(outcome)));
                }
                this.work.end(this.frame.take(), failure.map_or(TaskEnd::Finished, TaskEnd::Failed));
                Poll::Ready(output)
            }
            Err(payload) => {
                let text = panic_text(&*payload).to_owned();
                this.work.end(this.frame.take(), TaskEnd::Panicked(text));
                resume_unwind(payload)
            }
        }
    }
}

/// Wraps a closure that is about to run on another thread.
pub fn carried_fn<F, T, R>(spawn: &'static Spawn, f: F, mut read: R) -> impl FnOnce() -> T
where
    F: FnOnce() -> T,
    R: FnMut(&T) -> Option<String>,
{
    let mut work = Work::begin(*spawn);
    move || {
        let mut frame = work.frame();
        match within(&mut frame, work.scope, || catch_unwind(AssertUnwindSafe(f))) {
            Ok(output) => {
                let end = failure(&mut read, &output).map_or(TaskEnd::Finished, TaskEnd::Failed);
                work.end(frame.take(), end);
                output
            }
            Err(payload) => {
                let text = panic_text(&*payload).to_owned();
                work.end(frame.take(), TaskEnd::Panicked(text));
                resume_unwind(payload)
            }
        }
    }
}

/// What an output says if it is an `Err`; the user's `Display` may panic.
fn failure<T>(read: &mut impl FnMut(&T) -> Option<String>, output: &T) -> Option<String> {
    let told = stack::reading(|| read(output));
    told.unwrap_or_else(|payload| Some(format!("its text panicked: {}", panic_text(&*payload))))
}

/// Runs `work` with the frame on this thread's stack and the scope set, and takes both off again.
pub(super) fn within<T>(slot: &mut Option<Box<Frame>>, scope: u64, work: impl FnOnce() -> T) -> T {
    let before = stack::set_scope(scope);
    let pushed = slot.take().and_then(|frame| {
        let id = frame.id;
        stack::with(|stack| stack.push(frame).map(|()| id).map_err(drop))
    });
    let done = work();
    match pushed {
        Some(Ok(id)) => *slot = stack::with(|stack| stack.pop(id)).flatten(),
        Some(Err(())) => drop(stack::with(Stack::ends_beyond)),
        None => {}
    }
    stack::set_scope(before);
    done
}

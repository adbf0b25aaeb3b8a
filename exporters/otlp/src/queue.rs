//! What waits to be sent. Bounded; what does not fit or does not arrive is counted by operation and kind.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use candor::Losses;

use crate::batch::{Batch, Owners, Said, Spans};

pub(crate) const SPAN: &str = "span";
pub(crate) const LOG: &str = "log";
pub(crate) const METRIC: &str = "metric";

/// How many bodies that were sent are kept for their memory, and up to which size.
const SPARE: usize = 2;
const LARGEST_SPARE: usize = 1024 * 1024;

/// What to send next.
pub(crate) enum Order {
    Spans(Batch),
    Logs(Vec<Said>),
    Metrics,
    /// Everything is sent, and nothing more will come.
    End,
}

/// What became of an order.
pub(crate) enum Fate {
    Arrived,
    /// The way was closed: worth another try.
    Again,
    /// The backend does not want it.
    Refused,
}

/// The queue between the thread that converts and the thread that sends.
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    losses: Losses,
    capacity: usize,
    batch: usize,
}

#[derive(Default)]
struct State {
    /// Each has at least one span, and at most as many as go into one request.
    spans: VecDeque<Batch>,
    /// How many spans are in them.
    waiting: usize,
    logs: VecDeque<Said>,
    metrics_due: bool,
    /// The kind and the owners of everything that is being sent.
    under_way: Option<(&'static str, Owners)>,
    /// Spans were sent last: it is the turn of the logs.
    logs_next: bool,
    /// No more will come: what has not arrived is counted as lost until it has.
    ending: bool,
    ended: bool,
    /// Memory of bodies that were sent.
    spare: Vec<Vec<u8>>,
}

/// What one thread fills and then puts: batches for as many spans as there is room for.
pub(crate) struct Load {
    full: Vec<Batch>,
    last: Option<Batch>,
    room: usize,
    batch: usize,
    spare: Vec<Vec<u8>>,
}

impl Load {
    /// The batch that the next span goes into, which is one of this operation; `begin` makes a new one out of memory that may
    /// have been used before. `None` if there is no room: it is lost.
    pub(crate) fn place(
        &mut self,
        operation: &'static str,
        begin: impl FnOnce(Vec<u8>) -> Spans,
    ) -> Option<&mut Spans> {
        self.room = self.room.checked_sub(1)?;
        if let Some(full) = self.last.take_if(|last| last.owners.len() >= self.batch) {
            self.full.push(full);
        }
        let memory = &mut self.spare;
        let last = self.last.get_or_insert_with(|| Batch::new(begin(memory.pop().unwrap_or_default())));
        last.owners.push(operation);
        Some(&mut last.spans)
    }
}

impl Queue {
    pub(crate) fn new(capacity: usize, batch: usize, losses: Losses) -> Queue {
        let batch = batch.min(capacity);
        Queue { state: Mutex::default(), changed: Condvar::new(), losses, capacity, batch }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to load spans; if the last batch is not full and was never sent, it goes on there. One thread loads.
    pub(crate) fn load(&self) -> Load {
        let mut state = self.lock();
        let room = if state.ending { 0 } else { self.capacity.saturating_sub(state.waiting) };
        let has_room =
            |last: &Batch| last.owners.len() < self.batch && !matches!(last.spans, Spans::Sealed(_));
        let last = state.spans.pop_back_if(|last| has_room(last));
        state.waiting -= last.as_ref().map_or(0, |last| last.owners.len());
        let spare = std::mem::take(&mut state.spare);
        Load { full: Vec::new(), last, room, batch: self.batch, spare }
    }

    /// A span for which there was no room.
    pub(crate) fn lost_span(&self, operation: &'static str) {
        self.losses.count(operation, SPAN, 1);
    }

    /// Puts spans and logs at the end; what does not fit is lost.
    pub(crate) fn put(&self, load: Load, logs: Vec<Said>) {
        let mut state = self.lock();
        for batch in load.full.into_iter().chain(load.last) {
            // There was room when the load was begun, but what could not be sent may have come back since.
            if state.waiting + batch.owners.len() <= self.capacity && !state.ending {
                state.waiting += batch.owners.len();
                state.spans.push_back(batch);
            } else {
                batch.owners.each(|operation, count| self.losses.count(operation, SPAN, count));
            }
        }
        state.spare.extend(load.spare);
        state.spare.truncate(SPARE);
        drop(state);
        self.put_logs(logs);
        self.changed.notify_all();
    }

    /// Puts logs at the end; what does not fit is lost.
    pub(crate) fn put_logs(&self, logs: Vec<Said>) {
        if logs.is_empty() {
            return;
        }
        let mut state = self.lock();
        for log in logs {
            if state.logs.len() < self.capacity && !state.ending {
                state.logs.push_back(log);
            } else {
                self.losses.count(log.0, LOG, 1);
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Metrics are to be read and sent.
    pub(crate) fn metrics(&self) {
        self.lock().metrics_due = true;
        self.changed.notify_all();
    }

    /// Waits for something to send.
    pub(crate) fn next(&self) -> Order {
        let mut state = self.lock();
        loop {
            if let Some(order) = state.order(self.batch) {
                return order;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits before another try, but not once the end has come and `pause` is over.
    pub(crate) fn pause(&self, pause: Duration) {
        let state = self.lock();
        let ending = state.ending;
        // When the end comes meanwhile, it is tried once more at once.
        let waited =
            self.changed.wait_timeout_while(state, pause, |state| state.ending == ending && !state.ended);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Spans went out.
    pub(crate) fn spans_done(&self, batch: Batch, fate: Fate) {
        let mut state = self.lock();
        let under_way = state.under_way.take();
        match fate {
            // As long as there is room for what comes, it keeps its place in front.
            Fate::Again if state.waiting + batch.owners.len() <= self.capacity => {
                state.waiting += batch.owners.len();
                state.spans.push_front(batch);
                return;
            }
            Fate::Arrived => self.arrived(state.ending, under_way),
            Fate::Again | Fate::Refused => self.lost(state.ending, under_way),
        }
        let memory = batch.into_memory().filter(|memory| memory.capacity() <= LARGEST_SPARE);
        if state.spare.len() < SPARE {
            state.spare.extend(memory);
        }
    }

    /// Logs went out.
    pub(crate) fn logs_done(&self, logs: Vec<Said>, fate: Fate) {
        let mut state = self.lock();
        let under_way = state.under_way.take();
        match fate {
            Fate::Again if state.logs.len() + logs.len() <= self.capacity => {
                logs.into_iter().rev().for_each(|log| state.logs.push_front(log));
            }
            Fate::Arrived => self.arrived(state.ending, under_way),
            Fate::Again | Fate::Refused => self.lost(state.ending, under_way),
        }
    }

    fn arrived(&self, ending: bool, under_way: Option<(&'static str, Owners)>) {
        if let Some((kind, owners)) = under_way.filter(|_| ending) {
            owners.each(|operation, count| self.losses.recover(operation, kind, count));
        }
    }

    fn lost(&self, ending: bool, under_way: Option<(&'static str, Owners)>) {
        // Once the end has come, it is counted already.
        if let Some((kind, owners)) = under_way.filter(|_| !ending) {
            owners.each(|operation, count| self.losses.count(operation, kind, count));
        }
    }

    /// The sender has ended.
    pub(crate) fn ended(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// Nothing more will come. Waits until everything was sent, but no longer than `deadline`; what was not is lost.
    pub(crate) fn end(&self, deadline: Duration) -> bool {
        let mut state = self.lock();
        if !state.ending {
            state.ending = true;
            // Whoever asks from now on is told the truth, whenever that is.
            let State { spans, logs, under_way, .. } = &*state;
            let count = |kind| move |operation, count| self.losses.count(operation, kind, count);
            spans.iter().for_each(|batch| batch.owners.each(count(SPAN)));
            logs.iter().for_each(|log| count(LOG)(log.0, 1));
            under_way.iter().for_each(|(kind, owners)| owners.each(count(kind)));
        }
        self.changed.notify_all();
        let waited = self.changed.wait_timeout_while(state, deadline, |state| !state.ended);
        let ended = waited.unwrap_or_else(PoisonError::into_inner).0.ended;
        // A backend that never answers has given no reason.
        if !ended && self.losses.reason().is_none() {
            self.losses.because(format!("the backend did not answer within {deadline:?}"));
        }
        ended
    }
}

impl State {
    fn order(&mut self, batch: usize) -> Option<Order> {
        let logs_first = self.logs_next && !self.logs.is_empty();
        if !logs_first && let Some(spans) = self.spans.pop_front() {
            self.waiting -= spans.owners.len();
            self.under_way = Some((SPAN, spans.owners.clone()));
            self.logs_next = true;
            return Some(Order::Spans(spans));
        }
        if !self.logs.is_empty() {
            let logs: Vec<Said> = self.logs.drain(..batch.min(self.logs.len())).collect();
            let mut owners = Owners::default();
            logs.iter().for_each(|log| owners.push(log.0));
            self.under_way = Some((LOG, owners));
            self.logs_next = false;
            return Some(Order::Logs(logs));
        }
        if std::mem::take(&mut self.metrics_due) {
            return Some(Order::Metrics);
        }
        self.ending.then_some(Order::End)
    }
}

//! What waits to be sent. Bounded; what does not fit or does not arrive is counted by operation and kind.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use candor::Losses;
use opentelemetry_sdk::trace::SpanData;

use crate::convert::Said;

pub(crate) const SPAN: &str = "span";
pub(crate) const LOG: &str = "log";
pub(crate) const METRIC: &str = "metric";

/// A span with the name of its operation.
pub(crate) type Span = (&'static str, SpanData);

/// What to send next.
pub(crate) enum Order {
    Spans(Vec<Span>),
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
    spans: VecDeque<Span>,
    logs: VecDeque<Said>,
    metrics_due: bool,
    /// Operation and kind of everything that is being sent.
    under_way: Vec<(&'static str, &'static str)>,
    /// Spans were sent last: it is the turn of the logs.
    logs_next: bool,
    /// No more will come: what has not arrived is counted as lost until it has.
    ending: bool,
    ended: bool,
}

impl Queue {
    pub(crate) fn new(capacity: usize, batch: usize, losses: Losses) -> Queue {
        let batch = batch.min(capacity);
        Queue { state: Mutex::default(), changed: Condvar::new(), losses, capacity, batch }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts spans and logs at the end; what does not fit is lost.
    pub(crate) fn put(&self, spans: Vec<Span>, logs: Vec<Said>) {
        let mut state = self.lock();
        for span in spans {
            if state.spans.len() < self.capacity && !state.ending {
                state.spans.push_back(span);
            } else {
                self.losses.count(span.0, SPAN, 1);
            }
        }
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
    pub(crate) fn spans_done(&self, spans: Vec<Span>, fate: Fate) {
        let mut state = self.lock();
        let under_way = std::mem::take(&mut state.under_way);
        match fate {
            // As long as there is room for what comes, it keeps its place in front.
            Fate::Again if state.spans.len() + spans.len() <= self.capacity => {
                spans.into_iter().rev().for_each(|span| state.spans.push_front(span));
            }
            Fate::Arrived => self.arrived(state.ending, &under_way),
            Fate::Again | Fate::Refused => self.lost(state.ending, &under_way),
        }
    }

    /// Logs went out.
    pub(crate) fn logs_done(&self, logs: Vec<Said>, fate: Fate) {
        let mut state = self.lock();
        let under_way = std::mem::take(&mut state.under_way);
        match fate {
            Fate::Again if state.logs.len() + logs.len() <= self.capacity => {
                logs.into_iter().rev().for_each(|log| state.logs.push_front(log));
            }
            Fate::Arrived => self.arrived(state.ending, &under_way),
            Fate::Again | Fate::Refused => self.lost(state.ending, &under_way),
        }
    }

    fn arrived(&self, ending: bool, under_way: &[(&'static str, &'static str)]) {
        if ending {
            under_way.iter().for_each(|(operation, kind)| self.losses.recover(operation, kind, 1));
        }
    }

    fn lost(&self, ending: bool, under_way: &[(&'static str, &'static str)]) {
        // Once the end has come, it is counted already.
        if !ending {
            under_way.iter().for_each(|(operation, kind)| self.losses.count(operation, kind, 1));
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
            spans.iter().for_each(|span| self.losses.count(span.0, SPAN, 1));
            logs.iter().for_each(|log| self.losses.count(log.0, LOG, 1));
            under_way.iter().for_each(|(operation, kind)| self.losses.count(operation, kind, 1));
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
        if !self.spans.is_empty() && !logs_first {
            let spans: Vec<Span> = self.spans.drain(..batch.min(self.spans.len())).collect();
            self.under_way = spans.iter().map(|span| (span.0, SPAN)).collect();
            self.logs_next = true;
            return Some(Order::Spans(spans));
        }
        if !self.logs.is_empty() {
            let logs: Vec<Said> = self.logs.drain(..batch.min(self.logs.len())).collect();
            self.under_way = logs.iter().map(|log| (log.0, LOG)).collect();
            self.logs_next = false;
            return Some(Order::Logs(logs));
        }
        if std::mem::take(&mut self.metrics_due) {
            return Some(Order::Metrics);
        }
        self.ending.then_some(Order::End)
    }
}

//! Spawned work with a handle: its end is judged when both the work has ended and the handle was used or dropped.

use std::borrow::Cow;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use super::carry::{Spawn, Work, within};
use super::check::panic_text;
use super::frame::Frame;
use crate::model::TaskEnd;

/// What the work and its handle share.
#[derive(Default)]
struct Slot {
    handle_is_gone: bool,
    parked: Option<(Work, Option<Box<Frame>>, TaskEnd)>,
}

/// The handle's side: dropping it without [`Looked::looked`] lets the work go.
pub struct Looked {
    slot: Arc<Mutex<Slot>>,
    looked: bool,
}

impl Looked {
    /// The result of the work was looked at.
    pub fn looked(&mut self) {
        self.looked = true;
    }
}

impl Drop for Looked {
    fn drop(&mut self) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.handle_is_gone = !self.looked;
        let parked = slot.parked.take();
        drop(slot);
        if let Some((mut work, frame, end)) = parked {
            if !self.looked {
                work.let_go();
            }
            work.end(frame, end);
        }
    }
}

pin_project_lite::pin_project! {
    /// The work's side: a future that carries the operation in which it was made.
    #[must_use = "futures do nothing unless polled"]
    pub struct Followed<F: Future> {
        #[pin]
        future: F,
        frame: Option<Box<Frame>>,
        work: Option<Work>,
        slot: Arc<Mutex<Slot>>,
        read: fn(&F::Output) -> Option<String>,
    }
}

/// Wraps work that is spawned with a handle.
pub fn followed<F: Future>(
    spawn: Spawn,
    future: F,
    read: fn(&F::Output) -> Option<String>,
) -> (Followed<F>, Looked) {
    let work = Work::begin(spawn);
    let slot = Arc::new(Mutex::new(Slot::default()));
    let looked = Looked { slot: Arc::clone(&slot), looked: false };
    (Followed { future, frame: work.frame(), work: Some(work), slot, read }, looked)
}

impl<F: Future> Future for Followed<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let scope = this.work.as_ref().map_or(0, |work| work.scope);
        let polled = within(this.frame, scope, || catch_unwind(AssertUnwindSafe(|| this.future.poll(cx))));
        let (end, result) = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => {
                let told = this
                    .frame
                    .as_mut()
                    .and_then(|frame| frame.outcome.take())
                    .and_then(|outcome| outcome.detail);
                let failure = (this.read)(&output).or_else(|| told.map(Cow::into_owned));
                (failure.map_or(TaskEnd::Finished, TaskEnd::Failed), Ok(output))
            }
            Err(payload) => (TaskEnd::Panicked(panic_text(&*payload).to_owned()), Err(payload)),
        };
        if let Some(mut work) = this.work.take() {
            let mut slot = this.slot.lock().unwrap_or_else(PoisonError::into_inner);
            if slot.handle_is_gone {
                drop(slot);
                work.let_go();
                work.end(this.frame.take(), end);
            } else {
                slot.parked = Some((work, this.frame.take(), end));
            }
        }
        match result {
            Ok(output) => Poll::Ready(output),
            Err(payload) => resume_unwind(payload),
        }
    }
}

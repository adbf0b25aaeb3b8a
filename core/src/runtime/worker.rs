//! The one thread of candor: it feeds the exporters and publishes metrics, so that no caller waits for them.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, Thread};
use std::time::Duration;

use super::clock;
use super::collector::Collector;
use super::exporter::Exporter;
use super::metrics::{self, Publisher};
use crate::model::Run;

/// Exporters as they were given.
pub(super) type Exporters = Vec<Box<dyn Exporter>>;

/// The last order of a worker.
struct Finish {
    run: Run,
    done: Sender<()>,
}

/// A running worker; without an order it goes on until the process ends.
pub(super) struct Worker {
    thread: Thread,
    orders: Sender<Finish>,
}

/// Starts the worker. If that fails, the exporters are handed back.
pub(super) fn start(
    collector: &'static Collector,
    exporters: Exporters,
    tick: Duration,
) -> Result<Worker, (io::Error, Exporters)> {
    let (orders, receive) = mpsc::channel();
    // The exporters follow once the thread runs, so that a failure does not take them along.
    let (hand, take) = mpsc::channel::<Exporters>();
    let body = move || {
        if let Ok(exporters) = take.recv() {
            work(collector, exporters, &receive, tick);
        }
    };
    match thread::Builder::new().name("candor".to_owned()).spawn(body) {
        Ok(handle) => {
            let thread = handle.thread().clone();
            match hand.send(exporters) {
                Ok(()) => Ok(Worker { thread, orders }),
                Err(mpsc::SendError(exporters)) => {
                    Err((io::Error::other("the thread ended at once"), exporters))
                }
            }
        }
        Err(error) => Err((error, exporters)),
    }
}

impl Worker {
    pub(super) fn thread(&self) -> Thread {
        self.thread.clone()
    }

    /// Hands over the complete run and waits until every exporter has had it, but no longer than `deadline`.
    /// Returns whether they were done in time.
    pub(super) fn finish(&self, run: Run, deadline: Duration) -> bool {
        let (done, wait) = mpsc::channel();
        if self.orders.send(Finish { run, done }).is_err() {
            return false;
        }
        self.thread.unpark();
        wait.recv_timeout(deadline).is_ok()
    }
}

/// How long kept operations wait at most, while there is an exporter for them.
const FETCH: Duration = Duration::from_secs(1);

fn work(collector: &'static Collector, exporters: Exporters, orders: &Receiver<Finish>, tick: Duration) {
    let fetch =
        if exporters.iter().any(|exporter| exporter.keeps().is_some()) { tick.min(FETCH) } else { tick };
    let mut exporters = Guarded { collector, list: exporters, publishers: Vec::new() };
    // The counters begin at zero where they are collected: else the first divergence would be no increase.
    exporters.publish();
    let mut due = clock::now() + tick;
    let mut kept = Vec::new();
    let mut briefs = Vec::new();
    loop {
        let order = orders.try_recv();
        for finding in collector.take_fresh() {
            exporters.each(|exporter| exporter.divergence(&finding));
        }
        collector.shelf().take(&mut kept);
        if !kept.is_empty() {
            exporters.each(|exporter| exporter.operations(&kept, collector.shelf().timeline()));
            kept.clear();
        }
        collector.shelf().take_briefs(&mut briefs);
        if !briefs.is_empty() {
            exporters.each(|exporter| exporter.briefs(&briefs, collector.shelf().timeline()));
            briefs.clear();
        }
        match order {
            Ok(Finish { run, done }) => {
                publish(collector, &mut exporters);
                exporters.each(|exporter| exporter.finish(&run));
                // Whoever waited may have given up.
                let _nobody_waits = done.send(());
                return;
            }
            Err(mpsc::TryRecvError::Disconnected) => return,
            Err(mpsc::TryRecvError::Empty) => {}
        }
        let now = clock::now();
        if now >= due {
            publish(collector, &mut exporters);
            due = now + tick;
        }
        thread::park_timeout(due.saturating_duration_since(now).min(fetch));
    }
}

/// A recorder is the user's code as well.
fn publish(collector: &Collector, exporters: &mut Guarded) {
    if catch_unwind(metrics::flush).is_err() {
        collector.count_exporter_loss();
    }
    exporters.publish();
}

/// Exporters whose panics are counted; one that panicked is not asked again.
struct Guarded {
    collector: &'static Collector,
    list: Exporters,
    /// What each recorder of theirs was told before, in the same order.
    publishers: Vec<Publisher>,
}

impl Guarded {
    /// Publishes to the recorders of the exporters.
    fn publish(&mut self) {
        let mut publishers = std::mem::take(&mut self.publishers).into_iter();
        let mut told = Vec::new();
        self.each(|exporter| {
            let mut publisher = publishers.next().unwrap_or_default();
            if let Some(recorder) = exporter.recorder() {
                publisher.publish_to(recorder);
                exporter.published();
            }
            told.push(publisher);
        });
        self.publishers = told;
    }

    fn each(&mut self, mut work: impl FnMut(&mut dyn Exporter)) {
        let collector = self.collector;
        self.list.retain_mut(|exporter| {
            let worked = catch_unwind(AssertUnwindSafe(|| work(exporter.as_mut()))).is_ok();
            if !worked {
                collector.count_exporter_loss();
            }
            worked
        });
    }
}

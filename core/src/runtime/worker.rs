//! The one thread of candor: it feeds the exporters and publishes metrics, so that no caller waits for them.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::clock;
use super::collector::Collector;
use super::exporter::Exporter;
use super::keep::BRIEFS;
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

/// How often the worker comes by for briefs: as often as so many lie there at the pace of late, so that the threads that leave
/// them need not wake it, which costs them as much as some hundred briefs.
struct Pace {
    most: Duration,
    pause: Duration,
    last: Instant,
}

impl Pace {
    /// How many briefs are to lie there.
    const MANY: usize = BRIEFS / 4;
    /// The shortest pause.
    const LEAST: Duration = Duration::from_millis(2);

    fn new(most: Duration) -> Pace {
        Pace { most, pause: most, last: clock::now() }
    }

    /// How long to wait after so many were there. A pause grows by no more than a half at a time: calls come in bursts.
    fn after(&mut self, briefs: usize, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(std::mem::replace(&mut self.last, now));
        let longest = (self.pause * 3 / 2).min(self.most);
        let fitting = match u32::try_from(briefs) {
            Ok(0) | Err(_) => longest,
            Ok(briefs) => passed.saturating_mul(Pace::MANY as u32) / briefs,
        };
        self.pause = fitting.max(Pace::LEAST).min(longest);
        self.pause
    }
}

fn work(collector: &'static Collector, exporters: Exporters, orders: &Receiver<Finish>, tick: Duration) {
    let fetch =
        if exporters.iter().any(|exporter| exporter.keeps().is_some()) { tick.min(FETCH) } else { tick };
    let mut exporters = Guarded { collector, list: exporters, publishers: Vec::new() };
    // The counters begin at zero where they are collected: else the first divergence would be no increase.
    exporters.publish();
    let mut due = clock::now() + tick;
    let (mut kept, mut briefs) = (Vec::new(), Vec::new());
    let mut pace = Pace::new(fetch);
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
        }
        let pause = pace.after(briefs.len(), clock::now());
        briefs.clear();
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
        thread::park_timeout(due.saturating_duration_since(now).min(pause));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_comes_as_often_as_briefs_do() {
        let most = Duration::from_secs(1);
        let mut pace = Pace::new(most);
        let mut now = pace.last;
        let mut after = |briefs: usize, passed: Duration| {
            now += passed;
            pace.after(briefs, now)
        };
        assert_eq!(after(0, most), most);
        let few = after(Pace::MANY * 2, Duration::from_millis(100));
        assert_eq!(few, Duration::from_millis(50));
        assert_eq!(after(Pace::MANY, few), few);
        assert_eq!(after(1 << 20, few), Pace::LEAST);
        let more: Vec<Duration> = (0..20).map(|_| after(0, Duration::from_millis(3))).collect();
        assert!(more.is_sorted() && more[0] == Duration::from_millis(3) && more[19] == most, "{more:?}");
    }
}

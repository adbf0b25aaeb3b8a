//! Installing candor in a process, and taking it off again.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::closing::{self, Ending};
use super::collector::{Collector, collector};
use super::exporter::{Exporter, Plain};
use super::run::Baseline;
use super::worker::{self, Exporters, Worker};
use super::{catalog, clock, run};
use crate::model::{Operation, Run};
use crate::record::{self, Callsite, callsites};

/// Begins to record, and reports to standard error. The run ends when the guard is dropped.
///
/// ```
/// let guard = candor::install()?;
/// // … the program …
/// let run = guard.finish();
/// assert!(run.divergences.is_empty());
/// # Ok::<(), candor::InstallError>(())
/// ```
///
/// # Errors
/// Fails when candor is installed already, or when its thread cannot be started.
pub fn install() -> Result<Guard, InstallError> {
    builder().install()
}

/// Chooses exporters and settings before installing.
///
/// ```
/// let guard = candor::builder().exporter(candor::Plain::to(std::io::stdout())).install()?;
/// # drop(guard);
/// # Ok::<(), candor::InstallError>(())
/// ```
pub fn builder() -> Builder {
    Builder {
        exporters: Vec::new(),
        quiet: false,
        strict: false,
        sampled: false,
        memory: None,
        tick: Duration::from_secs(10),
        deadline: Duration::from_secs(5),
    }
}

/// Settings of a run. Made by [`builder`].
#[must_use = "nothing is recorded until `.install()`"]
pub struct Builder {
    exporters: Exporters,
    quiet: bool,
    strict: bool,
    sampled: bool,
    memory: Option<(usize, usize)>,
    tick: Duration,
    deadline: Duration,
}

impl Builder {
    /// Adds an exporter. The first one takes the place of the plain report on standard error.
    pub fn exporter(mut self, exporter: impl Exporter + 'static) -> Builder {
        self.exporters.push(Box::new(exporter));
        self
    }

    /// Takes suspicions as seriously as violations.
    pub fn strict(mut self, strict: bool) -> Builder {
        self.strict = strict;
        self
    }

    /// Takes the time of some calls only. Calls, outcomes, events and divergences are still counted and judged without
    /// exception; what is thinned out is reading the clock, which is most of what a healthy call costs.
    ///
    /// Of each operation one call in so many is timed that this costs about a fiftieth of what its calls take: every call
    /// of a slow operation, one in up to 256 of a fast one. A call that is timed stands for those that are not. The metric
    /// `candor.operation.timed_one_in` shows the number. The story of a call that was not timed has no times.
    ///
    /// ```
    /// let guard = candor::builder().sample_times().install()?;
    /// # drop(guard);
    /// # Ok::<(), candor::InstallError>(())
    /// ```
    pub fn sample_times(mut self) -> Builder {
        self.sampled = true;
        self
    }

    /// How much memory candor may keep in this process, in bytes: for one thread, and in all. 64 KiB and 8 MiB unless said
    /// otherwise. It is for counters, and for frames and notes that lie ready for the next call.
    ///
    /// An operation that is called on a thread has counters there, of about 300 bytes. Once there is no room for more, an
    /// operation that is new to the thread is counted in counters that threads share: as exact, but a call takes a few ten
    /// nanoseconds longer. [`Run::memory`] and the metrics `candor.memory.*` say how many operations that were.
    ///
    /// ```
    /// let guard = candor::builder().memory(1024 * 1024, 64 * 1024 * 1024).install()?;
    /// assert_eq!(guard.finish().memory.limit, 64 * 1024 * 1024);
    /// # Ok::<(), candor::InstallError>(())
    /// ```
    pub fn memory(mut self, thread: usize, all: usize) -> Builder {
        self.memory = Some((thread, all));
        self
    }

    /// How often metrics are published; every 10 seconds unless said otherwise.
    pub fn flush_every(mut self, tick: Duration) -> Builder {
        self.tick = tick.max(Duration::from_millis(1));
        self
    }

    /// How long the end of a run waits for exporters; at most 5 seconds unless said otherwise.
    pub fn deadline(mut self, deadline: Duration) -> Builder {
        self.deadline = deadline;
        self
    }

    /// Prints nothing when no exporter was added.
    pub fn quiet(mut self) -> Builder {
        self.quiet = true;
        self
    }

    /// Begins to record.
    ///
    /// When `CANDOR_CATALOG` names a file, the [`catalog`](crate::catalog()) of the binary is written there as JSON and the
    /// process ends: that is how `cargo candor grafana` asks. So it is best called first in `main`.
    ///
    /// # Errors
    /// Fails when candor is installed already, or when its thread cannot be started.
    pub fn install(self) -> Result<Guard, InstallError> {
        catalog::answer();
        self.install_in(collector())
    }

    fn install_in(mut self, collector: &'static Collector) -> Result<Guard, InstallError> {
        if !collector.begin_run(self.strict, self.sampled) {
            return Err(InstallError::installed_already(self.exporters));
        }
        if let Some((thread, all)) = self.memory {
            record::limit_memory(thread, all);
        }
        if self.exporters.is_empty() && !self.quiet {
            self.exporters.push(Box::new(Plain::stderr()));
        }
        let keepers = self.exporters.iter().filter_map(|exporter| exporter.keeps()).collect();
        let losses = self.exporters.iter().filter_map(|exporter| exporter.losses()).collect();
        match worker::start(collector, self.exporters, self.tick) {
            Ok(worker) => {
                collector.shelf().wake(worker.thread());
                collector.shelf().open(keepers, losses);
                collector.wake_on_findings(worker.thread());
                let run = Running { collector, worker: Mutex::new(Some(worker)), deadline: self.deadline };
                Ok(Guard { run: Arc::new(run) })
            }
            Err((source, exporters)) => {
                collector.end_run();
                Err(InstallError { exporters: Mutex::new(exporters), source: Some(source) })
            }
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Builder { exporters, quiet, strict, sampled, memory, tick, deadline } = self;
        f.debug_struct("Builder")
            .field("exporters", &exporters.len())
            .field("quiet", quiet)
            .field("strict", strict)
            .field("sample_times", sampled)
            .field("memory", memory)
            .field("flush_every", tick)
            .field("deadline", deadline)
            .finish()
    }
}

/// Why candor could not be installed. It gives the exporters back.
pub struct InstallError {
    exporters: Mutex<Exporters>,
    /// Why the thread could not be started; `None` when candor is installed already.
    source: Option<io::Error>,
}

impl InstallError {
    fn installed_already(exporters: Exporters) -> InstallError {
        InstallError { exporters: Mutex::new(exporters), source: None }
    }

    /// Whether the reason is that candor is installed already.
    #[must_use]
    pub fn is_installed_already(&self) -> bool {
        self.source.is_none()
    }

    /// The exporters that were to be installed.
    #[must_use]
    pub fn into_exporters(self) -> Vec<Box<dyn Exporter>> {
        self.exporters.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstallError").field("source", &self.source).finish_non_exhaustive()
    }
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            None => f.write_str(
                "failed to install candor: it is installed already; install it once, at the start of `main`, and keep that guard",
            ),
            Some(_) => f.write_str("failed to install candor: its thread could not be started"),
        }
    }
}

impl std::error::Error for InstallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// A run in progress. Dropping it ends the run: exporters get the complete result, within the deadline.
#[must_use = "the run ends when the guard is dropped: bind it with `let _guard = ..`, not `let _ = ..`"]
pub struct Guard {
    run: Arc<Running>,
}

/// What the guard and the thread that waits for a signal share: whoever is first ends the run.
struct Running {
    collector: &'static Collector,
    /// Taken when the run ends.
    worker: Mutex<Option<Worker>>,
    deadline: Duration,
}

impl Guard {
    /// The run so far: figures of the process, and every divergence with its count.
    #[must_use]
    pub fn run(&self) -> Run {
        run::snapshot(self.run.collector)
    }

    /// Ends the run and returns it, with what can be said only at the end (C301, C901, C903).
    #[must_use = "the run is the result; to end it without looking, drop the guard"]
    pub fn finish(self) -> Run {
        self.run.end().unwrap_or_else(|| self.run())
    }

    /// Also ends the run when the process is asked to end by SIGTERM, as it is by a container's runtime. The signal then does
    /// what it does without candor: it ends the process. A program that handles it by itself needs this not; it drops the guard.
    ///
    /// # Errors
    /// Fails when the signal cannot be waited for; the guard is lost with the run then, which has ended.
    #[cfg(all(unix, feature = "signal"))]
    pub fn end_on_sigterm(self) -> io::Result<Guard> {
        use signal_hook::consts::SIGTERM;
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM])?;
        let run = Arc::downgrade(&self.run);
        let wait = move || {
            if signals.forever().next().is_some() {
                if let Some(run) = run.upgrade() {
                    // The exporters have it; there is nobody else to give it to.
                    drop(run.end());
                }
                // If the default cannot be had, the process goes on as if it had ignored the signal.
                let _ended = signal_hook::low_level::emulate_default_handler(SIGTERM);
            }
        };
        std::thread::Builder::new().name("candor-signal".to_owned()).spawn(wait)?;
        Ok(self)
    }
}

impl Running {
    /// Ends the run; `None` when it has ended before.
    fn end(&self) -> Option<Run> {
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let collector = self.collector;
        let declared: Vec<&'static Operation> = callsites().map(Callsite::operation).collect();
        let grown = Baseline::take(collector).since(&collector.baseline());
        let ending = Ending {
            totals: &grown.totals,
            declared: &declared,
            lost: &grown.lost,
            used: collector.used(),
            today: clock::today(),
        };
        for finding in closing::close(ending) {
            collector.file(0, finding);
        }
        let mut run = run::snapshot(collector);
        collector.shelf().stop();
        if !worker.finish(run.clone(), self.deadline) {
            collector.count_exporter_loss();
            run::tell_exporter_loss(&mut run);
        }
        // What the exporters could not deliver is known only now.
        run.unsent = collector.shelf().unsent();
        run.unsent_because = collector.shelf().unsent_because();
        collector.end_run();
        Some(run)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The exporters have the run; there is nobody else to give it to.
        drop(self.run.end());
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("deadline", &self.run.deadline).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

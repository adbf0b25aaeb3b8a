//! Where findings go: the trait of all exporters, and the plainest one.

use std::io::{self, Write};

use metrics::Recorder;

use super::collector::collector;
use super::keep::{Keep, Losses};
use super::report::with_source;
use super::timeline::Timeline;
use crate::model::{Brief, Divergence, Kept, Run, counted};

/// Receives what a run found. It runs on a thread of candor's own: it may be slow, and a panic in it is counted and goes
/// no further.
///
/// ```
/// use candor::{Divergence, Exporter, Run};
///
/// struct Count(usize);
///
/// impl Exporter for Count {
///     fn divergence(&mut self, _divergence: &Divergence) {
///         self.0 += 1;
///     }
///     fn finish(&mut self, run: &Run) {
///         assert_eq!(self.0, run.divergences.len());
///     }
/// }
/// ```
pub trait Exporter: Send {
    /// A divergence of a new fingerprint was found. Its count grows after this; [`Exporter::finish`] has all counts.
    fn divergence(&mut self, divergence: &Divergence);

    /// The run has ended. Called once.
    fn finish(&mut self, run: &Run);

    /// What this exporter wants to see of operations. Asked once, when candor is installed; `None` means findings only.
    fn keeps(&self) -> Option<Box<dyn Keep>> {
        None
    }

    /// Operations that have ended and are kept, at least once a second while there are any.
    fn operations(&mut self, _kept: &[Kept], _timeline: &Timeline) {}

    /// Operations that have ended, are kept, and are nothing but a span. Unless it says otherwise, they are like any others.
    fn briefs(&mut self, briefs: &[Brief], timeline: &Timeline) {
        let kept: Vec<Kept> = briefs.iter().map(Kept::from).collect();
        self.operations(&kept, timeline);
    }

    /// Where this exporter takes candor's metrics from; they are published there besides the recorder of the process.
    fn recorder(&self) -> Option<&dyn Recorder> {
        None
    }

    /// Metrics have been published.
    fn published(&mut self) {}

    /// What was handed to this exporter and did not arrive. Asked once, when candor is installed.
    fn losses(&self) -> Option<Losses> {
        None
    }
}

/// Writes each divergence as plain text when it is found, with its source line, and one line of summary at the end. The
/// words are those of `candor-term`, which adds colours, carets for all evidence, and tables.
#[derive(Debug)]
pub struct Plain<W = io::Stderr> {
    out: W,
}

impl Plain {
    /// Writes to standard error.
    #[must_use]
    pub fn stderr() -> Plain {
        Plain { out: io::stderr() }
    }
}

impl<W: Write> Plain<W> {
    /// Writes to `out`.
    pub fn to(out: W) -> Plain<W> {
        Plain { out }
    }

    fn write(&mut self, text: &str) {
        // There is nowhere to report that reporting failed, other than the count.
        if self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).is_err() {
            collector().count_exporter_loss();
        }
    }
}

impl<W: Write + Send> Exporter for Plain<W> {
    fn divergence(&mut self, divergence: &Divergence) {
        self.write(&format!("{}\n", with_source(divergence)));
    }

    fn finish(&mut self, run: &Run) {
        self.write(&summary(run));
    }
}

/// The whole run in one line, as `candor-term` heads its summary.
fn summary(run: &Run) -> String {
    let unsent: u64 = run.unsent.iter().map(|unsent| unsent.count).sum();
    let lost = run.lost.iter().map(|(_, count)| count).sum::<u64>() + unsent;
    let lost = if lost == 0 { String::new() } else { format!("; {} lost", counted(lost, "record")) };
    let notice = run.memory.notice().map_or_else(String::new, |notice| format!("; {notice}"));
    format!("candor: {}{lost}{notice}\n", run.headline())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Code, Memory, OperationTotal, Site};

    fn run() -> Run {
        Run {
            operations: vec![OperationTotal { operation: "pay", calls: 3, ..OperationTotal::default() }],
            divergences: vec![
                Divergence::new(Code::C101, "pay", Site::UNKNOWN),
                Divergence::new(Code::C103, "pay", Site::UNKNOWN),
                Divergence::new(Code::C111, "pay", Site::UNKNOWN),
            ],
            duration_ns: 2_310_000_000,
            ..Run::default()
        }
    }

    #[test]
    fn a_run_is_one_line() {
        assert_eq!(
            summary(&run()),
            "candor: 1 violation and 2 suspicions in 3 calls of 1 operation (2.31s)\n"
        );
        let lossy = Run { lost: vec![("entry", 2), ("key", 5)], ..run() };
        assert!(summary(&lossy).ends_with("(2.31s); 7 records lost\n"));
        let memory = Memory { shared: 9, folded: 1, ..Memory::default() };
        let full = Run { memory, ..run() };
        let said =
            "(2.31s); the figures of 1 operation are known as a sum only: there was no memory for more\n";
        assert!(summary(&full).ends_with(said), "{}", summary(&full));
    }

    #[test]
    fn the_plain_exporter_writes_each_finding_and_the_summary() {
        let mut exporter = Plain::to(Vec::new());
        let run = run();
        exporter.divergence(&run.divergences[0]);
        exporter.finish(&run);
        let text = String::from_utf8(exporter.out).unwrap_or_default();
        assert!(text.starts_with("error[C101]: swallowed error in `pay`\n"), "{text}");
        assert!(text.ends_with("(2.31s)\n"), "{text}");
    }

    #[test]
    fn a_write_that_fails_is_counted() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let before = collector().exporter_losses();
        Plain::to(Closed).finish(&run());
        assert!(collector().exporter_losses() > before);
    }
}

//! The interleaved run: one child process for each sample, all cases in turn, round after round.

use std::env;
use std::io;
use std::process::{Command, Stdio};

use crate::case::Case;
use crate::sample::Sample;

/// On how many threads each case runs.
const THREADS: [usize; 2] = [1, 2];
/// How often a sample is taken again whose threads ran in turn.
const TRIES: usize = 5;

/// What was measured of one case on so many threads.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) case: &'static Case,
    pub(crate) threads: usize,
    /// Nanoseconds for each call, of all slices of all rounds.
    slices: Vec<f64>,
    pub(crate) bytes: f64,
    pub(crate) instructions: Option<f64>,
}

impl Row {
    /// Adds one sample. On a busy machine threads may never run beside each other: then it is taken again.
    fn sample(&mut self) -> io::Result<()> {
        for _ in 0..TRIES {
            let sample = child(self.case.name, self.threads)?;
            self.bytes = sample.bytes;
            if !sample.ns.is_empty() {
                self.slices.extend(sample.ns);
                break;
            }
        }
        Ok(())
    }

    /// The least time: what the case costs when nothing disturbs it.
    pub(crate) fn min(&self) -> f64 {
        self.at(0.0)
    }

    /// The median time.
    pub(crate) fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// How far the middle eight tenths of the slices lie apart, as a part of the median.
    pub(crate) fn spread(&self) -> f64 {
        (self.at(0.9) - self.at(0.1)) / self.median()
    }

    fn at(&self, part: f64) -> f64 {
        let mut sorted = self.slices.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index"
        )]
        let index = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
        sorted.get(index).copied().unwrap_or(f64::NAN)
    }
}

/// Measures all cases.
pub(crate) fn run(cases: &[&'static Case], rounds: usize) -> io::Result<Vec<Row>> {
    let row = |threads: usize| {
        move |case: &&'static Case| Row { case, threads, slices: Vec::new(), bytes: 0.0, instructions: None }
    };
    let mut rows: Vec<Row> = THREADS.iter().flat_map(|threads| cases.iter().map(row(*threads))).collect();
    for _ in 0..rounds.max(1) {
        for row in &mut rows {
            row.sample()?;
        }
    }
    Ok(rows)
}

fn child(case: &str, threads: usize) -> io::Result<Sample> {
    let mut child = Command::new(env::current_exe()?);
    child.args(["sample", case, &threads.to_string()]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = child.output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("the sample of `{case}` ended with {}", output.status)));
    }
    serde_json::from_slice(&output.stdout).map_err(io::Error::other)
}

//! What the crate alone takes to check, in user time or in instructions: bare, observed and instrumented.

use std::io;

use super::build::Copy;
use super::count::Counter;
use super::marking::Bench;
use super::rewrite::Mark;
use crate::usage::children;

const ROUNDS: usize = 5;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// User time, the least of the rounds.
    Seconds,
    /// Of the library, counted once.
    Instructions,
}

/// What the compiler took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) unit: Unit,
    pub(super) bare: f64,
    pub(super) observe: f64,
    pub(super) instrument: f64,
    /// Functions with neither attribute, since `instrument(skip_all, err)` does not compile on them: most return no `Result`.
    pub(super) left_out: usize,
}

impl Times {
    /// One of them with its unit.
    pub(super) fn text(&self, amount: f64) -> String {
        match self.unit {
            Unit::Seconds => format!("{amount:.2} s"),
            Unit::Instructions => format!("{:.0} M", amount / 1e6),
        }
    }

    /// The whole check, observed against instrumented.
    pub(super) fn ratio(&self) -> f64 {
        self.observe / self.instrument
    }

    /// The same of what the attributes add.
    pub(super) fn added(&self) -> f64 {
        (self.observe - self.bare) / (self.instrument - self.bare)
    }
}

/// Measures the three. `None` when the instrumented copy cannot be made to compile.
///
/// # Errors
/// When a copy cannot be written, or cargo or valgrind cannot be started.
pub(super) fn measure(bench: &Bench<'_>, unit: Unit) -> io::Result<Option<Times>> {
    let Some(without) = bench.instrumentable("instrument")? else { return Ok(None) };
    let mut copies = Vec::new();
    for (variant, mark) in
        [("timed-bare", Mark::Nothing), ("timed-observe", Mark::Observe), ("instrument", Mark::Instrument)]
    {
        let copy = bench.copy(variant, mark, &without)?;
        if !copy.check(false)?.errors.is_empty() {
            return Ok(None);
        }
        copies.push(copy);
    }
    let [bare, observe, instrument] = match unit {
        Unit::Seconds => seconds(bench, &copies)?,
        Unit::Instructions => instructions(bench, &copies)?,
    };
    let left_out = without.values().map(std::collections::BTreeSet::len).sum();
    Ok(Some(Times { unit, bare, observe, instrument, left_out }))
}

/// In turn, since other work on the machine comes and goes.
fn seconds(bench: &Bench<'_>, copies: &[Copy]) -> io::Result<[f64; 3]> {
    // What cargo itself takes when nothing changed is not the crate's. The first run after a copy may still build.
    let (mut least, mut idle) = ([f64::INFINITY; 3], [f64::INFINITY; 3]);
    for _ in 0..ROUNDS {
        for (copy, (least, idle)) in copies.iter().zip(least.iter_mut().zip(&mut idle)) {
            bench.touch(copy)?;
            *least = least.min(user_time(copy)?);
            *idle = idle.min(user_time(copy)?);
        }
    }
    let times = std::array::from_fn(|index| least.get(index).zip(idle.get(index)));
    Ok(times.map(|times| times.map_or(f64::NAN, |(least, idle)| least - idle)))
}

fn instructions(bench: &Bench<'_>, copies: &[Copy]) -> io::Result<[f64; 3]> {
    let counter = Counter::new(bench.home)?;
    let mut counts = [f64::NAN; 3];
    for (copy, count) in copies.iter().zip(&mut counts) {
        bench.touch(copy)?;
        *count = counter.count(copy)?;
    }
    Ok(counts)
}

fn user_time(copy: &Copy) -> io::Result<f64> {
    let before = children()?;
    let status = copy.cargo("check").arg("--quiet").stderr(std::process::Stdio::null()).status()?;
    if !status.success() {
        return Err(io::Error::other(format!("{} does not compile any more", copy.folder.display())));
    }
    Ok(children()? - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_of_the_whole_and_of_what_is_added() {
        let times = Times { unit: Unit::Seconds, bare: 1.0, observe: 2.0, instrument: 5.0, left_out: 0 };
        assert!((times.ratio() - 0.4).abs() < 1e-9);
        assert!((times.added() - 0.25).abs() < 1e-9);
    }

    #[test]
    fn seconds_and_instructions_have_their_units() {
        let times = Times { unit: Unit::Seconds, bare: 1.5, observe: 2.0, instrument: 5.0, left_out: 0 };
        assert_eq!(times.text(times.bare), "1.50 s");
        let counts = Times { unit: Unit::Instructions, bare: 7_184_346_984.0, ..times };
        assert_eq!(counts.text(counts.bare), "7184 M");
    }
}

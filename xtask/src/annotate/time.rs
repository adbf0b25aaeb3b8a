//! How long the crate alone takes to check, in user time: bare, observed and instrumented.

use std::io;

use super::build::Copy;
use super::marking::Bench;
use super::rewrite::Mark;
use crate::usage::children;

const ROUNDS: usize = 5;

/// Seconds of user time, the least of the rounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) bare: f64,
    pub(super) observe: f64,
    pub(super) instrument: f64,
    /// Functions with neither attribute, since `instrument(skip_all, err)` does not compile on them: most return no `Result`.
    pub(super) left_out: usize,
}

impl Times {
    /// The whole check, observed against instrumented.
    pub(super) fn ratio(&self) -> f64 {
        self.observe / self.instrument
    }

    /// The same of what the attributes add.
    pub(super) fn added(&self) -> f64 {
        (self.observe - self.bare) / (self.instrument - self.bare)
    }
}

/// Measures the three in turn. `None` when the instrumented copy cannot be made to compile.
///
/// # Errors
/// When a copy cannot be written, or cargo cannot be started.
pub(super) fn measure(bench: &Bench<'_>) -> io::Result<Option<Times>> {
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
    // What cargo itself takes when nothing changed is not the crate's. The first run after a copy may still build.
    let (mut least, mut idle) = ([f64::INFINITY; 3], [f64::INFINITY; 3]);
    for _ in 0..ROUNDS {
        for (copy, (least, idle)) in copies.iter().zip(least.iter_mut().zip(&mut idle)) {
            bench.touch(copy)?;
            *least = least.min(user_time(copy)?);
            *idle = idle.min(user_time(copy)?);
        }
    }
    let [bare, observe, instrument] = std::array::from_fn(|index| least.get(index).zip(idle.get(index)))
        .map(|times| times.map_or(f64::NAN, |(least, idle)| least - idle));
    let left_out = without.values().map(std::collections::BTreeSet::len).sum();
    Ok(Some(Times { bare, observe, instrument, left_out }))
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
        let times = Times { bare: 1.0, observe: 2.0, instrument: 5.0, left_out: 0 };
        assert!((times.ratio() - 0.4).abs() < 1e-9);
        assert!((times.added() - 0.25).abs() < 1e-9);
    }
}

//! The goals, and what a run has reached of them.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::drive::Row;

/// A number of one run.
enum Measure {
    /// Instructions of the first above those of the second.
    Instructions(&'static str, &'static str),
    /// Nanoseconds of the first above those of the second.
    Above(&'static str, &'static str),
    /// Nanoseconds of the first above the second, less those of the third above the fourth.
    Beyond([&'static str; 4]),
    /// The first over the second, on so many threads.
    Ratio(&'static str, &'static str, usize),
    /// How far the ratio of the first to the second on two threads is off that on one, in parts of a hundred.
    Drift(&'static str, &'static str),
    /// Bytes allocated for a call.
    Bytes(&'static str),
}

/// A goal: its words, what is measured, and the most that it may be.
struct Goal(&'static str, Measure, f64);

const GOALS: &[Goal] = &[
    Goal("off, no probes: instructions over the bare call", Measure::Instructions("candor off", "bare"), 2.0),
    Goal(
        "floor of that: one relaxed load and a branch",
        Measure::Instructions("floor: relaxed load", "bare"),
        2.0,
    ),
    Goal("off, no probes: ns over the bare call", Measure::Above("candor off", "bare"), 0.3),
    Goal(
        "off, three probes on the `Ok` path: ns over the same without probes",
        Measure::Beyond(["candor off, 3 probes", "bare, 3 steps", "candor off", "bare"]),
        0.5,
    ),
    Goal(
        "on, healthy, exact times: instructions over the bare call",
        Measure::Instructions("candor on", "bare"),
        200.0,
    ),
    Goal(
        "… × two reads of the time stamp around the same work",
        Measure::Ratio("candor on", "floor: two rdtsc", 1),
        1.5,
    ),
    Goal(
        "… × `#[instrument]` + Registry + a layer that does nothing",
        Measure::Ratio("candor on", "instrument, Registry", 1),
        0.35,
    ),
    Goal("… the same on 2 threads", Measure::Ratio("candor on", "instrument, Registry", 2), 0.2),
    Goal("… bytes allocated", Measure::Bytes("candor on"), 0.0),
    Goal("on, healthy, sampled times: ns over the bare call", Measure::Above("candor sampled", "bare"), 5.0),
    Goal(
        "on, 3 promises, 1 checkpoint, 2 events × the healthy call",
        Measure::Ratio("candor on, declared", "candor on", 1),
        2.0,
    ),
    Goal("… bytes allocated", Measure::Bytes("candor on, declared"), 0.0),
    Goal(
        "on, async, ready at once × the sync call",
        Measure::Ratio("candor on, async ready", "candor on", 1),
        1.3,
    ),
    Goal("… bytes allocated", Measure::Bytes("candor on, async ready"), 0.0),
    Goal(
        "healthy call with an exporter of divergences × without",
        Measure::Ratio("candor on, exporting, healthy", "candor on", 1),
        1.1,
    ),
    Goal(
        "… × tracing-opentelemetry with batch export",
        Measure::Ratio("candor on, exporting, healthy", "tracing-opentelemetry, batch", 1),
        1.0 / 30.0,
    ),
    Goal(
        "on, 2 threads: drift of the ratio to the two reads, %",
        Measure::Drift("candor on", "floor: two rdtsc"),
        10.0,
    ),
    Goal(
        "WARN line in a call, seen by the layer: ns over Registry alone",
        Measure::Beyond(["candor on, layer, warn!", "candor on, Registry, warn!", "bare", "bare"]),
        10.0,
    ),
    Goal(
        "INFO line in a call, seen by the layer: ns over Registry alone",
        Measure::Beyond(["candor on, layer, info!", "candor on, Registry, info!", "bare", "bare"]),
        5.0,
    ),
    Goal(
        "ERROR line in a call that fails, seen by the layer: ns over Registry alone",
        Measure::Beyond([
            "candor on, layer, error! in a failure",
            "candor on, Registry, error! in a failure",
            "bare",
            "bare",
        ]),
        10.0,
    ),
    Goal(
        "10,000 operations in turn, with memory for them: ns over one, beyond what 10,000 × 4 lines of memory cost",
        Measure::Beyond(["candor on, 10,000 operations", "candor on", "floor: 10,000 counters", "bare"]),
        5.0,
    ),
    Goal(
        "100 calls deep × 10 calls deep, each call",
        Measure::Ratio("candor on, depth 100", "candor on, depth 10", 1),
        1.1,
    ),
];

impl Measure {
    fn value(&self, rows: &[Row]) -> Option<f64> {
        let row =
            |name: &str, threads| rows.iter().find(|row| row.case.name == name && row.threads == threads);
        let ns = |name, threads| row(name, threads).map(Row::min).filter(|ns| ns.is_finite());
        let over = |first, second, threads| Some(ns(first, threads)? / ns(second, threads)?);
        match *self {
            Measure::Instructions(first, second) => {
                Some(row(first, 1)?.instructions? - row(second, 1)?.instructions?)
            }
            Measure::Above(first, second) => Some(ns(first, 1)? - ns(second, 1)?),
            Measure::Beyond([a, b, c, d]) => Some((ns(a, 1)? - ns(b, 1)?) - (ns(c, 1)? - ns(d, 1)?)),
            Measure::Ratio(first, second, threads) => over(first, second, threads),
            Measure::Drift(first, second) => {
                Some((over(first, second, 2)? / over(first, second, 1)? - 1.0).abs() * 100.0)
            }
            Measure::Bytes(name) => Some(row(name, 1)?.bytes),
        }
    }
}

/// The table, in Markdown.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from("| what | goal | reached | |\n|---|---|---|---|\n");
    for Goal(words, measure, most) in GOALS {
        let (value, verdict) = match measure.value(rows) {
            None => ("not measured".to_owned(), ""),
            Some(value) => (shown(value), if value <= *most { "yes" } else { "no" }),
        };
        // Writing to a string cannot fail.
        let _written = writeln!(text, "| {words} | ≤ {} | {value} | {verdict} |", shown(*most));
    }
    text
}

fn shown(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        small if small < 1.0 => format!("{value:.3}"),
        large if large < 10.0 => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    }
}

const BEGIN: &str = "<!-- goals: written by `cargo xtask bench --instructions --document` -->\n";
const END: &str = "<!-- end of goals -->";

/// Puts the table into its place in the documentation.
pub(crate) fn document(goals: &str) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let path = root.join("docs/performance.md");
    let text = fs::read_to_string(&path)?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return Err(io::Error::other(format!("{} has no place for the goals", path.display())));
    };
    fs::write(path, format!("{before}{BEGIN}{goals}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::named;

    #[test]
    fn every_goal_speaks_of_cases_that_there_are() {
        for Goal(words, measure, _) in GOALS {
            let names = match *measure {
                Measure::Instructions(a, b) | Measure::Above(a, b) | Measure::Drift(a, b) => vec![a, b],
                Measure::Ratio(a, b, _) => vec![a, b],
                Measure::Beyond(names) => names.to_vec(),
                Measure::Bytes(name) => vec![name],
            };
            for name in names {
                assert!(named(name).is_ok(), "{words}: {name}");
            }
        }
    }
}

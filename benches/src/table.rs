//! The result, for people and for programs.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::case::INSTRUMENT;
use crate::drive::Row;

/// A row of `target/bench/compare.json`.
#[derive(Debug, Serialize)]
struct Entry {
    case: &'static str,
    threads: usize,
    /// The minimum.
    ns: Option<f64>,
    ns_median: Option<f64>,
    /// The middle eight tenths, as a part of the median.
    spread: Option<f64>,
    instructions: Option<f64>,
    bytes: f64,
    ratio_to_bare: Option<f64>,
    ratio_to_instrument: Option<f64>,
}

fn entries(rows: &[Row]) -> Vec<Entry> {
    rows.iter()
        .map(|row| Entry {
            case: row.case.name,
            threads: row.threads,
            ns: known(row.min()),
            ns_median: known(row.median()),
            spread: known(row.spread()),
            instructions: row.instructions,
            bytes: row.bytes,
            ratio_to_bare: ratio(row, row.case.bare, rows),
            ratio_to_instrument: ratio(row, INSTRUMENT, rows),
        })
        .collect()
}

/// The minimum of a row over that of another case on as many threads, if that one was run.
fn ratio(row: &Row, other: &str, rows: &[Row]) -> Option<f64> {
    let other = rows.iter().find(|known| known.case.name == other && known.threads == row.threads)?;
    known(row.min() / other.min())
}

/// Writes the table.
pub(crate) fn print(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<38} {:>2} {:>9} {:>9} {:>7} {:>8} {:>8} {:>8} {:>8}",
        "case", "t", "ns min", "median", "spread", "x bare", "x instr", "bytes", "instr."
    )?;
    for entry in entries(rows) {
        writeln!(
            out,
            "{:<38} {:>2} {:>9} {:>9} {:>7} {:>8} {:>8} {:>8.1} {:>8}",
            entry.case,
            entry.threads,
            shown(entry.ns, 2),
            shown(entry.ns_median, 2),
            entry.spread.map_or_else(|| "-".to_owned(), |spread| format!("{:.0}%", spread * 100.0)),
            shown(entry.ratio_to_bare, 2),
            shown(entry.ratio_to_instrument, 3),
            entry.bytes,
            shown(entry.instructions, 1),
        )?;
    }
    writeln!(out, "ns: thread CPU time of one call, its function call included. Ratios are of minima.")
}

/// Nothing, when the threads of a case never ran beside each other.
fn known(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

/// Writes `target/bench/compare.json` and says where it is.
pub(crate) fn save(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).join("target/bench");
    fs::create_dir_all(&folder)?;
    let path = folder.join("compare.json");
    fs::write(&path, serde_json::to_vec_pretty(&entries(rows)).map_err(io::Error::other)?)?;
    writeln!(out, "written: {}", path.display())
}

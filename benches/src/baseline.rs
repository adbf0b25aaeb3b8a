//! Instruction counts that are kept: a rise of the main cases is a fault.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::case::{Case, named};
use crate::instructions;

/// The cases that are kept. None of them depends on a clock, a hash or the allocator, but for the few calls that take as long
/// as none before them: they make the histogram wider, which is a tenth of an instruction for each call of a case.
const KEPT: [&str; 11] = [
    "bare",
    "candor off",
    "candor off, 3 probes",
    "candor off, async ready",
    "candor on",
    "candor on, 3 probes",
    "candor on, declared",
    "candor on, child in parent",
    "candor on, async ready",
    "candor on, failing",
    "candor on, layer, error! in a failure",
];

/// A rise of more than so many parts in a thousand is a fault.
const MARGIN: f64 = 30.0;

/// What `benches/baseline.json` holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Baseline {
    /// The compiler that made the counts: another one makes others.
    rustc: String,
    instructions: BTreeMap<String, f64>,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("baseline.json")
}

fn rustc() -> io::Result<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn count_all() -> io::Result<BTreeMap<String, f64>> {
    let count = |name: &str| {
        let case: &'static Case = named(name)?;
        Ok((name.to_owned(), instructions::of(case)?))
    };
    KEPT.iter().map(|name| count(name)).collect()
}

/// Writes the counts of today.
pub(crate) fn write(out: &mut impl Write) -> io::Result<()> {
    let baseline = Baseline { rustc: rustc()?, instructions: count_all()? };
    let mut text = serde_json::to_string_pretty(&baseline).map_err(io::Error::other)?;
    text.push('\n');
    fs::write(path(), text)?;
    writeln!(out, "written: {}", path().display())
}

/// Compares the counts of today with those that are kept, and says whether none has risen.
pub(crate) fn check(out: &mut impl Write) -> io::Result<bool> {
    let kept: Baseline = serde_json::from_slice(&fs::read(path())?).map_err(io::Error::other)?;
    if !instructions::can_count() {
        writeln!(
            out,
            "NOTICE: valgrind is not installed, so no instructions were compared with the baseline"
        )?;
        return Ok(true);
    }
    let compiler = rustc()?;
    if compiler != kept.rustc {
        writeln!(
            out,
            "NOTICE: the baseline was counted with {}, this is {compiler}: nothing was compared; renew it by \
             `cargo xtask bench --write-baseline`",
            kept.rustc
        )?;
        return Ok(true);
    }
    let mut passed = true;
    for (name, now) in count_all()? {
        let before = kept.instructions.get(&name).copied();
        let (verdict, is_fault) = judge(before, now);
        passed &= !is_fault;
        let before = before.map_or_else(|| "-".to_owned(), |before| format!("{before:.1}"));
        writeln!(out, "{name:<28} {before:>9} -> {now:>9.1}  {verdict}")?;
    }
    if !passed {
        writeln!(
            out,
            "if the rise is meant: `cargo xtask bench --write-baseline`, and say why in the commit"
        )?;
    }
    Ok(passed)
}

/// What a count is beside the one that is kept, and whether that is a fault.
fn judge(before: Option<f64>, now: f64) -> (&'static str, bool) {
    match before {
        None => ("not in the baseline", true),
        Some(before) if now > before * (1.0 + MARGIN / 1_000.0) => ("RISEN by more than 3 %", true),
        Some(before) if now < before * (1.0 - MARGIN / 1_000.0) => ("fallen: renew the baseline", false),
        Some(_) => ("as before", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_of_more_than_three_percent_is_a_fault_and_less_is_not() {
        assert!(judge(Some(200.0), 207.0).1);
        assert!(!judge(Some(200.0), 205.0).1);
        assert!(!judge(Some(200.0), 150.0).1);
        assert!(judge(None, 1.0).1, "a case that nobody kept is no proof");
    }

    #[test]
    fn every_kept_case_is_one_and_is_in_the_baseline() {
        let kept: Baseline = serde_json::from_slice(&fs::read(path()).unwrap()).unwrap();
        for name in KEPT {
            assert!(named(name).is_ok(), "{name}");
            assert!(kept.instructions.contains_key(name), "{name}");
        }
    }
}

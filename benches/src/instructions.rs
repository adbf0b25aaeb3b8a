//! Instruction counts by callgrind: the difference of two runs, so that the first calls, which allocate, cancel.

use std::env;
use std::io;
use std::process::{Command, Stdio};

use crate::case::Case;
use crate::drive::Row;
use crate::sample::PROFILED;

const FEW: u64 = 20_000;
const MANY: u64 = 40_000;

/// Whether callgrind is there.
pub(crate) fn can_count() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok()
}

/// Counts the instructions of every case that ran on one thread.
///
/// # Errors
/// When valgrind is not there, or a case fails under it.
pub(crate) fn count(rows: &mut [Row]) -> io::Result<()> {
    if !can_count() {
        let what = "valgrind is not installed, so no instructions are counted: install it (`apt-get install \
                    valgrind`), or leave out `--instructions`";
        return Err(io::Error::new(io::ErrorKind::NotFound, what));
    }
    for row in rows.iter_mut().filter(|row| row.threads == 1) {
        row.instructions = Some(of(row.case)?);
    }
    Ok(())
}

/// The instructions of one call.
pub(crate) fn of(case: &Case) -> io::Result<f64> {
    let (few, many) = (counted(case.name, FEW)?, counted(case.name, MANY)?);
    #[expect(clippy::cast_precision_loss, reason = "counts of one process")]
    let each = many.saturating_sub(few) as f64 / (MANY - FEW) as f64;
    Ok(each)
}

/// All instructions of a process that makes so many calls.
fn counted(case: &str, calls: u64) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--collect-atstart=no", &format!("--toggle-collect=*{PROFILED}*")])
        .arg(env::current_exe()?)
        .args(["repeat", case, &calls.to_string()])
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let total = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    total.ok_or_else(|| io::Error::other(format!("callgrind counted nothing for `{case}`:\n{text}")))
}

//! The benches: builds their binary in the profile `bench` and runs it. What it measures is its own affair.

use std::io;
use std::path::Path;
use std::process::Command;

/// Runs the benches with these arguments and says whether they ended well.
///
/// # Errors
/// When cargo cannot be started.
pub(crate) fn run(root: &Path, arguments: &[String]) -> io::Result<bool> {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--profile", "bench", "-p", "candor-benches", "--"]);
    cargo.args(arguments).current_dir(root);
    Ok(cargo.status()?.success())
}

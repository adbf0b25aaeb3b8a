//! The benches: builds their binary in the profile `bench` and runs it. What it measures is its own affair; what the compiler and a
//! whole service take is measured here, since it takes whole programs.

mod compile;
mod load;
mod service;

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

/// Runs the benches with these arguments and says whether they ended well.
///
/// # Errors
/// When cargo cannot be started.
pub(crate) fn run(root: &Path, arguments: &[String], out: &mut dyn Write) -> io::Result<bool> {
    let (package, arguments) = match arguments.split_first() {
        Some((first, rest)) if first == "--compile" => return compile::run(root, &options(rest)?, out),
        Some((first, rest)) if first == "--service" => return service::run(root, &options(rest)?, out),
        Some((first, rest)) if first == "--export" => ("candor-bench-export", rest),
        _ => ("candor-benches", arguments),
    };
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--profile", "bench", "-p", package, "--"]);
    cargo.args(arguments).current_dir(root);
    Ok(cargo.status()?.success())
}

/// The arguments behind the word that chose the chore.
fn options<T: clap::Parser>(words: &[String]) -> io::Result<T> {
    let name = "cargo xtask bench".to_owned();
    T::try_parse_from([name].iter().chain(words))
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))
}

//! `cargo xtask e2e`: the shop against the real backends, checked by their own query APIs.
//!
//! Builds Jaeger, the Collector and Prometheus by the Go module proxy into a cache outside the clone, starts them on free ports
//! of the loopback, runs the shop against them, asks them what they have, and ends everything it started.

mod ask;
mod backend;
mod check;
mod claim;
mod telemetry;
mod tool;

use std::error::Error;
use std::io::Write;
use std::path::Path;

use check::Check;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How to run it.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// Do nothing when a backend has not been built yet, and say so: building needs Go, a network and many minutes.
    #[arg(long)]
    if_cached: bool,
    /// Write the result to docs/backends.md.
    #[arg(long)]
    record: bool,
}

/// Runs everything and says whether all of it passed.
///
/// # Errors
/// When a tool cannot be built, a backend does not start, or the shop does not run.
pub(crate) fn run(root: &Path, options: Options, out: &mut dyn Write) -> Outcome<bool> {
    let cache = tool::cache();
    let missing = tool::missing(&cache);
    if options.if_cached && !missing.is_empty() {
        writeln!(
            out,
            "not run: {} not in {}; `cargo xtask e2e` builds them",
            missing.join(", "),
            cache.display()
        )?;
        return Ok(true);
    }
    tool::build(&cache, out)?;
    let folder = backend::Folder::new()?;
    let checks = prove(root, &cache, folder.path(), out)?;
    let table = check::table(&checks);
    writeln!(out, "{table}")?;
    if options.record {
        std::fs::write(root.join("docs/backends.md"), check::page(&table))?;
    }
    Ok(checks.iter().all(Check::has_passed))
}

fn prove(root: &Path, cache: &Path, folder: &Path, out: &mut dyn Write) -> Outcome<Vec<Check>> {
    let graf = folder.join("grafana");
    claim::dashboards(root, &graf)?;
    let mut checks = check::rules(cache, &graf)?;
    let backends = backend::start(cache, folder, &graf, out)?;
    writeln!(out, "== the buggy shop, healthy operations not exported")?;
    let buggy = claim::run(root, &backends, &claim::BUGGY)?;
    writeln!(out, "== the repaired shop, every operation exported")?;
    let fixed = claim::run(root, &backends, &claim::FIXED)?;
    let by_grpc = claim::everywhere_by_grpc(root, &backends)?;
    checks.extend(check::jaeger(&backends, &buggy)?);
    checks.extend(check::prometheus(&backends, &graf)?);
    // The Collector writes its files when it ends.
    let telemetry = backends.end_collector()?;
    checks.extend(check::collector(&backends, &telemetry, &buggy, &fixed)?);
    checks.push(check::grpc(&telemetry, by_grpc));
    Ok(checks)
}

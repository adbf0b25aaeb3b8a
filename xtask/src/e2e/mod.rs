//! `cargo xtask e2e`: the shop against the real backends, checked by their own query APIs.
//!
//! Builds Jaeger, the Collector, Prometheus and VictoriaLogs by the Go module proxy into a cache outside the clone, starts them
//! on free ports of the loopback, runs the shop against them, asks them what they have, and ends everything it started. What
//! nobody runs here is asked of its own grammar, types or loader.

mod ask;
mod backend;
mod check;
mod claim;
mod exemplar;
mod fault;
mod logs;
mod page;
mod picture;
mod query;
mod telemetry;
mod tool;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use check::Check;

/// After so long a gate begins to build no further backend; the next run goes on where this one stopped.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// What came of it.
pub(crate) enum Verdict {
    Passed,
    Failed,
    /// It was not done, and was allowed not to be.
    NotDone,
}

impl From<bool> for Verdict {
    fn from(has_passed: bool) -> Verdict {
        if has_passed { Verdict::Passed } else { Verdict::Failed }
    }
}

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How to run it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Only build the backends that have not been built yet.
    #[arg(long, conflicts_with_all = ["faults", "record", "picture"])]
    only_build: bool,
    /// Go no further, and say so, also by the exit code 75, when a backend cannot be built: what would build it is not there,
    /// fails, or takes too long for a gate.
    #[arg(long)]
    if_possible: bool,
    /// Do nothing, and say so, also by the exit code 75, when a backend has not been built yet.
    #[arg(long, conflicts_with = "only_build")]
    if_built: bool,
    /// Only run the shop with backends that fail; that needs none that is built.
    #[arg(long, conflicts_with = "record")]
    faults: bool,
    /// Write the result to docs/backends.md.
    #[arg(long)]
    record: bool,
    /// Draw one dashboard with its data and one trace into this folder, as pages for a browser.
    #[arg(long, value_name = "DIR")]
    picture: Option<PathBuf>,
}

/// Runs everything and says what came of it.
///
/// # Errors
/// When a tool cannot be built, a backend does not start, or the shop does not run.
pub(crate) fn run(root: &Path, options: &Options, out: &mut dyn Write) -> Outcome<Verdict> {
    if options.faults {
        claim::build(root)?;
        let rows = fault::faults(root, out)?;
        writeln!(out, "{}", fault::table(&rows))?;
        return Ok(rows.iter().all(fault::Row::has_passed).into());
    }
    let cache = tool::cache();
    if options.if_built && !tool::missing(&cache).is_empty() {
        let missing = tool::missing(&cache).join(", ");
        writeln!(out, "not run: {missing} not in {}", cache.display())?;
        return Ok(Verdict::NotDone);
    }
    match (build(&cache, options.if_possible, out), options.if_possible) {
        (Ok(()), _) => {}
        (Err(error), true) => {
            writeln!(out, "not built: {error}")?;
            return Ok(Verdict::NotDone);
        }
        (Err(error), false) => return Err(error),
    }
    if options.only_build {
        return Ok(Verdict::Passed);
    }
    let folder = backend::Folder::new()?;
    let checks = prove(root, &cache, folder.path(), options.picture.as_deref(), out)?;
    let table = check::table(&checks);
    writeln!(out, "{table}")?;
    let rows = fault::faults(root, out)?;
    let faults = fault::table(&rows);
    writeln!(out, "{faults}")?;
    if options.record {
        std::fs::write(root.join("docs/backends.md"), check::document(&table, &faults))?;
    }
    Ok((checks.iter().all(Check::has_passed) && rows.iter().all(fault::Row::has_passed)).into())
}

/// Builds what is missing, as far as a gate may wait for it.
fn build(cache: &Path, is_gate: bool, out: &mut dyn Write) -> Outcome<()> {
    if let Some(builder) = tool::builder_missing(cache) {
        let (missing, cache) = (tool::missing(cache).join(", "), cache.display());
        return Err(format!("{missing} not in {cache}, and no `{builder}` to build them").into());
    }
    tool::build(cache, is_gate.then_some(PATIENCE), out)
}

fn prove(
    root: &Path,
    cache: &Path,
    folder: &Path,
    picture: Option<&Path>,
    out: &mut dyn Write,
) -> Outcome<Vec<Check>> {
    let graf = folder.join("grafana");
    claim::dashboards(root, &graf)?;
    let mut checks = check::rules(cache, &graf)?;
    checks.extend(page::files(cache, &graf)?);
    let backends = backend::start(cache, folder, &graf, out)?;
    writeln!(out, "== the buggy shop, healthy operations not exported")?;
    let buggy = claim::run(root, &backends, &claim::BUGGY)?;
    writeln!(out, "== the repaired shop, every operation exported")?;
    let fixed = claim::run(root, &backends, &claim::FIXED)?;
    let by_grpc = claim::everywhere_by_grpc(root, &backends)?;
    checks.extend(check::jaeger(&backends, &buggy)?);
    checks.extend(check::prometheus(&backends, &graf)?);
    checks.push(exemplar::exemplars(&backends, &graf, &buggy)?);
    checks.push(exemplar::by_grpc(&backends)?);
    if let Some(picture) = picture {
        // Curves want more than one burst.
        for _ in 0..3 {
            claim::run(root, &backends, &claim::AGAIN)?;
        }
        for path in picture::draw(&backends, &graf, picture)? {
            writeln!(out, "== drawn: {}", path.display())?;
        }
    }
    // The Collector writes its files when it ends.
    let telemetry = backends.end_collector()?;
    checks.extend(check::collector(&backends, &telemetry, &buggy, &fixed)?);
    checks.extend(query::queries(&backends, &graf, &telemetry, (&buggy, &fixed))?);
    checks.extend(logs::logs(&backends, &buggy, &fixed)?);
    checks.push(check::grpc(&telemetry, by_grpc));
    Ok(checks)
}

//! What the shop says: it is run, and its own words are kept, to be compared with what the backends have.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::backend::Backends;
use super::{Outcome, ask};
use crate::hold;

/// One way to run the shop.
pub(super) struct Way {
    pub(super) service: &'static str,
    arguments: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

pub(super) const BUGGY: Way = Way { service: "shop", arguments: &[], env: &[] };
/// The same for another service, so that it changes no count of the first.
pub(super) const AGAIN: Way = Way { service: "shop-again", arguments: &[], env: &[] };
pub(super) const FIXED: Way =
    Way { service: "shop-repaired", arguments: &["--fixed"], env: &[("OTEL_TRACES_SAMPLER", "always_on")] };

/// What the shop said of itself.
pub(super) struct Claim {
    pub(super) service: &'static str,
    /// How often each divergence was found: by code and operation.
    pub(super) divergences: BTreeMap<(String, String), u64>,
    /// What it said it could not deliver.
    pub(super) unsent: String,
}

/// Divergences that belong to no operation have no span.
pub(super) fn of_the_run(code: &str) -> bool {
    code.starts_with("C3") || code.starts_with("C9")
}

/// Writes the dashboards of the shop.
pub(super) fn dashboards(root: &Path, folder: &Path) -> Outcome<()> {
    let out = folder.display().to_string();
    let arguments =
        ["run", "--quiet", "-p", "cargo-candor", "--", "candor", "grafana", "-p", "shop", "--out", &out];
    let done = Command::new("cargo")
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if done.success() { Ok(()) } else { Err(format!("`cargo candor grafana` ended with {done}").into()) }
}

/// Runs the shop until its metrics have been seen twice, so that rates can be told, and ends it as a user would.
pub(super) fn run(root: &Path, backends: &Backends, way: &Way) -> Outcome<Claim> {
    build(root)?;
    let mut child = hold::command(built(root, "shop"))?
        .args(["--otlp", "--serve", "--format", "json"])
        .args(way.arguments)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &backends.otlp)
        .env("OTEL_SERVICE_NAME", way.service)
        .envs(way.env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let said = follow(backends, way, &mut child);
    if said.is_err() {
        child.kill()?;
    }
    let status = child.wait()?;
    let (lines, unsent) = said?;
    if !status.success() {
        return Err(format!("the shop ended with {status}: {unsent}").into());
    }
    Ok(Claim { service: way.service, divergences: divergences(&lines)?, unsent })
}

/// The places from which the example exports.
pub(super) const PLACES: [&str; 4] = ["nowhere", "current-thread", "task", "dropped"];

/// Runs the example of `candor-otlp` by gRPC from each place; returns those from which it did not get through.
pub(super) fn everywhere_by_grpc(root: &Path, backends: &Backends) -> Outcome<Vec<String>> {
    let build = ["build", "--quiet", "-p", "candor-otlp", "--features", "grpc", "--example", "anywhere"];
    let done = Command::new("cargo").args(build).current_dir(root).status()?;
    if !done.success() {
        return Err("the example of candor-otlp does not build".into());
    }
    let mut faults = Vec::new();
    for place in PLACES {
        let output = Command::new(built(root, "examples/anywhere"))
            .arg(place)
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &backends.grpc)
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
            .env("OTEL_SERVICE_NAME", format!("grpc-{place}"))
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            faults.push(format!("{place}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(faults)
}

/// A program of the workspace, where cargo puts it.
#[expect(clippy::disallowed_methods, reason = "a chore is no library code")]
pub(super) fn built(root: &Path, name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    root.join(target).join("debug").join(name)
}

pub(super) fn build(root: &Path) -> Outcome<()> {
    let done = Command::new("cargo").args(["build", "--quiet", "-p", "shop"]).current_dir(root).status()?;
    if done.success() { Ok(()) } else { Err("the shop does not build".into()) }
}

/// Reads what it says until it ends; returns the lines and what it wrote to standard error.
fn follow(backends: &Backends, way: &Way, child: &mut Child) -> Outcome<(Vec<String>, String)> {
    let error = child.stderr.take().ok_or("the shop has no standard error")?;
    let mut error = BufReader::new(error);
    let mut line = String::new();
    while !line.starts_with("serving on") {
        line.clear();
        if error.read_line(&mut line)? == 0 {
            return Err("the shop ended before it served".into());
        }
    }
    let url = format!("{}/api/v1/query", backends.prometheus);
    let twice =
        format!("min(count_over_time(candor_operation_outcomes_total{{job=\"{}\"}}[5m])) >= 2", way.service);
    ask::until("the second export of metrics", || {
        let answer = ask::query(&url, &[("query", &twice)])?;
        Ok(answer.pointer("/data/result/0").is_some().then_some(()))
    })?;
    Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    let mut said = String::new();
    child.stdout.take().ok_or("the shop has no standard output")?.read_to_string(&mut said)?;
    let mut rest = String::new();
    error.read_to_string(&mut rest)?;
    // It also says how many calls it observed.
    let unsent: Vec<&str> = rest.lines().filter(|line| !line.starts_with("observed: ")).collect();
    Ok((said.lines().map(str::to_owned).collect(), unsent.join("\n")))
}

fn divergences(lines: &[String]) -> Outcome<BTreeMap<(String, String), u64>> {
    let mut all = BTreeMap::new();
    for line in lines {
        let found: Value = serde_json::from_str(line)?;
        let text = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let count = found.get("count").and_then(Value::as_u64).unwrap_or(0);
        *all.entry((text("code"), text("operation"))).or_default() += count;
    }
    Ok(all)
}

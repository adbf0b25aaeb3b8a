//! What must be true of the files that `cargo candor grafana` writes, by the rules of those who read them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::check::Check;
use super::{Outcome, tool};

/// Every file, asked of the program that reads it or of its reader's own grammar and types.
pub(super) fn files(cache: &Path, graf: &Path) -> Outcome<Vec<Check>> {
    let dashboards = dashboards(graf)?;
    Ok(vec![
        types(cache, &dashboards)?,
        queries(cache, &dashboards)?,
        compose(cache, graf)?,
        by_exit(
            &tool::COLLECTOR,
            "the configuration of the Collector in the compose file is valid",
            "collector.yaml",
            Command::new(tool::COLLECTOR.path(cache))
                .args(["validate", "--config=collector.yaml"])
                .current_dir(graf),
        )?,
        by_exit(
            &tool::PROMTOOL,
            "the configuration of Prometheus in the compose file is valid",
            "prometheus.yml",
            Command::new(tool::PROMTOOL.path(cache))
                .args(["check", "config", "prometheus.yml"])
                .current_dir(graf.join("prometheus")),
        )?,
    ])
}

/// The paths of all dashboards.
pub(super) fn dashboards(graf: &Path) -> Outcome<Vec<PathBuf>> {
    let folder = std::fs::read_dir(graf.join("grafana/dashboards"))?;
    let mut all = folder.map(|entry| Ok(entry?.path())).collect::<Outcome<Vec<_>>>()?;
    all.sort();
    Ok(all)
}

pub(super) fn read(dashboard: &Path) -> Outcome<Value> {
    Ok(serde_json::from_str(&std::fs::read_to_string(dashboard)?)?)
}

fn types(cache: &Path, dashboards: &[PathBuf]) -> Outcome<Check> {
    let output = Command::new(tool::DASHBOARDS.path(cache)).args(dashboards).stdin(Stdio::null()).output()?;
    let mut faults = lines(&output.stdout);
    if !output.status.success() {
        faults.extend(lines(&output.stderr));
    }
    let what = "Grafana's own types read every dashboard, strictly";
    Ok(Check::new(&tool::DASHBOARDS, what, format!("{} dashboards", dashboards.len()), faults))
}

/// The queries to Tempo and Loki, in panels and in links, each with its language.
pub(super) fn foreign(dashboard: &Value) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for panel in list(dashboard, "/panels") {
        let (language, field) = match panel.pointer("/datasource/type").and_then(Value::as_str) {
            Some("tempo") => ("traceql", "query"),
            Some("loki") => ("logql", "expr"),
            _ => ("", ""),
        };
        let own = list(panel, "/targets").iter().filter_map(|target| target.get(field)?.as_str());
        all.extend(own.map(|query| (language, query.to_owned())));
        let links = list(panel, "/fieldConfig/defaults/links").iter();
        all.extend(links.flat_map(linked).map(|query| ("traceql", query)));
    }
    all
}

/// The queries of a link to Grafana's Explore.
fn linked(link: &Value) -> Vec<String> {
    let url = link.get("url").and_then(Value::as_str).unwrap_or_default();
    let Some((_, left)) = url.split_once("/explore?left=") else { return Vec::new() };
    let left: Value = serde_json::from_str(left).unwrap_or_default();
    let queries = list(&left, "/queries").iter().filter_map(|query| query.get("query")?.as_str());
    queries.map(str::to_owned).collect()
}

fn queries(cache: &Path, dashboards: &[PathBuf]) -> Outcome<Check> {
    let mut all = Vec::new();
    for dashboard in dashboards {
        all.extend(foreign(&read(dashboard)?));
    }
    // What stands for a label in a link is inside a string, where anything may stand.
    let lines_of: String =
        all.iter().map(|(language, query)| format!("{}\n", json!([language, query]))).collect();
    let mut node = Command::new("node")
        .arg(tool::SCRIPT)
        .current_dir(tool::GRAMMARS.path(cache))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|missing| format!("failed to start node: {missing}"))?;
    if let Some(mut input) = node.stdin.take() {
        input.write_all(lines_of.as_bytes())?;
    }
    let output = node.wait_with_output()?;
    let mut faults = lines(&output.stdout);
    if !output.status.success() {
        faults.extend(lines(&output.stderr));
    }
    let of = |own: &str| all.iter().filter(|(language, _)| *language == own).count();
    let (traceql, logql) = (of("traceql"), of("logql"));
    if traceql == 0 || logql == 0 {
        faults.push("there is nothing to read".to_owned());
    }
    let seen = format!("{traceql} of TraceQL, {logql} of LogQL");
    Ok(Check::new(&tool::GRAMMARS, "Grafana's own grammars take every query to Tempo and Loki", seen, faults))
}

/// The compose file is loaded as Docker does it, and everything that it mounts is there.
fn compose(cache: &Path, graf: &Path) -> Outcome<Check> {
    let output = Command::new(tool::COMPOSE.path(cache))
        .args(["-format", "json", "compose.yaml"])
        .current_dir(graf)
        .stdin(Stdio::null())
        .output()?;
    let (mut services, mut mounts, mut faults) = (0, 0, Vec::new());
    if output.status.success() {
        let loaded: Value = serde_json::from_slice(&output.stdout)?;
        for service in
            loaded.get("services").and_then(Value::as_object).into_iter().flat_map(|all| all.values())
        {
            services += 1;
            let sources =
                list(service, "/volumes").iter().filter_map(|volume| volume.get("source")?.as_str());
            for source in sources {
                mounts += 1;
                faults.extend(
                    (!Path::new(source).exists()).then(|| format!("{source} is mounted and not there")),
                );
            }
        }
    } else {
        faults = lines(&output.stderr);
    }
    let seen = format!("{services} services, {mounts} mounts");
    Ok(Check::new(&tool::COMPOSE, "the compose file loads, and all that it mounts is there", seen, faults))
}

/// A check that a program makes by its exit code.
fn by_exit(tool: &tool::Tool, what: &'static str, seen: &str, command: &mut Command) -> Outcome<Check> {
    let output = command.stdin(Stdio::null()).output()?;
    let mut faults = Vec::new();
    if !output.status.success() {
        faults = lines(&output.stdout);
        faults.extend(lines(&output.stderr));
        faults.push(format!("it ended with {}", output.status));
    }
    Ok(Check::new(tool, what, seen.to_owned(), faults))
}

fn lines(text: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(text).lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_found_in_panels_and_in_links() {
        let left = json!({ "queries": [{ "query": "{ event:name = \"X\" }" }, { "tags": "{}" }] });
        let dashboard = json!({ "panels": [
            { "datasource": { "type": "prometheus" }, "targets": [{ "expr": "up" }],
              "fieldConfig": { "defaults": { "links": [{ "url": format!("/explore?left={left}") }] } } },
            { "datasource": { "type": "tempo" }, "targets": [{ "query": "{}" }] },
            { "datasource": { "type": "loki" }, "targets": [{ "expr": "{a=\"b\"}" }] },
        ] });
        let of = |language, query: &str| (language, query.to_owned());
        assert_eq!(
            foreign(&dashboard),
            [of("traceql", "{ event:name = \"X\" }"), of("traceql", "{}"), of("logql", "{a=\"b\"}")]
        );
    }
}

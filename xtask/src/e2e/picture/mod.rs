//! A picture of what the backends have: one generated dashboard with its data, and one trace, as a page that needs nothing
//! else. Grafana is not built here, so this is no picture of Grafana: the data is real, the drawing is ours.

mod panel;
mod trace;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::backend::Backends;
use super::{Outcome, ask, page};

/// Over so many seconds the dashboard is drawn.
const RANGE: u64 = 90;

/// Writes `dashboard.html` and `trace.html`, and returns their paths.
pub(super) fn draw(backends: &Backends, graf: &Path, folder: &Path) -> Outcome<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let dashboard = page::read(&graf.join("grafana/dashboards/candor-business.json"))?;
    let source = Source::now(backends);
    let mut body = String::new();
    for panel in list(&dashboard, "panels") {
        body += &panel::section(&source, panel)?;
    }
    let title = text(&dashboard, "title");
    let board = format!("<h1>{}</h1><div class=\"board\">{body}</div>", escaped(&title));
    let trace = trace::richest(&source)?;
    let pages = [("dashboard.html", title, board), ("trace.html", "a trace".to_owned(), trace)];
    let mut written = Vec::new();
    for (name, title, body) in pages {
        let path = folder.join(name);
        let style = include_str!("style.css");
        let head =
            format!("<meta charset=\"utf-8\"><title>{}</title><style>{style}</style>", escaped(&title));
        std::fs::write(
            &path,
            format!("<!doctype html><html lang=\"en\"><head>{head}</head><body>{body}</body></html>\n"),
        )?;
        written.push(path);
    }
    Ok(written)
}

/// The backends, and the time that is drawn.
struct Source<'a> {
    backends: &'a Backends,
    start: u64,
    end: u64,
}

impl Source<'_> {
    fn now(backends: &Backends) -> Source<'_> {
        let end = ask::seconds();
        Source { backends, start: end - RANGE, end }
    }

    /// An expression as Grafana fills it in for this time.
    fn filled(expression: &str) -> String {
        expression.replace("$__rate_interval", "30s").replace("$__range", &format!("{RANGE}s"))
    }

    /// Asks Prometheus about the whole time.
    fn prometheus(&self, what: &str, expression: &str) -> Outcome<Vec<Value>> {
        let url = format!("{}/api/v1/{what}", self.backends.prometheus);
        let (start, end) = (self.start.to_string(), self.end.to_string());
        let filled = Source::filled(expression);
        let asked = [("query", filled.as_str()), ("start", &start), ("end", &end), ("step", "1")];
        let answer = ask::query(&url, if what == "query" { &asked[..1] } else { &asked })?;
        let data = answer.pointer("/data/result").or_else(|| answer.get("data"));
        Ok(data.and_then(Value::as_array).cloned().unwrap_or_default())
    }

    /// Traces with a divergence, the newest first.
    fn traces(&self) -> Outcome<Vec<Value>> {
        let url = format!("{}/api/traces", self.backends.jaeger);
        let answer = ask::query(&url, &[("service", "shop"), ("limit", "200"), ("lookback", "1h")])?;
        Ok(list(&answer, "data").to_vec())
    }

    /// What a query finds in the store of logs.
    fn logs(&self, query: &str) -> Outcome<Vec<Value>> {
        let url = format!("{}/select/logsql/query", self.backends.logs);
        let text = ask::text_of(&url, &[("query", query)])?;
        text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The value of a tag of a span.
fn tag(own: &Value, list_name: &str, key: &str) -> Option<String> {
    let found = list(own, list_name).iter().find(|tag| tag.get("key").is_some_and(|name| name == key))?;
    let value = found.get("value")?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

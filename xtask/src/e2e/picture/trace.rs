//! One trace as Jaeger has it: its spans under one another, with what happened in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::panel::shown;
use super::{Source, escaped, list, tag, text};
use crate::e2e::Outcome;

/// The trace with a divergence and the most kinds of operations.
pub(super) fn richest(source: &Source<'_>) -> Outcome<String> {
    let traces = source.traces()?;
    let diverged = |trace: &&Value| {
        list(trace, "spans").iter().any(|span| tag(span, "tags", "candor.divergence.code").is_some())
    };
    let kinds = |trace: &Value| {
        let names = list(trace, "spans").iter().map(|span| text(span, "operationName"));
        (names.collect::<BTreeSet<_>>().len(), list(trace, "spans").len())
    };
    let trace = traces.iter().filter(diverged).max_by_key(|trace| kinds(trace));
    trace.map(drawn).ok_or_else(|| "Jaeger has no trace with a divergence".into())
}

/// When and how long, in microseconds.
fn times(span: &Value) -> (f64, f64) {
    let of = |name: &str| span.get(name).and_then(Value::as_f64).unwrap_or(0.0);
    (of("startTime"), of("duration"))
}

fn drawn(trace: &Value) -> String {
    let spans = list(trace, "spans");
    let begun = spans.iter().map(|span| times(span).0).fold(f64::INFINITY, f64::min);
    let ended = spans.iter().map(|span| times(span).0 + times(span).1).fold(0.0, f64::max);
    let all = (ended - begun).max(1.0);
    let mut rows = String::new();
    for (depth, span) in ordered(spans) {
        rows += &row(depth, span, begun, all);
    }
    format!(
        "<h1>trace {}: {} spans in {}</h1><table class=\"trace\">{rows}</table>",
        text(trace, "traceID"),
        spans.len(),
        shown(all / 1e6, "s")
    )
}

/// Each span after its parent, with how deep it is.
fn ordered(spans: &[Value]) -> Vec<(usize, &Value)> {
    let parent = |span: &Value| list(span, "references").first().map(|own| text(own, "spanID"));
    let known: Vec<String> = spans.iter().map(|span| text(span, "spanID")).collect();
    let mut children: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for span in spans {
        let above = parent(span).filter(|id| known.contains(id)).unwrap_or_default();
        children.entry(above).or_default().push(span);
    }
    children.values_mut().for_each(|own| own.sort_by(|one, other| times(one).0.total_cmp(&times(other).0)));
    let mut all = Vec::new();
    let mut open: Vec<(usize, &Value)> = Vec::new();
    let below = |id: &str, depth: usize| -> Vec<(usize, &Value)> {
        children.get(id).into_iter().flatten().rev().map(|span| (depth, *span)).collect()
    };
    open.extend(below("", 0));
    while let Some((depth, span)) = open.pop() {
        all.push((depth, span));
        open.extend(below(&text(span, "spanID"), depth + 1));
    }
    all
}

fn row(depth: usize, span: &Value, begun: f64, all: f64) -> String {
    let (start, took) = times(span);
    let share = |micros: f64| micros / all * 100.0;
    let code = tag(span, "tags", "candor.divergence.code");
    let outcome = tag(span, "tags", "candor.outcome").unwrap_or_default();
    let mut marks = String::new();
    let mut notes = String::new();
    for event in list(span, "logs") {
        let at = event.get("timestamp").and_then(Value::as_f64).unwrap_or(start);
        marks += &format!("<i style=\"left: {:.2}%\"></i>", share(at - begun));
        notes += &note(event);
    }
    let class = if code.is_some() { "diverged" } else { outcome.as_str() };
    format!(
        "<tr class=\"{class}\"><td style=\"padding-left: {}em\">{} <small>{outcome} {}</small></td>\
         <td class=\"lane\"><u style=\"left: {:.2}%; width: max(2px, {:.2}%)\"></u>{marks}</td><td>{}</td></tr>\
         <tr class=\"notes\"><td></td><td colspan=\"2\">{notes}</td></tr>",
        depth + 1,
        escaped(&text(span, "operationName")),
        code.unwrap_or_default(),
        share(start - begun),
        share(took),
        shown(took / 1e6, "s"),
    )
}

/// An event of a span in words.
fn note(event: &Value) -> String {
    let field = |key: &str| tag(event, "fields", key);
    let name = field("event").or_else(|| field("name")).unwrap_or_default();
    let said = match (field("candor.divergence.code"), field("candor.text")) {
        (Some(code), _) => {
            let observed = field("candor.divergence.observed").unwrap_or_default();
            return format!("<div class=\"divergence\">{code}: {}</div>", escaped(&observed));
        }
        (None, Some(text)) => text,
        (None, None) => {
            let own = |own: &Value| {
                let key = text(own, "key");
                let is_ours = ["candor.", "code.", "event", "name"].iter().any(|word| key.starts_with(word));
                (!is_ours).then(|| format!("{key} = {}", tag(event, "fields", &key).unwrap_or_default()))
            };
            list(event, "fields").iter().filter_map(own).collect::<Vec<_>>().join(", ")
        }
    };
    format!("<div><b>{}</b> {}</div>", escaped(&name), escaped(&said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_span_comes_after_its_parent_in_order_of_time() {
        let span = |id: &str, parent: &str, start: u64| json!({ "spanID": id, "startTime": start, "duration": 1, "references": [{ "spanID": parent }] });
        let spans = [span("c", "a", 3), span("b", "a", 2), span("d", "b", 2), span("a", "elsewhere", 1)];
        let order: Vec<(usize, String)> =
            ordered(&spans).into_iter().map(|(depth, span)| (depth, text(span, "spanID"))).collect();
        let of = |depth, id: &str| (depth, id.to_owned());
        assert_eq!(order, [of(0, "a"), of(1, "b"), of(2, "d"), of(1, "c")]);
    }
}

//! The panels of a dashboard: curves, numbers, bars, traces and records.

use serde_json::Value;

use super::{Source, escaped, list, tag, text};
use crate::e2e::Outcome;

/// Colours that people with any eyes tell apart, dark enough on white.
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#8b4513", "#5f5f5f"];
/// The height of a chart, and how wide it is for each column of the dashboard.
const HEIGHT: f64 = 150.0;
const COLUMN: f64 = 47.0;
/// How many rows a list shows.
const ROWS: usize = 9;

/// A curve, or the last value of one.
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
}

/// A panel where the dashboard has it.
pub(super) fn section(source: &Source<'_>, panel: &Value) -> Outcome<String> {
    let at = |name: &str| panel.pointer(&format!("/gridPos/{name}")).and_then(Value::as_u64).unwrap_or(0);
    let body = match text(panel, "type").as_str() {
        "timeseries" => curves(source, panel)?,
        "stat" => numbers(&last(source, panel)?, &unit(panel)),
        "bargauge" => bars(&last(source, panel)?),
        "table" => traces(source)?,
        "logs" => records(source)?,
        other => return Err(format!("a panel of the kind {other} is not drawn yet").into()),
    };
    Ok(format!(
        "<section style=\"grid-column: {} / span {}\"><h2>{}</h2><p>{}</p>{body}</section>",
        at("x") + 1,
        at("w"),
        escaped(&text(panel, "title")),
        escaped(&text(panel, "description")),
    ))
}

fn unit(panel: &Value) -> String {
    panel.pointer("/fieldConfig/defaults/unit").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The legend with the labels of a series.
fn legend(format: &str, labels: &Value) -> String {
    let mut legend = format.to_owned();
    for (name, value) in labels.as_object().into_iter().flatten() {
        legend = legend.replace(&format!("{{{{{name}}}}}"), value.as_str().unwrap_or_default());
    }
    legend
}

fn point(pair: &Value) -> Option<(f64, f64)> {
    let value: f64 = pair.get(1)?.as_str()?.parse().ok()?;
    value.is_finite().then_some((pair.get(0)?.as_f64()?, value))
}

fn series(source: &Source<'_>, panel: &Value, what: &str) -> Outcome<Vec<Series>> {
    let mut all = Vec::new();
    for target in list(panel, "targets") {
        for own in source.prometheus(what, &text(target, "expr"))? {
            let labels = own.get("metric").unwrap_or(&Value::Null);
            let points = list(&own, "values").iter().chain(own.get("value")).filter_map(point).collect();
            all.push(Series { name: legend(&text(target, "legendFormat"), labels), points });
        }
    }
    Ok(all)
}

/// The last value of each series, the largest first, without those that are nothing.
fn last(source: &Source<'_>, panel: &Value) -> Outcome<Vec<(String, f64)>> {
    let all = series(source, panel, "query")?;
    let mut all: Vec<(String, f64)> = all
        .into_iter()
        .filter_map(|own| Some((own.name, own.points.last()?.1)))
        .filter(|own| own.1 > 0.0)
        .collect();
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    Ok(all)
}

fn curves(source: &Source<'_>, panel: &Value) -> Outcome<String> {
    let mut all = series(source, panel, "query_range")?;
    let top = |own: &Series| own.points.iter().map(|point| point.1).fold(0.0, f64::max);
    all.sort_by(|one, other| top(other).total_cmp(&top(one)));
    let exemplars = exemplars(source, panel)?;
    let highest = exemplars.iter().map(|own| own.1).chain(all.iter().map(top)).fold(1e-9, f64::max);
    let width = panel.pointer("/gridPos/w").and_then(Value::as_f64).unwrap_or(12.0) * COLUMN;
    let x = |at: f64| (at - precise(source.start)) / precise(source.end - source.start) * width;
    let y = |value: f64| HEIGHT - 5.0 - value / highest * (HEIGHT - 20.0);
    let mut svg = String::new();
    for (own, colour) in all.iter().zip(COLOURS.iter().cycle()) {
        let path: Vec<String> =
            own.points.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
        svg += &format!("<polyline points=\"{}\" stroke=\"{colour}\"/>", path.join(" "));
    }
    for (at, value) in exemplars.iter().filter(|own| own.0 >= precise(source.start)) {
        svg += &format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"6\" height=\"6\"/>",
            x(*at) - 3.0,
            y(*value) - 3.0
        );
    }
    let scale = format!("<text x=\"2\" y=\"10\">{}</text>", shown(highest, &unit(panel)));
    let names = all.iter().take(ROWS).zip(COLOURS.iter().cycle());
    let mut legend: String = names
        .map(|(own, colour)| {
            format!("<span><i style=\"background: {colour}\"></i>{}</span>", escaped(&own.name))
        })
        .collect();
    if all.len() > ROWS {
        legend += &format!("<span>and {} more</span>", all.len() - ROWS);
    }
    if !exemplars.is_empty() {
        legend += &format!("<span><i class=\"exemplar\"></i>{} exemplars</span>", exemplars.len());
    }
    Ok(format!(
        "<svg viewBox=\"0 0 {width} {HEIGHT}\">{svg}{scale}</svg><div class=\"legend\">{legend}</div>"
    ))
}

/// When and how much, of each operation that the curves lead to.
fn exemplars(source: &Source<'_>, panel: &Value) -> Outcome<Vec<(f64, f64)>> {
    let mut all = Vec::new();
    for target in list(panel, "targets").iter().filter(|target| target.get("exemplar").is_some()) {
        for own in source.prometheus("query_exemplars", &text(target, "expr"))? {
            let one = |own: &Value| Some((own.get("timestamp")?.as_f64()?, text(own, "value").parse().ok()?));
            all.extend(list(&own, "exemplars").iter().filter_map(one));
        }
    }
    // One that counts says that there was one, and not how often it happens in a second.
    if unit(panel) == "ops" {
        all.iter_mut().for_each(|own: &mut (f64, f64)| own.1 = 0.0);
    }
    Ok(all)
}

fn numbers(all: &[(String, f64)], unit: &str) -> String {
    let one =
        |(name, value): &(String, f64)| format!("<div><b>{}</b>{}</div>", shown(*value, unit), escaped(name));
    format!("<div class=\"numbers\">{}</div>", all.iter().map(one).collect::<String>())
}

fn bars(all: &[(String, f64)]) -> String {
    let highest = all.iter().map(|own| own.1).fold(1e-9, f64::max);
    let one = |(name, value): &(String, f64)| {
        let share = value / highest * 100.0;
        format!(
            "<tr><td>{}</td><td><u style=\"width: {share:.0}%\"></u></td><td>{}</td></tr>",
            escaped(name),
            shown(*value, "")
        )
    };
    let rest = all.len().saturating_sub(ROWS);
    let more = if rest == 0 { String::new() } else { format!("<tr><td>and {rest} more</td></tr>") };
    format!("<table class=\"bars\">{}{more}</table>", all.iter().take(ROWS).map(one).collect::<String>())
}

fn traces(source: &Source<'_>) -> Outcome<String> {
    let mut rows = String::new();
    let mut shown_rows = 0;
    for trace in source.traces()? {
        let spans = list(&trace, "spans");
        let Some((span, code)) =
            spans.iter().find_map(|span| Some((span, tag(span, "tags", "candor.divergence.code")?)))
        else {
            continue;
        };
        shown_rows += 1;
        if shown_rows > ROWS {
            break;
        }
        let took = span.get("duration").and_then(Value::as_f64).unwrap_or(0.0) / 1e6;
        rows += &format!(
            "<tr><td><code>{}</code></td><td>{}</td><td>{code}</td><td>{} spans</td><td>{}</td></tr>",
            text(&trace, "traceID"),
            escaped(&text(span, "operationName")),
            spans.len(),
            shown(took, "s"),
        );
    }
    Ok(format!("<table>{rows}</table>"))
}

fn records(source: &Source<'_>) -> Outcome<String> {
    let found = source.logs("event_name:=\"candor.divergence\" | sort by (_time desc) | limit 9")?;
    let row = |own: &Value| {
        let at: String = text(own, "_time").chars().skip(11).take(12).collect();
        format!(
            "<tr><td>{at}</td><td>{}</td><td>{}</td></tr>",
            escaped(&text(own, "candor.divergence.code")),
            escaped(&text(own, "_msg"))
        )
    };
    Ok(format!("<table>{}</table>", found.iter().map(row).collect::<String>()))
}

/// A number as people read it.
pub(super) fn shown(value: f64, unit: &str) -> String {
    if let Some((kind @ ("currency" | "suffix"), name)) = unit.split_once(':') {
        let number = shown(value, "short");
        return if kind == "currency" { format!("{name} {number}") } else { format!("{number}{name}") };
    }
    match unit {
        "s" if value < 1e-6 => "< 1 µs".to_owned(),
        "s" if value < 1e-3 => format!("{:.0} µs", value * 1e6),
        "s" if value < 1.0 => format!("{:.1} ms", value * 1e3),
        "s" => format!("{value:.2} s"),
        "percentunit" => format!("{:.0} %", value * 100.0),
        "ops" => format!("{value:.1} / s"),
        _ if value >= 100.0 => format!("{value:.0}"),
        _ => format!("{:.1}", value).trim_end_matches(".0").to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 have few enough digits")]
fn precise(seconds: u64) -> f64 {
    seconds as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn legends_have_the_labels_of_their_series() {
        assert_eq!(
            legend("{{operation}}: {{reason}}", &json!({ "operation": "pay", "reason": "Declined" })),
            "pay: Declined"
        );
        assert_eq!(legend("50 %", &Value::Null), "50 %");
    }

    #[test]
    fn numbers_are_shown_as_people_read_them() {
        assert_eq!([shown(3.0, "currency:EUR"), shown(3.0, "suffix: kg")], ["EUR 3", "3 kg"]);
        assert_eq!(
            [shown(0.000_25, "s"), shown(0.25, "percentunit"), shown(3.0, "")],
            ["250 µs", "25 %", "3"]
        );
    }

    #[test]
    fn what_is_no_number_is_no_point() {
        assert_eq!(point(&json!([1.5, "NaN"])), None);
        assert_eq!(point(&json!([1.5, "2"])), Some((1.5, 2.0)));
    }
}

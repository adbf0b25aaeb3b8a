//! The dashboards: the business, the observer, and one for each operation.

use serde_json::{Value, json};

use crate::panel::{Panel, lay_out};
use crate::query::{OUTCOMES, fulfilled, gauge, grown, is, quantile, quoted, rate};
use crate::{Catalog, Page};

pub(crate) fn dashboards(catalog: &Catalog) -> Vec<Page> {
    let mut pages = vec![
        page("candor-business", "candor: business", business(catalog)),
        page("candor-observer", "candor: observer health", observer()),
    ];
    for name in catalog.operation_names() {
        let uid = uid(name);
        pages.push(page(&uid, &format!("candor: {name}"), operation(catalog, name)));
    }
    pages
}

fn page(uid: &str, title: &str, panels: Vec<Panel>) -> Page {
    let dashboard: Value = json!({
        "uid": uid,
        "title": title,
        "tags": ["candor"],
        "timezone": "browser",
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": { "from": "now-1h", "to": "now" },
        "links": [others()],
        "annotations": { "list": [] },
        "templating": { "list": [] },
        "panels": lay_out(panels),
    });
    Page::new(format!("grafana/dashboards/{uid}.json"), format!("{dashboard:#}\n"))
}

/// A menu of all of candor's dashboards.
fn others() -> Value {
    json!({
        "type": "dashboards",
        "title": "candor",
        "icon": "external link",
        "tooltip": "",
        "tags": ["candor"],
        "asDropdown": true,
        "targetBlank": false,
        "includeVars": false,
        "keepTime": true,
    })
}

/// A name that Grafana takes for an identifier and every file system for a file: at most 40 characters. What does not fit
/// is told apart by a number made of the name.
fn uid(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).take(30).collect();
    if plain == name {
        return format!("candor-op-{plain}");
    }
    let number =
        name.bytes().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let begin: String = plain.chars().take(21).collect();
    format!("candor-op-{begin}-{number:08x}")
}

fn business(catalog: &Catalog) -> Vec<Panel> {
    let mut panels = vec![
        Panel::curves("Activity and outcomes", "Calls that ended, by how they ended for the business.")
            .query(rate(OUTCOMES, &[], "outcome"), "{{outcome}}")
            .unit("ops"),
        Panel::curves("Share fulfilled", "Of all calls of an operation, those that did what it means.")
            .query(fulfilled(&[]), "{{operation}}")
            .unit("percentunit"),
    ];
    for unit in catalog.units() {
        let own = [is("unit", unit)];
        let title =
            if unit.is_empty() { "Business value".to_owned() } else { format!("Business value in {unit}") };
        panels.push(
            Panel::numbers(title, "The sum of the values of all events since the process began.")
                .query(gauge("candor_event_value", &own, "event"), "{{event}}")
                .worth(unit),
        );
    }
    panels.extend(facts());
    panels.extend(told());
    panels
}

/// The calls that diverged, and what was said of them.
fn told() -> [Panel; 2] {
    [
        Panel::traces("Divergent operations", "{ span.candor.divergence.code != nil }"),
        Panel::records(
            "Divergences as they were told",
            "Also those that belong to no operation.",
            "{service_name=~\".+\"} | candor_divergence_code!=\"\"",
        ),
    ]
}

/// What happened, and why calls did not fulfil.
fn facts() -> [Panel; 6] {
    [
        Panel::curves(
            "Events",
            "Facts of the domain, as they were said; a curve leads to traces that have it.",
        )
        .query(rate("candor_events_total", &[], "event"), "{{event}}")
        .unit("ops")
        .tempo_links("{ event:name = \"${__field.labels.event}\" }"),
        Panel::bars("Refusals by reason", "The business said no, and why.").query(
            grown(OUTCOMES, &[is("outcome", "refused")], "operation, reason"),
            "{{operation}}: {{reason}}",
        ),
        Panel::bars("Failures by reason", "Technical failures and abandoned calls.").query(
            grown(OUTCOMES, &["outcome=~\"failed|abandoned\"".to_owned()], "operation, reason"),
            "{{operation}}: {{reason}}",
        ),
        Panel::bars(
            "Divergences by code",
            "Where behaviour and intent parted ways; a bar leads to its traces.",
        )
        .query(grown("candor_divergences_total", &[], "code"), "{{code}}")
        .trace_links(),
        Panel::curves("Divergences", "When they happened; a point leads to the trace of one.")
            .query(rate("candor_divergences_total", &[], "code"), "{{code}}")
            .exemplars()
            .unit("ops")
            .trace_links(),
        Panel::curves(
            "95 % are faster than",
            "Durations by operation; a point leads to the trace of a call.",
        )
        .query(quantile("0.95", &[]), "{{operation}}")
        .exemplars()
        .unit("s"),
    ]
}

fn observer() -> Vec<Panel> {
    vec![
        Panel::curves("Records lost", "What candor could not keep; verdicts that need it are inconclusive.")
            .query("sum by (kind) (increase(candor_lost_total[$__range])) or vector(0)", "{{kind}}"),
        Panel::curves("Not delivered", "Spans, logs and metrics that did not arrive, by operation.").query(
            "sum by (operation, kind) (increase(candor_unsent_total[$__range])) or vector(0)",
            "{{operation}} {{kind}}",
        ),
        Panel::curves("Running calls", "Calls that have begun and not ended.")
            .query(gauge("candor_operation_active", &[], "operation"), "{{operation}}"),
        Panel::bars(
            "Findings about the observer",
            "C901 lossy, C903 stale allow, C904 a check that panicked.",
        )
        .query(grown("candor_divergences_total", &["code=~\"C9..\"".to_owned()], "code"), "{{code}}"),
        Panel::numbers("Calls observed", "By all processes, since they began.")
            .query(format!("sum({OUTCOMES})"), "calls")
            .wide(),
    ]
}

fn operation(catalog: &Catalog, name: &str) -> Vec<Panel> {
    let own = [is("operation", name)];
    let declared: Vec<String> = catalog
        .operations
        .iter()
        .filter(|known| known.name == name)
        .map(|known| {
            let clauses = known.intent.iter().map(|clause| format!("{}({})", clause.word, clause.text));
            let place = format!("{}:{}", known.site.file, known.site.line);
            std::iter::once(place).chain(clauses).collect::<Vec<_>>().join(", ")
        })
        .collect();
    vec![
        Panel::curves("Outcomes", declared.join("; "))
            .query(rate(OUTCOMES, &own, "outcome"), "{{outcome}}")
            .exemplars()
            .unit("ops"),
        Panel::numbers("Share fulfilled", "Of the calls that ended.")
            .query(fulfilled(&own), "{{operation}}")
            .unit("percentunit"),
        Panel::curves("Duration", "Half, 95 % and 99 % of the calls are faster.")
            .query(quantile("0.5", &own), "50 %")
            .query(quantile("0.95", &own), "95 %")
            .query(quantile("0.99", &own), "99 %")
            .exemplars()
            .unit("s"),
        Panel::bars("Reasons", "Why calls did not fulfil.").query(
            format!(
                "sum by (outcome, reason) (increase({OUTCOMES}{{{},outcome!=\"fulfilled\"}}[$__range])) or vector(0)",
                is("operation", name)
            ),
            "{{outcome}}: {{reason}}",
        ),
        Panel::traces("Exported calls", &format!("{{ span.candor.operation = {} }}", quoted(name))),
    ]
}

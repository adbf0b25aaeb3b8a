//! What the generated queries to Tempo and Loki would find, read as the documentation of these two says, over the very records
//! that the Collector received. Neither runs here; the names and scopes that a query asks for are those of real records, or
//! it finds nothing.

use std::collections::BTreeSet;
use std::path::Path;

use super::backend::Backends;
use super::check::{Check, counted};
use super::claim::{Claim, of_the_run};
use super::telemetry::{Attributes, Log, Span, Telemetry};
use super::{Outcome, page, tool};

/// Every query finds what it is for.
pub(super) fn queries(
    backends: &Backends,
    graf: &Path,
    telemetry: &Telemetry,
    (buggy, fixed): (&Claim, &Claim),
) -> Outcome<Vec<Check>> {
    let codes: BTreeSet<String> =
        buggy.divergences.keys().map(|(code, _)| code.clone()).filter(|code| !of_the_run(code)).collect();
    let events = counted(backends, "event", "candor_events_total", fixed.service)?.into_keys().collect();
    let mut traceql = BTreeSet::new();
    let mut logql = BTreeSet::new();
    for dashboard in page::dashboards(graf)? {
        for (language, query) in page::foreign(&page::read(&dashboard)?) {
            match language {
                "traceql" => traceql.extend(filled(&query, &[("code", &codes), ("event", &events)])),
                _ => drop(logql.insert(query)),
            }
        }
    }
    Ok(vec![
        of_traces(&traceql, &telemetry.spans),
        of_divergences(&codes, telemetry, buggy),
        of_logs(&logql, &telemetry.logs, buggy),
    ])
}

/// The query for each value of the label that it names, as Grafana fills it in.
fn filled(query: &str, labels: &[(&str, &BTreeSet<String>)]) -> Vec<String> {
    for (label, values) in labels {
        let hole = format!("${{__field.labels.{label}}}");
        if query.contains(&hole) {
            return values.iter().map(|value| query.replace(&hole, value)).collect();
        }
    }
    vec![query.to_owned()]
}

fn of_traces(queries: &BTreeSet<String>, spans: &[Span]) -> Check {
    let (mut found, mut faults) = (0, Vec::new());
    for query in queries {
        match Search::read(query).map(|search| spans.iter().filter(|span| search.finds(span)).count()) {
            None => faults.push(format!("not understood: {query}")),
            Some(0) => faults.push(format!("finds nothing: {query}")),
            Some(own) => found += own,
        }
    }
    let seen = format!("{} queries, {found} spans", queries.len());
    Check::new(
        &tool::COLLECTOR,
        "each TraceQL query of a dashboard finds spans among the records",
        seen,
        faults,
    )
}

/// The link of a code leads to every operation that has it.
fn of_divergences(codes: &BTreeSet<String>, telemetry: &Telemetry, buggy: &Claim) -> Check {
    let mut faults = Vec::new();
    for code in codes {
        let search =
            Search { place: Place::Event("candor.divergence.code".to_owned()), value: Some(code.clone()) };
        let found: BTreeSet<&str> = telemetry
            .spans
            .iter()
            .filter(|span| span.service == buggy.service && search.finds(span))
            .map(|span| span.name.as_str())
            .collect();
        let claimed: BTreeSet<&str> =
            buggy.divergences.keys().filter(|(own, _)| own == code).map(|(_, of)| of.as_str()).collect();
        if found != claimed {
            faults.push(format!("{code}: {claimed:?} diverged, {found:?} are found"));
        }
    }
    let seen = format!("{} codes", codes.len());
    Check::new(
        &tool::COLLECTOR,
        "the TraceQL of a code finds the operations that have it, and no others",
        seen,
        faults,
    )
}

fn of_logs(queries: &BTreeSet<String>, logs: &[Log], buggy: &Claim) -> Check {
    let (mut found, mut faults) = (0, Vec::new());
    for query in queries {
        let Some(present) = present(query) else {
            faults.push(format!("not understood: {query}"));
            continue;
        };
        let own = logs.iter().filter(|log| log.service == buggy.service);
        let has =
            |log: &&Log| present.iter().all(|name| labels(log).get(name).is_some_and(|own| !own.is_empty()));
        let told: u64 = own.filter(has).map(|log| log.count).sum();
        let claimed: u64 = buggy.divergences.values().sum();
        if told != claimed {
            faults.push(format!("{query} finds {told} divergences of {claimed}"));
        }
        found += told;
    }
    if queries.is_empty() {
        faults.push("there is no query".to_owned());
    }
    let seen = format!("{} query, {found} divergences", queries.len());
    Check::new(
        &tool::COLLECTOR,
        "the LogQL query of the divergences finds each of them among the records",
        seen,
        faults,
    )
}

/// Where a condition of TraceQL looks.
#[derive(Debug, PartialEq)]
enum Place {
    Span(String),
    Event(String),
    EventName,
}

/// A query of one condition: a place, and the value that it has to have; any, if there is none.
#[derive(Debug, PartialEq)]
struct Search {
    place: Place,
    value: Option<String>,
}

impl Search {
    fn read(query: &str) -> Option<Search> {
        let inside = query.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
        let (place, rest) = inside.split_once(' ')?;
        let (operator, value) = rest.split_once(' ')?;
        let place = match place.split_once(['.', ':'])? {
            ("span", name) => Place::Span(name.to_owned()),
            ("event", "name") if place.contains(':') => Place::EventName,
            ("event", name) => Place::Event(name.to_owned()),
            _ => return None,
        };
        let value = match (operator, value) {
            ("!=", "nil") => None,
            ("=", value) => Some(serde_json::from_str(value).ok()?),
            _ => return None,
        };
        Some(Search { place, value })
    }

    fn finds(&self, span: &Span) -> bool {
        let is = |own: &String| self.value.as_ref().is_none_or(|value| value == own);
        match &self.place {
            Place::Span(name) => span.attributes.get(name).is_some_and(is),
            Place::Event(name) => span.events.iter().any(|event| event.attributes.get(name).is_some_and(is)),
            Place::EventName => span.events.iter().any(|event| is(&event.name)),
        }
    }
}

/// The labels that a LogQL query of this shape wants to have a value: `{a=~".+"} | b!=""`.
fn present(query: &str) -> Option<Vec<String>> {
    let (stream, rest) = query.trim().strip_prefix('{')?.split_once('}')?;
    let stream = stream.trim().strip_suffix("=~\".+\"")?;
    let filter = rest.trim().strip_prefix('|')?.trim().strip_suffix("!=\"\"")?;
    Some(vec![stream.to_owned(), filter.to_owned()])
}

/// What Loki makes of a record: the service is a label of its stream, attributes are metadata, and what no label may have in
/// its name is an underscore.
fn labels(log: &Log) -> Attributes {
    let plain = |name: &str| name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let mut all: Attributes =
        log.attributes.iter().map(|(name, value)| (plain(name), value.clone())).collect();
    all.insert("service_name".to_owned(), log.service.clone());
    all
}

#[cfg(test)]
mod tests {
    use super::super::telemetry::Event;
    use super::*;

    fn attributes(name: &str, value: &str) -> Attributes {
        Attributes::from([(name.to_owned(), value.to_owned())])
    }

    fn span() -> Span {
        Span {
            service: "shop".to_owned(),
            trace: "t".to_owned(),
            id: "s".to_owned(),
            parent: String::new(),
            name: "pay".to_owned(),
            is_outer_parent: false,
            attributes: attributes("candor.operation", "pay \"now\""),
            events: vec![Event {
                name: "Paid".to_owned(),
                attributes: attributes("candor.divergence.code", "C101"),
            }],
        }
    }

    #[test]
    fn a_condition_looks_in_its_scope_and_in_no_other() {
        let finds = |query: &str| Search::read(query).map(|search| search.finds(&span()));
        assert_eq!(finds(r#"{ span.candor.operation = "pay \"now\"" }"#), Some(true));
        assert_eq!(finds("{ span.candor.operation != nil }"), Some(true));
        assert_eq!(finds(r#"{ span.candor.divergence.code = "C101" }"#), Some(false));
        assert_eq!(finds(r#"{ event.candor.divergence.code = "C101" }"#), Some(true));
        assert_eq!(finds(r#"{ event.name = "Paid" }"#), Some(false), "an attribute of that name");
        assert_eq!(finds(r#"{ event:name = "Paid" }"#), Some(true));
        assert_eq!(finds("{ duration > 1s }"), None);
    }

    #[test]
    fn a_link_is_asked_for_each_value_of_its_label() {
        let codes = BTreeSet::from(["C101".to_owned(), "C106".to_owned()]);
        assert_eq!(
            filled("{ a = \"${__field.labels.code}\" }", &[("code", &codes)]),
            ["{ a = \"C101\" }", "{ a = \"C106\" }"]
        );
        assert_eq!(filled("{ a != nil }", &[("code", &codes)]), ["{ a != nil }"]);
    }

    #[test]
    fn labels_of_logql_have_underscores() {
        let log = Log {
            service: "shop".to_owned(),
            event: "candor.divergence".to_owned(),
            operation: "pay".to_owned(),
            code: "C101".to_owned(),
            count: 1,
            has_time: true,
            attributes: attributes("candor.divergence.code", "C101"),
        };
        let wanted = present("{service_name=~\".+\"} | candor_divergence_code!=\"\"").unwrap();
        assert!(wanted.iter().all(|name| labels(&log).contains_key(name)), "{wanted:?}");
        assert_eq!(present("{service_name=~\".+\"} |= \"x\""), None);
    }
}

//! What must be true of what a store of logs has, asked in its own query language.

use std::collections::BTreeMap;

use serde_json::Value;

use super::backend::Backends;
use super::check::{Check, counted, differences};
use super::claim::Claim;
use super::{Outcome, ask, tool};

/// Every event and every divergence is there as often as it happened, and leads to its trace.
pub(super) fn logs(backends: &Backends, buggy: &Claim, fixed: &Claim) -> Outcome<Vec<Check>> {
    // What it took in is not searchable at once.
    ask::text(&format!("{}/internal/force_flush", backends.logs))?;
    let row = |what, seen, faults| Check::new(&tool::LOGS, what, seen, faults);
    let events = ask_for(
        backends,
        &format!(
            "service.name:=\"{}\" event_name:!=\"candor.divergence\" | stats by (event_name) count() n",
            fixed.service
        ),
        &["event_name"],
    )?;
    let expected = counted(backends, "event", "candor_events_total", fixed.service)?;
    let expected = expected.into_iter().map(|(event, count)| (vec![event], count)).collect();
    let divergences = ask_for(
        backends,
        &format!(
            "service.name:=\"{}\" event_name:=\"candor.divergence\" \
             | stats by (candor.divergence.code, candor.operation) sum(candor.divergence.count) n",
            buggy.service
        ),
        &["candor.divergence.code", "candor.operation"],
    )?;
    let found = buggy.divergences.iter();
    let found = found.map(|((code, of), count)| (vec![code.clone(), of.clone()], *count)).collect();
    let (led, astray) = traces(backends, buggy)?;
    Ok(vec![
        row(
            "a query by `event_name` counts each event as often as it happened",
            format!("{} events of {} kinds", events.values().sum::<u64>(), events.len()),
            differences(&expected, &events),
        ),
        row(
            "a query by `candor.divergence.code` counts each divergence as often as the shop found it",
            format!("{} divergences of {} kinds", divergences.values().sum::<u64>(), divergences.len()),
            differences(&found, &divergences),
        ),
        row("the trace of a divergent call is in Jaeger", format!("{led} traces"), astray),
    ])
}

/// What a query with `n` says, by these fields.
fn ask_for(backends: &Backends, query: &str, by: &[&str]) -> Outcome<BTreeMap<Vec<String>, u64>> {
    let mut all = BTreeMap::new();
    for row in rows(backends, query)? {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        all.insert(by.iter().map(|name| text(name)).collect(), text("n").parse()?);
    }
    Ok(all)
}

fn rows(backends: &Backends, query: &str) -> Outcome<Vec<Value>> {
    let url = format!("{}/select/logsql/query", backends.logs);
    let text = ask::text_of(&url, &[("query", query)])?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// The traces that the records of divergences name, and what is wrong with them.
fn traces(backends: &Backends, buggy: &Claim) -> Outcome<(usize, Vec<String>)> {
    let query = format!(
        "service.name:=\"{}\" event_name:=\"candor.divergence\" trace_id:* | stats by (trace_id, span_id) count() n",
        buggy.service
    );
    let named = ask_for(backends, &query, &["trace_id", "span_id"])?;
    let mut faults = Vec::new();
    for place in named.keys() {
        let [trace, span] = place.as_slice() else { continue };
        if !backends.has_span(trace, span)? {
            faults.push(format!("the span {span} of the trace {trace} is not in Jaeger"));
        }
    }
    if named.is_empty() {
        faults.push("no record names a trace".to_owned());
    }
    Ok((named.len(), faults))
}

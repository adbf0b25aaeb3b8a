//! What is still open in the error ledger when an operation claims fulfilment.

use super::finding;
use crate::model::{
    Code, Conduct, Disposition, Divergence, Entry, Form, Level, Operation, Origin, Recovery, last_segment,
};

pub(super) fn judge(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    let mut used = vec![0_u32; conduct.operation.recovers.len()];
    let mut accounted = conduct.accounted.unwrap_or(0);
    for entry in conduct.entries {
        if is_closed(conduct.operation, entry) {
            continue;
        }
        let weight = 1 + u64::from(entry.repeats) - declared(conduct, entry, &mut used);
        if weight == 0 {
            continue;
        }
        if accounted >= weight {
            accounted -= weight;
            continue;
        }
        findings.push(open(conduct, entry, weight - accounted));
        accounted = 0;
    }
}

/// Closed by what happened: superseded, recovered on the spot, or handed on.
pub(super) fn is_closed(operation: &Operation, entry: &Entry) -> bool {
    entry.superseded
        || entry.recovered.is_some()
        || match entry.origin {
            // What ends a loop and was kept is no end.
            Origin::Probe(probe) => probe.disposition == Disposition::Handed,
            Origin::Child(child) => {
                is_handed(operation.hands, child.site.function) || is_elsewhere(operation, entry)
            }
            // A call that was given an error tells it so.
            Origin::Log => operation.given,
        }
}

/// Whether the body hands on the value of this function, which a trait may have called by another name.
fn is_handed(hands: &[&str], function: &str) -> bool {
    let behind = match function {
        // A loop or an adapter asked for the item, and whoever has the item has its error.
        "next" | "next_back" | "poll_next" => return true,
        "from_str" => "parse",
        "try_from" => "try_into",
        "from" => "into",
        "from_iter" => "collect",
        // A future has the name of its own function, and whoever polls it does not know it.
        _ => "poll",
    };
    hands.contains(&function) || hands.contains(&behind)
}

/// The failed call stands in another function, whose closure or future runs here: that one returns the error to whoever
/// called it, and here nothing can be seen of it.
fn is_elsewhere(operation: &Operation, entry: &Entry) -> bool {
    let known = entry.site.is_known() && operation.site.is_known();
    known && entry.site.function != operation.site.function
}

/// How many of an entry's errors `recovers(PATTERN in callee => "why" by Event max N)` closes.
fn declared(conduct: &Conduct<'_>, entry: &Entry, used: &mut [u32]) -> u64 {
    let weight = entry.repeats.saturating_add(1);
    for (recovery, used) in conduct.operation.recovers.iter().zip(used) {
        if !matches(recovery, entry) {
            continue;
        }
        let followed = recovery
            .by
            .is_none_or(|event| conduct.facts.get(event).is_some_and(|fact| fact.last > entry.seq));
        let left = recovery.max.map_or(u32::MAX, |max| max.saturating_sub(*used));
        *used = used.saturating_add(weight);
        if followed && left > 0 {
            return left.min(weight).into();
        }
    }
    0
}

/// Whether a declared recovery speaks of this error.
fn matches(recovery: &Recovery, entry: &Entry) -> bool {
    let callee = recovery.callee.is_empty()
        || entry.callees.iter().any(|callee| ends_with_path(callee, recovery.callee));
    callee && error_matches(recovery.pattern, entry)
}

fn error_matches(pattern: &str, entry: &Entry) -> bool {
    if pattern == "_" {
        return true;
    }
    if let Some(text) = pattern.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return entry.text.contains(text);
    }
    let mut segments = pattern.rsplit("::");
    let (last, before) = (segments.next().unwrap_or(pattern), segments.next());
    let type_name = last_segment(entry.type_name);
    match before {
        Some(before) if entry.variant == last && type_name == before => true,
        _ => type_name == last || entry.variant == last,
    }
}

/// Whether one path ends with the segments of the other: the shorter one decides.
fn ends_with_path(callee: &str, declared: &str) -> bool {
    let mut own = callee.rsplit("::");
    let mut wanted = declared.rsplit("::");
    loop {
        match (own.next(), wanted.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None | Some(_), None) | (None, Some(_)) => return true,
            _ => return false,
        }
    }
}

fn open(conduct: &Conduct<'_>, entry: &Entry, weight: u64) -> Divergence {
    let (code, level) = verdict(entry);
    let mut found = finding(conduct, code, entry.site, "");
    found.level = level;
    found.count = weight;
    found.expected = format!(
        "the error is propagated, handed on, or recovered with a reason before `{}` fulfils",
        conduct.operation.name
    );
    found.observed = observed(entry, weight);
    found.evidence.clone_from(&entry.evidence);
    found.help = help(entry, code);
    found
}

fn verdict(entry: &Entry) -> (Code, Level) {
    let Origin::Probe(probe) = entry.origin else { return (Code::C101, Level::Suspicion) };
    match probe.disposition {
        Disposition::Substituted => (Code::C103, Level::Suspicion),
        Disposition::Dropped | Disposition::Ends if probe.iteration => (Code::C114, Level::Violation),
        Disposition::Dropped => (Code::C101, Level::Violation),
        Disposition::Acted | Disposition::Handed | Disposition::Ends => (Code::C101, Level::Suspicion),
    }
}

/// The form as code, unless it is words.
pub(super) fn shown(form: Form) -> String {
    if form.is_code() { format!("`{}`", form.text()) } else { form.text().to_owned() }
}

fn observed(entry: &Entry, weight: u64) -> String {
    let error = if entry.text.is_empty() { last_segment(entry.type_name) } else { &entry.text };
    let what = match entry.origin {
        Origin::Probe(probe) => match probe.disposition {
            _ if probe.form == Form::Statement => {
                let callee = entry.callees.first().copied().unwrap_or("the call");
                format!("`{callee}` answered \"{error}\", and nothing looked at it")
            }
            Disposition::Substituted => {
                format!("{} puts a value in place of the error \"{error}\"", shown(probe.form))
            }
            Disposition::Acted => format!(
                "{} does something else with the error \"{error}\" than account for it",
                shown(probe.form)
            ),
            _ => format!("{} drops the error \"{error}\"", shown(probe.form)),
        },
        Origin::Child(child) => format!("`{}` ended with \"{error}\", and the call fulfilled", child.name),
        Origin::Log => format!("an error was logged, \"{error}\", and the call fulfilled"),
    };
    if weight > 1 { format!("{what} ({weight} times)") } else { what }
}

fn help(entry: &Entry, code: Code) -> Vec<String> {
    let type_name = match last_segment(entry.type_name) {
        "" | "String" | "str" | "Box" | "&str" => "_",
        name => name,
    };
    let callee = entry.callees.first().copied().unwrap_or_default();
    let within = if callee.is_empty() { String::new() } else { format!(" in {callee}") };
    let declare = format!("#[observe(recovers({type_name}{within} => \"why\"))]");
    let spot = match (code, entry.origin) {
        (Code::C103, _) => Some("say why the substitute is right: `.recovered_or(\"why\", default)`"),
        (_, Origin::Probe(_)) => {
            Some("propagate it with `?`, or drop it with a reason: `.recovered(\"why\");`")
        }
        (_, Origin::Child(_)) => Some("propagate it with `?`, where the result is looked at"),
        (_, Origin::Log) => Some("return the error, or say in the arm why not: `recovered!(error, \"why\")`"),
    };
    let mut help: Vec<String> = spot.into_iter().map(str::to_owned).collect();
    if code == Code::C114 {
        help.push("or let the result count what failed: `accounts(ret.failed)`".to_owned());
    }
    help.push(format!("or declare the recovery: `{declare}`"));
    help
}

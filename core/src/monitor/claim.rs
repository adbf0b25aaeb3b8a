//! Checks that were false: invariants, contracts, claims against effects. And C113, effects over their limit.

use super::finding;
use crate::model::{Broken, Code, Conduct, Divergence, Evidence, Promise, Stage};

pub(super) fn judge(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    for broken in conduct.broken {
        if !is_excused(conduct, broken) {
            findings.push(check(conduct, broken));
        }
    }
    misreports(conduct, findings);
    duplicates(conduct, findings);
    outsiders(conduct, findings);
}

/// Between the two halves of a declared `together`, an invariant may be false.
fn is_excused(conduct: &Conduct<'_>, broken: &Broken) -> bool {
    broken.code == Code::C108
        && conduct.plan.promises.iter().any(|promise| {
            let Promise::Together { all, .. } = promise else { return false };
            let firsts = || all.iter().filter_map(|index| conduct.facts.get(*index)).map(|fact| fact.first);
            let (Some(min), Some(max)) = (firsts().min(), firsts().max()) else { return false };
            min > 0 && min <= broken.seq && broken.seq <= max
        })
}

fn check(conduct: &Conduct<'_>, broken: &Broken) -> Divergence {
    let site = if broken.site.is_known() { broken.site } else { conduct.exit.site };
    let mut found = finding(conduct, broken.code, site, &broken.clause);
    found.expected = if broken.expected.is_empty() { broken.clause.clone() } else { broken.expected.clone() };
    found.observed =
        if broken.observed.is_empty() { "it is false".to_owned() } else { broken.observed.clone() };
    if conduct.stage != Stage::Late && broken.code != Code::C904 {
        found.evidence.push(Evidence {
            what: format!("the call ended {}", conduct.outcome),
            site: Some(conduct.exit.site),
        });
    }
    found.help = vec![help(broken.code).to_owned()];
    found
}

fn help(code: Code) -> &'static str {
    match code {
        Code::C108 => "keep the invariant at every step: compute first, then write once",
        Code::C110 => "count what really happened: take the number from the effects, not from the attempts",
        Code::C904 => "make the predicate, `Debug` or `Display` total: it must not panic",
        _ => "mend the code, or the clause if the clause is wrong",
    }
}

fn duplicates(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    for duplicate in conduct.duplicates {
        let Some(limit) = conduct.plan.limits.get(duplicate.limit) else { continue };
        let name = conduct.plan.events.get(limit.event).map_or("the event", |event| event.meta.name);
        let of = if duplicate.key.is_empty() { String::new() } else { format!(" for {}", duplicate.key) };
        let mut found = finding(conduct, Code::C113, duplicate.site, limit.text);
        found.expected = format!("at most {} {name}{of}", limit.max);
        found.observed = format!("{} happened {} times{of}", name, duplicate.count);
        found.evidence = vec![
            Evidence { what: format!("{name} before"), site: Some(duplicate.before) },
            Evidence { what: format!("{name} again"), site: Some(duplicate.site) },
        ];
        found.help = vec![
            "make the effect idempotent: one key for all tries of the same thing".to_owned(),
            "or separate what is retried from what has already succeeded".to_owned(),
        ];
        findings.push(found);
    }
}

/// C107 for `emits(only, ..)`.
fn outsiders(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    for (name, site) in conduct.outsiders {
        let mut found = finding(conduct, Code::C107, *site, "");
        found.expected = "only the declared events happen".to_owned();
        found.observed = format!("{name} happened");
        found.help =
            vec![format!("declare it: `emits(.., {name}?)`, or move the effect out of this operation")];
        findings.push(found);
    }
}

/// C112: a log line gives another value than every event of the call.
fn misreports(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    for line in conduct.told.iter().filter(|told| !told.by_event) {
        let events = || conduct.told.iter().filter(|told| told.by_event && told.field == line.field);
        let Some(event) = events().next_back() else { continue };
        if events().any(|event| event.value == line.value) {
            continue;
        }
        let mut found = finding(conduct, Code::C112, line.site, "");
        found.expected = format!("log lines and events give the same `{}`", line.field);
        found.observed = format!("the line says {}, the event {}", line.value, event.value);
        found.evidence = vec![
            Evidence { what: format!("logged {}={}", line.field, line.value), site: Some(line.site) },
            Evidence { what: format!("the event says {}", event.value), site: Some(event.site) },
        ];
        found.help = vec!["log the value of the event".to_owned()];
        findings.push(found);
    }
}

//! How errors passed: C104, the class that was lost, and C118, retries that should not have been.

use super::finding;
use super::ledger::{is_closed, shown};
use crate::model::{Claim, Class, Code, Conduct, Divergence, Entry, Evidence, Exit, Origin, TOLD};

/// Without a declaration, so many failures of one thing in one call are too many.
const MANY: u64 = 10;

pub(super) fn judge(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    findings.extend(laundered(conduct));
    findings.extend(
        conduct.entries.iter().filter(|entry| is_recast(conduct, entry)).map(|entry| recast(conduct, entry)),
    );
    for (index, entry) in conduct.entries.iter().enumerate() {
        let is_first = !conduct.entries.iter().take(index).any(|earlier| same_place(earlier, entry));
        if is_first {
            findings.extend(retried(conduct, entry));
        }
    }
}

/// C104: the call ended with the last error that a child gave it, as another class.
fn laundered(conduct: &Conduct<'_>) -> Option<Divergence> {
    let declared = conduct.operation.intent.iter().any(|clause| clause.word == "outcome");
    let is_own = |entry: &&Entry| !is_recast(conduct, entry);
    let last = conduct.entries.iter().filter(is_own).max_by_key(|entry| entry.seq)?;
    let class = last.class?;
    let lost = matches!(
        (class, conduct.outcome.class),
        (Class::Refused, Class::Failed) | (Class::Failed, Class::Refused)
    );
    if !lost || declared || last.superseded || last.recovered.is_some() || !left_with(conduct, last) {
        return None;
    }
    let child = last.callees.last().copied().unwrap_or("the child");
    let mut found = finding(conduct, Code::C104, conduct.exit.site, "");
    found.expected = format!("what `{child}` {class} leaves as {class}");
    found.observed =
        format!("`{child}` ended {class} (\"{}\"), the call ended {}", last.text, conduct.outcome);
    found.evidence.clone_from(&last.evidence);
    found
        .evidence
        .push(Evidence { what: format!("left {}", conduct.outcome), site: Some(conduct.exit.site) });
    found.help = vec![
        "map the error to a variant of the same class: `#[outcome(refused)]` on the one that says no"
            .to_owned(),
        "or declare the mapping: `outcome(Err(_) => failed)`".to_owned(),
    ];
    Some(found)
}

/// Whether an error became a claim that it did not make, and nothing else is said of it.
fn is_recast(conduct: &Conduct<'_>, entry: &Entry) -> bool {
    let is_reported = || conduct.outcome.is_fulfilled() && !is_closed(conduct.operation, entry);
    let is_mended = || entry.recovered.as_ref().is_some_and(|why| why != TOLD);
    entry.recast && !entry.superseded && !is_mended() && !is_reported()
}

/// C104: an error was passed on as one that claims what it did not say.
fn recast(conduct: &Conduct<'_>, entry: &Entry) -> Divergence {
    let probe = match entry.origin {
        Origin::Probe(probe) => Some(probe),
        Origin::Child(_) | Origin::Log => None,
    };
    let form = probe.map(|probe| shown(probe.form)).unwrap_or_default();
    let claim = match probe.and_then(|probe| probe.claim) {
        Some(Claim::Refusal) => "that it was refused",
        _ => "that there is nothing",
    };
    let mut found = finding(conduct, Code::C104, entry.site, "");
    found.expected = format!("an error becomes the claim {claim} only if it says so");
    found.observed = format!("{form} turns the error \"{}\" into the claim {claim}", entry.text);
    found.count = 1 + u64::from(entry.repeats);
    found.evidence.clone_from(&entry.evidence);
    found.help = vec![
        "tell errors apart by their kind, and give what failed a variant of its own".to_owned(),
        "or say why it may be called so: `#[observe(allow(C104 = \"why\"))]`".to_owned(),
    ];
    found
}

/// Whether the call left where this error was met: by the `?` of the same line, or by a `return` in its arm.
fn left_with(conduct: &Conduct<'_>, entry: &Entry) -> bool {
    let exit = conduct.exit.site;
    match (conduct.exit.exit, entry.origin) {
        (Exit::Return, Origin::Probe(probe)) => probe.covers(&exit),
        (Exit::Question | Exit::Return | Exit::Tail, Origin::Child(_)) => {
            exit.file == entry.site.file && exit.line == entry.site.line
        }
        _ => false,
    }
}

fn same_place(a: &Entry, b: &Entry) -> bool {
    matches!((a.origin, b.origin), (Origin::Probe(_), Origin::Probe(_))) && a.place == b.place
}

/// C118: one thing tried too often, or again after a refusal. Passes over other items are no tries.
fn retried(conduct: &Conduct<'_>, entry: &Entry) -> Option<Divergence> {
    let Origin::Probe(probe) = entry.origin else { return None };
    if entry.recast || probe.iteration || entry.class.is_none() && conduct.plan.retries.is_none() {
        return None;
    }
    let tries = || conduct.entries.iter().filter(|other| same_place(entry, other));
    let failures: u64 = tries().map(|other| 1 + u64::from(other.repeats)).sum();
    let most = conduct.plan.retries.map_or(MANY - 1, u64::from);
    let again = failures > 1 || entry.superseded;
    let refused = again && tries().any(|other| other.class == Some(Class::Refused));
    if failures <= most && !refused {
        return None;
    }
    let callee = entry.callees.first().copied().unwrap_or("it");
    let mut found = finding(conduct, Code::C118, entry.site, "");
    (found.expected, found.observed) = if refused {
        (
            format!("`{callee}` is not tried again after it refused"),
            format!("it refused (\"{}\") and was tried again", entry.text),
        )
    } else {
        (format!("`{callee}` fails at most {most} times in one call"), format!("it failed {failures} times"))
    };
    found.evidence.clone_from(&entry.evidence);
    found.help = vec!["stop at a refusal, and cap the tries: `retries(max = 3)` states the cap".to_owned()];
    Some(found)
}

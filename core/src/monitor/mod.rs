//! Judges what a call did against what it declares. Pure: a [`Conduct`] in, divergences out.
//!
//! **Invariant:** nothing here reads a clock, holds state or does I/O; the same conduct always gives the same findings.

mod claim;
mod ledger;
mod log;
mod passage;
mod promise;
mod stem;

use crate::model::{Class, Code, Conduct, Divergence, Evidence, Site, Stage, Task, TaskEnd, counted};

/// Judges one call. Key and story are added by the caller, and reasoned exceptions are applied there.
pub fn judge(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    let before = findings.len();
    claim::judge(conduct, findings);
    if conduct.outcome.is_fulfilled() {
        ledger::judge(conduct, findings);
    }
    passage::judge(conduct, findings);
    promise::judge(conduct, findings);
    abandonment(conduct, findings);
    tasks(conduct, findings);
    log::judge(conduct, findings);
    losses(conduct, findings);
    for finding in findings.iter_mut().skip(before) {
        finding.outcome = conduct.outcome.clone();
    }
}

/// A finding of this call; `clause` is the clause of the attribute that it is about, if any.
fn finding(conduct: &Conduct<'_>, code: Code, site: Site, clause: &str) -> Divergence {
    let mut finding = Divergence::new(code, conduct.operation.name, site);
    finding.intent = if clause.is_empty() { intent(conduct) } else { clause.to_owned() };
    finding
}

/// The declared intent in one line.
fn intent(conduct: &Conduct<'_>) -> String {
    // The key says what the call is about, not what it intends.
    let declared = conduct.operation.intent.iter().filter(|clause| clause.word != "key");
    let clauses: Vec<String> = declared.map(ToString::to_string).collect();
    match clauses.as_slice() {
        [] => format!("`{}` claims fulfilment unless it returns an error", conduct.operation.name),
        _ => clauses.join(", "),
    }
}

/// C105: the call ended in the middle, after something had happened.
fn abandonment(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    if conduct.outcome.class != Class::Abandoned || !conduct.acted || conduct.stage == Stage::Late {
        return;
    }
    let mut found = finding(conduct, Code::C105, conduct.exit.site, "");
    let how = if conduct.outcome.reason == "panic" { "panicked" } else { "was dropped before it was ready" };
    found.expected = if conduct.operation.cancel_safe {
        "nothing happens that a dropped future leaves half done (`cancel_safe`)".to_owned()
    } else {
        format!("`{}` runs to an end once something has happened", conduct.operation.name)
    };
    found.observed = format!("it {how} after events or tracked changes");
    found.evidence = happened(conduct);
    found.help = vec![
        "do the rest in work that is not dropped with the caller: `candor::spawn(..)`".to_owned(),
        "or undo what happened when the future is dropped, in a `Drop` guard".to_owned(),
    ];
    findings.push(found);
}

/// The events of the plan that happened, as evidence.
fn happened(conduct: &Conduct<'_>) -> Vec<Evidence> {
    let facts = conduct.plan.events.iter().zip(conduct.facts);
    facts
        .filter(|(_, fact)| fact.count > 0)
        .map(|(event, fact)| Evidence {
            what: format!("{} happened {}×", event.meta.name, fact.count),
            site: fact.last_site.copied(),
        })
        .collect()
}

/// C119: spawned work failed and nobody could notice.
fn tasks(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    for task in conduct.tasks.iter().filter(|task| task.handle_dropped && !task.detached) {
        let how = match &task.end {
            TaskEnd::Failed(why) => format!("it failed: {why}"),
            TaskEnd::Panicked(why) => format!("it panicked: {why}"),
            TaskEnd::NeverBegan => {
                findings.push(never_began(conduct, task));
                continue;
            }
            TaskEnd::Finished | TaskEnd::Cancelled => continue,
        };
        let mut found = finding(conduct, Code::C119, task.site, "");
        found.expected = "somebody learns how spawned work ends".to_owned();
        found.observed = format!("{how}; its handle was dropped where it was spawned");
        found.evidence = vec![Evidence { what: how, site: Some(task.site) }];
        found.help = vec![
            "keep the handle and await it: `let task = tokio::spawn(..); … task.await?`".to_owned(),
            "or say why it may be lost: `tokio::spawn(candor::detached(\"why\", async move { .. }))`"
                .to_owned(),
        ];
        findings.push(found);
    }
}

/// The same for a future that nobody waited for, which is no work at all.
fn never_began(conduct: &Conduct<'_>, task: &Task) -> Divergence {
    let mut found = finding(conduct, Code::C119, task.site, "");
    found.expected = "a future that is made is awaited, spawned or handed on".to_owned();
    found.observed = "a future was thrown away before it began: nothing of it was done".to_owned();
    found.evidence = vec![Evidence { what: "it was never polled".to_owned(), site: Some(task.site) }];
    found.help = vec!["write `.await` behind the call".to_owned()];
    found
}

/// C901: the verdict of this call is inconclusive.
fn losses(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    if conduct.lost == 0 {
        return;
    }
    let mut found = finding(conduct, Code::C901, conduct.operation.site, "");
    found.expected = "everything that a verdict needs is kept".to_owned();
    let (records, do_not) = (counted(conduct.lost, "record"), if conduct.lost == 1 { "does" } else { "do" });
    found.observed = format!("{records} of this call {do_not} not fit: what needs them is inconclusive");
    found.help =
        vec!["observe smaller steps: put `#[observe]` on the function that is called in the loop".to_owned()];
    findings.push(found);
}

#[cfg(test)]
mod tests;

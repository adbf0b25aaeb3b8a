//! C111: log lines whose text and the outcome part ways.

use super::{finding, stem};
use crate::model::{Broken, Code, Conduct, Divergence, Evidence, LogLevel, LogLine, Promise, Wording};

pub(super) fn judge(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    for line in conduct.logs {
        let found = match line.wording {
            Wording::Neutral => None,
            Wording::Failure => hushed_failure(conduct, line),
            Wording::Success => false_success(conduct, line),
        };
        findings.extend(found);
    }
    findings.extend(refuted(conduct));
}

fn misleading(conduct: &Conduct<'_>, line: &LogLine, expected: &str, observed: String) -> Divergence {
    let mut found = finding(conduct, Code::C111, line.site, "");
    found.expected = expected.to_owned();
    found.observed = observed;
    found.evidence = vec![
        Evidence { what: format!("logged \"{}\"", line.text), site: Some(line.site) },
        Evidence { what: format!("the call ended {}", conduct.outcome), site: Some(conduct.exit.site) },
    ];
    found.help = vec!["write the line where its words are true, with the outcome it speaks of".to_owned()];
    found
}

/// Success in words, no success in the outcome.
fn false_success(conduct: &Conduct<'_>, line: &LogLine) -> Option<Divergence> {
    if line.level < LogLevel::Info {
        return None;
    }
    if conduct.outcome.is_fulfilled() {
        return claims_all(conduct, line);
    }
    // A line that warns claims no success, whatever it says has ended.
    if line.level > LogLevel::Info || counts_failures(&line.text) {
        return None;
    }
    let about_it = stem::speaks_for(&line.text, conduct.operation.site.function)
        || tells_of_a_missing_event(conduct, line)
        || follows_the_failure(conduct, line);
    about_it.then(|| {
        let observed = format!("the line says \"{}\", the call ended {}", line.text, conduct.outcome);
        misleading(conduct, line, "a line that says success is followed by success", observed)
    })
}

/// `run finished failed=3`: whoever reads the line knows.
fn counts_failures(text: &str) -> bool {
    const COUNTS: [&str; 7] = ["failed", "failures", "errors", "rejected", "skipped", "missing", "dropped"];
    let mut fields = text.split_whitespace().filter_map(|word| word.split_once('='));
    fields.any(|(name, count)| COUNTS.contains(&name) && count.parse::<u64>().is_ok_and(|count| count > 0))
}

/// The line says that all of it succeeded, and the returned value counts what did not.
fn claims_all(conduct: &Conduct<'_>, line: &LogLine) -> Option<Divergence> {
    let failed = conduct.accounted.filter(|failed| *failed > 0)?;
    let mut words = line.text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ["all", "every", "everything"].iter().any(|all| word.eq_ignore_ascii_case(all))).then(
        || {
            let observed =
                format!("the line says \"{}\", the returned value tells {failed} that failed", line.text);
            misleading(conduct, line, "a line that speaks of all is true of all", observed)
        },
    )
}

/// The line tells of a promised event that did not happen.
fn tells_of_a_missing_event(conduct: &Conduct<'_>, line: &LogLine) -> bool {
    let events = conduct.plan.events.iter().zip(conduct.facts);
    let promised = |index: usize| {
        let emits = |promise: &Promise| matches!(promise, Promise::Emits { any_of, min: 1.., .. } if any_of.contains(&index));
        conduct.plan.promises.iter().any(emits)
    };
    events.enumerate().any(|(index, (event, fact))| {
        fact.count == 0 && promised(index) && stem::tells_of(&line.text, event.meta.name)
    })
}

/// The line was written after the very error with which the call ended.
fn follows_the_failure(conduct: &Conduct<'_>, line: &LogLine) -> bool {
    let Some(detail) = conduct.outcome.detail.as_deref() else { return false };
    conduct.entries.iter().any(|entry| {
        entry.seq < line.seq
            && !entry.superseded
            && entry.recovered.is_none()
            && !entry.text.is_empty()
            && entry.text == detail
    })
}

/// Failure in words, below WARN, and the call fulfilled. An error that the ledger knows is reported there, or closed.
fn hushed_failure(conduct: &Conduct<'_>, line: &LogLine) -> Option<Divergence> {
    if !conduct.outcome.is_fulfilled() || line.level >= LogLevel::Warn || line.entry.is_some() {
        return None;
    }
    let known =
        conduct.entries.iter().any(|entry| entry.text.len() > 2 && line.text.contains(entry.text.as_str()));
    (!known).then(|| {
        let observed = format!("the line says \"{}\", the call fulfilled", line.text);
        misleading(
            conduct,
            line,
            "a failure is logged as one (WARN or ERROR), or the outcome tells it",
            observed,
        )
    })
}

/// The last line that repeats a number which the effects refute.
fn refuted(conduct: &Conduct<'_>) -> Option<Divergence> {
    let (line, broken) = conduct.logs.iter().rev().find_map(|line| {
        let broken = conduct.broken.iter().find(|broken| repeats(line, broken));
        broken
            .filter(|_| line.level >= LogLevel::Info && line.wording != Wording::Failure)
            .map(|broken| (line, broken))
    })?;
    let observed = format!("the line says \"{}\"; {}", line.text, broken.observed);
    Some(misleading(conduct, line, "the numbers of a log line are those of the effects", observed))
}

fn repeats(line: &LogLine, broken: &Broken) -> bool {
    let Some(claimed) = broken.claimed.as_deref() else { return false };
    line.text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-').any(|word| word == claimed)
}

//! Promises over the events of a call.

use super::{finding, happened};
use crate::model::{Class, Code, Conduct, Divergence, Evidence, Exit, Fact, Promise, Site, Stage, When};

pub(super) fn judge(conduct: &Conduct<'_>, findings: &mut Vec<Divergence>) {
    if conduct.stage == Stage::Early {
        // Spawned work is still running: every promise is pending.
        return;
    }
    for promise in conduct.plan.promises {
        findings.extend(broken(conduct, promise));
    }
}

fn broken(conduct: &Conduct<'_>, promise: &Promise) -> Option<Divergence> {
    match *promise {
        Promise::Emits { when, any_of, min, max, text } => emits(conduct, (when, any_of), (min, max), text),
        Promise::Never { event, text } => never(conduct, event, text),
        Promise::Claims { event, text } => claims(conduct, event, text),
        Promise::Before { first, then, text } => before(conduct, first, then, text),
        Promise::Together { all, text } => together(conduct, all, text),
        Promise::Compensates { effect, undo, text } => compensates(conduct, effect, undo, text),
        Promise::Via { event, text } => via(conduct, event, text),
    }
}

fn fact(conduct: &Conduct<'_>, event: usize) -> Fact {
    conduct.facts.get(event).copied().unwrap_or_default()
}

fn name(conduct: &Conduct<'_>, event: usize) -> &'static str {
    conduct.plan.events.get(event).map_or("?", |event| event.meta.name)
}

fn site(conduct: &Conduct<'_>, site: Option<&'static Site>) -> Site {
    site.copied().unwrap_or(conduct.exit.site)
}

/// How the call left, in words.
fn left(conduct: &Conduct<'_>) -> String {
    let by = match conduct.exit.exit {
        Exit::Question => "by `?`",
        Exit::Return => "by `return`",
        Exit::Await => "at an `.await`",
        Exit::Tail | Exit::Statement => "at its end",
    };
    format!("`{}` left {by}, {}", conduct.operation.name, conduct.outcome)
}

fn emits(
    conduct: &Conduct<'_>,
    (when, any_of): (When, &[usize]),
    (min, max): (u32, Option<u32>),
    text: &str,
) -> Option<Divergence> {
    let total: u32 = any_of.iter().map(|event| fact(conduct, *event).count).sum();
    let repeats: u32 = any_of.iter().map(|event| fact(conduct, *event).repeats).sum();
    let too_many = max.is_some_and(|max| total - repeats > max);
    let too_few = when.covers(conduct.outcome.class) && total < min;
    if !too_many && !too_few {
        return None;
    }
    let last = any_of.iter().filter_map(|event| fact(conduct, *event).last_site).next_back();
    let (code, at) =
        if too_many { (Code::C113, site(conduct, last)) } else { (Code::C106, conduct.exit.site) };
    let names: Vec<&str> = any_of.iter().map(|event| name(conduct, *event)).collect();
    let mut found = finding(conduct, code, at, text);
    found.expected = match (min, max) {
        (min, Some(max)) if min == max => format!("exactly {min} of {}", names.join(" or ")),
        (_, Some(max)) if too_many => format!("at most {max} of {}", names.join(" or ")),
        (min, _) => format!("at least {min} of {}", names.join(" or ")),
    };
    found.observed = format!("{total} happened; {}", left(conduct));
    found.evidence = happened(conduct);
    found.evidence.push(Evidence { what: left(conduct), site: Some(conduct.exit.site) });
    found.help = vec![
        format!("make `{}` happen on this path, or return an error from it", names.join("` or `")),
        format!("or, if this path is right without it: `emits({}?)`", names.first().copied().unwrap_or("A")),
    ];
    Some(found)
}

fn never(conduct: &Conduct<'_>, event: usize, text: &str) -> Option<Divergence> {
    let fact = fact(conduct, event);
    (fact.count > 0).then(|| {
        let mut found = finding(conduct, Code::C107, site(conduct, fact.first_site), text);
        found.expected = format!("{} never happens here", name(conduct, event));
        found.observed = format!("it happened {}×", fact.count);
        found.help = vec!["move the effect out of this operation".to_owned()];
        found
    })
}

/// Whether an effect was undone, by a declared compensation.
fn is_undone(conduct: &Conduct<'_>, event: usize) -> bool {
    conduct.plan.promises.iter().any(|promise| {
        matches!(*promise, Promise::Compensates { effect, undo, .. } if effect == event && fact(conduct, undo).count > 0)
    })
}

fn claims(conduct: &Conduct<'_>, event: usize, text: &str) -> Option<Divergence> {
    let fact = fact(conduct, event);
    if fact.count == 0 || conduct.outcome.class == Class::Fulfilled || is_undone(conduct, event) {
        return None;
    }
    let name = name(conduct, event);
    let mut found = finding(conduct, Code::C102, site(conduct, fact.last_site), text);
    found.expected = format!("{name} is said only when the whole operation fulfils");
    found.observed = format!("{name} was said, then {}", left(conduct));
    found.evidence = vec![
        Evidence { what: format!("{name} was said"), site: fact.last_site.copied() },
        Evidence { what: left(conduct), site: Some(conduct.exit.site) },
    ];
    found.help = vec![format!("emit {name} after the last step that can fail")];
    Some(found)
}

fn before(conduct: &Conduct<'_>, first: usize, then: usize, text: &str) -> Option<Divergence> {
    let (earlier, later) = (fact(conduct, first), fact(conduct, then));
    let in_order = later.count == 0 || (earlier.count > 0 && earlier.first < later.first);
    (!in_order).then(|| {
        let mut found = finding(conduct, Code::C115, site(conduct, later.first_site), text);
        found.expected = format!("{} before {}", name(conduct, first), name(conduct, then));
        found.observed = match earlier.count {
            0 => format!("{} without any {}", name(conduct, then), name(conduct, first)),
            _ => format!("{} came first", name(conduct, then)),
        };
        found.evidence = happened(conduct);
        found.help = vec![format!("do what {} tells first, and stop if it fails", name(conduct, first))];
        found
    })
}

fn together(conduct: &Conduct<'_>, all: &[usize], text: &str) -> Option<Divergence> {
    let done: Vec<usize> = all.iter().copied().filter(|event| fact(conduct, *event).count > 0).collect();
    if done.is_empty() || done.len() == all.len() || done.iter().all(|event| is_undone(conduct, *event)) {
        return None;
    }
    let missing: Vec<&str> =
        all.iter().filter(|event| !done.contains(event)).map(|event| name(conduct, *event)).collect();
    let mut found = finding(conduct, Code::C116, conduct.exit.site, text);
    found.expected = "all of them or none".to_owned();
    found.observed = format!("{} did not happen; {}", missing.join(", "), left(conduct));
    found.evidence = happened(conduct);
    found.help = vec!["do both in one transaction, or undo the first when the second fails".to_owned()];
    Some(found)
}

fn compensates(conduct: &Conduct<'_>, effect: usize, undo: usize, text: &str) -> Option<Divergence> {
    let owed = fact(conduct, effect).count > fact(conduct, undo).count;
    if !owed || conduct.outcome.class == Class::Fulfilled {
        return None;
    }
    let mut found = finding(conduct, Code::C117, conduct.exit.site, text);
    found.expected = format!(
        "{} is undone by {} when the call does not fulfil",
        name(conduct, effect),
        name(conduct, undo)
    );
    found.observed = format!("{} stands; {}", name(conduct, effect), left(conduct));
    found.evidence = happened(conduct);
    found.help = vec![format!("on this path, do what {} tells before leaving", name(conduct, undo))];
    Some(found)
}

fn via(conduct: &Conduct<'_>, event: usize, text: &str) -> Option<Divergence> {
    let missed = conduct.outcome.class == Class::Fulfilled && fact(conduct, event).count == 0;
    missed.then(|| {
        let mut found = finding(conduct, Code::C120, conduct.exit.site, text);
        found.expected = format!("the result comes by way of {}", name(conduct, event));
        found.observed = format!("{} was not on the path; {}", name(conduct, event), left(conduct));
        found.evidence = happened(conduct);
        found.help =
            vec!["the result may be right by coincidence: follow the path that was taken".to_owned()];
        found
    })
}

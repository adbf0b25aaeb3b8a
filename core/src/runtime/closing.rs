//! What can be said only when a run ends. Pure: figures in, findings out.

use super::allow::{Used, covering, is_in_force};
use super::clock::{Date, iso};
use crate::model::{Allow, Class, Code, Divergence, Evidence, Operation, Outcome, Site, counted};
use crate::record::Totals;

/// From how many ended calls on it is reported that an operation never fulfilled, or that an exception covers nothing.
const CALLS: u64 = 20;

/// Losses that touch no verdict: a field is missing from a story, an exporter could not write, a time is in no histogram.
const HARMLESS: [&str; 3] = ["field", "exporter", "figure"];

/// What a run looked like when it ended.
pub(super) struct Ending<'a> {
    /// Totals of every operation that was called.
    pub(super) totals: &'a [Totals],
    /// Every operation that is declared in the binary, called or not.
    pub(super) declared: &'a [&'static Operation],
    /// What was lost.
    pub(super) lost: &'a [(&'static str, u64)],
    /// Which exceptions covered something.
    pub(super) used: Used,
    /// The day.
    pub(super) today: Date,
}

/// All findings of the end of a run.
pub(super) fn close(mut ending: Ending<'_>) -> Vec<Divergence> {
    let mut findings = Vec::new();
    for total in ending.totals {
        findings.extend(without_outcome(total, &mut ending.used, ending.today));
    }
    findings.extend(stale_allows(&ending));
    findings.extend(losses(ending.lost));
    findings
}

/// C301: called many times and never fulfilled.
fn without_outcome(total: &Totals, used: &mut Used, today: Date) -> Option<Divergence> {
    let [fulfilled, refused, failed, abandoned] = total.by_class;
    // A future that is always the one that loses, as a wait for the end of a program, was never asked to fulfil.
    let of_reason = |wanted: &str| {
        let reasons =
            total.reasons.iter().filter(|(class, reason, _)| *class == Class::Abandoned && *reason == wanted);
        reasons.map(|(_, _, count)| *count).sum::<u64>()
    };
    let ended = refused + failed + abandoned.saturating_sub(of_reason("cancelled"));
    let operation = total.callsite.operation();
    // Operations that are counted together for want of memory stand at no place: nothing can be said of any of them.
    if fulfilled > 0 || ended < CALLS || !operation.site.is_known() {
        return None;
    }
    if let Some(allow) = covering(operation, Code::C301, today) {
        used.note(allow);
        if is_in_force(allow, today) {
            return None;
        }
    }
    let mut found = Divergence::new(Code::C301, operation.name, operation.site);
    found.intent = format!("`{}` is called to fulfil", operation.name);
    let ends = [(Class::Refused, refused), (Class::Failed, failed), (Class::Abandoned, abandoned)];
    if let Some((class, _)) = ends.into_iter().max_by_key(|(_, count)| *count) {
        found.outcome = Outcome::new(class, top_reason(total, class));
    }
    found.expected = format!("at least one of {ended} calls fulfils");
    found.observed = format!("0 fulfilled, {refused} refused, {failed} failed, {abandoned} abandoned");
    found.evidence = total
        .reasons
        .iter()
        .map(|(class, reason, count)| Evidence { what: format!("{class} {count}×: {reason}"), site: None })
        .collect();
    found.help = vec![
        "start with the most frequent reason above".to_owned(),
        "if one of these ends is what the operation is for, declare it: `outcome(PATTERN => fulfilled)`"
            .to_owned(),
    ];
    Some(found)
}

/// The most frequent reason of this class.
fn top_reason(total: &Totals, class: Class) -> &'static str {
    let own = total.reasons.iter().filter(|reason| reason.0 == class);
    own.max_by_key(|reason| reason.2).map_or("", |reason| reason.1)
}

/// C903: exceptions past their date, and those of operations that were called and had nothing to except.
fn stale_allows(ending: &Ending<'_>) -> Vec<Divergence> {
    let called = |operation: &Operation| {
        let own = ending.totals.iter().find(|total| std::ptr::eq(total.callsite.operation(), operation));
        own.map_or(0, |total| total.by_class.iter().sum::<u64>())
    };
    let mut operations: Vec<&'static Operation> =
        ending.totals.iter().map(|total| total.callsite.operation()).collect();
    for declared in ending.declared {
        if !operations.iter().any(|known| std::ptr::eq(*known, *declared)) {
            operations.push(declared);
        }
    }
    let each =
        operations.iter().flat_map(|operation| operation.allows.iter().map(|allow| (*operation, allow)));
    each.filter_map(|(operation, allow)| stale(operation, allow, called(operation), ending)).collect()
}

fn stale(
    operation: &'static Operation,
    allow: &'static Allow,
    calls: u64,
    ending: &Ending<'_>,
) -> Option<Divergence> {
    let observed = match allow.until {
        Some(last) if !is_in_force(allow, ending.today) => {
            format!("it held until {}, and today is {}", iso(last), iso(ending.today))
        }
        _ if calls >= CALLS && !ending.used.has(allow) => {
            format!(
                "in {calls} calls of `{}`, {} ({}) never occurred",
                operation.name,
                allow.code,
                allow.code.title()
            )
        }
        _ => return None,
    };
    let mut found = Divergence::new(Code::C903, operation.name, allow.site);
    found.intent = format!("allow({} = {:?})", allow.code, allow.reason);
    found.expected = "an `allow` has not run out, and excuses something".to_owned();
    found.observed = observed;
    found.help = vec![if is_in_force(allow, ending.today) {
        format!("remove it: `allow({} = ..)` excuses nothing", allow.code)
    } else {
        "mend what it excuses and remove it, or agree on a new date: `until = \"YYYY-MM-DD\"`".to_owned()
    }];
    Some(found)
}

/// C901: losses that touch verdicts.
fn losses(lost: &[(&'static str, u64)]) -> Option<Divergence> {
    let touching: Vec<_> =
        lost.iter().filter(|(kind, count)| *count > 0 && !HARMLESS.contains(kind)).collect();
    if touching.is_empty() {
        return None;
    }
    let sum: u64 = touching.iter().map(|(_, count)| count).sum();
    let mut found = Divergence::new(Code::C901, "candor", Site::UNKNOWN);
    found.intent = "nothing is dropped uncounted".to_owned();
    found.expected = "everything that a verdict needs is kept".to_owned();
    let (records, are) = (counted(sum, "record"), if sum == 1 { "was" } else { "were" });
    found.observed = format!("{records} {are} lost in this run: verdicts that need them are inconclusive");
    found.evidence = touching
        .iter()
        .map(|(kind, count)| Evidence { what: format!("{kind}: {count}, {}", lost_as(kind)), site: None })
        .collect();
    found.help = losses_help(&touching);
    Some(found)
}

fn losses_help(touching: &[&(&'static str, u64)]) -> Vec<String> {
    let has = |kinds: &[&str]| touching.iter().any(|(kind, _)| kinds.contains(kind));
    let recursion =
        "do not observe each step of a deep recursion: put `#[observe]` on the function that starts it";
    let smaller = "observe smaller steps: put `#[observe]` on the function that is called in the loop";
    let mut help = Vec::new();
    if has(&["operation"]) {
        help.push(recursion.to_owned());
    }
    if has(&["entry", "key", "check", "task"]) {
        help.push(smaller.to_owned());
    }
    help
}

/// What each kind of loss means.
fn lost_as(kind: &str) -> &'static str {
    match kind {
        "operation" => "calls nested deeper than 512 or leaked: counted, not followed",
        "entry" => "errors of a call beyond its 64th, or that moved to another thread",
        "key" => "keys of an `at_most` beyond 1,024 in a call, or that could not be read",
        "check" => "checks that a busy lock left undecided, or beyond the 64th false one of a call",
        "task" => "records of spawned work beyond what its operation keeps",
        "reentrant" => "records made while candor was at work on the same thread",
        "thread" => "records on a thread that was ending",
        "fold" => "folds such as `sum(..)` that panicked",
        "verdict" => "calls whose verdict panicked",
        _ => "findings beyond 1,000 places, or that nobody was there to read",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Callsite;
    use crate::runtime::run::tests::{callsite, totals};

    const TODAY: Date = (2026, 11, 25);

    fn ending<'a>(totals: &'a [Totals], lost: &'a [(&'static str, u64)]) -> Ending<'a> {
        Ending { totals, declared: &[], lost, used: Used::default(), today: TODAY }
    }

    #[test]
    fn nothing_is_said_of_operations_that_are_counted_together() {
        static OTHERS: Callsite = Callsite::bare("other operations");
        assert!(close(ending(&[totals(&OTHERS, [0, 0, 500, 0])], &[("figure", 9)])).is_empty());
    }

    const fn allow(code: Code, until: Option<Date>) -> Allow {
        Allow {
            code,
            reason: "the cache is best effort",
            until,
            site: Site { file: "src/order.rs", line: 4, column: 7, function: "price" },
        }
    }

    fn allowing(allows: &'static [Allow]) -> &'static Callsite {
        let operation = Operation {
            name: "price",
            target: "shop",
            site: Site { file: "src/order.rs", line: 5, column: 1, function: "price" },
            intent: &[],
            recovers: &[],
            allows,
            hands: &[],
            given: false,
            cancel_safe: false,
            accounts: None,
        };
        Box::leak(Box::new(Callsite::new(Box::leak(Box::new(operation)), "")))
    }

    #[test]
    fn twenty_calls_without_an_outcome_are_reported() {
        let mut total = totals(callsite("import", 12), [0, 15, 4, 1]);
        total.reasons = vec![(Class::Refused, "Duplicate", 15), (Class::Failed, "Timeout", 4)];
        let found = close(ending(&[total], &[]));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].code, found[0].operation, found[0].site.line), (Code::C301, "import", 12));
        assert_eq!(found[0].observed, "0 fulfilled, 15 refused, 4 failed, 1 abandoned");
        assert_eq!(found[0].evidence[0].what, "refused 15×: Duplicate");
        assert_eq!(found[0].outcome, Outcome::new(Class::Refused, "Duplicate"));
    }

    #[test]
    fn fewer_calls_a_single_fulfilment_or_running_calls_are_silent() {
        let mut running = totals(callsite("serve", 3), [0; 4]);
        (running.calls, running.active) = (50, 50);
        let all =
            [totals(callsite("a", 1), [0, 19, 0, 0]), totals(callsite("b", 2), [1, 500, 0, 0]), running];
        assert!(close(ending(&all, &[])).is_empty());
    }

    #[test]
    fn a_future_that_always_loses_is_silent_and_one_that_panics_is_not() {
        let lost = |reason| {
            let mut total = totals(callsite("recv", 3), [0, 0, 0, 30]);
            total.reasons = vec![(Class::Abandoned, reason, 30)];
            close(ending(&[total], &[])).len()
        };
        assert_eq!((lost("cancelled"), lost("panic")), (0, 1));
    }

    #[test]
    fn an_exception_covers_activity_without_outcome_and_counts_as_used() {
        static ALLOWS: [Allow; 1] = [allow(Code::C301, None)];
        assert!(close(ending(&[totals(allowing(&ALLOWS), [0, 30, 0, 0])], &[])).is_empty());
        static EXPIRED: [Allow; 1] = [allow(Code::C301, Some((2026, 1, 31)))];
        let found = close(ending(&[totals(allowing(&EXPIRED), [0, 30, 0, 0])], &[]));
        let codes: Vec<_> = found.iter().map(|found| found.code).collect();
        assert_eq!(codes, [Code::C301, Code::C903]);
    }

    #[test]
    fn an_exception_past_its_date_is_stale_even_if_used_or_never_called() {
        static ALLOWS: [Allow; 1] = [allow(Code::C103, Some((2026, 11, 24)))];
        let callsite = allowing(&ALLOWS);
        let mut used = ending(&[], &[]);
        used.used.note(&ALLOWS[0]);
        let declared = [callsite.operation()];
        let found = close(Ending { declared: &declared, ..used });
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].code, found[0].site.line), (Code::C903, 4));
        assert_eq!(found[0].intent, "allow(C103 = \"the cache is best effort\")");
        assert_eq!(found[0].observed, "it held until 2026-11-24, and today is 2026-11-25");
    }

    #[test]
    fn an_exception_that_never_covered_anything_is_stale() {
        static ALLOWS: [Allow; 1] = [allow(Code::C103, Some((2026, 11, 25)))];
        let callsite = allowing(&ALLOWS);
        let found = close(ending(&[totals(callsite, [20, 0, 0, 0])], &[]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].observed, "in 20 calls of `price`, C103 (undeclared fallback) never occurred");
        assert_eq!(found[0].help, ["remove it: `allow(C103 = ..)` excuses nothing"]);
        assert!(close(ending(&[totals(callsite, [19, 0, 0, 0])], &[])).is_empty(), "too few calls to tell");
    }

    #[test]
    fn a_used_exception_or_one_of_an_operation_that_was_not_called_is_silent() {
        static ALLOWS: [Allow; 1] = [allow(Code::C103, Some((2026, 11, 25)))];
        let callsite = allowing(&ALLOWS);
        let totals = [totals(callsite, [70, 0, 0, 0])];
        let mut used = ending(&totals, &[]);
        used.used.note(&ALLOWS[0]);
        assert!(close(used).is_empty());
        let declared = [callsite.operation()];
        assert!(close(Ending { declared: &declared, ..ending(&[], &[]) }).is_empty());
    }

    #[test]
    fn losses_that_touch_verdicts_are_one_finding() {
        let found = close(ending(&[], &[("entry", 3), ("field", 9), ("key", 2)]));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].code, found[0].evidence.len(), found[0].help.len()), (Code::C901, 2, 1));
        assert!(found[0].help[0].starts_with("observe smaller steps"), "{:?}", found[0].help);
        assert_eq!(
            found[0].observed,
            "5 records were lost in this run: verdicts that need them are inconclusive"
        );
    }

    #[test]
    fn a_recursion_too_deep_has_a_help_of_its_own() {
        let found = close(ending(&[], &[("operation", 1)]));
        assert_eq!(
            found[0].observed,
            "1 record was lost in this run: verdicts that need them are inconclusive"
        );
        assert_eq!(
            found[0].evidence[0].what,
            "operation: 1, calls nested deeper than 512 or leaked: counted, not followed"
        );
        assert!(found[0].help[0].contains("recursion"), "{:?}", found[0].help);
    }

    #[test]
    fn losses_of_story_lines_and_of_exporters_are_silent() {
        assert!(close(ending(&[], &[("field", 9), ("exporter", 1), ("entry", 0)])).is_empty());
    }
}

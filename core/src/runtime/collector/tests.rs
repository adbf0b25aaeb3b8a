use super::*;
use crate::model::{Allow, Evidence, Exit, LineKind, Plan, Site, Spot, Stage, Story, StoryLine, Value};

const SITE: Site = Site { file: "src/pay.rs", line: 7, column: 5, function: "pay" };

const fn operation(allows: &'static [Allow]) -> Operation {
    Operation {
        name: "pay",
        target: "shop",
        site: SITE,
        intent: &[],
        recovers: &[],
        allows,
        hands: &[],
        given: false,
        cancel_safe: false,
        accounts: None,
    }
}

const fn allow(until: Option<(u16, u8, u8)>) -> Allow {
    Allow { code: Code::C108, reason: "known", until, site: SITE }
}

static PAY: Operation = operation(&[]);
static ALLOWED: Operation = operation(&[allow(Some((9_999, 12, 31)))]);
static EXPIRED: Operation = operation(&[allow(Some((2_020, 1, 1)))]);

/// A collector that no other test shares. It never becomes the sink of the process.
fn own() -> &'static Collector {
    Box::leak(Box::default())
}

/// One whose binary has a `#[candor::test]`.
fn watched() -> &'static Collector {
    let collector = own();
    collector.lock().watched = true;
    collector
}

fn installed() -> &'static Collector {
    let collector = own();
    collector.lock().run = Some(Installed {
        findings: Findings::default(),
        fresh: Vec::new(),
        strict: false,
        started: clock::now(),
        baseline: Baseline::default(),
        worker: None,
    });
    collector
}

fn opened(collector: &Collector, id: u64) {
    collector.lock().scopes.insert(id, ScopeRecord::default());
}

fn broken() -> Broken {
    Broken {
        code: Code::C108,
        seq: 1,
        site: SITE,
        clause: "stock >= 0".to_owned(),
        expected: "stock >= 0".to_owned(),
        observed: "stock = -1".to_owned(),
        claimed: None,
    }
}

/// A call with a broken invariant ends.
fn conclude(collector: &Collector, scope: u64, operation: &'static Operation) {
    conclude_with(collector, scope, operation, broken());
}

/// A call in which this broke ends; returns what is exported with it.
fn conclude_with(
    collector: &Collector,
    scope: u64,
    operation: &'static Operation,
    broken: Broken,
) -> Vec<Divergence> {
    let (broken, outcome) = ([broken], Outcome::FULFILLED);
    let conduct = Conduct {
        operation,
        plan: &Plan::EMPTY,
        outcome: &outcome,
        exit: Spot { site: SITE, exit: Exit::Tail },
        facts: &[],
        duplicates: &[],
        outsiders: &[],
        entries: &[],
        logs: &[],
        broken: &broken,
        tasks: &[],
        told: &[],
        accounted: None,
        acted: false,
        lost: 0,
        stage: Stage::Whole,
    };
    let line =
        StoryLine { at_ns: 1, depth: 0, kind: LineKind::Check, text: "stock = -1".to_owned(), site: None };
    let story = move || Story { lines: vec![line.clone()], omitted: 0, duration_ns: 1 };
    let key = Value::U64(42);
    collector.conclude(scope, &conduct, &Context { key: Some(&key), story: &story })
}

fn in_scope(collector: &Collector, id: u64) -> Vec<Divergence> {
    collector.with_scope(id, |record| record.findings.iter().cloned().collect()).unwrap_or_default()
}

#[test]
fn a_finding_carries_key_outcome_and_story_and_is_counted() {
    let collector = installed();
    conclude(collector, 0, &PAY);
    conclude(collector, 0, &PAY);
    let (found, _) = collector.run_so_far();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].count, found[0].key.as_deref()), (Code::C108, 2, Some("42")));
    assert_eq!(found[0].outcome, Outcome::FULFILLED);
    assert_eq!(found[0].story.lines[0].text, "stock = -1");
    assert!(found[0].last_story.is_some());
    let found: Vec<_> = collector.found().into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(found, [(Code::C108, 2)]);
}

#[test]
fn exporters_get_each_fingerprint_once() {
    let collector = installed();
    conclude(collector, 0, &PAY);
    conclude(collector, 0, &PAY);
    assert_eq!(collector.take_fresh().len(), 1);
    conclude(collector, 0, &PAY);
    assert!(collector.take_fresh().is_empty());
}

#[test]
fn a_test_sees_its_own_and_no_other() {
    let collector = installed();
    opened(collector, 1);
    opened(collector, 2);
    conclude(collector, 1, &PAY);
    assert_eq!(in_scope(collector, 1).len(), 1);
    assert!(in_scope(collector, 2).is_empty());
    assert!(collector.run_so_far().0.is_empty());
    assert!(collector.take_last().orphans.is_empty());
}

#[test]
fn without_a_run_or_a_scope_it_is_an_orphan() {
    let collector = watched();
    conclude(collector, 0, &PAY);
    assert_eq!(collector.take_last().orphans.len(), 1);
    opened(collector, 1);
    collector.close_scope(1);
    conclude(collector, 1, &PAY);
    assert_eq!(collector.take_last().orphans.len(), 1, "a test that has ended takes no more");
}

#[test]
fn an_orphan_names_its_thread() {
    let collector = watched();
    let named = std::thread::Builder::new().name("settles_at_night".to_owned());
    named.spawn(move || conclude(collector, 0, &PAY)).unwrap().join().unwrap();
    let orphans = collector.take_last().orphans;
    let last = orphans[0].evidence.last().map(|evidence| evidence.what.as_str());
    assert_eq!(last, Some("it was on the thread `settles_at_night`"));
}

#[test]
fn without_a_candor_test_in_the_binary_it_is_counted_and_no_orphan() {
    let collector = own();
    let lost = || record::lost_totals().iter().find(|(kind, _)| *kind == "finding").map_or(0, |kind| kind.1);
    let before = lost();
    conclude(collector, 0, &PAY);
    assert!(collector.take_last().orphans.is_empty());
    assert!(lost() > before);
}

#[test]
fn with_a_run_installed_there_are_no_orphans() {
    let collector = installed();
    conclude(collector, 9, &PAY);
    assert!(collector.take_last().orphans.is_empty());
    assert_eq!(collector.run_so_far().0.len(), 1);
}

#[test]
fn work_cut_off_with_the_runtime_of_a_finished_test_is_no_orphan() {
    let collector = watched();
    let mut finding = Divergence::new(Code::C105, "flush", SITE);
    finding.outcome = Outcome::new(Class::Abandoned, "cancelled");
    collector.file(7, finding.clone());
    assert!(collector.take_last().orphans.is_empty());
    collector.file(0, finding);
    assert_eq!(collector.take_last().orphans.len(), 1, "work that never belonged to a test still is one");
}

#[test]
fn an_exception_in_force_covers_the_finding_and_is_noted() {
    let collector = installed();
    conclude(collector, 0, &ALLOWED);
    assert!(collector.run_so_far().0.is_empty());
    assert!(collector.found().iter().all(|(_, count)| *count == 0));
    assert!(collector.used().has(&ALLOWED.allows[0]));
}

#[test]
fn an_exception_past_its_date_covers_nothing_and_is_noted_as_needed() {
    let collector = installed();
    conclude(collector, 0, &EXPIRED);
    assert_eq!(collector.run_so_far().0.len(), 1);
    assert!(collector.used().has(&EXPIRED.allows[0]));
}

#[test]
fn strict_makes_violations_of_suspicions() {
    let collector = installed();
    if let Some(run) = &mut collector.lock().run {
        run.strict = true;
    }
    collector.file(0, Divergence::new(Code::C103, "pay", SITE));
    assert_eq!(collector.run_so_far().0[0].level, Level::Violation);
    assert_eq!(collector.take_fresh()[0].level, Level::Violation);
}

#[test]
fn what_is_exported_has_the_level_that_is_reported() {
    let suspicion = || Broken { code: Code::C904, ..broken() };
    for (strict, level) in [(false, Level::Suspicion), (true, Level::Violation)] {
        let collector = installed();
        if let Some(run) = &mut collector.lock().run {
            run.strict = strict;
        }
        let exported = conclude_with(collector, 0, &PAY, suspicion());
        assert_eq!((exported[0].code, exported[0].level), (Code::C904, level));
        assert_eq!(collector.run_so_far().0[0].level, level);
    }
    let collector = installed();
    opened(collector, 3);
    assert_eq!(
        conclude_with(collector, 3, &PAY, suspicion())[0].level,
        Level::Suspicion,
        "a test's own scope"
    );
}

#[test]
fn a_check_outside_any_operation_is_a_finding_of_its_function() {
    let collector = watched();
    collector.orphan(0, &Broken { expected: String::new(), observed: String::new(), ..broken() });
    let found = collector.take_last().orphans;
    assert_eq!((found[0].operation, found[0].site), ("pay", SITE));
    assert_eq!(
        (found[0].expected.as_str(), found[0].observed.as_str()),
        ("`stock >= 0` holds", "it was false")
    );
    let nowhere = outside(&Broken { site: Site::UNKNOWN, ..broken() });
    assert_eq!((nowhere.operation, nowhere.observed.as_str()), ("no operation", "stock = -1"));
}

#[test]
fn a_poisoned_lock_loses_nothing() {
    let collector = installed();
    conclude(collector, 0, &PAY);
    let poisoned = std::panic::catch_unwind(|| {
        let _held = collector.state.lock();
        panic!("on purpose: poisons the lock");
    });
    assert!(poisoned.is_err());
    assert!(collector.state.is_poisoned());
    conclude(collector, 0, &PAY);
    assert_eq!(collector.run_so_far().0[0].count, 2);
}

#[test]
fn outcomes_and_events_are_kept_for_their_scope_only() {
    let collector = own();
    opened(collector, 3);
    collector.outcome(3, &PAY, &Outcome::new(Class::Refused, "Declined"));
    collector.outcome(4, &PAY, &Outcome::FULFILLED);
    let outcomes = collector.with_scope(3, |record| record.outcomes.clone()).unwrap_or_default();
    assert_eq!(outcomes, [("pay", Outcome::new(Class::Refused, "Declined"))]);
    assert!(collector.with_scope(4, |_| ()).is_none());
}

#[test]
fn evidence_survives_filing() {
    let collector = installed();
    let mut finding = Divergence::new(Code::C101, "pay", SITE);
    finding.evidence = vec![Evidence { what: "saw it".to_owned(), site: None }];
    collector.file(0, finding);
    assert_eq!(collector.take_fresh()[0].evidence.len(), 1);
}

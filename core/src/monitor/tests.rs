//! Every code has a conduct that fires and a look-alike that stays silent.

use super::judge;
use crate::model::{
    Broken, Class, Clause, Code, Conduct, Disposition, Divergence, Duplicate, Entry, ErrorKind, Event,
    EventMeta, EventRef, Evidence, Exit, Fact, FieldSink, Form, Level, Limit, LogLevel, LogLine, Operation,
    Origin, Outcome, Plan, Probe, Promise, Recovery, Site, Spot, Stage, Task, TaskEnd, When, Wording,
};

struct A;
struct B;

macro_rules! event {
    ($name:ident) => {
        impl Event for $name {
            const META: &'static EventMeta =
                &EventMeta { name: stringify!($name), target: "t", site: Site::UNKNOWN, fields: &[] };
            fn record(&self, _sink: &mut dyn FieldSink) {}
        }
    };
}
event!(A);
event!(B);

const fn at(line: u32) -> Site {
    Site { file: "src/shop.rs", line, column: 5, function: "place_order" }
}

static OPERATION: Operation = Operation {
    name: "place_order",
    site: at(10),
    intent: &[Clause { word: "emits", text: "A" }],
    hands: &["stored"],
    ..OPERATION_COPY
};

/// What a test changes of a healthy call.
struct Call {
    operation: &'static Operation,
    plan: &'static Plan,
    outcome: Outcome,
    facts: Vec<Fact>,
    duplicates: Vec<Duplicate>,
    outsiders: Vec<(&'static str, Site)>,
    entries: Vec<Entry>,
    logs: Vec<LogLine>,
    broken: Vec<Broken>,
    tasks: Vec<Task>,
    accounted: Option<u64>,
    acted: bool,
    lost: u64,
    stage: Stage,
}

fn call() -> Call {
    Call {
        operation: &OPERATION,
        plan: &Plan::EMPTY,
        outcome: Outcome::FULFILLED,
        facts: vec![Fact::default(); 2],
        duplicates: vec![],
        outsiders: vec![],
        entries: vec![],
        logs: vec![],
        broken: vec![],
        tasks: vec![],
        accounted: None,
        acted: false,
        lost: 0,
        stage: Stage::Whole,
    }
}

impl Call {
    fn judge(&self) -> Vec<Divergence> {
        let conduct = Conduct {
            operation: self.operation,
            plan: self.plan,
            outcome: &self.outcome,
            exit: Spot { site: at(40), exit: Exit::Tail },
            facts: &self.facts,
            duplicates: &self.duplicates,
            outsiders: &self.outsiders,
            entries: &self.entries,
            logs: &self.logs,
            broken: &self.broken,
            tasks: &self.tasks,
            told: &[],
            accounted: self.accounted,
            acted: self.acted,
            lost: self.lost,
            stage: self.stage,
        };
        let mut findings = Vec::new();
        judge(&conduct, &mut findings);
        findings
    }

    fn codes(&self) -> Vec<(Code, Level)> {
        self.judge().iter().map(|found| (found.code, found.level)).collect()
    }

    fn failed(mut self, detail: &'static str) -> Call {
        self.outcome = Outcome::new(Class::Failed, "Error").with_detail(detail);
        self
    }

    fn happened(mut self, event: usize, seq: u32) -> Call {
        self.facts[event] = Fact {
            count: 1,
            first: seq,
            last: seq,
            first_site: Some(at(20 + seq)),
            last_site: Some(at(20 + seq)),
        };
        self
    }

    fn with(mut self, entry: Entry) -> Call {
        self.entries.push(entry);
        self
    }
}

const fn probe(disposition: Disposition, iteration: bool) -> Probe {
    Probe {
        site: at(25),
        end_line: 27,
        form: Form::Method("ok"),
        disposition,
        callee: "mailer::send",
        iteration,
        ends_loop: false,
        scrutinee: false,
    }
}

static DROPPED: Probe = probe(Disposition::Dropped, false);
static DROPPED_IN_LOOP: Probe = probe(Disposition::Dropped, true);
static SUBSTITUTED: Probe = probe(Disposition::Substituted, false);
static ACTED: Probe = probe(Disposition::Acted, false);
static HANDED: Probe = probe(Disposition::Handed, false);

fn entry(origin: Origin) -> Entry {
    Entry {
        seq: 3,
        begin: 2,
        origin,
        kind: ErrorKind::Error,
        class: None,
        type_name: "shop::MailError",
        text: "mailbox full".to_owned(),
        variant: "Full".to_owned(),
        site: at(25),
        place: at(25),
        key: 0,
        evidence: vec![Evidence { what: "seen".to_owned(), site: None }],
        callees: vec!["mailer::send"],
        superseded: false,
        recovered: None,
        repeats: 0,
    }
}

fn dropped() -> Entry {
    entry(Origin::Probe(&DROPPED))
}

const V: Level = Level::Violation;
const S: Level = Level::Suspicion;

#[test]
fn c101_a_dropped_error_in_a_fulfilled_call() {
    assert_eq!(call().with(dropped()).codes(), [(Code::C101, V)]);
}

#[test]
fn c101_silent_when_propagated() {
    assert_eq!(call().with(dropped()).failed("mailbox full").codes(), []);
}

#[test]
fn c101_silent_when_superseded_recovered_or_handed_on() {
    assert_eq!(call().with(Entry { superseded: true, ..dropped() }).codes(), []);
    assert_eq!(call().with(Entry { recovered: Some("best effort".to_owned()), ..dropped() }).codes(), []);
    assert_eq!(call().with(entry(Origin::Probe(&HANDED))).codes(), []);
}

#[test]
fn c101_is_a_suspicion_without_drop_evidence() {
    static CHILD: Operation =
        Operation { name: "send", site: Site { function: "send", ..at(90) }, ..OPERATION_COPY };
    static STORED: Operation =
        Operation { name: "stored", site: Site { function: "stored", ..at(95) }, ..OPERATION_COPY };
    assert_eq!(call().with(entry(Origin::Child(&CHILD))).codes(), [(Code::C101, S)]);
    assert_eq!(call().with(entry(Origin::Log)).codes(), [(Code::C101, S)]);
    assert_eq!(call().with(entry(Origin::Probe(&ACTED))).codes(), [(Code::C101, S)]);
    assert_eq!(call().with(entry(Origin::Child(&STORED))).codes(), [], "its value is handed on");
}

const OPERATION_COPY: Operation = Operation {
    name: "",
    target: "shop",
    site: Site::UNKNOWN,
    intent: &[],
    recovers: &[],
    allows: &[],
    hands: &[],
    cancel_safe: false,
    accounts: None,
};

#[test]
fn c103_a_substitute_value_and_only_that() {
    assert_eq!(call().with(entry(Origin::Probe(&SUBSTITUTED))).codes(), [(Code::C103, S)]);
}

#[test]
fn c114_items_dropped_in_a_loop_unless_accounted_for() {
    let items = || call().with(Entry { repeats: 2, ..entry(Origin::Probe(&DROPPED_IN_LOOP)) });
    assert_eq!(items().codes(), [(Code::C114, V)]);
    assert_eq!(Call { accounted: Some(3), ..items() }.codes(), []);
    let short = Call { accounted: Some(2), ..items() }.judge();
    assert_eq!(short.len(), 1, "two of three are accounted for");
}

const fn recovery(pattern: &'static str, callee: &'static str) -> Recovery {
    Recovery { pattern, callee, why: "re-sent nightly", by: None, max: None, site: Site::UNKNOWN }
}

#[test]
fn a_declared_recovery_closes_what_it_names() {
    static ANY: Operation = Operation { recovers: &[recovery("_", "send")], ..OPERATION_COPY };
    static TYPE: Operation =
        Operation { recovers: &[recovery("MailError", "mailer::send")], ..OPERATION_COPY };
    static VARIANT: Operation = Operation { recovers: &[recovery("MailError::Full", "")], ..OPERATION_COPY };
    static TEXT: Operation = Operation { recovers: &[recovery("\"mailbox\"", "")], ..OPERATION_COPY };
    for operation in [&ANY, &TYPE, &VARIANT, &TEXT] {
        assert_eq!(Call { operation, ..call().with(dropped()) }.codes(), [], "{operation:?}");
    }
    static OTHER_VARIANT: Operation =
        Operation { recovers: &[recovery("MailError::Bounced", "")], ..OPERATION_COPY };
    static OTHER_CALLEE: Operation = Operation { recovers: &[recovery("_", "charge")], ..OPERATION_COPY };
    static OTHER_TEXT: Operation = Operation { recovers: &[recovery("\"timeout\"", "")], ..OPERATION_COPY };
    for operation in [&OTHER_VARIANT, &OTHER_CALLEE, &OTHER_TEXT] {
        assert_eq!(Call { operation, ..call().with(dropped()) }.codes(), [(Code::C101, V)], "{operation:?}");
    }
}

#[test]
fn a_declared_recovery_holds_only_with_its_event_and_so_many_times() {
    static BY: Operation =
        Operation { recovers: &[Recovery { by: Some(0), ..recovery("_", "") }], ..OPERATION_COPY };
    static PLAN: Plan = Plan {
        events: &[EventRef::of::<A>()],
        promises: &[],
        limits: &[],
        only: false,
        agrees: &[],
        retries: None,
    };
    let with = |call: Call| Call { operation: &BY, plan: &PLAN, ..call };
    assert_eq!(with(call().with(dropped()).happened(0, 9)).codes(), []);
    assert_eq!(
        with(call().with(dropped()).happened(0, 1)).codes(),
        [(Code::C101, V)],
        "it came before the error"
    );
    static TWICE: Operation =
        Operation { recovers: &[Recovery { max: Some(2), ..recovery("_", "") }], ..OPERATION_COPY };
    let tries = |n: usize| Call { operation: &TWICE, entries: vec![dropped(); n], ..call() }.codes().len();
    assert_eq!((tries(2), tries(3)), (0, 1));
}

static BOTH: &[EventRef] = &[EventRef::of::<A>(), EventRef::of::<B>()];

macro_rules! plan {
    ($($promise:expr),*) => {{
        static PLAN: Plan = Plan { events: BOTH, promises: &[$($promise),*], limits: &[], only: false, agrees: &[], retries: None };
        Call { plan: &PLAN, ..call() }
    }};
}

const fn emits(when: When, min: u32, max: Option<u32>) -> Promise {
    Promise::Emits { when, any_of: &[0], min, max, text: "A" }
}

#[test]
fn c106_a_fulfilled_call_without_the_promised_event() {
    assert_eq!(plan!(emits(When::Is(Class::Fulfilled), 1, None)).codes(), [(Code::C106, V)]);
    assert_eq!(plan!(emits(When::Is(Class::Fulfilled), 1, None)).happened(0, 1).codes(), []);
    assert_eq!(plan!(emits(When::Is(Class::Fulfilled), 1, None)).failed("no").codes(), []);
    assert_eq!(plan!(emits(When::Any, 1, None)).failed("no").codes(), [(Code::C106, V)]);
    let pending = Call { stage: Stage::Early, ..plan!(emits(When::Any, 1, None)) };
    assert_eq!(pending.codes(), [], "spawned work is still running");
}

#[test]
fn c113_more_often_than_promised() {
    let mut twice = plan!(emits(When::Is(Class::Fulfilled), 1, Some(1))).happened(0, 1);
    assert_eq!(twice.codes(), []);
    twice.facts[0].count = 2;
    assert_eq!(twice.codes(), [(Code::C113, V)]);
}

#[test]
fn c113_over_a_limit() {
    static PLAN: Plan = Plan {
        events: BOTH,
        promises: &[],
        limits: &[Limit { event: 0, max: 1, key: None, text: "at_most 1 A", site: Site::UNKNOWN }],
        only: false,
        agrees: &[],
        retries: None,
    };
    let again = Duplicate { limit: 0, count: 2, key: "7".to_owned(), site: at(30), before: at(20) };
    assert_eq!(Call { plan: &PLAN, duplicates: vec![again], ..call() }.codes(), [(Code::C113, V)]);
    assert_eq!(Call { plan: &PLAN, ..call() }.happened(0, 1).codes(), []);
}

#[test]
fn c107_a_forbidden_event() {
    let never = || plan!(Promise::Never { event: 0, text: "A" });
    assert_eq!(never().happened(0, 1).codes(), [(Code::C107, V)]);
    assert_eq!(never().happened(1, 1).codes(), []);
    assert_eq!(Call { outsiders: vec![("C", at(31))], ..call() }.codes(), [(Code::C107, V)]);
}

#[test]
fn c102_a_claim_followed_by_failure() {
    let claims = || plan!(Promise::Claims { event: 0, text: "A" });
    assert_eq!(claims().happened(0, 1).failed("late").codes(), [(Code::C102, V)]);
    assert_eq!(claims().happened(0, 1).codes(), []);
    assert_eq!(claims().failed("late").codes(), []);
    let undone = plan!(
        Promise::Claims { event: 0, text: "A" },
        Promise::Compensates { effect: 0, undo: 1, text: "A => B" }
    );
    assert_eq!(undone.happened(0, 1).happened(1, 2).failed("late").codes(), []);
}

#[test]
fn c115_c116_c117_c120_order_and_completeness() {
    let before = || plan!(Promise::Before { first: 0, then: 1, text: "A, B" });
    assert_eq!(before().happened(0, 1).happened(1, 2).codes(), []);
    assert_eq!(before().happened(0, 2).happened(1, 1).codes(), [(Code::C115, V)]);
    assert_eq!(before().happened(1, 1).codes(), [(Code::C115, V)]);
    let together = || plan!(Promise::Together { all: &[0, 1], text: "A, B" });
    assert_eq!(together().happened(0, 1).failed("x").codes(), [(Code::C116, V)]);
    assert_eq!(together().happened(0, 1).happened(1, 2).codes(), []);
    assert_eq!(together().codes(), []);
    let undo = || plan!(Promise::Compensates { effect: 0, undo: 1, text: "A => B" });
    assert_eq!(undo().happened(0, 1).failed("x").codes(), [(Code::C117, V)]);
    assert_eq!(undo().happened(0, 1).happened(1, 2).failed("x").codes(), []);
    assert_eq!(undo().happened(0, 1).codes(), []);
    let via = || plan!(Promise::Via { event: 0, text: "A" });
    assert_eq!(via().codes(), [(Code::C120, V)]);
    assert_eq!(via().happened(0, 1).codes(), []);
}

#[test]
fn c105_abandoned_after_something_happened() {
    let abandoned = |acted| Call { outcome: Outcome::new(Class::Abandoned, "cancelled"), acted, ..call() };
    assert_eq!(abandoned(true).codes(), [(Code::C105, V)]);
    assert_eq!(abandoned(false).codes(), []);
}

#[test]
fn c119_a_failed_task_whose_handle_is_gone() {
    let task = |end, handle_dropped, detached| {
        Call { tasks: vec![Task { site: at(33), handle_dropped, detached, end }], ..call() }.codes()
    };
    let panicked = || TaskEnd::Panicked("boom".to_owned());
    assert_eq!(task(panicked(), true, false), [(Code::C119, V)]);
    assert_eq!(task(TaskEnd::Failed("no".to_owned()), true, false), [(Code::C119, V)]);
    assert_eq!(task(panicked(), false, false), [], "the handle is awaited");
    assert_eq!(task(panicked(), true, true), [], "detached with a reason");
    assert_eq!(task(TaskEnd::Finished, true, false), []);
    assert_eq!(task(TaskEnd::Cancelled, true, false), []);
}

fn line(level: LogLevel, wording: Wording, text: &str) -> LogLine {
    LogLine { seq: 5, level, text: text.to_owned(), wording, error: None, site: at(35), entry: None }
}

#[test]
fn c111_success_in_words_and_failure_in_the_outcome() {
    let says = |text: &str| Call { logs: vec![line(LogLevel::Info, Wording::Success, text)], ..call() };
    assert_eq!(says("order placed").failed("late").codes(), [(Code::C111, S)]);
    assert_eq!(says("order placed").codes(), []);
    assert_eq!(says("card checked").failed("late").codes(), [], "a step that did succeed");
}

#[test]
fn c111_success_in_words_after_the_error_that_ended_the_call() {
    let says = || Call { logs: vec![line(LogLevel::Info, Wording::Success, "card charged")], ..call() };
    assert_eq!(says().with(dropped()).failed("mailbox full").codes(), [(Code::C111, S)]);
    assert_eq!(says().with(dropped()).failed("another error").codes(), []);
}

#[test]
fn c111_failure_in_words_below_warn_and_fulfilled() {
    let says = |level| Call { logs: vec![line(level, Wording::Failure, "failed to send")], ..call() };
    assert_eq!(says(LogLevel::Info).codes(), [(Code::C111, S)]);
    assert_eq!(says(LogLevel::Warn).codes(), []);
    assert_eq!(says(LogLevel::Info).failed("x").codes(), []);
    let mut joined = says(LogLevel::Info).with(Entry { superseded: true, ..dropped() });
    joined.logs[0].entry = Some(0);
    assert_eq!(joined.codes(), [], "the error it speaks of was retried");
}

fn broken(code: Code, claimed: Option<&str>) -> Broken {
    Broken {
        code,
        seq: 4,
        site: at(29),
        clause: "ret.rows == count(A)".to_owned(),
        expected: String::new(),
        observed: "left = 12, right = 10".to_owned(),
        claimed: claimed.map(str::to_owned),
    }
}

#[test]
fn c108_c109_c110_c904_a_check_that_was_false() {
    for (code, level) in [(Code::C108, V), (Code::C109, V), (Code::C110, V), (Code::C904, S)] {
        assert_eq!(Call { broken: vec![broken(code, None)], ..call() }.codes(), [(code, level)]);
    }
    assert_eq!(call().codes(), []);
}

#[test]
fn c108_is_excused_between_the_halves_of_a_together() {
    let halves = |first, second| {
        let call =
            plan!(Promise::Together { all: &[0, 1], text: "A, B" }).happened(0, first).happened(1, second);
        Call { broken: vec![broken(Code::C108, None)], ..call }.codes()
    };
    assert_eq!(halves(2, 6), []);
    assert_eq!(halves(5, 6), [(Code::C108, V)], "it was false before the first half");
}

#[test]
fn c111_a_line_that_repeats_a_refuted_number() {
    let says = |text: &str| Call {
        logs: vec![line(LogLevel::Info, Wording::Success, text)],
        broken: vec![broken(Code::C110, Some("12"))],
        ..call()
    };
    assert_eq!(says("12 rows imported").codes(), [(Code::C110, V), (Code::C111, S)]);
    assert_eq!(says("112 rows imported").codes(), [(Code::C110, V)]);
}

#[test]
fn c901_when_something_did_not_fit() {
    assert_eq!(Call { lost: 3, ..call() }.codes(), [(Code::C901, S)]);
    assert_eq!(call().codes(), []);
}

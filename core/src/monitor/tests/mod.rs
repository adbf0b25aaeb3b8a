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
            const META: &'static EventMeta = &EventMeta {
                name: stringify!($name),
                target: "t",
                site: Site::UNKNOWN,
                fields: &[],
                unit: None,
            };
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
    intent: &[Clause { word: "emits", text: "A", note: "" }],
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
            repeats: 0,
            count: 1,
            first: seq,
            last: seq,
            first_site: Some(Box::leak(Box::new(at(20 + seq)))),
            last_site: Some(Box::leak(Box::new(at(20 + seq)))),
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
        asks_form: false,
        admits_none: false,
        replies: false,
        claim: None,
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
        when: 0,
        key: 0,
        evidence: vec![Evidence { what: "seen".to_owned(), site: None }],
        callees: vec!["mailer::send"],
        superseded: false,
        recovered: None,
        recast: false,
        repeats: 0,
    }
}

fn dropped() -> Entry {
    entry(Origin::Probe(&DROPPED))
}

const V: Level = Level::Violation;
const S: Level = Level::Suspicion;

const OPERATION_COPY: Operation = Operation {
    name: "",
    target: "shop",
    site: Site::UNKNOWN,
    intent: &[],
    recovers: &[],
    allows: &[],
    hands: &[],
    given: false,
    cancel_safe: false,
    accounts: None,
};

static BOTH: &[EventRef] = &[EventRef::of::<A>(), EventRef::of::<B>()];

macro_rules! plan {
    ($($promise:expr),*) => {{
        static PLAN: Plan = Plan { events: BOTH, promises: &[$($promise),*], limits: &[], only: false, agrees: &[], retries: None, idempotent: false };
        Call { plan: &PLAN, ..call() }
    }};
}

mod ledger;
mod promise;
mod saying;

//! Which lines below INFO are read, and which are never written, in a process of its own: which callsites are on is decided for the
//! whole process.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candor::{Code, observe};
use tracing::callsite::{DefaultCallsite, Identifier};
use tracing::field::{FieldSet, Value};
use tracing::metadata::Kind;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber, debug, error, info, info_span, trace};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry;
use tracing_subscriber::registry::LookupSpan;

/// A line as a crate in which nothing is observed would write it.
struct Line {
    callsite: &'static DefaultCallsite,
    metadata: &'static Metadata<'static>,
}

macro_rules! line {
    ($name:ident, $level:expr, $target:literal, $module:literal) => {
        static $name: Line = {
            static CALLSITE: DefaultCallsite = DefaultCallsite::new(&METADATA);
            static METADATA: Metadata<'static> = Metadata::new(
                "event",
                $target,
                $level,
                Some("src/connection.rs"),
                Some(7),
                Some($module),
                FieldSet::new(&["message"], Identifier(&CALLSITE)),
                Kind::EVENT,
            );
            Line { callsite: &CALLSITE, metadata: &METADATA }
        };
    };
}

line!(PREPARES, Level::TRACE, "postgres::statement", "postgres::statement");
line!(RETRIES, Level::DEBUG, "postgres::connection", "postgres::connection");
line!(WARNS, Level::INFO, "postgres::connection", "postgres::connection");
// This crate, with a target of its own.
line!(AUDITS, Level::DEBUG, "audit", "details");

impl Line {
    /// Whether it was written: what its macro does, in short.
    fn write(&'static self) -> bool {
        let wanted = !self.callsite.interest().is_never()
            && tracing::dispatcher::get_default(|dispatch| dispatch.enabled(self.metadata));
        let fields = self.metadata.fields();
        if wanted && let Some(message) = fields.field("message") {
            let text = format_args!("query failed, connection reset");
            Event::dispatch(self.metadata, &fields.value_set(&[(&message, Some(&text as &dyn Value))]));
        }
        wanted
    }
}

fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is found in strict mode while the line is written within an observed call, and whether it was written.
fn run(dispatch: &Dispatch, line: &'static Line) -> (bool, Vec<Code>) {
    #[observe]
    fn load(line: &'static Line) -> bool {
        line.write()
    }
    let scope = candor::testing::scope();
    let written = tracing::dispatcher::with_default(dispatch, || load(line));
    let codes: Vec<Code> = scope.divergences().iter().map(|found| found.code).collect();
    codes.iter().for_each(|code| scope.expect_divergence(*code));
    (written, codes)
}

#[test]
fn how_other_crates_work_is_neither_written_for_candor_nor_held_against_a_call() {
    let _one = one_at_a_time();
    let alone = Dispatch::new(registry().with(candor::layer()));
    assert_eq!(run(&alone, &PREPARES), (false, vec![]));
    assert_eq!(run(&alone, &RETRIES), (false, vec![]));
    assert_eq!(run(&alone, &WARNS), (true, vec![Code::C111]), "it is no detail");
    assert_eq!(run(&alone, &AUDITS), (true, vec![Code::C111]), "it is of this crate");
}

/// Counts the lines that it hears.
#[derive(Clone, Default)]
struct Neighbour(Arc<Mutex<Vec<Level>>>);

impl<S: Subscriber> Layer<S> for Neighbour {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(*event.metadata().level());
    }
}

impl Neighbour {
    fn heard(&self) -> Vec<Level> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[test]
fn a_neighbour_that_wants_them_has_them_and_candor_finds_the_same() {
    let _one = one_at_a_time();
    let (outer, inner) = (Neighbour::default(), Neighbour::default());
    let both = registry().with(inner.clone()).with(candor::layer()).with(outer.clone());
    let dispatch = Dispatch::new(both);
    for _ in 0..2 {
        assert_eq!(run(&dispatch, &PREPARES), (true, vec![]));
        assert_eq!(run(&dispatch, &RETRIES), (true, vec![]));
        assert_eq!(run(&dispatch, &AUDITS), (true, vec![Code::C111]));
        let all = [Level::TRACE, Level::DEBUG, Level::DEBUG];
        assert_eq!((outer.heard(), inner.heard()), (all.to_vec(), all.to_vec()));
    }
    drop(dispatch);
    // One that hears a part of them.
    let some = Neighbour::default();
    let part = some.clone().with_filter(LevelFilter::DEBUG);
    let dispatch = Dispatch::new(registry().with(candor::layer()).with(part));
    for _ in 0..2 {
        assert_eq!(run(&dispatch, &PREPARES), (false, vec![]));
        assert_eq!(run(&dispatch, &RETRIES), (true, vec![]));
        assert_eq!(run(&dispatch, &WARNS), (true, vec![Code::C111]));
        assert_eq!(some.heard(), [Level::DEBUG, Level::INFO]);
    }
}

#[test]
fn records_of_the_log_crate_are_read_alike() {
    #[observe]
    fn load(target: &str, module: &str) {
        let text = format_args!("query failed, connection reset");
        let mut record = log::Record::builder();
        record.level(log::Level::Debug).target(target).module_path(Some(module)).args(text);
        log::logger().log(&record.build());
    }
    let _one = one_at_a_time();
    tracing_log::LogTracer::init().unwrap();
    let dispatch = Dispatch::new(registry().with(candor::layer()));
    let found = |target, module| {
        let scope = candor::testing::scope();
        tracing::dispatcher::with_default(&dispatch, || load(target, module));
        let codes: Vec<Code> = scope.divergences().iter().map(|found| found.code).collect();
        codes.iter().for_each(|code| scope.expect_divergence(*code));
        codes
    };
    assert_eq!(found("details::load", "details::load"), [Code::C111]);
    assert_eq!(found("audit", "details::load"), [Code::C111], "a target of its own");
    assert_eq!(found("postgres::connection", "postgres::connection"), []);
}

thread_local! {
    /// How many values of lines were asked for.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

fn asked() -> u32 {
    ASKED.set(ASKED.get() + 1);
    ASKED.get()
}

/// The user's own lines and spans, and a line of a client that transports.
#[observe]
fn load() {
    trace!(n = asked(), "looks");
    debug!(n = asked(), "query failed");
    info_span!("request", n = asked()).in_scope(|| info!(target: "hyper", n = asked(), "connected"));
    error!("the printer is on fire");
}

/// What is found, and how many values of lines and spans were asked for.
fn loaded(dispatch: &Dispatch) -> (Vec<Code>, u32) {
    let scope = candor::testing::scope();
    ASKED.set(0);
    tracing::dispatcher::with_default(dispatch, load);
    let codes: Vec<Code> = scope.divergences().iter().map(|found| found.code).collect();
    codes.iter().for_each(|code| scope.expect_divergence(*code));
    (codes, ASKED.get())
}

fn limited<S: Subscriber + for<'a> LookupSpan<'a>>() -> candor::Layer<S> {
    candor::layer().with_max_level(LevelFilter::INFO)
}

#[test]
fn with_a_level_own_details_are_not_written_and_the_rest_is_evidence() {
    let _one = one_at_a_time();
    let all = Dispatch::new(registry().with(candor::layer()));
    assert_eq!(loaded(&all), (vec![Code::C101, Code::C111], 2));
    drop(all);
    let some = Dispatch::new(registry().with(limited()));
    for _ in 0..2 {
        assert_eq!(loaded(&some), (vec![Code::C101], 0));
    }
    assert_eq!(LevelFilter::current(), LevelFilter::TRACE, "a hint would be one for all");
}

#[test]
fn with_a_level_a_neighbour_has_all_that_it_wants() {
    const ALL: [Level; 4] = [Level::TRACE, Level::DEBUG, Level::INFO, Level::ERROR];
    let _one = one_at_a_time();
    let neighbour = Neighbour::default();
    let hears = |makes: fn(Neighbour) -> Dispatch, heard: &[Level], asked: u32| {
        let dispatch = makes(neighbour.clone());
        for _ in 0..2 {
            assert_eq!(loaded(&dispatch), (vec![Code::C101], asked));
            assert_eq!(neighbour.heard(), heard);
        }
    };
    hears(|own| Dispatch::new(registry().with(limited()).with(own)), &ALL, 4);
    hears(|own| Dispatch::new(registry().with(own).with(limited())), &ALL, 4);
    hears(|own| Dispatch::new(registry().with(limited()).with(own.with_filter(LevelFilter::TRACE))), &ALL, 4);
    hears(
        |own| Dispatch::new(registry().with(own.with_filter(LevelFilter::DEBUG)).with(limited())),
        &ALL[1..],
        3,
    );
    hears(
        |own| Dispatch::new(registry().with(limited()).with(own.with_filter(LevelFilter::WARN))),
        &ALL[3..],
        0,
    );
    hears(|own| Dispatch::new(registry().with(limited().and_then(own))), &ALL, 4);
    hears(|own| Dispatch::new(registry().with(own.and_then(limited()))), &ALL, 4);
    hears(|own| Dispatch::new(registry().with(LevelFilter::TRACE).with(limited().and_then(own))), &ALL, 4);
    hears(|own| Dispatch::new(registry().with(LevelFilter::TRACE).with(own.and_then(limited()))), &ALL, 4);
    hears(|own| Dispatch::new(registry().with(vec![Some(limited().boxed()), None]).with(own)), &ALL, 4);
}

/// Where layers have no filters of their own, whatever is written comes, and what is finer is not read.
#[test]
fn with_a_level_and_a_subscriber_that_knows_no_filters_candor_reads_what_it_should() {
    let _one = one_at_a_time();
    let fmt =
        || tracing_subscriber::fmt().with_writer(std::io::sink).with_max_level(LevelFilter::TRACE).finish();
    assert_eq!(loaded(&Dispatch::new(fmt().with(candor::layer()))), (vec![Code::C101, Code::C111], 4));
    assert_eq!(loaded(&Dispatch::new(fmt().with(limited()))), (vec![Code::C101], 4));
}

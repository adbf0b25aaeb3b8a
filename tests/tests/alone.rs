//! What is written at all where candor's layer is in the subscriber, in a process of its own: which callsites are on is decided
//! for the whole process.

use std::cell::Cell;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use candor::{Code, observe};
use tracing::field::{Empty, Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber, debug, debug_span, error, info_span};
use tracing_subscriber::filter::{LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry;
use tracing_subscriber::registry::LookupSpan;

thread_local! {
    /// How many values of lines and spans were asked for.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

fn asked() -> u32 {
    ASKED.set(ASKED.get() + 1);
    ASKED.get()
}

/// Lines and spans of a client that transports.
fn transport() {
    debug!(target: "hyper_util::client", n = asked(), "reuse idle connection");
    let span = debug_span!(target: "h2", "stream", n = asked(), late = Empty);
    span.record("late", 7);
    span.in_scope(|| error!(target: "h2::proto", n = asked(), "broken"));
}

/// Lines and spans of the user's own.
#[observe]
fn own() {
    info_span!("own", n = asked()).in_scope(|| debug!(n = asked(), "at work"));
    error!(n = asked(), "the printer is on fire");
}

/// A layer that writes down all that it hears.
#[derive(Clone, Default)]
struct Neighbour(Arc<Mutex<Vec<String>>>);

struct Message<'a>(&'a mut String);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            *self.0 = format!("{value:?}");
        }
    }
}

impl Neighbour {
    fn hears(&self, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Neighbour {
    fn on_new_span(&self, span: &Attributes<'_>, _id: &Id, _context: Context<'_, S>) {
        self.hears(format!("new {}", span.metadata().name()));
    }
    fn on_record(&self, _id: &Id, _values: &Record<'_>, _context: Context<'_, S>) {
        self.hears("recorded".to_owned());
    }
    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.hears(format!("entered {:?}", context.metadata(id).map(|metadata| metadata.name())));
    }
    fn on_exit(&self, _id: &Id, _context: Context<'_, S>) {
        self.hears("left".to_owned());
    }
    fn on_close(&self, _id: Id, _context: Context<'_, S>) {
        self.hears("closed".to_owned());
    }
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut message = String::new();
        event.record(&mut Message(&mut message));
        self.hears(format!("{} {message}", event.metadata().level()));
    }
}

/// What a neighbour hears and what candor finds, all twice: what the first time leaves behind would show in the second one.
fn run(subscriber: impl FnOnce(Neighbour) -> Dispatch) -> (Vec<String>, Vec<String>) {
    let neighbour = Neighbour::default();
    let dispatch = subscriber(neighbour.clone());
    let scope = candor::testing::scope();
    tracing::dispatcher::with_default(&dispatch, || {
        for _ in 0..2 {
            transport();
            own();
        }
    });
    let found: Vec<String> =
        scope.divergences().iter().map(|found| format!("{} {}", found.code, found.count)).collect();
    if !found.is_empty() {
        scope.expect_divergence(Code::C101);
    }
    (std::mem::take(&mut *neighbour.0.lock().unwrap_or_else(PoisonError::into_inner)), found)
}

/// How a neighbour comes into a subscriber.
type Makes = fn(Neighbour) -> Dispatch;

/// With candor in it, be it outermost or innermost, a neighbour hears what it hears without, and candor finds what it finds.
fn assert_alike(without: Makes, with: [Makes; 2]) -> Vec<String> {
    let (wanted, nothing) = run(without);
    assert!(nothing.is_empty());
    for makes in with {
        let (heard, found) = run(makes);
        assert_eq!(heard, wanted);
        assert_eq!(found, ["C101 2"]);
    }
    wanted
}

#[test]
fn a_line_that_nobody_wants_is_never_written_and_every_other_one_is() {
    // As long as no other subscriber is there, it is decided once for each callsite.
    let alone = Dispatch::new(registry().with(candor::layer()));
    let scope = candor::testing::scope();
    tracing::dispatcher::with_default(&alone, || {
        transport();
        assert_eq!(ASKED.get(), 0, "no value of it was asked for");
        own();
        assert_eq!(ASKED.get(), 2, "two lines of the user's own, and no span");
    });
    scope.expect_divergence(Code::C101);
    assert_eq!(scope.divergences().len(), 1);
    drop((alone, scope));

    let all = assert_alike(
        |own| Dispatch::new(registry().with(own)),
        [
            |own| Dispatch::new(registry().with(own).with(candor::layer())),
            |own| Dispatch::new(registry().with(candor::layer()).with(own)),
        ],
    );
    assert!(all.contains(&"DEBUG reuse idle connection".to_owned()), "{all:?}");
    let some = assert_alike(
        |own| Dispatch::new(registry().with(own.with_filter(LevelFilter::INFO))),
        [
            |own| Dispatch::new(registry().with(own.with_filter(LevelFilter::INFO)).with(candor::layer())),
            |own| Dispatch::new(registry().with(candor::layer()).with(own.with_filter(LevelFilter::INFO))),
        ],
    );
    assert!(some.len() < all.len(), "{some:?}");
    // Whoever forbids a line for all forbids it for candor as well, and nothing is left of it for the next one.
    assert_alike(
        |own| Dispatch::new(registry().with(own).with(forbids_transport())),
        [
            |own| Dispatch::new(registry().with(own).with(forbids_transport()).with(candor::layer())),
            |own| Dispatch::new(registry().with(candor::layer()).with(own).with(forbids_transport())),
        ],
    );
}

fn forbids_transport<S>() -> impl Layer<S>
where
    S: Subscriber,
{
    dynamic_filter_fn(|metadata: &Metadata<'_>, _: &Context<'_, S>| !metadata.target().starts_with('h'))
}

//! What `tracing-subscriber` remembers of one line is not to be taken for another one. In a process of its own: which callsites
//! are on is decided for the whole process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use candor::{Code, observe};
use tracing::{Dispatch, Level, debug, error, info_span};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry;

fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn found(dispatch: &Dispatch, work: impl FnOnce()) -> Vec<String> {
    let scope = candor::testing::scope();
    tracing::dispatcher::with_default(dispatch, work);
    let found: Vec<String> =
        scope.divergences().iter().map(|found| format!("{} {}", found.code, found.count)).collect();
    if !found.is_empty() {
        scope.expect_divergence(Code::C101);
    }
    found
}

/// As the README says it.
fn beside_fmt() -> Dispatch {
    let fmt = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    Dispatch::new(registry().with(candor::layer()).with(fmt))
}

fn reads() -> u32 {
    error!("the printer is on fire");
    7
}

#[test]
fn a_line_that_is_written_while_the_field_of_a_span_is_read() {
    #[observe]
    fn operation() {
        let _span = info_span!("request", n = reads()).entered();
    }
    let _one = one_at_a_time();
    assert_eq!(found(&beside_fmt(), operation), ["C101 1"]);
}

#[test]
fn a_line_that_is_written_while_the_field_of_a_line_of_transport_is_read() {
    #[observe]
    fn operation() {
        debug!(target: "hyper_util::client", n = reads(), "reuse idle connection");
    }
    let _one = one_at_a_time();
    assert_eq!(found(&beside_fmt(), operation), ["C101 1"]);
}

#[test]
fn a_line_after_somebody_has_asked_whether_one_of_transport_would_be_written() {
    #[observe]
    fn operation() {
        let _asked = tracing::enabled!(target: "hyper", Level::DEBUG);
        error!("the printer is on fire");
    }
    let _one = one_at_a_time();
    assert_eq!(found(&beside_fmt(), operation), ["C101 1"]);
}

#[test]
fn a_line_after_somebody_has_asked_by_the_log_crate() {
    #[observe]
    fn operation() {
        use log::Log as _;
        let asked = log::Metadata::builder().level(log::Level::Trace).target("reqwest::connect").build();
        let _asked = tracing_log::LogTracer::new().enabled(&asked);
        error!("the printer is on fire");
    }
    let _one = one_at_a_time();
    assert_eq!(found(&Dispatch::new(registry().with(candor::layer())), operation), ["C101 1"]);
}

#[observe]
fn error_line() {
    error!("the printer is on fire");
}

#[test]
fn on_top_of_the_subscriber_that_prints() {
    let _one = one_at_a_time();
    let fmt = tracing_subscriber::fmt().with_writer(std::io::sink).finish();
    assert_eq!(found(&Dispatch::new(fmt.with(candor::layer())), error_line), ["C101 1"]);
}

/// A layer that passes on what is of interest to it.
struct Wraps<L>(L);

impl<S: tracing::Subscriber, L: tracing_subscriber::Layer<S>> tracing_subscriber::Layer<S> for Wraps<L> {
    fn on_event(&self, event: &tracing::Event<'_>, context: tracing_subscriber::layer::Context<'_, S>) {
        self.0.on_event(event, context);
    }
}

#[test]
fn a_layer_within_one_that_passes_on_lines_only() {
    let _one = one_at_a_time();
    assert_eq!(found(&Dispatch::new(registry().with(Wraps(candor::layer()))), error_line), ["C101 1"]);
}

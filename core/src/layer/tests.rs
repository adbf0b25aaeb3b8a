use std::fmt;
use std::sync::LazyLock;

use tracing::Dispatch;
use tracing_subscriber::prelude::*;

use super::layer;
use crate::model::{Class, Code, LineKind, Outcome, Plan, Site};
use crate::record::{self, Callsite};
use crate::testing::scope;

const SITE: Site = Site { file: "src/pay.rs", line: 1, column: 1, function: "pay" };

static PAY: Callsite = Callsite::bare("pay\nshop\nsrc/pay.rs\n1:1 pay");

/// Runs `work` under the layer. One dispatcher lives as long as the process: `tracing` decides for each callsite which
/// dispatchers want it, and tests whose dispatchers come and go beside each other would lose events.
fn watched(work: impl FnOnce()) {
    static DISPATCH: LazyLock<Dispatch> =
        LazyLock::new(|| Dispatch::new(tracing_subscriber::registry().with(layer())));
    tracing::dispatcher::with_default(&DISPATCH, work);
}

/// An observed call that logs and ends like this; returns the log lines of its story, and the codes found.
fn observed(outcome: Outcome, logs: impl FnOnce()) -> (Vec<String>, Vec<Code>) {
    let scope = scope();
    watched(|| {
        let _guard = record::enter(&PAY, &Plan::EMPTY, None);
        logs();
        // Something to report, so that the story is told.
        static CHECK: record::Check = record::Check { code: Code::C108, clause: "told", site: SITE };
        record::check(&CHECK, || record::Held::from(false));
        record::outcome(outcome);
    });
    scope.expect_divergence(Code::C108);
    let found = scope.divergences();
    for finding in &found {
        scope.expect_divergence(finding.code);
    }
    let codes = found.iter().map(|finding| finding.code).filter(|code| *code != Code::C108).collect();
    let story = found.into_iter().next().map(|finding| finding.story.lines).unwrap_or_default();
    (story.into_iter().filter(|line| line.kind == LineKind::Log).map(|line| line.text).collect(), codes)
}

fn lines(logs: impl FnOnce()) -> Vec<String> {
    observed(Outcome::FULFILLED, logs).0
}

fn codes(class: Class, logs: impl FnOnce()) -> Vec<Code> {
    observed(Outcome::new(class, "Timeout"), logs).1
}

#[test]
fn level_message_and_fields_are_read() {
    let story = lines(|| {
        tracing::warn!(target: "shop", order = 7, name = "bob", "slow {}", "gateway");
        tracing::debug!(target: "shop", "details");
    });
    assert_eq!(story, ["WARN slow gateway order=7 name=bob", "DEBUG details"]);
}

#[test]
fn an_error_line_that_nobody_accounts_for_is_evidence() {
    assert_eq!(codes(Class::Fulfilled, || tracing::error!(target: "shop", "gateway broken")), [Code::C101]);
    assert!(codes(Class::Failed, || tracing::error!(target: "shop", "gateway broken")).is_empty());
}

#[test]
fn a_warning_is_evidence_only_with_an_error_value() {
    let error = std::io::Error::other("broken pipe");
    assert_eq!(codes(Class::Fulfilled, || tracing::warn!(target: "shop", %error, "gateway")), [Code::C101]);
    let e = &error;
    assert_eq!(codes(Class::Fulfilled, || tracing::warn!(target: "shop", ?e, "gateway")), [Code::C101]);
    let boxed: &(dyn std::error::Error + 'static) = &error;
    assert_eq!(
        codes(Class::Fulfilled, || tracing::warn!(target: "shop", why = boxed, "gateway")),
        [Code::C101]
    );
    assert!(codes(Class::Fulfilled, || tracing::warn!(target: "shop", errors = 3, "gateway")).is_empty());
}

#[test]
fn a_failure_below_warn_is_misleading_when_the_call_fulfils() {
    assert_eq!(codes(Class::Fulfilled, || tracing::info!(target: "shop", "capture failed")), [Code::C111]);
    assert!(codes(Class::Fulfilled, || tracing::info!(target: "shop", "0 captures failed")).is_empty());
    assert!(codes(Class::Failed, || tracing::info!(target: "shop", "capture failed")).is_empty());
}

#[test]
fn the_words_of_one_callsite_may_change() {
    let log = |how: &str| tracing::info!(target: "shop", "capture {how}");
    for _ in 0..2 {
        assert!(codes(Class::Fulfilled, || log("pending")).is_empty());
        assert_eq!(codes(Class::Fulfilled, || log("failed")), [Code::C111]);
    }
}

#[test]
fn transport_and_exporters_are_not_watched() {
    let story = lines(|| {
        tracing::error!(target: "hyper::client", "connection broken");
        tracing::error!(target: "opentelemetry_sdk", "export failed");
        tracing::error!(target: "candor", "own");
    });
    assert!(story.is_empty(), "{story:?}");
}

#[test]
fn outside_an_observed_call_nothing_is_read() {
    struct Loud;
    impl fmt::Display for Loud {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("on purpose: read outside of a call")
        }
    }
    let scope = scope();
    watched(|| {
        tracing::error!(target: "shop", "{}", Loud);
    });
    assert!(scope.divergences().is_empty());
}

#[test]
fn a_display_that_panics_is_a_finding_and_the_call_goes_on() {
    struct Broken;
    impl fmt::Display for Broken {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("on purpose: a Display panics")
        }
    }
    let (story, codes) = observed(
        Outcome::FULFILLED,
        || tracing::info!(target: "shop", id = 4, value = %Broken, by = 7, "order"),
    );
    assert_eq!(codes, [Code::C904]);
    assert_eq!(story, ["INFO order id=4 by=7"]);
    let (story, codes) =
        observed(Outcome::FULFILLED, || tracing::info!(target: "shop", id = 4, "order {}", Broken));
    assert_eq!(codes, [Code::C904]);
    assert_eq!(story, ["INFO order  id=4"]);
}

#[test]
fn a_debug_that_logs_is_not_followed() {
    struct Chatty;
    impl fmt::Debug for Chatty {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            tracing::info!(target: "shop", value = ?Chatty2, "inner");
            f.write_str("chatty")
        }
    }
    struct Chatty2;
    impl fmt::Debug for Chatty2 {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("inner")
        }
    }
    let story = lines(|| tracing::info!(target: "shop", value = ?Chatty, "outer"));
    assert_eq!(story, ["INFO outer value=chatty"]);
}

#[test]
fn a_long_line_is_bounded() {
    let story = lines(|| tracing::info!(target: "shop", value = "x".repeat(5_000), "long"));
    assert_eq!(story[0].chars().count(), "INFO ".len() + 300);
}

/// What lines said whose notes were given up is dropped, and what the others said is still told.
#[test]
fn many_long_lines_are_told_as_far_as_they_are_kept() {
    let long = "x".repeat(200);
    let story = lines(|| (0..1_000).for_each(|n| tracing::info!(target: "shop", n, "{long} {}", n % 7)));
    let told = |n: usize| format!("INFO {long} {} n={n}", n % 7);
    assert_eq!(story.len(), 95, "one note is that of the check");
    assert_eq!((&story[0], &story[47]), (&told(0), &told(47)));
    assert_eq!((&story[48], &story[94]), (&told(953), &told(999)));
}

#[test]
fn records_of_the_log_crate_keep_their_place() {
    let scope = scope();
    let line = line!() + 6;
    watched(|| {
        let _guard = record::enter(&PAY, &Plan::EMPTY, None);
        let args = format_args!("gateway broken");
        let record = log::Record::builder()
            .level(log::Level::Error)
            .target("shop")
            .args(args)
            .file(Some(file!()))
            .line(Some(line))
            .build();
        assert!(tracing_log::format_trace(&record).is_ok());
    });
    let found = scope.divergences();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].site.file, found[0].site.line), (Code::C101, file!(), line));
    let text = found[0].evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(text.contains("ERROR logged \"gateway broken\""), "{text}");
    scope.expect_divergence(Code::C101);
}

#[test]
fn the_layer_hides_nothing_from_its_neighbours() {
    use tracing_subscriber::{Layer as _, Registry};
    let layer = layer::<Registry>();
    assert_eq!(layer.max_level_hint(), None);
    let boxed: Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync> = layer.boxed();
    drop(boxed);
}

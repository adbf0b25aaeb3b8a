//! Backends that are down, hung, slow, refusing or talking nonsense: nobody waits for them, memory is bounded, the end
//! comes in time, and every loss is counted with its operation and kind.

use std::time::{Duration, Instant};

use candor::model::{Kept, Run, Unsent};
use candor::{Exporter as _, Losses, Timeline};
use candor_otlp::{Otlp, Settings};

use crate::kept::diverged;
use crate::receiver::{Manner, Receiver, attribute};

const DEADLINE: Duration = Duration::from_millis(600);

fn settings(endpoint: &str) -> Settings {
    Otlp::builder().endpoint(endpoint).service("shop").deadline(DEADLINE).timeout(Duration::from_secs(2))
}

/// Hands over so many operations and ends; returns what was lost.
fn run(mut otlp: Otlp, operations: u64) -> Vec<Unsent> {
    let losses = otlp.losses().unwrap();
    let kept: Vec<Kept> = (0..operations).map(diverged).collect();
    let begun = Instant::now();
    otlp.operations(&kept, &Timeline::default());
    let handed = begun.elapsed();
    assert!(handed < DEADLINE, "handing over took {handed:?}: somebody waited for the backend");
    end(&mut otlp, &losses)
}

fn end(otlp: &mut Otlp, losses: &Losses) -> Vec<Unsent> {
    let begun = Instant::now();
    otlp.finish(&Run::default());
    let ended = begun.elapsed();
    assert!(ended < DEADLINE * 4, "the end took {ended:?}");
    losses.list()
}

fn unsent(operation: &'static str, kind: &'static str, count: u64) -> Unsent {
    Unsent { operation, kind, count }
}

/// One operation has two spans and two records: its event and its divergence.
fn everything(operations: u64) -> Vec<Unsent> {
    vec![
        unsent("pay", "span", operations),
        unsent("place_order", "log", 2 * operations),
        unsent("place_order", "span", operations),
    ]
}

#[test]
fn a_good_backend_gets_everything_once() {
    let receiver = Receiver::start(Manner::Good);
    assert_eq!(run(settings(&receiver.url()).build().unwrap(), 40), []);
    let spans = receiver.spans();
    assert_eq!((spans.len(), receiver.logs().len()), (80, 80));
    let mut ids: Vec<_> = spans.iter().map(|span| span.span_id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 80, "nothing twice");
    assert!(receiver.resources().iter().all(|own| attribute(&own.attributes, "service.name") == "shop"));
}

#[test]
fn events_are_told_in_spans_unless_they_are_not_wanted_there() {
    for (wanted, expected) in [(None, true), (Some(true), true), (Some(false), false)] {
        let receiver = Receiver::start(Manner::Good);
        let mut settings = settings(&receiver.url());
        if let Some(wanted) = wanted {
            settings = settings.span_events(wanted);
        }
        assert_eq!(run(settings.build().unwrap(), 1), []);
        let spans = receiver.spans();
        let events: Vec<&str> =
            spans.iter().flat_map(|span| &span.events).map(|event| event.name.as_str()).collect();
        assert_eq!(events.contains(&"PaymentCaptured"), expected, "{events:?}");
        assert!(events.contains(&"candor.divergence") && events.contains(&"log"), "{events:?}");
        assert!(receiver.logs().iter().any(|log| log.event_name == "PaymentCaptured"));
    }
}

#[test]
fn a_backend_that_is_down_loses_what_it_was_sent_and_that_is_told() {
    // A port that was free a moment ago.
    let address = Receiver::start(Manner::Good).url();
    assert_eq!(run(settings(&address).build().unwrap(), 3), everything(3));
}

#[test]
fn a_name_that_does_not_resolve_is_like_a_backend_that_is_down() {
    let otlp = settings("http://no-such-host.invalid:4318").build().unwrap();
    assert_eq!(run(otlp, 3), everything(3));
}

#[test]
fn a_backend_that_hangs_holds_nobody_up() {
    let receiver = Receiver::start(Manner::Hung);
    assert_eq!(run(settings(&receiver.url()).build().unwrap(), 3), everything(3));
    assert!(receiver.requests() > 0, "it was asked");
}

#[test]
fn a_backend_that_closes_the_connection_loses_everything() {
    let receiver = Receiver::start(Manner::Rude);
    assert_eq!(run(settings(&receiver.url()).build().unwrap(), 3), everything(3));
}

#[test]
fn a_backend_that_refuses_is_not_asked_again() {
    let receiver = Receiver::start(Manner::Status(400));
    assert_eq!(run(settings(&receiver.url()).build().unwrap(), 3), everything(3));
    assert_eq!(receiver.requests(), 2, "once for spans, once for logs");
}

#[test]
fn a_backend_that_is_overloaded_is_asked_again() {
    for status in [429, 502, 503, 504] {
        let receiver = Receiver::start(Manner::Status(status));
        assert_eq!(run(settings(&receiver.url()).build().unwrap(), 3), everything(3), "{status}");
        assert!(receiver.requests() > 2, "{status}: {} requests", receiver.requests());
    }
}

#[test]
fn what_answers_but_is_no_receiver_confirms_nothing() {
    let receiver = Receiver::start(Manner::Garbage);
    assert_eq!(run(settings(&receiver.url()).build().unwrap(), 3), everything(3));
}

#[test]
fn what_a_backend_says_it_did_not_take_is_counted() {
    let receiver = Receiver::start(Manner::Partial(2));
    assert_eq!(
        run(settings(&receiver.url()).build().unwrap(), 3),
        [unsent("", "log", 2), unsent("", "span", 2)]
    );
}

#[test]
fn a_slow_backend_gets_everything_within_the_deadline() {
    let receiver = Receiver::start(Manner::Slow(Duration::from_millis(20)));
    assert_eq!(run(settings(&receiver.url()).build().unwrap(), 40), []);
    assert_eq!(receiver.spans().len(), 80);
}

#[test]
fn a_backend_that_comes_back_gets_what_has_waited() {
    let first = Receiver::start(Manner::Status(503));
    let address = first.address();
    let mut otlp = settings(&first.url()).deadline(Duration::from_secs(8)).build().unwrap();
    let losses = otlp.losses().unwrap();
    otlp.operations(&[diverged(1)], &Timeline::default());
    first.wait_for_request();
    drop(first);
    let second = Receiver::at(&address, Manner::Good);
    otlp.finish(&Run::default());
    assert_eq!(losses.list(), []);
    assert_eq!((second.spans().len(), second.logs().len()), (2, 2));
}

#[test]
fn memory_is_bounded_and_what_does_not_fit_is_counted() {
    let receiver = Receiver::start(Manner::Hung);
    let mut otlp = settings(&receiver.url()).capacity(100).build().unwrap();
    let losses = otlp.losses().unwrap();
    for _ in 0..20 {
        let kept: Vec<Kept> = (0..100).map(diverged).collect();
        otlp.operations(&kept, &Timeline::default());
    }
    let early: u64 = losses.list().iter().map(|loss| loss.count).sum();
    // Two queues of a hundred, and the batch that is under way.
    assert!((7_700..=7_800).contains(&early), "{early} of 8000 did not fit");
    let all: u64 = end(&mut otlp, &losses).iter().map(|loss| loss.count).sum();
    assert_eq!(all, 8_000);
}

#[test]
fn findings_of_the_run_are_sent_when_it_ends() {
    let receiver = Receiver::start(Manner::Good);
    let mut otlp = settings(&receiver.url()).build().unwrap();
    otlp.operations(&[diverged(1)], &Timeline::default());
    let mut run = Run::default();
    let known = diverged(1).divergences.remove(0);
    let other = candor::Divergence::new(candor::Code::C301, "import", crate::kept::SITE);
    run.divergences = vec![known, other];
    otlp.finish(&run);
    let codes: Vec<String> = receiver
        .logs()
        .iter()
        .map(|log| attribute(&log.attributes, "candor.divergence.code"))
        .filter(|code| !code.is_empty())
        .collect();
    assert_eq!(codes, ["C101", "C301"], "the first went out with its operation and is not sent again");
}

#[test]
fn a_loss_has_its_reason_and_what_arrived_in_the_end_has_none() {
    let down = Receiver::start(Manner::Good).url();
    let slow = Receiver::start(Manner::Hung);
    let (busy, refusing) = (Receiver::start(Manner::Status(503)), Receiver::start(Manner::Status(400)));
    let nonsense = Receiver::start(Manner::Garbage);
    for (url, expected) in [
        (down, "Connection refused"),
        ("http://no-such-host.invalid:4318".to_owned(), "dns error"),
        (slow.url(), "timed out"),
        (busy.url(), "the backend answered 503"),
        (refusing.url(), "the backend answered 400"),
        (nonsense.url(), "is none of OTLP"),
    ] {
        let mut otlp = settings(&url).timeout(Duration::from_millis(100)).build().unwrap();
        let losses = otlp.losses().unwrap();
        otlp.operations(&[diverged(1)], &Timeline::default());
        otlp.finish(&Run::default());
        let reason = losses.reason().unwrap_or_default();
        assert!(reason.contains(expected), "{expected}: {reason}");
    }
    let mut patient = settings(&slow.url()).build().unwrap();
    let losses = patient.losses().unwrap();
    patient.operations(&[diverged(1)], &Timeline::default());
    patient.finish(&Run::default());
    assert_eq!(losses.reason().as_deref(), Some("the backend did not answer within 600ms"));
    let good = Receiver::start(Manner::Good);
    let mut otlp = settings(&good.url()).build().unwrap();
    let losses = otlp.losses().unwrap();
    losses.because("an early try failed");
    otlp.operations(&[diverged(1)], &Timeline::default());
    otlp.finish(&Run::default());
    assert_eq!(losses.reason(), None);
}

#[cfg(not(feature = "tls"))]
#[test]
fn https_without_the_feature_is_told_at_once() {
    let error = settings("https://localhost:4318").build().unwrap_err().to_string();
    assert!(error.contains("the feature `tls`"), "{error}");
    assert!(settings("http://localhost:4318").build().is_ok());
}

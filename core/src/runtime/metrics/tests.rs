use std::collections::BTreeMap;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use super::*;
use crate::model::EventMeta;
use crate::runtime::run::tests::{callsite, totals};

/// Publishes, and returns every metric as `name{labels}` with its value.
fn published(publisher: &mut Publisher, figures: &Figures) -> BTreeMap<String, String> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || publisher.publish(figures));
    let each = snapshotter.snapshot().into_vec().into_iter().map(|(key, unit, _description, value)| {
        let key = key.key();
        let labels: Vec<String> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let unit = unit.map_or("", |unit| unit.as_str());
        let value = match value {
            DebugValue::Counter(value) => value.to_string(),
            DebugValue::Gauge(value) => value.to_string(),
            DebugValue::Histogram(values) => format!("{} × {unit}", values.len()),
        };
        (format!("{}{{{}}}", key.name(), labels.join(",")), value)
    });
    each.collect()
}

const CAPTURED: EventMeta = EventMeta {
    name: "PaymentCaptured",
    target: "shop",
    site: crate::model::Site::UNKNOWN,
    fields: &["amount"],
    unit: Some("EUR"),
};

fn figures() -> Figures {
    let mut pay = totals(callsite("pay", 1), [5, 2, 1, 0]);
    (pay.calls, pay.active) = (9, 1);
    pay.buckets = vec![(0.001, 5), (0.25, 3)];
    pay.reasons = vec![(Class::Refused, "Declined", 2)];
    pay.one_in = 64;
    Figures {
        totals: vec![pay],
        events: vec![EventTotal { meta: &CAPTURED, count: 5, worth: 62.5 }],
        found: vec![(Code::C101, 4)],
        lost: vec![("entry", 2)],
        unsent: vec![Unsent { operation: "pay", kind: "span", count: 7 }],
        memory: Memory {
            counters: 300,
            shared_counters: 70,
            frames: 128,
            limit: 9_000,
            thread_limit: 900,
            shared: 5,
            folded: 1,
            returned: 6,
            missed: 2,
        },
    }
}

#[test]
fn every_metric_is_published_with_its_labels_and_unit() {
    let all = published(&mut Publisher::default(), &figures());
    let expected = [
        ("candor.divergences{code=C101}", "4"),
        ("candor.event.value{event=PaymentCaptured,unit=EUR}", "62.5"),
        ("candor.events{event=PaymentCaptured}", "5"),
        ("candor.frames{kind=missed}", "2"),
        ("candor.frames{kind=returned}", "6"),
        ("candor.lost{kind=entry}", "2"),
        ("candor.memory.limit{}", "9000"),
        ("candor.memory.operations{kind=folded}", "1"),
        ("candor.memory.operations{kind=shared}", "5"),
        ("candor.memory.used{kind=counters}", "300"),
        ("candor.memory.used{kind=frames}", "128"),
        ("candor.memory.used{kind=shared}", "70"),
        ("candor.operation.active{operation=pay}", "1"),
        ("candor.operation.duration{operation=pay}", "8 × seconds"),
        ("candor.operation.outcomes{operation=pay,outcome=failed,reason=other}", "1"),
        ("candor.operation.outcomes{operation=pay,outcome=fulfilled,reason=}", "5"),
        ("candor.operation.outcomes{operation=pay,outcome=refused,reason=Declined}", "2"),
        ("candor.operation.timed_one_in{operation=pay}", "64"),
        ("candor.unsent{operation=pay,kind=span}", "7"),
    ];
    assert_eq!(
        all.into_iter().collect::<Vec<_>>(),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn a_second_publication_adds_only_what_has_grown() {
    let mut publisher = Publisher::default();
    let mut figures = figures();
    published(&mut publisher, &figures);
    let again = published(&mut publisher, &figures);
    assert_eq!(
        again.get("candor.operation.duration{operation=pay}").map(String::as_str),
        Some("0 × seconds")
    );
    assert_eq!(
        again.get("candor.divergences{code=C101}").map(String::as_str),
        Some("4"),
        "a total, whoever records it"
    );
    if let Some(bucket) = figures.totals[0].buckets.first_mut() {
        bucket.1 += 2;
    }
    let grown = published(&mut publisher, &figures);
    assert_eq!(
        grown.get("candor.operation.duration{operation=pay}").map(String::as_str),
        Some("2 × seconds")
    );
}

#[test]
fn operations_of_one_name_share_their_label() {
    let mut figures = figures();
    figures.totals.push(totals(callsite("pay", 99), [10, 0, 0, 0]));
    let all = published(&mut Publisher::default(), &figures);
    let name = "candor.operation.outcomes{operation=pay,outcome=fulfilled,reason=}";
    assert_eq!(all.get(name).map(String::as_str), Some("15"));
    assert_eq!(all.get("candor.operation.active{operation=pay}").map(String::as_str), Some("1"));
}

#[test]
fn labels_are_bounded_and_the_rest_is_other() {
    let name = |n: u32| -> &'static str { Box::leak(format!("operation{n}").into_boxed_str()) };
    let totals: Vec<Totals> = (0..1_003).map(|n| totals(callsite(name(n), n), [2, 0, 0, 0])).collect();
    let meta = |n| -> &'static EventMeta {
        Box::leak(Box::new(EventMeta { name: name(n), unit: None, ..CAPTURED }))
    };
    let events = (0..1_002).map(|n| EventTotal { meta: meta(n), count: 1, worth: 0.0 }).collect();
    let all = published(&mut Publisher::default(), &Figures { totals, events, ..Figures::default() });
    let outcomes = all.keys().filter(|key| key.starts_with("candor.operation.outcomes")).count();
    assert_eq!(outcomes, 1_001);
    assert_eq!(
        all.get("candor.operation.outcomes{operation=other,outcome=fulfilled,reason=}").map(String::as_str),
        Some("6")
    );
    assert_eq!(all.get("candor.events{event=other}").map(String::as_str), Some("2"));
}

#[test]
fn reasons_are_bounded_and_the_rest_is_other() {
    let mut total = totals(callsite("pay", 1), [0, 0, 40, 0]);
    total.reasons =
        (0..40).map(|n| (Class::Failed, &*Box::leak(format!("Reason{n}").into_boxed_str()), 1)).collect();
    let all = published(&mut Publisher::default(), &Figures { totals: vec![total], ..Figures::default() });
    let outcomes: Vec<_> =
        all.iter().filter(|(key, _)| key.starts_with("candor.operation.outcomes")).collect();
    assert_eq!(outcomes.len(), 17);
    let name = "candor.operation.outcomes{operation=pay,outcome=failed,reason=other}";
    assert_eq!(all.get(name).map(String::as_str), Some("24"));
}

#[test]
fn flush_publishes_to_the_recorder_of_the_thread() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    collector().count_exporter_loss();
    metrics::with_local_recorder(&recorder, flush);
    let lost =
        snapshotter.snapshot().into_vec().into_iter().any(|(key, ..)| key.key().name() == "candor.lost");
    assert!(lost);
}

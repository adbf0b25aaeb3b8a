//! What is written is read again by a reader of somebody else's, and has to be what the SDK makes of the same operations.

use std::borrow::Cow;

use candor::model::{
    Brief, Class, Code, Divergence, EventMeta, Kept, KeptBody, KeptLine, LineKind, Link, Operation, Outcome,
    Parent, Site, Value, Why,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use proptest::prelude::*;
use prost::Message as _;

use super::{Encoder, Envelope};
use crate::convert;

mod record;

const SITE: Site = Site { file: "src/order.rs", line: 31, column: 5, function: "place_order" };
const NAMELESS: Site = Site { function: "", ..SITE };

const fn operation(name: &'static str, site: Site) -> Operation {
    Operation {
        name,
        target: "shop",
        site,
        intent: &[],
        recovers: &[],
        allows: &[],
        hands: &[],
        given: false,
        cancel_safe: false,
        accounts: None,
    }
}

static OPERATIONS: [Operation; 4] = [
    operation("place_order", SITE),
    operation("", Site::UNKNOWN),
    operation("naïve ⟨T⟩", NAMELESS),
    operation(LONG, SITE),
];
/// Longer than a length of one byte can say.
const LONG: &str = "an operation whose name is so long that its attribute and everything around it takes a length of two \
                    bytes, which is more than is set aside for it";
static EVENT: EventMeta =
    EventMeta { name: "PaymentCaptured", target: "shop", site: SITE, fields: &["id", "", "sum"], unit: None };

/// As if candor itself said something.
static OF_CANDOR: EventMeta =
    EventMeta { name: "Sealed", target: "candor", site: SITE, fields: &[], unit: None };

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), ".{0,12}", ".{60,200}"]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::I64),
        any::<u64>().prop_map(Value::U64),
        any::<i128>().prop_map(Value::I128),
        any::<i64>().prop_map(|small| Value::I128(small.into())),
        prop_oneof![Just(0.0), Just(-0.0), Just(f64::INFINITY), -1e9..1e9].prop_map(Value::F64),
        text().prop_map(|text| Value::Text(Cow::Owned(text))),
        Just(Value::Opaque),
    ]
}

fn class() -> impl Strategy<Value = Class> {
    prop::sample::select(vec![Class::Fulfilled, Class::Refused, Class::Failed, Class::Abandoned])
}

fn reason() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "Timeout", "panic", LONG])
}

fn of() -> impl Strategy<Value = &'static Operation> {
    (0..OPERATIONS.len()).prop_map(|index| &OPERATIONS[index])
}

fn body() -> impl Strategy<Value = KeptBody> {
    let kinds = vec![LineKind::Log, LineKind::Error, LineKind::Recovered, LineKind::Check, LineKind::Task];
    let said = prop_oneof![text(), "(ERROR|WARN |INFO |DEBUG|TRACE) .{0,12}"];
    prop_oneof![
        (prop::collection::vec(value(), 0..5), any::<bool>()).prop_map(|(values, is_own)| KeptBody::Event {
            meta: if is_own { &OF_CANDOR } else { &EVENT },
            values
        }),
        (of(), class(), reason(), 0..2_000_u64, any::<bool>()).prop_map(
            |(operation, class, reason, took, is_kept)| KeptBody::Child {
                operation,
                class,
                reason,
                took,
                is_kept
            }
        ),
        (prop::option::of(value()), value()).prop_map(|(from, to)| KeptBody::Change {
            place: "total",
            from,
            to
        }),
        (prop::sample::select(kinds), said).prop_map(|(kind, text)| KeptBody::Words { kind, text }),
    ]
}

fn line() -> impl Strategy<Value = KeptLine> {
    let site = prop::option::of(prop::sample::select(vec![SITE, NAMELESS, Site::UNKNOWN]));
    (0..4_000_u64, 0..3_u8, site, body()).prop_map(|(at, depth, site, body)| KeptLine {
        at,
        depth,
        site,
        body,
    })
}

fn divergence() -> impl Strategy<Value = Divergence> {
    let help = prop::collection::vec(text(), 0..3);
    let words = (text(), text(), text(), help);
    (prop::sample::select(Code::ALL), words, any::<bool>()).prop_map(|(code, words, has_evidence)| {
        let mut found = Divergence::new(code, "place_order", SITE);
        (found.intent, found.expected, found.observed, found.help) = words;
        if has_evidence {
            let what = "a log line".to_owned();
            found.evidence.push(candor::model::Evidence { what, site: Some(SITE) });
        }
        found
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    (class(), reason(), prop::option::of(text())).prop_map(|(class, reason, detail)| Outcome {
        class,
        reason,
        detail: detail.map(Cow::Owned),
    })
}

fn kept() -> impl Strategy<Value = Kept> {
    let whys = vec![Why::Diverged, Why::Failed, Why::Slow, Why::Sampled, Why::Enclosing];
    let parent = (0..3_u64, any::<bool>()).prop_map(|(span, is_outer)| Parent { span, is_outer });
    let who = (of(), outcome(), prop::option::of(value()), prop::sample::select(whys));
    let place = (any::<u128>(), any::<u64>(), prop::option::of(parent), 0..4_000_u64);
    let lines = prop::collection::vec(line(), 0..12);
    let found = prop::collection::vec(divergence(), 0..3);
    let flags = (any::<bool>(), any::<bool>(), any::<u64>());
    (who, place, lines, found, flags).prop_map(|(who, place, mut lines, divergences, flags)| {
        let began = candor::record::ticks();
        lines.iter_mut().for_each(|line| line.at += began);
        lines.sort_by_key(|line| line.at);
        Kept {
            operation: who.0,
            outcome: who.1,
            key: who.2,
            why: who.3,
            link: Link { trace: place.0, span: place.1, sampled: flags.0 },
            parent: place.2,
            started: began,
            ended: began + place.3,
            lines,
            omitted: flags.2 * u64::from(flags.1),
            divergences,
            foreign: flags.0 && flags.1,
            late: false,
        }
    })
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("candor").with_version("1.2.3").build()
}

fn resource() -> Resource {
    let own = [KeyValue::new("service.name", "shop"), KeyValue::new("service.instance", 7)];
    Resource::builder_empty().with_schema_url(own, "https://opentelemetry.io/schemas/1.40.0").build()
}

/// The request as the SDK builds it, and as it is read from our bytes.
fn both(all: &[Kept]) -> (ExportTraceServiceRequest, ExportTraceServiceRequest) {
    let calibration = candor::Timeline::default().calibration();
    // Each has its attributes in an order of its own.
    let resource = resource();
    let (mut encoder, envelope) = (Encoder::default(), Envelope::new(&resource, &scope()));
    let mut data: Vec<SpanData> = Vec::new();
    let mut body = envelope.open(b"what was here before".to_vec());
    let mut next = 1;
    let mut fresh = || {
        next += 1;
        next
    };
    for kept in all {
        convert::each(kept, true, &mut fresh, &mut |span| {
            data.push(convert::data(span, &scope(), calibration));
            encoder.write(span, calibration, &mut body);
        });
    }
    let theirs = ExportTraceServiceRequest {
        resource_spans: group_spans_by_resource_and_scope(data, &(&resource).into()),
    };
    let ours = ExportTraceServiceRequest::decode(envelope.seal(body)).unwrap_or_default();
    (theirs, ours)
}

proptest! {
    #[test]
    fn what_is_written_is_what_the_sdk_makes_of_it(all in prop::collection::vec(kept(), 1..6)) {
        let (theirs, ours) = both(&all);
        let has_spans = theirs.resource_spans.iter().any(|resource| !resource.scope_spans.is_empty());
        if has_spans {
            prop_assert_eq!(ours, theirs);
        } else {
            let scopes = ours.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
            prop_assert!(scopes.into_iter().all(|scope| scope.spans.is_empty()));
        }
    }
}

fn plain() -> Kept {
    Kept {
        operation: &OPERATIONS[0],
        outcome: Outcome::FULFILLED,
        key: None,
        why: Why::Sampled,
        link: Link { trace: 7, span: 8, sampled: true },
        parent: None,
        started: 1_000,
        ended: 2_000,
        lines: Vec::new(),
        omitted: 0,
        divergences: Vec::new(),
        foreign: false,
        late: false,
    }
}

#[test]
fn plain_spans_differ_in_their_numbers_only_whatever_stands_around_them() {
    let parent = |span, is_outer| Some(Parent { span, is_outer });
    let mut all = Vec::new();
    for number in 1..4_u64 {
        let one = |parent| Kept {
            link: Link { trace: u128::from(number) << 70, span: number * 77, sampled: true },
            started: number * 1_000_000,
            ended: number * 3_000_000,
            parent,
            ..plain()
        };
        all.extend([one(None), one(parent(number, false)), one(parent(number, true)), one(parent(0, true))]);
        all.push(Kept { operation: &OPERATIONS[3], ..one(None) });
        all.push(Kept { key: Some(Value::U64(number)), ..one(None) });
        all.push(Kept { outcome: Outcome::new(Class::Failed, "Timeout"), ..one(parent(number, true)) });
    }
    let (theirs, ours) = both(&all);
    assert_eq!(ours, theirs);
    assert_eq!(ours.resource_spans[0].scope_spans[0].spans.len(), all.len());
}

#[test]
fn a_brief_has_the_span_that_the_whole_of_it_would_have() {
    let calibration = candor::Timeline::default().calibration();
    let envelope = Envelope::new(&resource(), &scope());
    for (parent, is_outer) in [(0, false), (9, false), (9, true)] {
        let brief = Brief {
            operation: &OPERATIONS[0],
            trace: 5 << 90,
            span: 6,
            parent,
            started: 1_000,
            ended: 2_000,
            why: Why::Sampled,
            is_sampled: true,
            is_outer,
        };
        let (mut short, mut whole) = (envelope.open(Vec::new()), envelope.open(Vec::new()));
        Encoder::default().write(&convert::Span::of_brief(&brief), calibration, &mut short);
        let mut write = |span: &convert::Span<'_>| Encoder::default().write(span, calibration, &mut whole);
        convert::each(&Kept::from(&brief), true, &mut || 1, &mut write);
        assert_eq!(short, whole);
        assert!(short.len() > envelope.open(Vec::new()).len());
    }
}

#[test]
fn an_event_without_a_time_of_its_own_stays_in_its_call() {
    let event = KeptBody::Event { meta: &EVENT, values: vec![Value::U64(1)] };
    let child = KeptBody::Child {
        operation: &OPERATIONS[2],
        class: Class::Fulfilled,
        reason: "",
        took: 200,
        is_kept: false,
    };
    // It has the time at which the enclosing call began.
    let lines = vec![
        KeptLine { at: 1_000, depth: 1, site: None, body: event },
        KeptLine { at: 1_500, depth: 0, site: None, body: child },
    ];
    let (theirs, ours) = both(&[Kept { lines, ..plain() }]);
    assert_eq!(ours, theirs);
    let spans = &ours.resource_spans[0].scope_spans[0].spans;
    assert_eq!((spans[0].events.len(), spans[1].events.len()), (0, 1));
    assert_eq!(spans[1].events[0].time_unix_nano, spans[1].start_time_unix_nano);
}

/// The proptest would not notice if nothing was ever compared.
#[test]
fn a_plain_operation_has_its_span_with_everything_in_it() {
    let kept = Kept {
        outcome: Outcome { class: Class::Failed, reason: "Timeout", detail: Some("it took too long".into()) },
        key: Some(Value::U64(u64::MAX)),
        why: Why::Failed,
        parent: Some(Parent { span: 9, is_outer: true }),
        ..plain()
    };
    let (theirs, ours) = both(&[kept]);
    assert_eq!(ours, theirs);
    let span = &ours.resource_spans[0].scope_spans[0].spans[0];
    assert_eq!((span.name.as_str(), span.flags, span.attributes.len()), ("place_order", 0x301, 9));
    assert_eq!(span.status.as_ref().map(|status| status.message.as_str()), Some("it took too long"));
}

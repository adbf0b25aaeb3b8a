//! Operations as candor hands them over, made by hand.

use std::borrow::Cow;

use candor::model::{
    Class, Code, Divergence, EventMeta, Kept, KeptBody, KeptLine, LineKind, Link, Operation, Outcome, Site,
    Value, Why,
};

pub(crate) const SITE: Site = Site { file: "src/order.rs", line: 31, column: 5, function: "place_order" };

pub(crate) static PLACE: Operation = operation("place_order");
pub(crate) static PAY: Operation = operation("pay");
pub(crate) static CAPTURED: EventMeta = EventMeta {
    name: "PaymentCaptured",
    target: "shop",
    site: SITE,
    fields: &["order_id", "amount"],
    unit: None,
};

const fn operation(name: &'static str) -> Operation {
    Operation {
        name,
        target: "shop",
        site: SITE,
        intent: &[],
        recovers: &[],
        allows: &[],
        hands: &[],
        given: false,
        cancel_safe: false,
        accounts: None,
    }
}

/// A call of `place_order` that diverged.
pub(crate) fn diverged(number: u64) -> Kept {
    let start = candor::record::ticks();
    let line = |at, depth, body| KeptLine { at: start + at, depth, site: Some(SITE), body };
    let captured = KeptBody::Event { meta: &CAPTURED, values: vec![Value::U64(number), Value::F64(12.5)] };
    let paid = KeptBody::Child {
        operation: &PAY,
        class: Class::Failed,
        reason: "Timeout",
        took: 200,
        is_kept: false,
    };
    let log = KeptBody::Words { kind: LineKind::Log, text: "WARN mail bounced".to_owned() };
    let mut found = Divergence::new(Code::C101, "place_order", SITE);
    found.observed = "the error was dropped".to_owned();
    Kept {
        operation: &PLACE,
        outcome: Outcome::FULFILLED,
        key: Some(Value::Text(Cow::Owned(format!("order-{number}")))),
        why: Why::Diverged,
        link: Link { trace: u128::from(number) + 1, span: number + 1, sampled: false },
        parent: None,
        started: start,
        ended: start + 1_000,
        lines: vec![line(150, 1, captured), line(300, 0, paid), line(400, 0, log)],
        omitted: 0,
        divergences: vec![found],
        foreign: false,
        late: false,
    }
}

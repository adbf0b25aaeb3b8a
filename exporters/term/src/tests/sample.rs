//! Divergences and a run for the tests.

use std::borrow::Cow;

use candor::model::{
    Class, Code, Divergence, Evidence, LineKind, OperationTotal, Outcome, ReasonTotal, Run, Site, Story,
    StoryLine,
};

const FILE: &str = "src/order.rs";

pub(crate) const fn at(line: u32, column: u32) -> Site {
    Site { file: FILE, line, column, function: "place_order" }
}

const fn elsewhere(file: &'static str, line: u32) -> Site {
    Site { file, line, column: 5, function: "" }
}

pub(crate) fn line(at_ns: u64, depth: u8, kind: LineKind, text: &str, site: Site) -> StoryLine {
    StoryLine { at_ns, depth, kind, text: text.to_owned(), site: Some(site) }
}

fn evidence(what: &str, site: Site) -> Evidence {
    Evidence { what: what.to_owned(), site: Some(site) }
}

fn story() -> Story {
    let lines = vec![
        line(1_204_000, 1, LineKind::Log, "INFO captured 4990 cents", elsewhere("src/pay/gateway.rs", 88)),
        line(
            1_310_000,
            0,
            LineKind::Child,
            "capture fulfilled in 1.3ms",
            elsewhere("src/pay/gateway.rs", 70),
        ),
        line(1_322_000, 0, LineKind::Event, "PaymentCaptured { order_id: 1042, amount: 49.90 }", at(7, 5)),
        line(4_022_000, 0, LineKind::Error, "unwrap_or met Err(no rate for CHF)", at(9, 16)),
        line(9_871_000, 1, LineKind::Child, "send failed (Timeout) in 5.8ms", elsewhere("src/mail.rs", 12)),
        line(9_882_000, 0, LineKind::Log, "ERROR the receipt was not sent error=timed out", at(12, 9)),
        line(12_200_000, 0, LineKind::Error, "let _ = met Err(out of stock: sku 77)", at(14, 5)),
    ];
    Story { lines, omitted: 0, duration_ns: 12_449_000 }
}

/// A violation with everything that a report can have.
pub(crate) fn violation() -> Divergence {
    let mut found = Divergence::new(Code::C101, "place_order", at(14, 5));
    found.intent = "emits(PaymentCaptured | PaymentDeferred, OrderPlaced)".to_owned();
    found.expected =
        "the error is propagated, handed on, or recovered with a reason before `place_order` fulfils"
            .to_owned();
    found.observed = "`let _ =` drops the error \"out of stock: sku 77\"".to_owned();
    found.evidence = vec![
        evidence("`reserve` failed (OutOfStock)", elsewhere("src/stock.rs", 31)),
        evidence("let _ = met Err(out of stock: sku 77)", at(14, 5)),
        evidence("ERROR logged \"the receipt was not sent\"", at(12, 9)),
    ];
    found.help = vec![
        "propagate it with `?`, or drop it with a reason: `.recovered(\"why\");`".to_owned(),
        "or declare the recovery: `#[observe(recovers(OutOfStock in stock::reserve => \"why\"))]`".to_owned(),
    ];
    found.key = Some("1042".to_owned());
    found.count = 41;
    found.story = story();
    found
}

/// A suspicion whose call failed, without intent and evidence.
pub(crate) fn suspicion() -> Divergence {
    let mut found = Divergence::new(Code::C103, "place_order", at(9, 16));
    found.expected = "a reason for the substitute".to_owned();
    found.observed = "`unwrap_or` puts a value in place of the error \"no rate for CHF\"".to_owned();
    found.help = vec!["say why the substitute is right:\n`.recovered_or(\"why\", Rate::ONE)`".to_owned()];
    found.outcome = Outcome::new(Class::Failed, "Timeout").with_detail(Cow::Borrowed("timed out"));
    found.story =
        Story { lines: story().lines.into_iter().take(4).collect(), omitted: 0, duration_ns: 5_000_000 };
    found
}

/// A story over every bound: 60 lines of which the recorder gave up 140 more, and one in the middle that matters.
pub(crate) fn endless() -> Divergence {
    let mut found = violation();
    let text = |index: u64| format!("row {index} stored");
    let mut lines: Vec<StoryLine> = (0..60)
        .map(|index| line(index * 50_000, 0, LineKind::Log, &text(index), elsewhere("src/import.rs", 9)))
        .collect();
    lines.insert(20, line(1_010_000, 0, LineKind::Error, "let _ = met Err(out of stock: sku 77)", at(14, 5)));
    found.story = Story { lines, omitted: 140, duration_ns: 12_449_000 };
    found
}

fn total(operation: &'static str, classes: [u64; 4], duration_ns: u64) -> OperationTotal {
    let [fulfilled, refused, failed, abandoned] = classes;
    OperationTotal {
        operation,
        calls: classes.iter().sum(),
        fulfilled,
        refused,
        failed,
        abandoned,
        duration_ns,
        ..OperationTotal::default()
    }
}

/// A run with all that a summary can show.
pub(crate) fn run() -> Run {
    let mut place = total("place_order", [290, 12, 10, 0], 3_884_088_000);
    place.reasons = vec![
        ReasonTotal { class: Class::Refused, reason: "CardDeclined", count: 12 },
        ReasonTotal { class: Class::Failed, reason: "Timeout", count: 10 },
    ];
    let mut poll = total("poll_returns", [0, 0, 1_400, 2], 6_000_000);
    poll.calls += 1;
    poll.active = 1;
    poll.reasons = vec![ReasonTotal { class: Class::Failed, reason: "Unavailable", count: 1_400 }];
    let mut twice = Divergence::new(Code::C101, "send_receipt", elsewhere("src/mail.rs", 12));
    twice.count = 2;
    let mut run = Run::default();
    run.operations = vec![place, poll, total("reserve", [900, 0, 0, 0], 90_000_000)];
    run.divergences = vec![violation(), twice, suspicion()];
    run.lost = vec![("story lines", 140)];
    run.duration_ns = 1_420_000_000;
    run
}

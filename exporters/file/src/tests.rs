//! The format to the letter, and back.

use std::io::{self, Write};
use std::sync::mpsc::{self, Sender};

use candor::Exporter as _;
use candor::model::{Class, Code, Divergence, Evidence, LineKind, Outcome, Run, Site, Story, StoryLine};

use crate::{JsonLines, read, schema};

const SITE: Site = Site { file: "src/order.rs", line: 14, column: 5, function: "place_order" };

/// A writer whose output the test can read.
struct Pipe(Sender<String>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(String::from_utf8_lossy(bytes).into_owned()).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn divergence() -> Divergence {
    let mut found = Divergence::new(Code::C101, "place_order", SITE);
    found.intent = "emits(OrderPlaced)".to_owned();
    found.expected = "the error is propagated".to_owned();
    found.observed = "`ok` drops the error \"no\"".to_owned();
    found.evidence = vec![Evidence { what: "ok met Err(no)".to_owned(), site: Some(SITE) }];
    found.help = vec!["propagate it with `?`".to_owned()];
    found.outcome = Outcome::new(Class::Failed, "Timeout").with_detail("timed out");
    found.key = Some("42".to_owned());
    let line = StoryLine { at_ns: 1_200, depth: 0, kind: LineKind::Error, text: "no".to_owned(), site: None };
    found.story = Story { lines: vec![line], omitted: 3, duration_ns: 9_000 };
    found
}

fn run(divergences: Vec<Divergence>) -> Run {
    let mut run = Run::default();
    run.divergences = divergences;
    run
}

#[test]
fn one_line_to_the_letter() {
    let (sender, receiver) = mpsc::channel();
    JsonLines::to(Pipe(sender)).finish(&run(vec![divergence()]));
    let text: String = receiver.try_iter().collect();
    let expected = concat!(
        r#"{"schema":"candor/1","code":"C101","name":"swallowed-error","level":"violation","operation":"place_order","#,
        r#""site":{"file":"src/order.rs","line":14,"column":5,"function":"place_order"},"#,
        r#""intent":"emits(OrderPlaced)","expected":"the error is propagated","#,
        r#""observed":"`ok` drops the error \"no\"","#,
        r#""evidence":[{"what":"ok met Err(no)","site":{"file":"src/order.rs","line":14,"column":5,"#,
        r#""function":"place_order"}}],"help":["propagate it with `?`"],"#,
        r#""outcome":{"class":"failed","reason":"Timeout","detail":"timed out"},"key":"42","count":1,"#,
        r#""story":{"lines":[{"at_ns":1200,"depth":0,"kind":"error","text":"no","site":null}],"#,
        r#""omitted":3,"duration_ns":9000},"last_story":null}"#,
        "\n",
    );
    assert_eq!(text, expected);
}

#[test]
fn what_is_written_can_be_read() {
    let mut often = divergence();
    often.site = Site { line: 15, ..SITE };
    often.count = 7;
    often.last_story = Some(Story::default());
    let (sender, receiver) = mpsc::channel();
    JsonLines::to(Pipe(sender)).finish(&run(vec![divergence(), often.clone()]));
    let text: String = receiver.try_iter().collect();
    let expected = [schema::Divergence::from(&divergence()), schema::Divergence::from(&often)];
    assert_eq!(read(text.as_bytes()).unwrap(), expected);
}

#[test]
fn live_writes_at_once_and_again_when_the_count_has_grown() {
    let (sender, receiver) = mpsc::channel();
    let mut lines = JsonLines::to(Pipe(sender)).live();
    let mut other = divergence();
    other.site.line = 15;
    lines.divergence(&divergence());
    lines.divergence(&other);
    let mut text: String = receiver.try_iter().collect();
    assert_eq!(text.lines().count(), 2);

    let mut again = divergence();
    again.count = 3;
    lines.finish(&run(vec![again, other]));
    text.extend(receiver.try_iter());
    assert_eq!(text.lines().count(), 3);

    let counts: Vec<u64> = read(text.as_bytes()).unwrap().iter().map(|found| found.count).collect();
    assert_eq!(counts, [3, 1]);
}

#[test]
fn without_live_nothing_is_written_before_the_end() {
    let (sender, receiver) = mpsc::channel();
    JsonLines::to(Pipe(sender)).divergence(&divergence());
    assert_eq!(receiver.try_iter().count(), 0);
}

#[test]
fn writes_that_fail_are_counted() {
    let (sender, receiver) = mpsc::channel();
    drop(receiver);
    let mut lines = JsonLines::to(Pipe(sender));
    let errors = lines.errors();
    lines.finish(&run(vec![divergence()]));
    assert_eq!((errors.count(), errors.first().as_deref()), (1, Some("sending on a closed channel")));
}

#[test]
fn a_reader_passes_over_what_is_new() {
    let mut line = serde_json::to_value(schema::Divergence::from(&divergence())).unwrap();
    line["code"] = "C999".into();
    line["colour"] = "blue".into();
    let found = read(line.to_string().as_bytes()).unwrap();
    assert_eq!(found[0].code, "C999");
}

#[test]
fn a_bad_line_is_named() {
    let good = serde_json::to_string(&schema::Divergence::from(&divergence())).unwrap();
    let text = format!("{good}\n{{\"schema\":\"candor/1\"}}\n");
    let error = read(text.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "failed to read line 2 as a divergence");
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("missing field `code` at line 1 column 21"));
}

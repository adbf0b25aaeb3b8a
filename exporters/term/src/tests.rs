//! What the reader sees, to the letter.

mod sample;

use std::io::{self, Write};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, Sender};

use candor::Exporter as _;
use candor::model::{Divergence, LineKind, Run, Site, StoryLine};

use crate::{Options, Style, Terminal, render, summary};

/// 80 columns, no colours, and the sources of the fixture.
fn options() -> Options {
    Options::new(Style::plain().with_width(80)).with_root(concat!(env!("CARGO_MANIFEST_DIR"), "/fixture"))
}

/// A writer whose output the test can read.
struct Pipe(Sender<String>);

impl Pipe {
    fn new() -> (Pipe, Receiver<String>) {
        let (sender, receiver) = mpsc::channel();
        (Pipe(sender), receiver)
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(String::from_utf8_lossy(bytes).into_owned()).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn printed(receiver: &Receiver<String>) -> String {
    receiver.try_iter().collect()
}

#[test]
fn a_violation() {
    assert_eq!(render(&sample::violation(), &options()), include_str!("tests/violation.txt"));
}

#[test]
fn a_suspicion() {
    assert_eq!(render(&sample::suspicion(), &options()), include_str!("tests/suspicion.txt"));
}

#[test]
fn a_summary() {
    assert_eq!(summary(&sample::run(), Style::plain().with_width(80)), include_str!("tests/summary.txt"));
}

#[test]
fn the_middle_of_a_long_story_is_elided_but_not_the_line_that_matters() {
    let text = render(&sample::endless(), &options());
    let (_, story) = text.split_once("\n\n").unwrap_or_default();
    assert_eq!(story, include_str!("tests/elided.txt"));
}

#[test]
fn a_story_within_its_bound_still_tells_what_the_recorder_gave_up() {
    let mut found = sample::violation();
    found.story.omitted = 12;
    assert!(render(&found, &options()).contains("           ┊ … 12 lines omitted\n"));
}

#[test]
fn without_its_source_the_place_is_named() {
    let mut found = sample::suspicion();
    found.site = Site { file: "src/nowhere.rs", ..found.site };
    let text = render(&found, &options().with_stories(false));
    assert_eq!(
        text,
        "warning[C103]: undeclared fallback in `place_order`
  --> src/nowhere.rs:9:16
   = expected: a reason for the substitute
   = observed: `unwrap_or` puts a value in place of the error \"no rate for
               CHF\"
   = help: say why the substitute is right:
           `.recovered_or(\"why\", Rate::ONE)`
"
    );
}

#[test]
fn a_source_that_has_changed_is_not_shown() {
    for site in [sample::at(400, 1), sample::at(14, 200), Site { function: "refund", ..sample::at(14, 5) }] {
        let found = Divergence::new(candor::model::Code::C101, "place_order", site);
        let text = render(&found, &options());
        assert!(!text.contains("let _"), "{text}");
        assert!(text.contains("--> src/order.rs:"), "{text}");
    }
}

#[test]
fn a_place_that_is_not_known_is_left_out() {
    let found = Divergence::new(candor::model::Code::C901, "import", Site::UNKNOWN);
    assert_eq!(render(&found, &options()), "warning[C901]: lossy in `import`\n");
}

#[test]
fn nothing_is_wider_than_the_terminal_but_code() {
    for columns in [60, 72, 100, 160] {
        let style = Style::plain().with_width(columns);
        let options = options();
        let options =
            Options::new(style).with_root(options.roots().next().map(ToOwned::to_owned).unwrap_or_default());
        let mut deep = sample::violation();
        deep.site = sample::at(14, 46);
        let mut many = Divergence::new(candor::model::Code::C110, "refund_order", sample::at(14, 5));
        many.count = 1_000;
        let divergences = [sample::violation(), sample::suspicion(), sample::endless(), deep, many];
        let mut text: String = divergences.iter().map(|found| render(found, &options)).collect();
        text += &summary(&sample::run(), style);
        let is_too_wide =
            |line: &&str| crate::text::width(line) > columns && !line.trim_start().starts_with('`');
        assert_eq!(text.lines().find(is_too_wide), None, "at {columns} columns");
    }
}

#[test]
fn carets_stand_under_their_code_at_every_width() {
    for columns in [60, 80, 120] {
        let style = Style::plain().with_width(columns);
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixture");
        let text = render(&sample::suspicion(), &Options::new(style).with_root(root));
        let lines: Vec<&str> = text.lines().collect();
        let code = lines.iter().position(|line| line.contains("let rate =")).unwrap_or_default();
        assert_eq!(
            lines[code].find("shop.rates"),
            lines[code + 1].find('^'),
            "at {columns} columns:\n{text}"
        );
    }
}

#[test]
fn what_spawned_work_did_later_stands_after_the_end() {
    let mut found = sample::suspicion();
    found.story.duration_ns = 1_320_000;
    let text = render(&found, &options());
    let story: Vec<&str> = text.lines().skip_while(|line| !line.contains("story of")).collect();
    assert!(story[3].contains("┴ failed"), "{text}");
    assert_eq!(story[4].trim(), "┊ afterwards:");
    assert!(story[5].contains("PaymentCaptured"), "{text}");
}

#[test]
fn colours_and_none() {
    let plain = render(&sample::violation(), &options());
    assert!(!plain.contains('\u{1b}'));
    let coloured = Options::new(Style::coloured().with_width(80))
        .with_root(concat!(env!("CARGO_MANIFEST_DIR"), "/fixture"));
    let coloured = render(&sample::violation(), &coloured);
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn a_run_cannot_steer_the_terminal() {
    let mut found = sample::suspicion();
    found.observed = "\u{1b}]0;owned\u{7}".to_owned();
    found.key = Some("\u{1b}[2J".to_owned());
    let hostile = StoryLine {
        text: "two\nlines \u{1b}[31m".to_owned(),
        ..sample::line(0, 0, LineKind::Log, "", sample::at(9, 5))
    };
    found.story.lines = vec![hostile];
    let text = render(&found, &options());
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
    assert!(text.contains("two ⏎ lines ␛[31m"), "{text}");
}

#[test]
fn the_end_prints_everything_and_the_summary() {
    let (pipe, receiver) = Pipe::new();
    let mut terminal = Terminal::to(pipe, Style::plain()).stories(false);
    terminal.divergence(&sample::violation());
    assert_eq!(printed(&receiver), "");
    terminal.finish(&sample::run());
    let text = printed(&receiver);
    assert_eq!(text.matches("error[C101]").count(), 2);
    assert_eq!(text.matches("story of").count(), 0);
    assert!(text.ends_with("undeclared fallback in `place_order`\n"), "{text}");
}

#[test]
fn a_story_is_told_once() {
    let mut other = sample::violation();
    other.code = candor::model::Code::C106;
    let mut run = Run::default();
    run.divergences = vec![sample::violation(), other, sample::suspicion()];
    let (pipe, receiver) = Pipe::new();
    Terminal::to(pipe, Style::plain()).finish(&run);
    let text = printed(&receiver);
    assert_eq!(text.matches("story of `place_order`").count(), 2, "{text}");
    assert_eq!(text.matches("its story is the one above").count(), 1, "{text}");
}

#[test]
fn live_prints_each_once() {
    let (pipe, receiver) = Pipe::new();
    let mut terminal = Terminal::to(pipe, Style::plain()).live();
    terminal.divergence(&sample::violation());
    terminal.divergence(&sample::violation());
    assert_eq!(printed(&receiver).matches("error[C101]").count(), 1);
    terminal.finish(&sample::run());
    // The one that nobody announced, such as a finding over the whole run, is printed at the end.
    assert_eq!(printed(&receiver).matches("error[C101]").count(), 1);
}

#[test]
fn a_closed_terminal_is_counted() {
    let (pipe, receiver) = Pipe::new();
    drop(receiver);
    let mut terminal = Terminal::to(pipe, Style::plain());
    let errors = terminal.errors();
    terminal.finish(&Run::default());
    assert_eq!(errors.load(Ordering::Relaxed), 1);
}

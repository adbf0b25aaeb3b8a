use std::cell::Cell;

use super::*;

/// Says these pieces, and counts how often it is asked what they claim: whether a "failed" is not behind a "0".
struct Voice<'a> {
    pieces: &'a [&'a str],
    /// Whose line it is: told in fields around the message.
    who: Option<&'a str>,
    asked: &'a Cell<u32>,
}

impl fmt::Debug for Voice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| f.write_str(piece))
    }
}

impl Hearing for Voice<'_> {
    fn show(&self, words: &mut Words<'_>) {
        let Some(who) = self.who else { return words.message(self) };
        words.text("who", who);
        words.i64("less", -1);
        words.message(self);
        words.f64("part", 1.0);
        words.error("http.error", &"gone");
    }

    fn claim(&self, message: &str) -> Wording {
        self.asked.set(self.asked.get() + 1);
        let fails = message.contains("failed") && !message.starts_with("0 ");
        if fails { Wording::Failure } else { Wording::Neutral }
    }

    fn do_numbers_matter(&self, message: &str) -> bool {
        message.contains('%')
    }
}

/// What is told of each of these messages of one place, what it claims, and how often that was asked.
fn told(messages: &[&[&str]]) -> Vec<(String, Wording, u32)> {
    let place: &'static LogSite = Box::leak(Box::new(LogSite::new(LogLevel::Warn, Site::UNKNOWN)));
    let (mut said, asked) = (Said::default(), Cell::new(0));
    let mut hear = |pieces: &&[&str]| {
        let voice = Voice { pieces, who: None, asked: &asked };
        let (line, _) = said.hear((place, 1), &voice);
        (said.tell(&line), said.wording(&line), asked.get())
    };
    messages.iter().map(&mut hear).collect()
}

#[test]
fn a_message_that_repeats_is_classified_once_and_takes_no_room() {
    let place: &'static LogSite = Box::leak(Box::new(LogSite::new(LogLevel::Info, Site::UNKNOWN)));
    let (mut said, asked) = (Said::default(), Cell::new(0));
    let voice = Voice { pieces: &["it ", "failed"], who: None, asked: &asked };
    let (first, _) = said.hear((place, 1), &voice);
    let used = said.used();
    let (second, _) = said.hear((place, 2), &voice);
    assert_eq!((said.used(), asked.get()), (used, 1));
    assert_eq!([first, second].map(|line| said.tell(&line)), ["it failed", "it failed"]);
    assert_eq!((said.wording(&first), said.wording(&second)), (Wording::Failure, Wording::Failure));
}

#[test]
fn other_numbers_are_told_and_not_classified_anew() {
    let told = told(&[&["7", " failed"], &["12", " failed"], &["7", " failed"], &["0", " failed"]]);
    let texts: Vec<_> = told.iter().map(|told| told.0.as_str()).collect();
    assert_eq!(texts, ["7 failed", "12 failed", "7 failed", "0 failed"]);
    let asked: Vec<_> = told.iter().map(|told| (told.1, told.2)).collect();
    let failure = (Wording::Failure, 1);
    assert_eq!(asked, [failure, failure, failure, (Wording::Neutral, 2)]);
}

#[test]
fn a_zero_that_is_heard_first_is_no_model_of_other_numbers() {
    let told = told(&[&["0", " failed"], &["3", " failed"], &["4", " failed"], &["0", " failed"]]);
    let asked: Vec<_> = told.iter().map(|told| (told.1, told.2)).collect();
    let (neutral, failure) = (Wording::Neutral, Wording::Failure);
    assert_eq!(asked, [(neutral, 1), (failure, 2), (failure, 2), (neutral, 2)]);
}

#[test]
fn other_words_are_classified_each_time() {
    let told =
        told(&[&["it ", "waits"], &["it ", "failed"], &["it ", "waits"], &["it "], &["it ", "waits", "!"]]);
    let all: Vec<_> = told.iter().map(|(text, wording, asked)| (text.as_str(), *wording, *asked)).collect();
    let neutral = Wording::Neutral;
    let expected = [
        ("it waits", neutral, 1),
        ("it failed", Wording::Failure, 2),
        ("it waits", neutral, 2),
        ("it", neutral, 3),
        ("it waits!", neutral, 4),
    ];
    assert_eq!(all, expected);
}

#[test]
fn where_numbers_matter_each_is_classified() {
    let told = told(&[&["7", "% failed"], &["8", "% failed"]]);
    assert_eq!(told.last().map(|told| told.2), Some(2));
}

#[test]
fn the_same_text_in_other_pieces_is_the_same() {
    let told =
        told(&[&["it ", "7", " failed"], &["it 7", " failed"], &["it 8", " failed"], &["it 7 failed"]]);
    let all: Vec<_> = told.iter().map(|(text, _, asked)| (text.as_str(), *asked)).collect();
    assert_eq!(all, [("it 7 failed", 1), ("it 7 failed", 1), ("it 8 failed", 2), ("it 7 failed", 2)]);
}

#[test]
fn fields_are_told_as_they_were_and_survive_a_move() {
    let place: &'static LogSite = Box::leak(Box::new(LogSite::new(LogLevel::Info, Site::UNKNOWN)));
    let (mut said, asked) = (Said::default(), Cell::new(0));
    let mut hear =
        |text: &str| said.hear((place, 1), &Voice { pieces: &["seen"], who: Some(text), asked: &asked }).0;
    let lines = [hear("bob"), hear(&"ä".repeat(1_000))];
    assert_eq!(said.tell(&lines[0]), "seen who=bob less=-1 part=1.0 http.error=gone");
    assert_eq!(said.tell(&lines[1]).chars().count(), TEXT);
    assert!(lines.iter().all(|line| said.error(line).as_deref() == Some("gone")));
    let mut other = Said::default();
    other.text.push_str("before");
    let moved = other.copy(&lines[0], &said);
    assert_eq!(other.tell(&moved), said.tell(&lines[0]));
}

#[test]
fn pieces_of_nothing_are_none() {
    let told =
        told(&[&["it ", "", "7", " failed"], &["it ", "8", "", " failed"], &["", "it ", "9", " failed", ""]]);
    let all: Vec<_> = told.iter().map(|(text, _, asked)| (text.as_str(), *asked)).collect();
    assert_eq!(all, [("it 7 failed", 1), ("it 8 failed", 1), ("it 9 failed", 1)]);
}

#[test]
fn a_line_without_a_message_begins_with_its_first_field() {
    let place: &'static LogSite = Box::leak(Box::new(LogSite::new(LogLevel::Info, Site::UNKNOWN)));
    let (mut said, asked) = (Said::default(), Cell::new(0));
    for pieces in [&[][..], &["  "]] {
        let (line, _) = said.hear((place, 1), &Voice { pieces, who: Some("bob"), asked: &asked });
        assert_eq!(said.tell(&line), "who=bob less=-1 part=1.0 http.error=gone");
    }
}

#[test]
fn error_fields_are_known_by_their_last_name() {
    for name in ["error", "err", "e", "cause", "source", "http.error"] {
        assert!(names_an_error(name), "{name}");
    }
    for name in ["errors", "error_count", "reason", "data_source", "message"] {
        assert!(!names_an_error(name), "{name}");
    }
}

/// A literal stands elsewhere in a second copy of the code that says it.
#[test]
fn a_copy_of_what_a_place_says_is_told_by_its_text_where_it_is_no_evidence() {
    let said = "packed";
    let copy = |text: &str| -> &'static str { Box::leak(Box::from(text)) };
    let known = |wording| Known {
        text: said.into(),
        ends: Box::default(),
        wording,
        numbers_matter: false,
        zero: None,
    };
    for (level, wording, is_harmless) in [
        (LogLevel::Info, Wording::Neutral, true),
        (LogLevel::Info, Wording::Failure, false),
        (LogLevel::Error, Wording::Neutral, false),
    ] {
        let place = LogSite::new(level, Site::UNKNOWN);
        assert!(!place.is_copy(said), "nothing is known yet");
        place.know(known(wording), Some(said));
        assert_eq!((place.is_harmless(said), place.is_copy(copy(said))), (is_harmless, is_harmless));
        assert!(!place.is_harmless(copy(said)) && !place.is_copy(copy("picked")));
    }
}

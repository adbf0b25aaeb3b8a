//! What the text of a log line claims: success, failure, or neither.
//!
//! English, by words and what stands around them. A wrong claim costs more than a missed one, so whatever is in doubt is
//! neutral: negated, conditional, planned, partial and mixed wording, retries, refusals, and words that only describe a
//! noun ("the saved order", "error handler").

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::words::{self as list, is_any};
use crate::model::Wording;

/// What one word says in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// It claims nothing.
    None,
    /// It says that something failed.
    Failure,
    /// It says that something succeeded.
    Success,
    /// It says that something has not succeeded, or only in part.
    Unfinished,
}

/// Classifies the message of a log line.
pub(super) fn classify(message: &str) -> Wording {
    let text = message.to_lowercase().replace('’', "'");
    if text.trim_end().ends_with('?') || text.contains("? ") {
        return Wording::Neutral;
    }
    let clauses = clauses(&text);
    let has =
        |claim| clauses.iter().any(|clause| (0..clause.words.len()).any(|at| clause.claim(at) == claim));
    let failure = has(Claim::Failure);
    let success = has(Claim::Success) && !has(Claim::Unfinished) && !is_partial(&text, &clauses);
    let softened = is_refusal(&text, &clauses) || (failure && is_retry(&text, &clauses));
    match (failure, success) {
        _ if softened => Wording::Neutral,
        (true, false) => Wording::Failure,
        (false, true) => Wording::Success,
        _ => Wording::Neutral,
    }
}

/// Whether a message may claim something else with other numbers in it: "3/5", "60 %", "3 of 5".
pub(super) fn do_numbers_matter(message: &str) -> bool {
    message.contains(['/', '%']) || message.contains(" of ")
}

/// A hash of what the classification of a message depends on, so that other numbers are no other text.
pub(super) fn shape(message: &str) -> u64 {
    let exact = do_numbers_matter(message);
    let mut hasher = DefaultHasher::new();
    for word in message.split(|c: char| c.is_whitespace()) {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        if exact || !core.contains(|c: char| c.is_ascii_digit()) {
            word.hash(&mut hasher);
        } else {
            // A number matters as zero or not; what stands around it may end a clause.
            (core == "0", word.ends_with(|c: char| c.is_ascii_punctuation()), core.parse::<f64>().is_ok())
                .hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// A part of a message between stops; a colon or an equals sign is the word `:`.
struct Clause<'a> {
    words: Vec<&'a str>,
}

/// Splits a message into clauses.
fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut all = vec![Clause { words: Vec::new() }];
    let stop = |all: &mut Vec<Clause<'_>>| all.push(Clause { words: Vec::new() });
    for piece in text
        .split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-' | '_' | '.' | '/' | '%')))
    {
        let (word, end) = match piece.char_indices().next_back() {
            Some((at, c)) if !(c.is_alphanumeric() || matches!(c, '\'' | '-' | '_' | '.' | '/' | '%')) => {
                piece.split_at(at)
            }
            _ => (piece, ""),
        };
        let trimmed = word.trim_matches(|c| matches!(c, '.' | '-' | '_' | '\''));
        if trimmed == "but" || (trimmed.is_empty() && word.contains('-')) {
            stop(&mut all);
        } else if !trimmed.is_empty()
            && let Some(clause) = all.last_mut()
        {
            clause.words.push(trimmed);
        }
        match end {
            ":" | "=" => all.last_mut().into_iter().for_each(|clause| clause.words.push(":")),
            "" | " " if !word.ends_with('.') => {}
            "\"" | "`" | "#" | "@" | "$" | "€" | "&" | "+" | "*" => {}
            _ => stop(&mut all),
        }
    }
    all.retain(|clause| !clause.words.is_empty());
    all
}

impl<'a> Clause<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.words.get(at).copied().unwrap_or_default()
    }

    /// The words before `at`, nearest first, back to a colon.
    fn before(&self, at: usize) -> impl Iterator<Item = &'a str> {
        self.words.get(..at).unwrap_or_default().iter().rev().copied().take_while(|word| *word != ":")
    }

    /// The word after `at`, and the one after that when it is a colon.
    fn value(&self, at: usize) -> &'a str {
        if self.word(at + 1) == ":" { self.word(at + 2) } else { self.word(at + 1) }
    }

    fn claim(&self, at: usize) -> Claim {
        if self.is_failure(at) {
            let silent = self.is_negated(at) || self.is_conditional(at) || self.is_harmless(at);
            return if silent { Claim::None } else { Claim::Failure };
        }
        if !self.is_success(at) {
            return Claim::None;
        }
        if self.is_negated(at) || is_any(self.value(at), list::NOTHING) {
            return Claim::Unfinished;
        }
        let silent = self.is_conditional(at) || self.is_planned(at) || self.describes_a_noun(at);
        if silent { Claim::None } else { Claim::Success }
    }

    fn is_failure(&self, at: usize) -> bool {
        let next = self.word(at + 1);
        match self.word(at) {
            "could" | "can" => next == "not",
            "timed" => next == "out",
            "fail" => self.before(at).next() == Some("did"),
            word => is_any(word, list::FAILURE),
        }
    }

    fn is_success(&self, at: usize) -> bool {
        let (word, next) = (self.word(at), self.word(at + 1));
        match word {
            "complete" => next.is_empty() || next == ":" || is_any(next, list::PREPOSITIONS),
            "ok" | "okay" => next.is_empty() && (at > 0 || self.words.len() == 1),
            "placed" => !matches!((next, self.word(at + 2)), ("on", "hold") | ("in", "queue")),
            _ => is_any(word, list::SUCCESS),
        }
    }

    /// "no errors", "never sent", "0 failed", "hasn't been delivered".
    fn is_negated(&self, at: usize) -> bool {
        let negator = |word: &str| is_any(word, list::NEGATORS) || word.ends_with("n't");
        self.before(at).take(3).any(negator)
            || self.before(at).take(2).any(|word| matches!(word, "0" | "zero"))
    }

    /// "if it fails", "on failure", "once sent", "sent if possible".
    fn is_conditional(&self, at: usize) -> bool {
        let on = self.before(at).take(2).any(|word| matches!(word, "on" | "upon"));
        let general = is_any(self.word(at), &["fails", "sent", "saved", "done"])
            && self.words.iter().skip(at).any(|word| matches!(*word, "if" | "when" | "unless"));
        let in_case = self
            .words
            .get(..at)
            .unwrap_or_default()
            .windows(2)
            .any(|pair| matches!(pair, ["in", "case"] | ["event", "of"]));
        self.before(at).any(|word| is_any(word, list::CONDITIONS))
            || on
            || general
            || in_case
            || self.is_modal(at)
    }

    /// "may fail", "should be sent".
    fn is_modal(&self, at: usize) -> bool {
        self.before(at).take(4).any(|word| is_any(word, list::MODALS))
    }

    /// "to be sent", "is being saved", "already paid", "waiting for …".
    fn is_planned(&self, at: usize) -> bool {
        let mut near = self.before(at);
        let to_be =
            matches!((near.next(), near.next()), (Some("be" | "get"), _) | (Some("been"), Some("to")));
        to_be || self.before(at).any(|word| is_any(word, list::PENDING))
    }

    /// "error handler", "errors: 0", "fail over", "the failed order", "recovered from error".
    fn is_harmless(&self, at: usize) -> bool {
        let (word, next) = (self.word(at), self.word(at + 1));
        let failed = matches!(word, "failed" | "failing");
        let noun = !matches!(word, "cannot" | "can't" | "couldn't" | "could" | "unable");
        let recovered = self.before(at).take(3).any(|word| is_any(word, list::OVERCOME));
        let empty = is_any(self.value(at), list::NOTHING);
        (noun && (is_any(next, list::THINGS) || recovered || empty)) || (failed && self.describes_a_noun(at))
    }

    /// "the saved order", "loading stored tokens", "list of paid invoices", "success rate".
    fn describes_a_noun(&self, at: usize) -> bool {
        let (before, next) = (self.before(at).next().unwrap_or_default(), self.word(at + 1));
        let another = |word: &str| {
            word.starts_with(char::is_alphabetic)
                && !is_any(word, list::PREPOSITIONS)
                && !word.ends_with("ly")
        };
        let determined =
            is_any(before, list::DETERMINERS) || (before.ends_with("ing") && before != "nothing");
        (determined && another(next)) || is_any(before, list::HEADS) || is_any(next, list::THINGS)
    }
}

/// "half done", "sent 3/5", "imported 3 of 5", "40% uploaded", "dry run: 5 saved".
fn is_partial(text: &str, clauses: &[Clause<'_>]) -> bool {
    let number = |word: &str| word.parse::<u64>().ok();
    let part = |word: &str| {
        let share = word.split_once('/').and_then(|(done, all)| Some(number(done)? < number(all)?));
        let percent =
            word.strip_suffix('%').and_then(|share| share.parse::<f64>().ok()).map(|share| share < 100.0);
        share.or(percent).unwrap_or(false)
    };
    let of = |words: &[&str]| match words {
        [done, "of", all] => number(done).zip(number(all)).is_some_and(|(done, all)| done < all),
        _ => false,
    };
    clauses.iter().any(|clause| {
        clause.words.iter().any(|word| is_any(word, list::PARTIAL) || part(word))
            || clause.words.windows(3).any(of)
    }) || ["dry run", "so far", "not all"].iter().any(|phrase| text.contains(phrase))
}

/// The business says no. "connection refused" is none of its business.
fn is_refusal(text: &str, clauses: &[Clause<'_>]) -> bool {
    let technical = text.contains("connection refused") || text.contains("connection was refused");
    let word = |word: &&str| is_any(word, list::REFUSALS) && !(technical && *word == "refused");
    clauses.iter().any(|clause| clause.words.iter().any(word))
}

/// It failed and is tried again: "retrying", "attempt 1 failed"; not "attempt 3 of 3 failed".
fn is_retry(text: &str, clauses: &[Clause<'_>]) -> bool {
    let given_up = list::GIVEN_UP.iter().any(|phrase| text.contains(phrase));
    let last = |own: &Clause<'_>, at: usize| match own.word(at).split_once('/') {
        Some((now, all)) => now == all,
        None => own.word(at + 1) == "of" && own.word(at) == own.word(at + 2),
    };
    let attempt = |own: &Clause<'_>, at: usize| {
        let number = own.word(at + 1).starts_with(|c: char| c.is_ascii_digit());
        matches!(own.word(at), "attempt" | "try") && number && !last(own, at + 1)
    };
    let numbered = clauses.iter().any(|own| (0..own.words.len()).any(|at| attempt(own, at)));
    !given_up && (numbered || list::RETRIES.iter().any(|phrase| text.contains(phrase)))
}

#[cfg(test)]
mod tests;

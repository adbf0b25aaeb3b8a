//! Whether an error that is passed on as another one says what that one claims.
//!
//! It is read when there is an error, by its own words: the name of its type, its `Debug` and its text.

use super::frame::Frame;
use super::ledger::new_entry;
use super::sighting::Said;
use crate::model::{Claim, Class, Entry, ErrorKind, Form, Operation, Origin, Probe, last_segment};

/// How far behind a `not` it is read: "could not be found".
const REACH: usize = 3;

impl Frame {
    /// Whether an error is passed on as one that says something else. What refused is not there for whoever asks.
    pub(super) fn is_recast(&self, probe: &Probe, kind: ErrorKind, type_name: &str, said: &Said) -> bool {
        let Some(claim) = probe.claim else { return false };
        let refused =
            |entry: &Entry| entry.class == Some(Class::Refused) && said.text.contains(entry.text.as_str());
        kind == ErrorKind::Error
            && contradicts(claim, type_name, [&said.debug, &said.text])
            && !self.entries.iter().any(refused)
    }

    /// Takes the child that failed with this very value before, whatever its type is called. What asks for a form says with
    /// such a type that it is none.
    pub(super) fn take_child(&mut self, type_name: &str, text: &str) -> Option<Entry> {
        let name = last_segment(type_name);
        let is_same = |entry: &Entry| {
            let open = !entry.superseded && entry.recovered.is_none();
            let asked = |child: &Operation| !matches!(child.site.function, "from_str" | "try_from");
            open && matches!(entry.origin, Origin::Child(child) if asked(child))
                && entry.type_name == name
                && entry.text == text
        };
        let is_lent = type_name.starts_with('&');
        let index = self.entries.iter().position(is_same).filter(|_| !is_lent && !text.is_empty())?;
        Some(self.entries.remove(index))
    }

    /// An error passes that becomes a claim.
    pub(super) fn pass(
        &mut self,
        probe: &'static Probe,
        (seq, begin): (u32, u32),
        (type_name, text): (&'static str, String),
    ) {
        let mut entry = new_entry(Origin::Probe(probe), seq, begin, probe.site);
        (entry.type_name, entry.text, entry.recast) = (type_name, text, true);
        self.witness(entry, probe);
    }

    /// What was passed on to an entry that is superseded was only tried as well.
    pub(super) fn supersede_passing(&mut self) {
        let is_open = |entry: &Entry| entry.recast && !entry.superseded;
        if !self.entries.iter().any(is_open) {
            return;
        }
        let tried = self.entries.iter().filter(|entry| entry.superseded);
        let tried: Vec<(u32, u32)> = tried.map(|entry| (entry.begin, entry.seq)).collect();
        for entry in self.entries.iter_mut().filter(|entry| is_open(entry)) {
            entry.superseded = tried.iter().any(|(begin, end)| (*begin..*end).contains(&entry.seq));
        }
    }
}

/// Whether a probe stands where an error only passes, on its way to whoever takes it.
pub(super) fn is_in_passing(probe: &Probe) -> bool {
    probe.claim.is_some() && probe.form == Form::Method("map_err")
}

/// Whether an error does not say what the one claims that is passed on in its place.
pub(super) fn contradicts(claim: Claim, type_name: &str, says: [&str; 2]) -> bool {
    let words = all_words(type_name, says);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match claim {
        Claim::Absence => !says_absence(&words) && !is_of_form(&words),
        // Most refusals have no word for it. Only of a failure that speaks for itself it is certain that nobody refused.
        Claim::Refusal => says_trouble(&words),
    }
}

/// Whether an error says outright that there is no such thing.
pub(super) fn is_absence(type_name: &str, says: [&str; 2]) -> bool {
    let words = all_words(type_name, says);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.iter().any(|word| matches!(*word, "nonexistent" | "enoent" | "404"))
        || words.windows(2).any(|pair| {
            matches!(pair, ["not", "found" | "exist"] | ["no", "such" | "row" | "rows" | "record" | "entry"])
        })
}

/// The words of an error: of the name of its type, and of what it says.
fn all_words(type_name: &str, says: [&str; 2]) -> Vec<String> {
    std::iter::once(last_segment(type_name)).chain(says).flat_map(words).collect()
}

/// The words of a text and of the names in it, in lower case: `RowNotFound` has three.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Words that say no, and what they say it of.
const NOT: [&str; 6] = ["not", "cannot", "t", "unable", "failed", "nothing"];
const THERE: [&str; 16] = [
    "found",
    "find",
    "exist",
    "exists",
    "existing",
    "existent",
    "present",
    "known",
    "registered",
    "set",
    "defined",
    "have",
    "contain",
    "match",
    "among",
    "listed",
];

fn says_absence(words: &[&str]) -> bool {
    let speaks_of = |others: &[&str]| words.iter().any(|word| others.contains(word));
    words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1).copied().unwrap_or_default();
        match *word {
            "absent" | "nonexistent" | "enoent" | "deleted" | "removed" | "unregistered" | "unset"
            | "undefined" | "404" | "410" => true,
            "missing" => {
                !matches!(next, "permission" | "permissions" | "credentials" | "privilege" | "privileges")
            }
            "unknown" => !matches!(next, "" | "error" | "failure" | "reason" | "cause"),
            "empty" => !matches!(next, "response" | "reply" | "answer"),
            "expired" => !speaks_of(&["certificate", "credential", "credentials", "token", "license"]),
            "out" => {
                words.get(at + 1..at + 3).is_some_and(|behind| matches!(behind, ["of", "range" | "bounds"]))
            }
            "no" => !is_means(next),
            "a" => next == "directory",
            "not" if matches!(next, "a" | "an" | "in" | "one") => true,
            word if NOT.contains(&word) => {
                words.iter().skip(at + 1).take(REACH).any(|word| THERE.contains(word))
            }
            _ => false,
        }
    })
}

/// What there can be none of while the thing itself is there: "no route to host", "no space left on device".
fn is_means(word: &str) -> bool {
    matches!(
        word,
        "" | "route"
            | "space"
            | "response"
            | "reply"
            | "answer"
            | "connection"
            | "connections"
            | "memory"
            | "buffer"
            | "network"
            | "host"
            | "leader"
            | "quorum"
            | "server"
            | "servers"
            | "backend"
            | "node"
            | "nodes"
            | "replica"
            | "replicas"
            | "capacity"
            | "time"
            | "access"
            | "permission"
            | "permissions"
            | "credentials"
            | "healthy"
            | "available"
            | "free"
            | "live"
            | "reachable"
    )
}

/// Whether an input has not the form of a name for anything: there is nothing under it.
fn is_of_form(words: &[&str]) -> bool {
    const NAMING: [&str; 14] = [
        "id",
        "uuid",
        "key",
        "name",
        "path",
        "input",
        "argument",
        "filename",
        "url",
        "uri",
        "slug",
        "digit",
        "character",
        "length",
    ];
    let starts = words.first().is_some_and(|word| *word == "parse");
    starts
        || words.windows(2).any(|pair| match pair {
            ["parse", "error"] | ["try", "from"] => true,
            ["invalid", next] => NAMING.contains(next),
            _ => false,
        })
        || words.iter().any(|word| matches!(*word, "malformed" | "utf8"))
}

/// Whether it speaks of a failure of what was asked, and not of what was asked for.
fn says_trouble(words: &[&str]) -> bool {
    words.iter().any(|word| {
        matches!(
            *word,
            "connect"
                | "connection"
                | "timeout"
                | "elapsed"
                | "unavailable"
                | "unreachable"
                | "down"
                | "offline"
                | "overloaded"
                | "dns"
                | "pool"
                | "disk"
                | "500"
                | "502"
                | "503"
                | "504"
        )
    }) || words.windows(2).any(|pair| {
        matches!(
            pair,
            ["timed", "out"] | ["no", "route" | "space"] | ["broken", "pipe"] | ["internal", "error"]
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{contradicts, is_absence};
    use crate::model::Claim;

    #[test]
    fn what_says_that_there_is_nothing_is_passed_on_as_that() {
        for text in [
            "No such file or directory (os error 2)",
            "RowNotFound",
            "Query { source: Os { kind: NotFound } }",
            "no avatar for 7",
            "status 404",
            "user 7 could not be found",
            "key doesn't exist",
            "unknown user",
            "UnknownHost",
            "missing key",
            "InvalidUuid",
            "Empty",
            "frob is not a command",
            "Expired",
            "index out of range",
            "not a directory",
            "Is a directory (os error 21)",
        ] {
            assert!(!contradicts(Claim::Absence, "shop::StoreError", ["", text]), "{text}");
        }
        assert!(!contradicts(Claim::Absence, "core::num::error::ParseIntError", ["", "invalid digit"]));
        assert!(!contradicts(Claim::Absence, "shop::NoSuchUser", ["", ""]));
    }

    #[test]
    fn none_stands_for_what_says_outright_that_there_is_none() {
        for text in ["NotFound", "no such user", "no rows returned", "it does not exist", "404"] {
            assert!(is_absence("shop::StoreError", ["", text]), "{text}");
        }
        for text in ["no pool", "not ready", "unknown host", "missing key", "the cache is empty"] {
            assert!(!is_absence("shop::StoreError", ["", text]), "{text}");
        }
    }

    #[test]
    fn what_says_something_else_is_not() {
        for text in [
            "ldap: connection refused",
            "cannot connect to s3",
            "no route to host",
            "No space left on device",
            "unknown error",
            "Unknown",
            "permission denied",
            "missing permission",
            "locked by another",
            "the row is corrupt",
            "the certificate has expired",
            "empty response",
            "out of memory",
        ] {
            assert!(contradicts(Claim::Absence, "shop::StoreError", ["", text]), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_believed_unless_something_else_failed() {
        for text in ["signature does not match", "ExpiredToken", "wrong password", "user not found", ""] {
            assert!(!contradicts(Claim::Refusal, "shop::TokenError", ["", text]), "{text}");
        }
        for text in ["connection refused", "Elapsed(())", "timed out", "the key server is down", "503"] {
            assert!(contradicts(Claim::Refusal, "shop::TokenError", ["", text]), "{text}");
        }
    }
}

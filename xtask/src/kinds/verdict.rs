//! What came of one contender in one edition: read from cargo's messages and from what the program of all kinds prints.

use std::collections::BTreeMap;
use std::process::Output;

use serde_json::Value;

use super::kind::Kind;

/// What the compiler said of one kind.
#[derive(Default, Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub(super) errors: Vec<String>,
    pub(super) warnings: Vec<String>,
}

/// One row of the table.
pub(super) struct Row {
    pub(super) contender: &'static str,
    pub(super) edition: &'static str,
    pub(super) is_own: bool,
    pub(super) total: usize,
    /// The kinds that do not compile, and why.
    pub(super) failed: Vec<(String, String)>,
    /// The kinds at which the compiler warns, and of what.
    pub(super) warned: Vec<(String, String)>,
    /// The kinds that have to be refused, and the errors with which they are.
    pub(super) refused: Vec<(String, Vec<String>)>,
    /// What is wrong with a kind that compiles: it does not run, or something is reported of it.
    pub(super) wrong: Vec<(String, String)>,
}

impl Row {
    pub(super) fn compiled(&self) -> usize {
        self.total.saturating_sub(self.failed.len())
    }

    /// Whether nothing at all is to be said of a row of ours.
    pub(super) fn is_clean(&self) -> bool {
        self.failed.is_empty() && self.warned.is_empty() && self.wrong.is_empty()
    }
}

/// Errors and warnings for each kind.
pub(super) fn said(messages: &str) -> BTreeMap<String, Said> {
    let mut all: BTreeMap<String, Said> = BTreeMap::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let is_kind = message.pointer("/target/kind/0").and_then(Value::as_str) == Some("example");
        let Some(name) = message.pointer("/target/name").and_then(Value::as_str).filter(|_| is_kind) else {
            continue;
        };
        let said = all.entry(name.to_owned()).or_default();
        let (Some(level), Some(text)) = (
            message.pointer("/message/level").and_then(Value::as_str),
            message.pointer("/message/message").and_then(Value::as_str),
        ) else {
            continue;
        };
        let text = text.lines().next().unwrap_or_default().to_owned();
        // The last words of the compiler are counts of what it has said.
        match level {
            _ if text.starts_with("aborting due to") || text.contains("emitted") => {}
            "error" => said.errors.push(text),
            "warning" => said.warnings.push(text),
            _ => {}
        }
    }
    all
}

/// Sorts what was said of the kinds into a row.
pub(super) fn judge(row: &mut Row, kinds: &[&Kind], said: &BTreeMap<String, Said>) {
    for kind in kinds {
        let Some(said) = said.get(&kind.name) else {
            row.failed.push((kind.name.clone(), "cargo says nothing of it".to_owned()));
            continue;
        };
        if kind.refused.is_some() {
            row.refused.push((kind.name.clone(), said.errors.clone()));
        } else if let Some(error) = said.errors.first() {
            row.failed.push((kind.name.clone(), error.clone()));
        } else if let Some(warning) = said.warnings.first() {
            row.warned.push((kind.name.clone(), warning.clone()));
        }
    }
}

/// What the program of all kinds did not say. With candor, each marked function also has to be in the catalog: one that is
/// left alone would compile, too.
pub(super) fn ran(row: &mut Row, kinds: &[&Kind], observes: bool, output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    let of =
        |name: &str| text.lines().filter(|line| line.split(' ').nth(1) == Some(name)).collect::<Vec<_>>();
    let said =
        |name: &str| of(name).into_iter().find(|line| !line.starts_with("watched ")).map(str::to_owned);
    for kind in kinds.iter().filter(|_| observes) {
        let watched = of(&kind.name).iter().filter(|line| line.starts_with("watched ")).count();
        let marked = kind.marks().0;
        if watched < marked {
            row.wrong
                .push((kind.name.clone(), format!("{watched} functions are observed, {marked} are marked")));
        }
    }
    for kind in kinds {
        let wrong = match said(&kind.name) {
            Some(line) if line.starts_with("ran ") => continue,
            Some(line) if line.starts_with("said ") => format!("candor reports of it: {line}"),
            Some(_) => "an assertion of it fails".to_owned(),
            None => "it did not run".to_owned(),
        };
        row.wrong.push((kind.name.clone(), wrong));
    }
    if !row.wrong.is_empty() || !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        row.wrong.push(("the program of all kinds".to_owned(), format!("{}\n{stderr}", output.status)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            contender: "c",
            edition: "2024",
            is_own: true,
            total: 3,
            failed: Vec::new(),
            warned: Vec::new(),
            refused: Vec::new(),
            wrong: Vec::new(),
        }
    }

    fn message(name: &str, level: &str, text: &str) -> String {
        format!(
            r#"{{"target":{{"kind":["example"],"name":"{name}"}},"message":{{"level":"{level}","message":"{text}"}}}}"#
        )
    }

    #[test]
    fn errors_and_warnings_are_told_apart_and_counts_are_neither() {
        let messages = [
            message("a", "error", "mismatched types"),
            message("a", "error", "aborting due to 1 previous error"),
            message("b", "warning", "unused"),
            message("b", "warning", "1 warning emitted"),
            r#"{"target":{"kind":["example"],"name":"c"}}"#.to_owned(),
        ];
        let said = said(&messages.join("\n"));
        let kinds = ["a", "b", "c", "d"].map(|name| Kind::new(name.to_owned(), String::new()));
        let mut row = row();
        judge(&mut row, &kinds.each_ref(), &said);
        let names = |all: &[(String, String)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(
            (names(&row.failed), names(&row.warned)),
            (vec!["a".into(), "d".into()], vec!["b".into()])
        );
    }

    #[test]
    fn a_kind_has_to_run_and_to_be_observed() {
        let kinds = ["a", "b", "c"].map(|name| Kind::new(name.to_owned(), "// @attribute\n".to_owned()));
        let stdout = b"ran a\nran b\nsaid c C101\nwatched a\nwatched c\n".to_vec();
        let output = Output { status: std::process::ExitStatus::default(), stdout, stderr: Vec::new() };
        let mut row = row();
        ran(&mut row, &kinds.each_ref(), true, &output);
        let names = row.wrong.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
        assert_eq!(names, ["b", "c", "the program of all kinds"]);
    }

    #[test]
    fn a_kind_that_has_to_be_refused_counts_neither_as_compiled_nor_as_failed() {
        let kinds = [Kind::new("a".to_owned(), "// @refused no\n".to_owned())];
        let mut row = row();
        judge(&mut row, &kinds.each_ref(), &said(&message("a", "error", "no")));
        assert_eq!((row.failed.len(), row.refused), (0, vec![("a".to_owned(), vec!["no".to_owned()])]));
    }
}

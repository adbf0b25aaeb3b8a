//! What candor reports, and which codes are of the family that a case expects.

use serde::Deserialize;

/// How much the programs say about their intent.
#[derive(Clone, Copy)]
pub enum Kind {
    /// With the intent of `case.toml`.
    Annotated,
    /// With `#[observe]` alone.
    Bare,
}

impl Kind {
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Annotated => "annotated",
            Kind::Bare => "bare",
        }
    }
}

/// One line of the report.
#[derive(Debug, Deserialize)]
pub struct Finding {
    pub code: String,
    pub operation: String,
    pub site: Site,
    pub observed: String,
}

/// Where.
#[derive(Debug, Deserialize)]
pub struct Site {
    pub file: String,
    pub line: usize,
    pub function: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {} at {}:{}: {}", self.code, self.operation, self.site.file, self.site.line, self.observed)
    }
}

/// The codes that are of the same family as a kind of bug.
pub fn family(kind: &str) -> &'static [&'static str] {
    match kind {
        "swallowed-error" => &["C101", "C103", "C114"],
        "false-success" => &["C101", "C102", "C106", "C110"],
        "missing-effect" => &["C106", "C110"],
        "partial-update" => &["C105", "C106", "C108", "C109", "C116", "C117"],
        "conservation" => &["C108", "C109", "C110"],
        "dropped-records" => &["C110", "C114"],
        "misleading-log" => &["C111", "C112"],
        "duplicate-effect" => &["C113"],
        "hidden-panic" => &["C105", "C119"],
        other => panic!("no family is known for `{other}`: add it to tests/cases/driver/judgement.rs"),
    }
}

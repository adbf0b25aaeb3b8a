//! One program: its first lines, its runs, and what of the findings is due and what is false.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// How far from a marked line a site may be.
const NEAR: usize = 3;

pub struct Program {
    pub name: String,
    pub title: String,
    /// Whether the program has a bug, or only looks as if it had one.
    pub is_buggy: bool,
    /// Whether a reader without the author's intent could see it.
    pub needs_intent: bool,
    codes: Vec<String>,
    marks: Vec<usize>,
    expected: [String; 2],
}

/// What was found of a program in one of the two modes.
pub struct State {
    /// `found`, `missed` or `silent`, and the codes of what is false.
    pub text: String,
    /// The code of what was found.
    pub code: Option<String>,
    /// How many findings are false.
    pub noise: usize,
    pub details: Vec<String>,
}

/// One line of the report.
#[derive(Debug, Deserialize)]
struct Finding {
    code: String,
    operation: String,
    site: Site,
    observed: String,
}

#[derive(Debug, Deserialize)]
struct Site {
    line: usize,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {}:{}: {}", self.code, self.operation, self.site.line, self.observed)
    }
}

impl Program {
    /// Every program of `programs/`, those with bugs first.
    pub fn all() -> Vec<Program> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut programs: Vec<Program> = paths.map(Program::read).collect();
        programs.sort_by(|a, b| (!a.is_buggy, &a.name).cmp(&(!b.is_buggy, &b.name)));
        assert!(!programs.is_empty(), "no program is here");
        programs
    }

    fn read(path: PathBuf) -> Program {
        let name = path.file_name().unwrap().to_str().unwrap().trim_end_matches(".rs.in").to_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let word = |word: &str| {
            text.lines().find_map(|line| line.strip_prefix("//! ")?.strip_prefix(word)?.strip_prefix(": "))
        };
        let codes = word("buggy")
            .or(word("healthy"))
            .unwrap_or_else(|| panic!("{name} is neither buggy nor healthy"));
        let marked = text.lines().enumerate().filter(|(_, line)| line.contains("//<"));
        Program {
            title: text.lines().next().unwrap().trim_start_matches("//! ").to_owned(),
            is_buggy: word("buggy").is_some(),
            needs_intent: word("needs") == Some("intent"),
            codes: codes.split(' ').map(str::to_owned).collect(),
            marks: marked.map(|(n, _)| n + 1).collect(),
            expected: ["bare", "annotated"].map(|mode| word(mode).unwrap_or_default().to_owned()),
            name,
        }
    }

    /// Runs the variants of the program in one mode.
    pub fn judge(&self, mode: &str) -> State {
        let (mut end, mut code, mut details) = ("silent", None, Vec::new());
        if self.is_buggy {
            let findings = self.run(mode, "buggy");
            code = findings.iter().find(|finding| self.is_due(finding)).map(|finding| finding.code.clone());
            end = if code.is_some() { "found" } else { "missed" };
            details.extend(
                findings
                    .iter()
                    .filter(|finding| !self.is_due(finding))
                    .map(|finding| format!("besides: {finding}")),
            );
        }
        let noise = self.run(mode, if self.is_buggy { "fixed" } else { "healthy" });
        details.extend(noise.iter().map(|finding| format!("false: {finding}")));
        let mut text = if noise.is_empty() || self.is_buggy { end.to_owned() } else { String::new() };
        for finding in &noise {
            let comma = if text.is_empty() { "" } else { ", " };
            text += &format!("{comma}false {}", finding.code);
        }
        State { text, code, noise: noise.len(), details }
    }

    /// Where the states are not those that the program says, or one that is not as it should be has no reason.
    pub fn differences(&self, states: &[State; 2]) -> Vec<String> {
        let mut wrong = Vec::new();
        for ((mode, expected), state) in ["bare", "annotated"].iter().zip(&self.expected).zip(states) {
            let (said, reason) = expected.split_once(": ").unwrap_or((expected, ""));
            let is_well = matches!(state.text.as_str(), "found" | "silent");
            if said != state.text || (!is_well && reason.is_empty()) {
                wrong.push(format!("{}: {mode} is `{}`, and it says `{expected}`", self.name, state.text));
            }
        }
        wrong
    }

    /// The reason that stands beside what is missed or false in one of the modes.
    pub fn reasons(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        let parts = ["bare", "annotated"].into_iter().zip(&self.expected);
        parts.filter_map(|(mode, expected)| {
            expected.split_once(": ").map(|(state, reason)| (mode, state, reason))
        })
    }

    fn is_due(&self, finding: &Finding) -> bool {
        self.codes.contains(&finding.code)
            && self.marks.iter().any(|mark| mark.abs_diff(finding.site.line) <= NEAR)
    }

    /// Runs one program; what is looked at has to be right, bug or no bug, and what is true only without it.
    fn run(&self, mode: &str, variant: &str) -> Vec<Finding> {
        let program = Path::new(env!("CARGO_BIN_EXE_detection"));
        let report = program.with_file_name(format!("{}-{mode}-{variant}.jsonl", self.name));
        let asked = format!("{} {mode} {variant}", self.name);
        let run = Command::new(program).arg(&asked).env("CASE_REPORT", &report).output().unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        let domain = if variant == "buggy" { "domain=VIOLATED" } else { "domain=HELD" };
        assert!(said.contains("visible=PASS") && said.contains(domain), "{asked} behaves otherwise: {said}");
        let lines = std::fs::read_to_string(&report).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

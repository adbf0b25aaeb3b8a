//! One case: its description, its programs, its lines.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::judgement::{Finding, Kind, family};

/// How far from the expected line a site may be.
const NEAR: usize = 3;

/// What `case.toml` says.
#[derive(Debug, Deserialize)]
pub struct Case {
    pub id: String,
    pub clean: bool,
    pub variants: Vec<String>,
    #[serde(default)]
    expect: Vec<Expect>,
    #[serde(skip)]
    folder: PathBuf,
}

/// One acceptable report.
#[derive(Debug, Deserialize)]
struct Expect {
    kind: String,
    function: String,
    site: String,
    snippet: String,
    role: String,
}

impl Case {
    /// Every case of this folder, in order.
    pub fn all() -> Vec<Case> {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(env!("CARGO_MANIFEST_DIR"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("case.toml").is_file())
            .collect();
        folders.sort();
        assert!(!folders.is_empty(), "no case is here");
        folders.iter().map(|folder| Case::read(folder)).collect()
    }

    fn read(folder: &Path) -> Case {
        let text = std::fs::read_to_string(folder.join("case.toml")).unwrap();
        let case: Case = toml::from_str(&text).unwrap();
        Case { folder: folder.to_owned(), ..case }
    }

    /// Runs one program in one variant; its ordinary behaviour test has to pass, bug or no bug.
    pub fn run(&self, kind: Kind, variant: &str) -> Vec<Finding> {
        let short = self.id.split('-').next().unwrap();
        let programs = Path::new(env!("CARGO_BIN_EXE_c06-plain")).parent().unwrap();
        let name = format!("{short}-{}", kind.folder());
        let report = programs.join(format!("{name}-{variant}.jsonl"));
        let run = Command::new(programs.join(&name)).arg(variant).env("CASE_REPORT", &report).output().unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && said.contains("visible=PASS"), "{name} {variant} behaves otherwise: {said}");
        let lines = std::fs::read_to_string(&report).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Whether this finding is what the case expects: family, function, and at most three lines off.
    pub fn expects(&self, finding: &Finding, kind: Kind) -> bool {
        self.expect.iter().filter(|expect| expect.role != "secondary").any(|expect| {
            let file = expect.site.split(':').next().unwrap().trim_start_matches("src/");
            let wanted = self.line_of(kind, file, &expect.snippet);
            family(&expect.kind).contains(&finding.code.as_str())
                && finding.site.function == expect.function
                && finding.site.file.ends_with(&format!("{}/{file}", kind.folder()))
                && finding.site.line.abs_diff(wanted) <= NEAR
        })
    }

    fn line_of(&self, kind: Kind, file: &str, snippet: &str) -> usize {
        let text = self.source(kind.folder(), file);
        let line = text.lines().position(|line| line.contains(snippet));
        line.unwrap_or_else(|| panic!("{}: `{snippet}` is not in {file}", self.id)) + 1
    }

    fn source(&self, folder: &str, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(folder).join(file)).unwrap()
    }

    /// What annotation costs: lines of the annotated program that are not in the plain one, one variant.
    pub fn added_lines(&self) -> usize {
        let variant = if self.clean { "clean.rs" } else { "fixed.rs" };
        let count = |file: &str| {
            let plain = self.source("plain", file);
            let known: Vec<&str> = plain.lines().map(str::trim).collect();
            let annotated = self.source("annotated", file);
            annotated
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && *line != "}" && !known.contains(line))
                .count()
        };
        count(variant) + count("world.rs")
    }
}

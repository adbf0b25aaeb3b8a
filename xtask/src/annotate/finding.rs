//! Candor switched on in the crate's own tests, and what it reports.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The name of the variable that says in which folder the findings of each process go.
pub(super) const FOLDER: &str = "CANDOR_ANNOTATE_FINDINGS";

/// A crate that installs candor before `main` of every program that it is linked into, and ends the run after it.
const SWITCH: &str = r#"use std::sync::{Mutex, PoisonError};

static RUN: Mutex<Option<candor::Guard>> = Mutex::new(None);

#[ctor::ctor(unsafe)]
fn on() {
    let Some(folder) = std::env::var_os("CANDOR_ANNOTATE_FINDINGS") else { return };
    let path = std::path::Path::new(&folder).join(format!("{}.jsonl", std::process::id()));
    let Ok(lines) = candor_file::JsonLines::create(path) else { return };
    let guard = candor::builder().exporter(lines.live()).install().ok();
    *RUN.lock().unwrap_or_else(PoisonError::into_inner) = guard;
}

#[dtor::dtor(unsafe)]
fn off() {
    drop(RUN.lock().unwrap_or_else(PoisonError::into_inner).take());
}
"#;

/// Writes the crate and returns where it is.
///
/// # Errors
/// When it cannot be written.
pub(super) fn switch(home: &Path, root: &Path) -> io::Result<PathBuf> {
    let folder = home.join("on");
    fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"annotate-on\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nctor = \"1\"\ndtor = \"1\"\n\
         candor = {{ path = \"{0}/core\" }}\ncandor-file = {{ path = \"{0}/exporters/file\" }}\n\n[workspace]\n",
        root.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), SWITCH)?;
    Ok(folder)
}

/// Has the roots of a copy link the crate.
///
/// # Errors
/// When a root cannot be read or written.
pub(super) fn link(folder: &Path) -> io::Result<()> {
    for root in ["src/lib.rs", "src/main.rs"] {
        let path = folder.join(root);
        if path.exists() {
            let source = fs::read_to_string(&path)?;
            fs::write(&path, format!("{source}\nextern crate annotate_on as _;\n"))?;
        }
    }
    Ok(())
}

/// One finding: over all processes, the same place is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) is_violation: bool,
    pub(super) code: String,
    pub(super) place: String,
    pub(super) operation: String,
}

/// Findings with their counts, and one line of JSON for each.
#[derive(Default)]
pub(super) struct Tally {
    found: BTreeMap<Finding, (u64, String)>,
}

impl Tally {
    /// Reads what the processes of a test run have written.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(super) fn read(folder: &Path) -> io::Result<Tally> {
        let mut tally = Tally::default();
        for entry in fs::read_dir(folder)? {
            // A process that was killed leaves half a line.
            for line in String::from_utf8_lossy(&fs::read(entry?.path())?).lines() {
                tally.add(line);
            }
        }
        Ok(tally)
    }

    fn add(&mut self, line: &str) {
        let Ok(value) = serde_json::from_str::<Value>(line) else { return };
        let text =
            |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let line_of = value.pointer("/site/line").and_then(Value::as_u64).unwrap_or(0);
        let finding = Finding {
            is_violation: text("/level") == "violation",
            code: text("/code"),
            place: format!("{}:{line_of}", text("/site/file")),
            operation: text("/operation"),
        };
        let entry = self.found.entry(finding).or_insert_with(|| (0, line.to_owned()));
        entry.0 += 1;
    }

    /// Violations and suspicions.
    pub(super) fn count(&self) -> (usize, usize) {
        let violations = self.found.keys().filter(|finding| finding.is_violation).count();
        (violations, self.found.len() - violations)
    }

    /// One line for each: level, code, place, operation.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.found.keys().map(|finding| {
            let level = if finding.is_violation { "V" } else { "S" };
            format!("{level} {} {} {}", finding.code, finding.place, finding.operation)
        })
    }

    /// Everything that candor wrote about each, once.
    pub(super) fn json(&self) -> String {
        self.found.values().map(|(_, line)| format!("{line}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_is_one_finding_over_all_processes() {
        let mut tally = Tally::default();
        let line =
            r#"{"code":"C101","level":"violation","operation":"a","site":{"file":"src/lib.rs","line":3}}"#;
        tally.add(line);
        tally.add(line);
        tally.add(&line.replace("violation", "suspicion").replace("C101", "C103"));
        tally.add("{\"code\":");
        assert_eq!(tally.count(), (1, 1));
        let lines: Vec<String> = tally.lines().collect();
        assert_eq!(lines, ["S C103 src/lib.rs:3 a", "V C101 src/lib.rs:3 a"]);
        assert_eq!(tally.json().lines().count(), 2);
    }

    #[test]
    fn the_switch_reads_the_variable_that_is_set() {
        assert!(SWITCH.contains(&format!("{FOLDER:?}")));
    }
}

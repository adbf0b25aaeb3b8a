//! Runs cargo on a copy of a crate, and reads what it says.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A copy of a crate, with the settings under which it is built.
#[derive(Clone)]
pub(super) struct Copy {
    pub(super) folder: PathBuf,
    /// Shared by all copies of all crates, so that dependencies are built once.
    pub(super) target: PathBuf,
    pub(super) features: Vec<String>,
}

/// An error or a warning of the compiler, at its place in the copy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Remark {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) text: String,
}

/// What `cargo check` said about the crate itself.
#[derive(Default)]
pub(super) struct Checked {
    /// The targets that compile, as cargo's arguments select them for a test run.
    pub(super) targets: BTreeSet<Vec<String>>,
    pub(super) errors: Vec<Remark>,
    pub(super) warnings: BTreeSet<Remark>,
}

impl Copy {
    /// A cargo command on the copy.
    pub(super) fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.arg(command).current_dir(&self.folder).stdin(Stdio::null());
        cargo.env("CARGO_TARGET_DIR", &self.target).env("CARGO_INCREMENTAL", "0");
        if !self.features.is_empty() {
            cargo.arg("--features").arg(self.features.join(","));
        }
        cargo
    }

    /// Checks the library and the programs, and with `tests` every test target too.
    ///
    /// # Errors
    /// When cargo cannot be started.
    pub(super) fn check(&self, tests: bool) -> io::Result<Checked> {
        let mut cargo = self.cargo("check");
        cargo.args(["--message-format", "json", "--keep-going"]).stderr(Stdio::piped());
        if tests {
            cargo.arg("--tests");
        }
        let output = cargo.output()?;
        let mut checked = Checked::default();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            if let Ok(message) = serde_json::from_str::<Value>(line) {
                checked.read(&message, &self.folder);
            }
        }
        if !output.status.success() && checked.errors.is_empty() {
            // Not the crate: a dependency, or the manifest.
            let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            checked.errors.push(Remark { file: String::new(), line: 0, text });
        }
        Ok(checked)
    }

    /// Runs cargo with all that it and its children say written to one file, in the order in which it was said.
    ///
    /// # Errors
    /// When the file cannot be written, or cargo cannot be started.
    pub(super) fn logged(&self, command: &mut Command, log: &Path) -> io::Result<String> {
        let file = File::create(log)?;
        command.stderr(file.try_clone()?).stdout(file);
        let status = command.status()?;
        let mut text = String::from_utf8_lossy(&std::fs::read(log)?).into_owned();
        if !status.success() {
            text.push_str(&format!("\n{status}\n"));
        }
        Ok(text)
    }
}

impl Checked {
    fn read(&mut self, message: &Value, folder: &Path) {
        let ours = at(message, "/manifest_path")
            .is_some_and(|path| Path::new(path).parent().is_some_and(|parent| parent == folder));
        if !ours {
            return;
        }
        match at(message, "/reason") {
            Some("compiler-artifact") => self.targets.extend(target(message)),
            Some("compiler-message") => self.remark(message),
            _ => {}
        }
    }

    fn remark(&mut self, message: &Value) {
        let text = at(message, "/message/message").unwrap_or_default().to_owned();
        let spans = message.pointer("/message/spans").and_then(Value::as_array);
        let primary = spans.and_then(|spans| {
            spans.iter().find(|span| span.get("is_primary").and_then(Value::as_bool) == Some(true))
        });
        let (file, line) = primary.map_or_else(Default::default, outermost);
        let remark = Remark { file, line, text };
        match at(message, "/message/level") {
            // The last line of the compiler only counts.
            Some("error") if primary.is_some() || !remark.text.starts_with("aborting") => {
                self.errors.push(remark)
            }
            Some("warning") if primary.is_some() => {
                self.warnings.insert(remark);
            }
            _ => {}
        }
    }
}

/// Where the user's code is, outside of every macro.
fn outermost(span: &Value) -> (String, usize) {
    match span.pointer("/expansion/span") {
        Some(outer) if outer.is_object() => outermost(outer),
        _ => (
            at(span, "/file_name").unwrap_or_default().to_owned(),
            span.get("line_start")
                .and_then(Value::as_u64)
                .map_or(0, |line| usize::try_from(line).unwrap_or(0)),
        ),
    }
}

/// The arguments that select a target that was compiled as a test.
fn target(message: &Value) -> Option<Vec<String>> {
    let name = at(message, "/target/name")?.to_owned();
    let is_test = message.pointer("/profile/test").and_then(Value::as_bool) == Some(true);
    match at(message, "/target/kind/0")? {
        "bin" if is_test => Some(vec!["--bin".to_owned(), name]),
        "test" if is_test => Some(vec!["--test".to_owned(), name]),
        "custom-build" | "bench" | "example" | "bin" | "test" => None,
        _ if is_test => Some(vec!["--lib".to_owned()]),
        _ => None,
    }
}

fn at<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Checked {
        let mut checked = Checked::default();
        checked.read(&serde_json::from_str(json).unwrap(), Path::new("/c"));
        checked
    }

    #[test]
    fn an_error_inside_a_macro_is_placed_where_the_macro_was_called() {
        let checked = read(
            r#"{"reason":"compiler-message","manifest_path":"/c/Cargo.toml","message":{"level":"error","message":"no",
            "spans":[{"is_primary":true,"file_name":"core.rs","line_start":9,
            "expansion":{"span":{"file_name":"src/lib.rs","line_start":4,"expansion":null}}}]}}"#,
        );
        let expected = Remark { file: "src/lib.rs".into(), line: 4, text: "no".into() };
        assert_eq!(checked.errors, [expected]);
    }

    #[test]
    fn another_crate_is_not_listened_to() {
        let json = r#"{"reason":"compiler-message","manifest_path":"/d/Cargo.toml","message":{"level":"error","message":"no","spans":[]}}"#;
        assert!(read(json).errors.is_empty());
    }

    #[test]
    fn a_target_is_selected_as_cargo_spells_it() {
        let artifact = |kind: &str, test: bool| {
            read(&format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/c/Cargo.toml","profile":{{"test":{test}}},"target":{{"kind":["{kind}"],"name":"x"}}}}"#
            ))
            .targets
        };
        assert_eq!(artifact("test", true), BTreeSet::from([vec!["--test".to_owned(), "x".to_owned()]]));
        assert_eq!(artifact("lib", true), BTreeSet::from([vec!["--lib".to_owned()]]));
        assert!(artifact("lib", false).is_empty());
    }
}

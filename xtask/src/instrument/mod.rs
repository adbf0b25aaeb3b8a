//! `cargo xtask instrument`: the attribute tests of `tracing-attributes`, with `observe(args, ..)` in place of `instrument(..)`.
//!
//! The tests are taken from the published crate when they run; nothing of them is kept here. What its repository keeps for
//! itself, two functions for futures, stands in `polls.rs`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::annotate::source_of;

const CRATE: &str = "tracing-attributes@0.1.31";
/// Tests of error messages: they compare with the texts of the other macro.
const LEFT_OUT: &str = "ui.rs";

const MANIFEST: &str = r#"[package]
name = "instrument-tests"
version = "0.0.0"
edition = "2018"

[lib]
path = "lib.rs"

[dependencies]
candor = { path = "CORE" }
tracing-test = { path = "polls" }
tracing = "0.1"
tracing-core = "0.1"
tracing-attributes = "0.1"
tracing-subscriber = { version = "0.3", features = ["env-filter"] }
tracing-mock = "=0.1.0-beta.3"
tokio-test = "0.4"
async-trait = "0.1"
rustversion = "1"

[workspace]
"#;

const POLLS: &str = "[package]\nname = \"tracing-test\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\npath = \"lib.rs\"\n\n\
    [dependencies]\ntokio-test = \"0.4\"\n";

/// Runs the tests and says whether each of them passed.
///
/// # Errors
/// When the crate cannot be had, a file not be written, or cargo not be started.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> io::Result<bool> {
    let root = fs::canonicalize(root)?;
    let home = root.join("target").join("instrument");
    let source = source_of(CRATE, &home)?;
    let due = write(&root, &source, &home.join("tests-of-it"))?;
    let (passed, said) = test(&home)?;
    writeln!(out, "{CRATE}: {passed} of {due} attribute tests pass with `observe(args, ..)`")?;
    if passed != due {
        writeln!(out, "{said}")?;
    }
    Ok(passed == due && due > 0)
}

/// Writes the package of the tests; returns how many there are.
fn write(root: &Path, source: &Path, package: &Path) -> io::Result<usize> {
    if package.exists() {
        fs::remove_dir_all(package)?;
    }
    fs::create_dir_all(package.join("tests"))?;
    fs::create_dir_all(package.join("polls"))?;
    let core = root.join("core").display().to_string();
    fs::write(package.join("Cargo.toml"), MANIFEST.replace("CORE", &core))?;
    fs::write(package.join("lib.rs"), "")?;
    fs::write(package.join("polls/Cargo.toml"), POLLS)?;
    fs::write(package.join("polls/lib.rs"), include_str!("polls.rs"))?;
    let mut due = 0;
    for entry in fs::read_dir(source.join("tests"))? {
        let path = entry?.path();
        let (Some(name), true) = (path.file_name(), path.extension().is_some_and(|kind| kind == "rs")) else {
            continue;
        };
        if name == LEFT_OUT {
            continue;
        }
        let text = observed(&fs::read_to_string(&path)?);
        due += text.lines().filter(|line| line.trim() == "#[test]").count();
        fs::write(package.join("tests").join(name), text)?;
    }
    Ok(due)
}

/// The same test with the other attribute.
fn observed(text: &str) -> String {
    text.replace("use tracing_attributes::instrument;", "use candor::observe;")
        .replace("#[instrument]", "#[observe(args)]")
        .replace("#[instrument(", "#[observe(args, ")
}

/// How many tests passed, and what cargo said.
fn test(home: &Path) -> io::Result<(usize, String)> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--no-fail-fast", "--target-dir"]).arg(home.join("target"));
    cargo.current_dir(home.join("tests-of-it")).stdin(Stdio::null());
    let output = cargo.output()?;
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let passed = said.lines().filter(|line| line.starts_with("test ") && line.ends_with("... ok")).count();
    Ok((passed, said))
}

#[cfg(test)]
mod tests {
    use super::observed;

    #[test]
    fn words_stay_and_arguments_are_asked_for() {
        assert_eq!(observed("#[instrument(skip(x))]\nfn f() {}"), "#[observe(args, skip(x))]\nfn f() {}");
        assert_eq!(observed("    #[instrument]\n"), "    #[observe(args)]\n");
        assert_eq!(observed("// the instrument"), "// the instrument");
    }
}

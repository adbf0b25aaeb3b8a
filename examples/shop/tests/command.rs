//! The shop as it is called: where it writes, and what it does when nobody reads.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

fn shop(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    command.args(arguments).env("COLUMNS", "80").stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut child = shop(&[]);
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("activity: "), "{first}");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn with_json_standard_output_is_for_machines() {
    let mut child = shop(&["--serve", "--format", "json"]);
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("serving on http://"), "{said}");
    child.kill().unwrap();
    child.wait().unwrap();
    let mut written = String::new();
    child.stdout.take().unwrap().read_to_string(&mut written).unwrap();
    assert!(written.lines().all(|line| line.starts_with('{')), "{written}");
}

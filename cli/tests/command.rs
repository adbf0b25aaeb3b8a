//! The command as it is called.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

const LINE: &str = concat!(
    r#"{"schema":"candor/1","code":"C101","name":"swallowed-error","level":"violation","operation":"place_order","#,
    r#""site":{"file":"src/nowhere.rs","line":14,"column":5,"function":"place_order"},"intent":"","#,
    r#""expected":"the error is propagated","observed":"`ok` drops the error \"no\"","evidence":[],"help":[],"#,
    r#""outcome":{"class":"fulfilled","reason":"","detail":null},"key":null,"count":2,"#,
    r#""story":{"lines":[],"omitted":0,"duration_ns":0},"last_story":null}"#,
    "\n",
);

fn candor(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-candor"));
    command.args(arguments).env("COLUMNS", "80").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `cargo candor show -` over `LINE`.
fn show(variables: &[(&str, &str)], input: &str) -> Output {
    let mut command = candor(&["candor", "show", "-"]);
    command
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_file_is_shown_as_the_run_would_have_been() {
    let output = show(&[], LINE);
    assert_eq!(
        text(&output.stdout),
        "error[C101]: swallowed error in `place_order`, 2 times
  --> src/nowhere.rs:14:5
   = expected: the error is propagated
   = observed: `ok` drops the error \"no\"

candor: 1 violation

  code  divergence       level      times  places
  C101  swallowed-error  violation      2       1

  look here first:
  C101  2×  src/nowhere.rs:14:5  swallowed error in `place_order`
"
    );
    assert!(output.status.success());
}

#[test]
fn colours_only_where_they_are_wanted() {
    assert!(text(&show(&[("CLICOLOR_FORCE", "1")], LINE).stdout).contains('\u{1b}'));
    assert!(!text(&show(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], LINE).stdout).contains('\u{1b}'));
    let codes = |variable| text(&candor(&["codes"]).env(variable, "1").output().unwrap().stdout);
    assert!(codes("CLICOLOR_FORCE").contains('\u{1b}'));
    assert!(!codes("NO_COLOR").contains('\u{1b}'));
}

#[test]
fn what_cannot_be_shown_is_named() {
    let output = candor(&["show", "no/such/file.jsonl"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: failed to show `no/such/file.jsonl`: "), "{output:?}");

    let output = show(&[], &LINE.replace("C101", "C999"));
    assert_eq!(
        text(&output.stderr),
        "error: failed to show `-`: failed to show a divergence with the code `C999`: this version of candor does not know it\n"
    );

    let output = show(&[], "{}");
    assert_eq!(
        text(&output.stderr),
        "error: failed to show `-`: failed to read line 1 as a divergence: missing field `schema` at line 1 column 2\n"
    );
}

#[test]
fn an_unknown_code_is_answered_with_those_that_are_near() {
    let output = candor(&["explain", "C199"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.starts_with("error: invalid value 'C199' for '<CODE>...': no such code; near are C101"),
        "{said}"
    );
    assert!(said.contains("C105 abandoned"), "{said}");
}

#[test]
fn a_code_is_explained_by_code_and_by_name() {
    let by_code = text(&candor(&["candor", "explain", "c101"]).output().unwrap().stdout);
    let by_name = text(&candor(&["explain", "swallowed-error"]).output().unwrap().stdout);
    assert!(by_code.starts_with("C101 swallowed-error (violation)\n"), "{by_code}");
    assert_eq!(by_code, by_name);
}

#[test]
fn dashboards_and_a_registry_are_written_from_a_catalog() {
    let folder = std::env::temp_dir().join(format!("candor-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let catalog = folder.join("catalog.json");
    let json = r#"{"operations": [{"name": "pay", "target": "shop", "site": {"file": "src/pay.rs", "line": 9}}], "events": []}"#;
    std::fs::write(&catalog, json).unwrap();
    let write = |word: &str, file: &str| {
        let out = folder.join(word);
        let arguments = [word, "--catalog", catalog.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let output = candor(&arguments).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains(file), "{}", text(&output.stdout));
        std::fs::read_to_string(out.join(file)).unwrap()
    };
    assert!(write("grafana", "grafana/dashboards/candor-op-pay.json").contains("operation=\\\"pay\\\""));
    assert!(write("semconv", "spans.yaml").contains("span.candor.pay"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_file_that_is_no_catalog_is_named() {
    let output = candor(&["grafana", "--catalog", "Cargo.toml", "--out", "nowhere"]).output().unwrap();
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("another version"), "{}", text(&output.stderr));
    assert!(!std::path::Path::new("nowhere").exists());
}

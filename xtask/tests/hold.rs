//! What is held ends with the one who holds it, and only with that.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A shell that holds another one, which says that it runs, waits for a line, and then says that it still does.
const PARENT: &str = r#"
exec 3<&0
"$0" hold --parent "${1:-$$}" -- sh -c 'echo runs; read line; echo still runs; exit 3' <&3 &
wait $!
echo ended with $?
"#;

fn parent(holder: &[&str]) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut command = Command::new("sh");
    command.args(["-c", PARENT, env!("CARGO_BIN_EXE_xtask")]).args(holder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, input, output)
}

fn line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line
}

fn rest(mut output: impl Read) -> String {
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    rest
}

#[test]
fn what_is_held_ends_with_a_parent_that_is_killed() {
    let (mut parent, mut input, mut output) = parent(&[]);
    assert_eq!(line(&mut output), "runs\n");
    parent.kill().unwrap();
    parent.wait().unwrap();
    // Nobody may be left to read it, which is what is wanted.
    drop(input.write_all(b"\n"));
    assert_eq!(rest(output), "");
}

#[test]
fn what_is_held_runs_while_its_parent_does_and_ends_as_it_would_alone() {
    let (mut parent, mut input, mut output) = parent(&[]);
    assert_eq!(line(&mut output), "runs\n");
    input.write_all(b"\n").unwrap();
    assert_eq!(rest(output), "still runs\nended with 3\n");
    assert!(parent.wait().unwrap().success());
}

#[test]
fn what_nobody_holds_any_more_is_not_begun() {
    let (mut parent, input, output) = parent(&["1"]);
    drop(input);
    assert_eq!(rest(output), "ended with 1\n");
    assert!(parent.wait().unwrap().success());
}

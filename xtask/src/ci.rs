//! The gate: a list of cargo commands, run in order until one fails.
//!
//! Every step is a command that can be repeated by hand. A step must not need a terminal or an input, and a network
//! only to get published crates through cargo.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The tests, as the front page spells the command.
const TESTS: &[&str] = &["test", "--workspace"];

/// What a step has to show besides its exit code.
#[derive(Clone, Copy)]
enum Proof {
    /// The exit code says it all.
    Success,
    /// Standard output is JSON lines, and at least this many.
    AtLeast(usize),
    /// Standard output is empty.
    Silence,
    /// At least one test ran: a filter that matches nothing passes without a proof.
    SomeTest,
}

struct Step {
    name: &'static str,
    env: &'static [(&'static str, &'static str)],
    cargo: &'static [&'static str],
    proof: Proof,
}

impl Step {
    const fn new(name: &'static str, cargo: &'static [&'static str]) -> Step {
        Step { name, env: &[], cargo, proof: Proof::Success }
    }

    const fn env(mut self, env: &'static [(&'static str, &'static str)]) -> Step {
        self.env = env;
        self
    }

    const fn proof(mut self, proof: Proof) -> Step {
        self.proof = proof;
        self
    }

    /// The step as a line for a shell.
    fn command(&self) -> String {
        let env = self.env.iter().map(|(name, value)| format!("{name}={} ", quoted(value)));
        let args = self.cargo.iter().map(|arg| format!(" {}", quoted(arg)));
        format!("{}cargo{}", env.collect::<String>(), args.collect::<String>())
    }
}

const STEPS: &[Step] = &[
    Step::new("format", &["fmt", "--all", "--check"]),
    Step::new("clippy", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    Step::new("tests", TESTS),
    // Not in the tests of the workspace, whose exporter is that of a user who did not ask for TLS or gRPC.
    Step::new(
        "https and gRPC",
        &["test", "-p", "candor-otlp", "--features", "tls,grpc", "--test", "tls", "--test", "grpc"],
    )
    .proof(Proof::SomeTest),
    // A value passes through the end of its call in registers there, and what is done while something is recorded stands apart.
    Step::new(
        "tests, optimized",
        &["test", "--release", "-p", "candor-tests", "--test", "suite", "--test", "light"],
    )
    .proof(Proof::SomeTest),
    Step::new("tidy", &["xtask", "tidy"]),
    Step::new("shop", &["run", "-p", "shop"]),
    Step::new("shop, repaired", &["run", "-p", "shop", "--", "--fixed"]),
    Step::new("shop as JSON", &["run", "-p", "shop", "--", "--format", "json"]).proof(Proof::AtLeast(12)),
    Step::new("shop, repaired, as JSON", &["run", "-p", "shop", "--", "--fixed", "--format", "json"])
        .proof(Proof::Silence),
    // Builds the backends the first time, where there is Go and npm, and says so where there is not.
    Step::new("backends", &["xtask", "e2e", "--if-possible"]),
    // A folder of its own: other flags would rebuild everything in the usual one.
    Step::new("loom", &["test", "-p", "candor", "--lib", "--release", "--target-dir", "target/loom", "loom"])
        .env(&[("RUSTFLAGS", "--cfg loom")])
        .proof(Proof::SomeTest),
    Step::new("tests of instrument", &["xtask", "instrument"]),
    Step::new("kinds of function", &["xtask", "kinds", "--own"]),
    // Times wander on a shared machine, instructions do not.
    Step::new("instructions", &["xtask", "bench", "--baseline"]),
    // Three published crates, on every function of which the attribute is put. What cargo builds for them stays in
    // target/annotate.
    Step::new("published crates", &["xtask", "annotate", "--small"]),
    Step::new("docs", &["doc", "--workspace", "--no-deps"]).env(&[("RUSTDOCFLAGS", "-D warnings")]),
];

/// Runs the gate and says whether all of it passed.
///
/// # Errors
/// When `out` cannot be written, or cargo cannot be started.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> io::Result<bool> {
    let begun = now();
    for step in STEPS {
        writeln!(out, "== {}: {}", step.name, step.command())?;
        out.flush()?;
        let step_begun = now();
        let fault = attempt(step, root)?;
        let took = seconds(step_begun.elapsed());
        if let Some(fault) = fault {
            writeln!(out, "== {}: FAILED after {took}: {fault}", step.name)?;
            writeln!(out, "== repeat it with: {}", step.command())?;
            return Ok(false);
        }
        writeln!(out, "== {}: ok, {took}", step.name)?;
    }
    writeln!(out, "== all {} steps passed in {}", STEPS.len(), seconds(begun.elapsed()))?;
    Ok(true)
}

/// Runs one step and returns what is wrong with it.
fn attempt(step: &Step, root: &Path) -> io::Result<Option<String>> {
    let read = !matches!(step.proof, Proof::Success);
    let mut cargo = Command::new("cargo");
    cargo.args(step.cargo).envs(step.env.iter().copied()).current_dir(root).stdin(Stdio::null());
    cargo.stdout(if read { Stdio::piped() } else { Stdio::inherit() });
    let output = cargo.spawn()?.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Ok(Some(format!("cargo ended with {}{}", output.status, after_newline(&text))));
    }
    Ok(step.proof.fault(&text))
}

impl Proof {
    /// What the output lacks.
    fn fault(self, output: &str) -> Option<String> {
        let lines = output.lines().filter(|line| !line.trim().is_empty()).count();
        match self {
            Proof::Success => None,
            Proof::AtLeast(least) if lines < least => Some(format!(
                "{least} lines or more were due on stdout, {lines} came{}",
                after_newline(output)
            )),
            Proof::AtLeast(_) => {
                let odd = output.lines().find(|line| !line.trim().is_empty() && !line.starts_with('{'))?;
                Some(format!("this line on stdout is not a JSON object: {odd}"))
            }
            Proof::Silence if lines > 0 => {
                Some(format!("nothing was due on stdout, {lines} lines came{}", after_newline(output)))
            }
            Proof::Silence => None,
            Proof::SomeTest => {
                let ran = output
                    .lines()
                    .any(|line| line.starts_with("running ") && !line.starts_with("running 0 "));
                (!ran).then(|| "no test matched, so nothing was shown".to_owned())
            }
        }
    }
}

fn after_newline(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("\n{}", text.trim_end()) }
}

fn quoted(word: &str) -> String {
    if word.contains(' ') { format!("\"{word}\"") } else { word.to_owned() }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a chore is no library code; it only says how long a step took"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_can_be_pasted_into_a_shell() {
        let step = Step::new("x", &["test", "a b"]).env(&[("RUSTFLAGS", "--cfg loom")]);
        assert_eq!(step.command(), r#"RUSTFLAGS="--cfg loom" cargo test "a b""#);
    }

    #[test]
    fn too_few_lines_are_a_fault_and_enough_are_not() {
        assert!(Proof::AtLeast(2).fault("{}\n\n").is_some());
        assert_eq!(Proof::AtLeast(2).fault("{}\n{}\n"), None);
    }

    #[test]
    fn a_line_that_is_no_json_is_a_fault() {
        let fault = Proof::AtLeast(1).fault("{}\nserving\n").unwrap();
        assert!(fault.ends_with("serving"), "{fault}");
    }

    #[test]
    fn silence_is_silence() {
        assert!(Proof::Silence.fault("{}\n").is_some());
        assert_eq!(Proof::Silence.fault("\n"), None);
    }

    #[test]
    fn a_filter_that_matches_nothing_proves_nothing() {
        assert!(Proof::SomeTest.fault("running 0 tests\n").is_some());
        assert_eq!(Proof::SomeTest.fault("running 0 tests\nrunning 3 tests\n"), None);
    }

    #[test]
    fn the_front_page_has_the_command_of_the_tests() {
        let readme = include_str!("../../README.md");
        assert!(readme.contains(&Step::new("tests", TESTS).command()), "the set-up in README.md");
    }
}

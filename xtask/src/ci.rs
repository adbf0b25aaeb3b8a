//! The gate: a list of cargo commands, run in order until one fails, and beside them those that build in folders of their own.
//!
//! Every step is a command that can be repeated by hand. A step must not need a terminal or an input, and a network
//! only to get published crates through cargo, and backends through Go and npm.

use std::io::{self, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::NOT_DONE;

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
    /// Nobody waits long for it: once the others are done and a gate has taken its time, it is cut off, and the next one goes on.
    goes_on: bool,
}

impl Step {
    const fn new(name: &'static str, cargo: &'static [&'static str]) -> Step {
        Step { name, env: &[], cargo, proof: Proof::Success, goes_on: false }
    }

    const fn goes_on(mut self) -> Step {
        self.goes_on = true;
        self
    }

    const fn env(mut self, env: &'static [(&'static str, &'static str)]) -> Step {
        self.env = env;
        self
    }

    const fn proof(mut self, proof: Proof) -> Step {
        self.proof = proof;
        self
    }

    /// How it ended, by its exit code and what it printed.
    fn end(&self, status: ExitStatus, printed: &[u8]) -> End {
        let text = String::from_utf8_lossy(printed);
        if status.code() == Some(i32::from(NOT_DONE)) {
            return End::NotDone;
        }
        if !status.success() {
            return End::Failed(format!("it ended with {status}{}", after_newline(&text)));
        }
        self.proof.fault(&text).map_or(End::Passed, End::Failed)
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
    Step::new("docs", &["doc", "--workspace", "--no-deps"]).env(&[("RUSTDOCFLAGS", "-D warnings")]),
    // Times wander on a shared machine, instructions do not.
    Step::new("instructions", &["xtask", "bench", "--baseline"]),
];

/// What is done beside the steps above, in this order, while a core has nothing else to do: nothing here builds where they do.
const ASIDE: &[Step] = &[
    Step::new("tests of instrument", &["xtask", "instrument"]),
    Step::new("kinds of function", &["xtask", "kinds", "--own"]),
    // Three published crates, on every function of which the attribute is put.
    Step::new("published crates", &["xtask", "annotate", "--small"]),
    // Other flags would rebuild everything in the usual folder.
    Step::new("loom", &["test", "-p", "candor", "--lib", "--target-dir", "target/loom", "loom"])
        .env(&[("RUSTFLAGS", "--cfg loom")])
        .proof(Proof::SomeTest),
    // The first times, where there is Go and npm; says so where there is not. On two slow cores it takes as long as all the rest.
    Step::new("backends, built", &["xtask", "e2e", "--only-build", "--if-possible"]).goes_on(),
];

/// What is done once both have passed.
const LAST: &[Step] = &[Step::new("backends", &["xtask", "e2e", "--if-built"])];

/// Where the gate runs, and by which program its chores are done: a copy of this one, since the tests may build it anew.
struct Place {
    root: PathBuf,
    chores: PathBuf,
    /// How many steps were left to the next gate.
    not_done: AtomicUsize,
}

/// After so long nobody waits for a step that the next gate can go on with. A gate may take half an hour.
const PATIENCE: Duration = Duration::from_secs(22 * 60);

/// How the steps stand that run in the foreground.
struct Main {
    begun: Instant,
    /// All have passed, or one has failed.
    is_over: AtomicBool,
    has_failed: AtomicBool,
}

impl Main {
    fn new(begun: Instant) -> Main {
        let no = || AtomicBool::new(false);
        Main { begun, is_over: no(), has_failed: no() }
    }

    /// Whether nobody waits any more for what can go on next time.
    fn is_late(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
            && (self.has_failed.load(Ordering::Relaxed) || self.begun.elapsed() >= PATIENCE)
    }
}

/// What became of a step beside the others.
struct Ended {
    step: &'static Step,
    took: Duration,
    /// All that it printed.
    printed: Vec<u8>,
    end: io::Result<End>,
}

#[derive(Debug, PartialEq)]
enum End {
    Passed,
    /// What is wrong with it.
    Failed(String),
    /// It was cut off, or not begun, or says that it could not be done: it is left to the next gate.
    NotDone,
}

/// Runs the gate and says whether all of it passed.
///
/// # Errors
/// When `out` cannot be written, or cargo cannot be started.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> io::Result<bool> {
    let begun = now();
    let place = Place::new(root)?;
    let main = Main::new(begun);
    let (send, ended) = mpsc::channel();
    let passed = std::thread::scope(|scope| {
        scope.spawn(|| place.aside(&main, send));
        let passed = place.run_all(STEPS, Some(&ended), out);
        main.has_failed.store(!matches!(passed, Ok(true)), Ordering::Relaxed);
        main.is_over.store(true, Ordering::Relaxed);
        if !matches!(passed, Ok(true)) {
            writeln!(out, "== waiting for the step that runs beside it")?;
            out.flush()?;
        }
        let rest = ended.iter().try_fold(true, |passed, ended| place.show(ended, out).map(|ok| ok && passed));
        io::Result::Ok(passed? && rest?)
    })?;
    if !passed || !place.run_all(LAST, None, out)? {
        return Ok(false);
    }
    let (steps, took) = (STEPS.len() + ASIDE.len() + LAST.len(), seconds(begun.elapsed()));
    match place.not_done.load(Ordering::Relaxed) {
        0 => writeln!(out, "== all {steps} steps passed in {took}")?,
        rest => writeln!(out, "== {} steps passed in {took}, and {rest} were not done", steps - rest)?,
    }
    Ok(true)
}

impl Place {
    fn new(root: &Path) -> io::Result<Place> {
        let folder = root.join("target/ci");
        std::fs::create_dir_all(&folder)?;
        let chores = folder.join("xtask");
        std::fs::copy(std::env::current_exe()?, &chores)?;
        Ok(Place { root: root.to_owned(), chores, not_done: AtomicUsize::new(0) })
    }

    /// Shows a step that was done beside the others, and says whether nothing is wrong with it.
    fn show(&self, ended: Ended, out: &mut dyn Write) -> io::Result<bool> {
        let Ended { step, took, printed, end } = ended;
        writeln!(out, "== {}, beside the others: {}", step.name, step.command())?;
        out.write_all(&printed)?;
        self.verdict(step, took, &end?, out)
    }

    /// Says how a step ended, and whether nothing is wrong with it.
    fn verdict(&self, step: &Step, took: Duration, end: &End, out: &mut dyn Write) -> io::Result<bool> {
        let took = seconds(took);
        match end {
            End::Passed => writeln!(out, "== {}: ok, {took}", step.name)?,
            End::NotDone => {
                self.not_done.fetch_add(1, Ordering::Relaxed);
                writeln!(out, "== {}: NOT DONE after {took}, the next gate goes on with it", step.name)?;
            }
            End::Failed(fault) => {
                writeln!(out, "== {}: FAILED after {took}: {fault}", step.name)?;
                writeln!(out, "== repeat it with: {}", step.command())?;
            }
        }
        out.flush()?;
        Ok(!matches!(end, End::Failed(_)))
    }

    /// Runs steps until one fails, and shows in between what has ended beside them. Says whether all have passed.
    fn run_all(
        &self,
        steps: &[Step],
        beside: Option<&Receiver<Ended>>,
        out: &mut dyn Write,
    ) -> io::Result<bool> {
        for step in steps {
            writeln!(out, "== {}: {}", step.name, step.command())?;
            out.flush()?;
            let begun = now();
            let end = self.attempt(step)?;
            if !self.verdict(step, begun.elapsed(), &end, out)? {
                return Ok(false);
            }
            for ended in beside.into_iter().flat_map(Receiver::try_iter) {
                if !self.show(ended, out)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Runs the steps that are done beside the others, one after the other, until one fails or one of the others has failed.
    fn aside(&self, main: &Main, ended: Sender<Ended>) {
        for step in ASIDE {
            if main.has_failed.load(Ordering::Relaxed) {
                return;
            }
            let (begun, mut printed) = (now(), Vec::new());
            let is_late = step.goes_on && main.is_late();
            let end = if is_late { Ok(End::NotDone) } else { self.attempt_quietly(step, main, &mut printed) };
            let goes_on = matches!(end, Ok(End::Passed | End::NotDone));
            // Whoever listens does so to the end.
            let _heard = ended.send(Ended { step, took: begun.elapsed(), printed, end });
            if !goes_on {
                return;
            }
        }
    }

    /// Runs one step and returns how it ended.
    fn attempt(&self, step: &Step) -> io::Result<End> {
        let read = !matches!(step.proof, Proof::Success);
        let mut cargo = Command::new("cargo");
        cargo.args(step.cargo).envs(step.env.iter().copied()).current_dir(&self.root).stdin(Stdio::null());
        cargo.stdout(if read { Stdio::piped() } else { Stdio::inherit() });
        let output = cargo.spawn()?.wait_with_output()?;
        Ok(step.end(output.status, &output.stdout))
    }

    /// The same for a step that has to leave the processor to others, and what it prints to whoever shows it later.
    fn attempt_quietly(&self, step: &Step, main: &Main, printed: &mut Vec<u8>) -> io::Result<End> {
        let mut nice = Command::new("nice");
        match step.cargo {
            ["xtask", chore @ ..] => nice.args(["-n", "10"]).arg(&self.chores).args(chore),
            _ => nice.args(["-n", "10", "cargo"]).args(step.cargo),
        };
        nice.envs(step.env.iter().copied()).current_dir(&self.root).stdin(Stdio::null());
        let (mut reader, writer) = io::pipe()?;
        nice.stdout(writer.try_clone()?).stderr(writer);
        if step.goes_on {
            // A group of its own, so that all that it starts can be ended with it. Any other step ends with the gate.
            nice.process_group(0);
        }
        let mut child = nice.spawn()?;
        // It holds the other ends, and the text ends once all of them are closed.
        drop(nice);
        let status = std::thread::scope(|scope| {
            let text = scope.spawn(|| io::Read::read_to_end(&mut reader, printed).map(drop));
            let status = wait(&mut child, || step.goes_on && main.is_late())?;
            text.join().map_err(|_panic| io::Error::other("whoever reads what it prints has panicked"))??;
            io::Result::Ok(status)
        })?;
        let Some(status) = status else { return Ok(End::NotDone) };
        // What it printed is shown before what is wrong with it.
        Ok(step.end(status, if status.success() { printed } else { &[] }))
    }
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

/// Waits for a process that leads a group. If it is to be cut off before, the group is ended, and there is no answer.
fn wait(child: &mut Child, is_cut_off: impl Fn() -> bool) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if is_cut_off() {
            let group = i32::try_from(child.id()).map_err(io::Error::other)?;
            killpg(Pid::from_raw(group), Signal::SIGKILL)?;
            return child.wait().map(|_killed| None);
        }
        std::thread::sleep(Duration::from_millis(100));
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

    /// A shell that leads a group, and a child of it that holds the pipe as long as it lives.
    fn group(script: &str) -> Child {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).stdout(Stdio::piped()).process_group(0).spawn().unwrap()
    }

    #[test]
    fn what_goes_on_next_time_is_ended_with_all_that_it_has_started() {
        let mut child = group("(sleep 3; echo late) & echo begun; wait");
        let mut stdout = io::BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        io::BufRead::read_line(&mut stdout, &mut printed).unwrap();
        assert_eq!(wait(&mut child, || true).unwrap(), None);
        // It ends once nobody holds the other end any more.
        io::Read::read_to_string(&mut stdout, &mut printed).unwrap();
        assert_eq!(printed, "begun\n");
    }

    #[test]
    fn what_ends_by_itself_says_how() {
        let status = wait(&mut group("exit 3"), || false).unwrap();
        assert_eq!(status.and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn what_says_that_it_could_not_be_done_has_neither_passed_nor_failed() {
        let end = |code| {
            let status = Command::new("sh").args(["-c", &format!("exit {code}")]).status().unwrap();
            Step::new("x", &[]).end(status, b"")
        };
        assert_eq!((end(0), end(NOT_DONE)), (End::Passed, End::NotDone));
        assert!(matches!(end(1), End::Failed(_)));
    }

    #[test]
    fn nobody_waits_for_what_goes_on_once_the_others_are_done_and_the_time_is_over() {
        let main = |begun, is_over: bool, has_failed: bool| {
            let main = Main::new(begun);
            main.is_over.store(is_over, Ordering::Relaxed);
            main.has_failed.store(has_failed, Ordering::Relaxed);
            main.is_late()
        };
        let (now, long_ago) = (now(), now().checked_sub(PATIENCE).unwrap());
        assert!(main(long_ago, true, false) && main(now, true, true));
        assert!(!main(long_ago, false, false) && !main(now, true, false));
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

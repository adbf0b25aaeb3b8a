//! What it costs to export every operation over OTLP/HTTP: processor time of the whole process for each span, the thread
//! that sends included, and of the thread that calls. Beside it `tracing-opentelemetry` with the SDK's batch processor.
//!
//! The receiver takes everything and keeps nothing. It runs in the process that prints, so that its time is nobody's.

mod contender;
mod receiver;
mod sample;
mod subject;

use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use clap::{Parser, Subcommand};

use contender::{ALL, Contender};
use receiver::Receiver;
use sample::Sample;

/// Measures the export of every operation, and of divergent ones only.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench --export")]
struct Arguments {
    #[command(subcommand)]
    step: Option<Step>,
    /// How many rounds, each through all contenders.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

/// What a child process does.
#[derive(Debug, Subcommand)]
enum Step {
    /// Take one sample of one contender and print it as JSON.
    #[command(hide = true)]
    Sample { contender: String, endpoint: String },
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let mut out = io::stdout().lock();
    match &arguments.step {
        Some(Step::Sample { contender, endpoint }) => {
            let sample = sample::take(Contender::named(contender)?, endpoint)?;
            writeln!(out, "{}", serde_json::to_string(&sample).map_err(io::Error::other)?)
        }
        None => compare(arguments.rounds, &mut out),
    }
}

/// What was measured of one contender: the least of all rounds.
struct Row {
    contender: &'static Contender,
    caller: f64,
    process: f64,
    arrived: u64,
    expected: u64,
}

fn compare(rounds: usize, out: &mut impl Write) -> io::Result<()> {
    let receiver = Receiver::start()?;
    let row = |contender| Row { contender, caller: f64::MAX, process: f64::MAX, arrived: 0, expected: 0 };
    let mut rows: Vec<Row> = ALL.iter().map(row).collect();
    for _ in 0..rounds.max(1) {
        for row in &mut rows {
            let before = receiver.spans();
            let sample = child(row.contender, &receiver.endpoint())?;
            row.arrived += receiver.spans() - before;
            row.expected += row.contender.exports.of(sample.calls);
            row.caller = row.caller.min(sample.caller_ns);
            row.process = row.process.min(sample.process_ns);
        }
    }
    print(&rows, out)
}

fn child(contender: &Contender, endpoint: &str) -> io::Result<Sample> {
    let mut child = Command::new(env::current_exe()?);
    child.args(["sample", contender.name, endpoint]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = child.output()?;
    if !output.status.success() {
        let what = format!("the sample of `{}` ended with {}", contender.name, output.status);
        return Err(io::Error::other(what));
    }
    serde_json::from_slice(&output.stdout).map_err(io::Error::other)
}

/// Each row less what the same calls cost with nothing around them.
fn print(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let Some(bare) = rows.first() else { return Ok(()) };
    writeln!(out, "| ns over the bare call | on the calling thread | whole process | spans that arrived |")?;
    writeln!(out, "|---|---|---|---|")?;
    for row in rows.iter().skip(1) {
        let (caller, process) = (row.caller - bare.caller, row.process - bare.process);
        let name = row.contender.name;
        writeln!(out, "| {name} | {caller:.0} | {process:.0} | {} of {} |", row.arrived, row.expected)?;
    }
    let of = |name: &str| rows.iter().find(|row| row.contender.name == name);
    if let (Some(own), Some(other)) = (of(contender::EVERYTHING), of(contender::NEIGHBOUR)) {
        let ratio = (own.process - bare.process) / (other.process - bare.process);
        let caller = own.caller - bare.caller;
        writeln!(
            out,
            "\neverything exported / tracing-opentelemetry: {ratio:.2} of the whole process (goal 0.20)"
        )?;
        writeln!(out, "everything exported, on the calling thread: {caller:.0} ns (goal 45)")?;
    }
    Ok(())
}

//! What an observed call costs, beside its floor and its neighbours, in one interleaved run.
//!
//! A subscriber or a recorder can be installed once in a process. So each sample is taken in a fresh process of this
//! same binary, and the parent starts them in turn: A B C, A B C. A case is a function that makes `n` calls; nothing
//! here reads or writes anything that a case measures.

mod baseline;
mod case;
mod drive;
mod goal;
mod instructions;
mod sample;
mod subject;
mod table;
mod world;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures every case and writes `target/bench/compare.json`.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    #[command(subcommand)]
    step: Option<Step>,
    /// Count instructions under callgrind as well.
    #[arg(long)]
    instructions: bool,
    /// Only compare the instruction counts of the main cases with `benches/baseline.json`; a rise is a failure.
    #[arg(long)]
    baseline: bool,
    /// Only write `benches/baseline.json` anew.
    #[arg(long)]
    write_baseline: bool,
    /// Write the goals and what was reached into `docs/performance.md`.
    #[arg(long)]
    document: bool,
    /// How many rounds, each through all cases.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Only cases whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
}

/// What a child process does.
#[derive(Debug, Subcommand)]
enum Step {
    /// Take one sample of one case and print it as JSON.
    #[command(hide = true)]
    Sample { case: String, threads: usize },
    /// Make this many calls of one case, for a profiler.
    Repeat { case: String, calls: u64 },
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut out = io::stdout().lock();
    match &arguments.step {
        Some(Step::Sample { case, threads }) => sample::print(case::named(case)?, *threads, &mut out)?,
        Some(Step::Repeat { case, calls }) => sample::repeat(case::named(case)?, *calls)?,
        None if arguments.write_baseline => baseline::write(&mut out)?,
        None if arguments.baseline => {
            let passed = baseline::check(&mut out)?;
            return Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        None => {
            let cases: Vec<_> =
                case::CASES.iter().filter(|case| case.name.contains(&arguments.only)).collect();
            let mut rows = drive::run(&cases, arguments.rounds)?;
            if arguments.instructions {
                instructions::count(&mut rows)?;
            }
            table::print(&rows, &mut out)?;
            table::save(&rows, &mut out)?;
            let goals = goal::table(&rows);
            writeln!(out, "\n{goals}")?;
            if arguments.document {
                goal::document(&goals)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

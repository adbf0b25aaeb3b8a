//! The gate and the house rules of this workspace, as a program: `cargo xtask ci`, `cargo xtask tidy`, `cargo xtask annotate`,
//! `cargo xtask bench`, `cargo xtask kinds`.
//!
//! It depends on no other crate of the workspace, so that it runs while they do not compile.

mod annotate;
mod bench;
mod ci;
mod e2e;
mod hold;
mod instrument;
mod kinds;
mod tidy;
mod usage;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use e2e::Verdict;

/// The chores of the workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Run the whole gate, as the server does, and stop at the first step that fails.
    Ci,
    /// Put the attribute on every function of published crates, and see that they still compile and pass their tests.
    Annotate(annotate::Request),
    /// Run the tests of `tracing::instrument` with `#[observe(args, ..)]` in its place.
    Instrument,
    /// Run the shop against Jaeger, the Collector and Prometheus, and ask them what they have.
    E2e(e2e::Options),
    /// Check the house rules that no compiler knows: arrows, sizes, words, unsafe code, names.
    Tidy,
    /// Measure what an observed call costs, beside its floor and its neighbours; arguments go to the benches, and
    /// `--compile`, `--export` and `--service` measure the compiler, the export of everything, and a service under load.
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Compile every kind of function with the attribute, and with those of others.
    Kinds(kinds::Options),
    /// Become another program that ends with the one who started it.
    #[command(hide = true)]
    Hold(hold::Held),
}

/// The exit code of a chore that was not done, as it was allowed to.
const NOT_DONE: u8 = 75;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let mut out = io::stdout().lock();
    let passed = match Chore::parse() {
        Chore::Ci => ci::run(root, &mut out)?,
        Chore::Annotate(request) => annotate::run(root, &request, &mut out)?,
        Chore::Instrument => instrument::run(root, &mut out)?,
        Chore::E2e(options) => match e2e::run(root, &options, &mut out)? {
            Verdict::NotDone => return Ok(ExitCode::from(NOT_DONE)),
            verdict => matches!(verdict, Verdict::Passed),
        },
        Chore::Tidy => tidy::run(root, &mut out)?,
        Chore::Bench { arguments } => bench::run(root, &arguments, &mut out)?,
        Chore::Kinds(options) => kinds::run(root, &options, &mut out)?,
        Chore::Hold(held) => hold::run(&held)?,
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

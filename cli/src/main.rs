//! `cargo candor`: explains the codes of divergences and shows recorded ones. One file for each subcommand.
//!
//! ```text
//! cargo candor explain C101      what it means, when it fires and when not, how to fix it
//! cargo candor codes             every code in one table
//! cargo candor show run.jsonl    a file of candor-file as if the run had just ended
//! cargo candor grafana --bin X   dashboards and alert rules for a binary
//! cargo candor semconv --bin X   what a binary sends, as a registry for OpenTelemetry Weaver
//! ```

mod catalog;
mod code;
mod codes;
mod explain;
mod grafana;
mod restore;
mod semconv;
mod show;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What every subcommand returns.
type Outcome = Result<(), Box<dyn Error>>;

/// Did the code do what it means? Codes, explanations and recorded divergences.
#[derive(Debug, Parser)]
#[command(name = "cargo-candor", bin_name = "cargo candor", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Explain(explain::Explain),
    Codes(codes::Codes),
    Show(show::Show),
    Grafana(grafana::Grafana),
    Semconv(semconv::Semconv),
}

fn main() -> ExitCode {
    let cli = Cli::parse_from(arguments());
    let outcome = match cli.command {
        Command::Explain(explain) => explain.run(),
        Command::Codes(codes) => codes.run(),
        Command::Show(show) => show.run(),
        Command::Grafana(grafana) => grafana.run(),
        Command::Semconv(semconv) => semconv.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => tell(error.as_ref()),
    }
}

/// Cargo calls `cargo-candor candor ..`; called by its own name, the word is not there.
fn arguments() -> impl Iterator<Item = OsString> {
    let is_ours = |(index, argument): &(usize, OsString)| *index != 1 || argument != "candor";
    std::env::args_os().enumerate().filter(is_ours).map(|(_, argument)| argument)
}

/// The reader went away, as `head` does: nobody is left to be told.
fn is_closed(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints the error with its causes.
fn tell(error: &dyn Error) -> ExitCode {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    match writeln!(anstream::stderr(), "{text}") {
        Ok(()) => ExitCode::FAILURE,
        // The exit code is all that is left to tell it by.
        Err(_) => ExitCode::from(2),
    }
}

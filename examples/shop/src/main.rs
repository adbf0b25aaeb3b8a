//! A small real web shop with seeded bugs that no response shows. See README.md.

mod app;
mod buggy;
mod bugs;
mod drive;
mod error;
mod event;
mod fixed;
mod journey;
mod model;
mod report;
mod route;
mod service;
#[cfg(test)]
mod truth;
mod world;

use std::error::Error;
use std::io::{self, Write};

use clap::{Parser, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::prelude::*;

use app::Variant;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs a web shop, sends it a few hundred requests, and says what came of them.
#[derive(Debug, Parser)]
struct Args {
    /// Run the repaired shop.
    #[arg(long)]
    fixed: bool,
    /// Keep the shop up afterwards.
    #[arg(long)]
    serve: bool,
    /// How the result is written to stdout.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Send what candor sees by OTLP, to where the `OTEL_*` variables say.
    #[arg(long)]
    otlp: bool,
    /// Write the shop's own log to stderr.
    #[arg(long)]
    log: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match run(&Args::parse()).await {
        // The reader went away, as `head` does: nobody is left to be told.
        Err(error) if is_closed(error.as_ref()) => Ok(()),
        ended => ended,
    }
}

fn is_closed(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let guard = watch(args.format, args.otlp)?;
    listen(args.log);
    let variant = if args.fixed { Variant::Fixed } else { Variant::Buggy };
    let running = app::start(variant).await?;
    let activity = drive::drive(&running.base).await?;
    if args.format == Format::Text {
        let mut out = io::stdout().lock();
        activity.write(&mut out)?;
        writeln!(out)?;
    }
    if args.serve {
        // Standard output is for machines when the format is.
        writeln!(io::stderr(), "serving on {}; stop with Ctrl-C", running.base)?;
        tokio::signal::ctrl_c().await?;
    }
    let run = guard.finish();
    for loss in &run.unsent {
        writeln!(io::stderr(), "not delivered: {} {} of {}", loss.count, loss.kind, loss.operation)?;
    }
    for reason in &run.unsent_because {
        writeln!(io::stderr(), "not delivered because: {reason}")?;
    }
    if args.format == Format::Text {
        report::compare(variant, &run.divergences, &mut io::stdout().lock())?;
    }
    Ok(())
}

/// Lets candor watch; what it finds is written to stdout when the guard is finished.
fn watch(format: Format, otlp: bool) -> Result<candor::Guard, Box<dyn Error>> {
    let mut builder = candor::builder();
    if otlp {
        builder = builder.exporter(candor_otlp::Otlp::from_env()?);
    }
    Ok(match format {
        Format::Text => builder.exporter(candor_term::Terminal::stdout()).install()?,
        Format::Json => builder.exporter(candor_file::JsonLines::stdout()).install()?,
    })
}

/// Brings the shop's own log lines to candor, and to stderr if they are asked for.
fn listen(log: bool) {
    let printed =
        log.then(|| tracing_subscriber::fmt::layer().with_writer(io::stderr).with_filter(LevelFilter::INFO));
    tracing_subscriber::registry().with(candor::layer()).with(printed).init();
}

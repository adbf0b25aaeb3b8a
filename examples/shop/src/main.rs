//! A small real web shop with seeded bugs that no response shows. See README.md.

mod app;
mod buggy;
mod bugs;
mod drive;
mod error;
mod fixed;
mod journey;
mod model;
mod route;
mod service;
#[cfg(test)]
mod truth;
mod world;

use std::error::Error;
use std::io::{self, Write};

use clap::{Parser, ValueEnum};
use tracing::level_filters::LevelFilter;

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
    /// Write the shop's own log to stderr.
    #[arg(long)]
    log: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if args.log {
        tracing_subscriber::fmt()
            .with_writer(io::stderr)
            .with_max_level(LevelFilter::INFO)
            .init();
    }
    let variant = if args.fixed {
        Variant::Fixed
    } else {
        Variant::Buggy
    };
    let running = app::start(variant).await?;
    let activity = drive::drive(&running.base).await?;
    let mut out = io::stdout().lock();
    if args.format == Format::Text {
        activity.write(&mut out)?;
    }
    if args.serve {
        writeln!(out, "serving on {}", running.base)?;
        out.flush()?;
        drop(out);
        std::future::pending::<()>().await;
    }
    Ok(())
}

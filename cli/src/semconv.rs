//! `cargo candor semconv`: a registry for OpenTelemetry Weaver, from the catalog of a binary.

use std::path::PathBuf;

use clap::Args;

use crate::{Outcome, catalog};

/// Write what a binary sends as a registry of semantic conventions for OpenTelemetry Weaver.
#[derive(Debug, Args)]
pub(crate) struct Semconv {
    #[command(flatten)]
    source: catalog::Source,
    /// The folder to write to.
    #[arg(short, long, default_value = "candor-semconv")]
    out: PathBuf,
}

impl Semconv {
    pub(crate) fn run(&self) -> Outcome {
        let catalog = self.source.catalog()?;
        Ok(catalog::write(&self.out, &candor_grafana::semconv(&catalog))?)
    }
}

//! `cargo candor grafana`: dashboards, alert rules and what starts them, from the catalog of a binary.

use std::path::PathBuf;

use clap::Args;

use crate::{Outcome, catalog};

/// Write dashboards, alert rules with tests, provisioning and a compose file for a binary.
///
/// The binary is built, and asked for its catalog; it has to call `candor::install()`. Then `docker compose up` in the folder
/// starts a Collector, Jaeger, Tempo, Prometheus, Loki and Grafana, and `promtool test rules` tests the alerts.
#[derive(Debug, Args)]
pub(crate) struct Grafana {
    #[command(flatten)]
    source: catalog::Source,
    /// The folder to write to.
    #[arg(short, long, default_value = "candor-grafana")]
    out: PathBuf,
}

impl Grafana {
    pub(crate) fn run(&self) -> Outcome {
        let catalog = self.source.catalog()?;
        Ok(catalog::write(&self.out, &candor_grafana::grafana(&catalog))?)
    }
}

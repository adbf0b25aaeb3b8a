//! What does not depend on the catalog: provisioning, and a compose file that starts all of it.

use crate::Page;

macro_rules! pages {
    ($($path:literal),+ $(,)?) => { vec![$(Page::new($path, include_str!(concat!("../template/", $path)))),+] };
}

pub(crate) fn pages() -> Vec<Page> {
    pages![
        "compose.yaml",
        "collector.yaml",
        "tempo.yaml",
        "prometheus/prometheus.yml",
        "grafana/provisioning/datasources/candor.yaml",
        "grafana/provisioning/dashboards/candor.yaml",
    ]
}

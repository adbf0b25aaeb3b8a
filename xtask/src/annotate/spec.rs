//! Which crate is annotated: its name, its version and the features under which it is built.

use std::str::FromStr;

/// The crates whose figures stand in `docs/real-crates.md`, with features that compile most of their code.
const KNOWN: &[&str] = &[
    "walkdir@2.5.1",
    "url@2.5.8",
    "globset@0.4.22",
    "grep-searcher@0.1.17",
    "ignore@0.4.35",
    "h2@0.4.20:stream",
    "hyper-util@0.1.21:full",
    "tokio-util@0.7.20:full",
    "tower-http@0.7.1:full",
    "reqwest@0.13.5:blocking,cookies,gzip,json,multipart,stream,form,query",
    "metrics-util@0.20.4",
    "mini-redis@0.4.1",
    "just@1.59.0",
    "trybuild@1.0.122",
];

/// The three that are small enough for the gate.
const SMALL: usize = 3;

/// A published crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(super) name: String,
    /// An exact version; the newest one without it.
    pub(super) version: Option<String>,
    pub(super) features: Vec<String>,
}

impl Spec {
    /// Every known crate, or the small ones among them.
    pub(super) fn known(small: bool) -> Vec<Spec> {
        let count = if small { SMALL } else { KNOWN.len() };
        KNOWN.iter().take(count).filter_map(|text| text.parse().ok()).collect()
    }

    /// The same crate as it stands in the list, if only its name was given.
    pub(super) fn or_known(self) -> Spec {
        if self.version.is_some() || !self.features.is_empty() {
            return self;
        }
        Spec::known(false).into_iter().find(|known| known.name == self.name).unwrap_or(self)
    }

    /// The requirement of a dependency on it.
    pub(super) fn requirement(&self) -> String {
        self.version.as_ref().map_or_else(|| "*".to_owned(), |version| format!("={version}"))
    }
}

impl FromStr for Spec {
    type Err = String;

    fn from_str(text: &str) -> Result<Spec, String> {
        let (package, features) = text.split_once(':').unwrap_or((text, ""));
        let (name, version) = match package.split_once('@') {
            Some((name, version)) => (name, Some(version.to_owned())),
            None => (package, None),
        };
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
            return Err(format!("`{text}` is not a crate; write name[@version][:feature,feature]"));
        }
        let features = features.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned);
        Ok(Spec { name: name.to_owned(), version, features: features.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_a_name_a_version_and_features() {
        let spec: Spec = "h2@0.4.20:stream,unstable".parse().unwrap();
        assert_eq!((spec.name.as_str(), spec.requirement().as_str()), ("h2", "=0.4.20"));
        assert_eq!(spec.features, ["stream", "unstable"]);
        assert_eq!("h2".parse::<Spec>().unwrap().requirement(), "*");
        assert!("../h2".parse::<Spec>().is_err());
    }

    #[test]
    fn every_known_crate_can_be_read_and_has_a_version() {
        let known = Spec::known(false);
        assert_eq!(known.len(), KNOWN.len());
        assert!(known.iter().all(|spec| spec.version.is_some()));
        assert_eq!(Spec::known(true).len(), SMALL);
    }

    #[test]
    fn a_bare_name_means_the_known_version_and_another_version_stays() {
        let bare: Spec = "url".parse().unwrap();
        assert_eq!(bare.or_known().version.as_deref(), Some("2.5.8"));
        let other: Spec = "url@2.5.0".parse().unwrap();
        assert_eq!(other.or_known().version.as_deref(), Some("2.5.0"));
    }
}

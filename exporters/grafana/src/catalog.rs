//! The catalog of a binary, as it writes it when it is asked by `CANDOR_CATALOG`.

use serde::Deserialize;

/// Everything that a binary declares.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct Catalog {
    /// In order of name.
    pub operations: Vec<Operation>,
    /// In order of name.
    pub events: Vec<Event>,
}

/// A declared operation.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// Its module.
    pub target: String,
    /// Where.
    pub site: Place,
    /// Its clauses.
    #[serde(default)]
    pub intent: Vec<Clause>,
}

/// A declared event.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its module.
    pub target: String,
    /// Where.
    pub site: Place,
    /// The names of its fields.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The unit of its business value, if it declares one.
    #[serde(default)]
    pub unit: Option<String>,
}

/// A place in the source.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
}

/// One clause of an attribute.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Clause {
    /// The word.
    pub word: String,
    /// What stands behind it.
    pub text: String,
}

impl Catalog {
    /// Reads what a binary wrote.
    ///
    /// # Errors
    /// Fails when the text is no catalog.
    pub fn read(json: &str) -> Result<Catalog, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The names of the operations, each once: several functions can share one.
    pub(crate) fn operation_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.operations.iter().map(|own| own.name.as_str()).collect();
        names.dedup();
        names
    }

    /// The units of business values, each once.
    pub(crate) fn units(&self) -> Vec<&str> {
        let mut units: Vec<&str> = self.events.iter().filter_map(|own| own.unit.as_deref()).collect();
        units.sort_unstable();
        units.dedup();
        units
    }
}

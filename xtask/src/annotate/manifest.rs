//! The manifest of a copy: a workspace of its own, with the attributes' crates among the dependencies.

use std::fs;
use std::io;
use std::path::Path;

use toml::{Table, Value};

/// What is added to a published manifest.
pub(super) struct Addition<'a> {
    /// The folder of this workspace.
    pub(super) root: &'a Path,
    /// The crate that switches candor on, if it is to be on.
    pub(super) on: Option<&'a Path>,
}

impl Addition<'_> {
    /// Rewrites the manifest of the copy in `folder`. Returns the feature that switches its optional `tracing` on, if it
    /// has one: the attribute of that crate is compared.
    ///
    /// # Errors
    /// When the manifest cannot be read or written.
    pub(super) fn write(&self, folder: &Path) -> io::Result<Option<String>> {
        let path = folder.join("Cargo.toml");
        let mut manifest: Table = fs::read_to_string(&path)?.parse().map_err(io::Error::other)?;
        manifest.insert("workspace".to_owned(), Value::Table(Table::new()));
        let dependencies = table(&mut manifest, "dependencies");
        dependencies.insert("candor".to_owned(), at(&self.root.join("core")));
        if let Some(on) = self.on {
            dependencies.insert("annotate-on".to_owned(), at(on));
        }
        let is_optional = add_tracing(dependencies);
        let feature = is_optional.then(|| enabling(&manifest));
        fs::write(&path, toml::to_string(&manifest).map_err(io::Error::other)?)?;
        Ok(feature)
    }
}

fn table<'a>(within: &'a mut Table, name: &str) -> &'a mut Table {
    let entry = within.entry(name).or_insert_with(|| Value::Table(Table::new()));
    if !entry.is_table() {
        *entry = Value::Table(Table::new());
    }
    match entry {
        Value::Table(table) => table,
        // Set just above.
        _ => unreachable!("`{name}` is a table"),
    }
}

fn at(path: &Path) -> Value {
    let mut dependency = Table::new();
    dependency.insert("path".to_owned(), Value::String(path.display().to_string()));
    Value::Table(dependency)
}

/// Adds `tracing`, or what the attribute needs to the crate's own. Returns whether that one is optional.
fn add_tracing(dependencies: &mut Table) -> bool {
    if let Some(Value::String(version)) = dependencies.get("tracing").cloned() {
        let mut known = Table::new();
        known.insert("version".to_owned(), Value::String(version));
        dependencies.insert("tracing".to_owned(), Value::Table(known));
    }
    let tracing = table(dependencies, "tracing");
    tracing.entry("version").or_insert_with(|| Value::String("0.1".to_owned()));
    let features = tracing.entry("features").or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(features) = features {
        for feature in ["std", "attributes"] {
            let feature = Value::String(feature.to_owned());
            if !features.contains(&feature) {
                features.push(feature);
            }
        }
    }
    tracing.get("optional").and_then(Value::as_bool).unwrap_or(false)
}

/// The feature that brings `tracing` in.
fn enabling(manifest: &Table) -> String {
    let features = manifest.get("features").and_then(Value::as_table);
    let brings = |list: &Value| {
        list.as_array().is_some_and(|list| list.iter().any(|entry| entry.as_str() == Some("dep:tracing")))
    };
    let named = features.and_then(|features| features.iter().find(|(_, list)| brings(list)));
    named.map_or_else(|| "tracing".to_owned(), |(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracing_of_its_own_gets_what_the_attribute_needs() {
        let mut optional: Table =
            "[tracing]\nversion = \"0.1\"\noptional = true\nfeatures = [\"std\"]".parse().unwrap();
        assert!(add_tracing(&mut optional));
        assert_eq!(optional["tracing"]["features"].as_array().unwrap().len(), 2);
        let mut short: Table = "tracing = \"0.1.30\"".parse().unwrap();
        assert!(!add_tracing(&mut short));
        assert_eq!(short["tracing"]["version"].as_str(), Some("0.1.30"));
    }

    #[test]
    fn the_feature_that_brings_tracing_is_named() {
        let manifest: Table = "[features]\nfull = [\"trace\"]\ntrace = [\"dep:tracing\"]".parse().unwrap();
        assert_eq!(enabling(&manifest), "trace");
        assert_eq!(enabling(&Table::new()), "tracing");
    }
}

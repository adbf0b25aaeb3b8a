//! The arrows between the crates of the workspace, read from their manifests.

use std::fs;
use std::io;
use std::path::Path;

use toml::{Table, Value};

use super::Complaint;
use super::source::files;

/// What the crates under one folder may depend on within the workspace.
struct Allowed {
    folder: &'static str,
    may: &'static [&'static str],
    why: &'static str,
}

/// Folders that are not named here (examples, tests, the command line) may use every crate.
const CRATES: &[Allowed] = &[
    Allowed { folder: "macros/", may: &[], why: "macros write paths and never call what stands behind them" },
    Allowed { folder: "core/", may: &["candor-macros"], why: "the core knows none of its users" },
    Allowed { folder: "exporters/", may: &["candor"], why: "exporters know the core and never each other" },
    Allowed {
        folder: "benches/export/",
        may: &["candor", "candor-otlp"],
        why: "it measures that exporter alone",
    },
    Allowed {
        folder: "benches/",
        may: &["candor"],
        why: "its instruction counts are kept, and nothing but the core may change them",
    },
    Allowed { folder: "xtask/", may: &[], why: "the gate has to run while the other crates do not compile" },
];

/// A `Cargo.toml`.
pub(super) struct Manifest {
    path: String,
    text: String,
    table: Table,
}

impl Manifest {
    fn new(path: &str, text: &str) -> Result<Manifest, toml::de::Error> {
        Ok(Manifest { path: path.to_owned(), text: text.to_owned(), table: text.parse()? })
    }

    fn package(&self) -> Option<&str> {
        self.table.get("package")?.get("name")?.as_str()
    }

    /// The packages this one depends on, each with the name it has in the manifest.
    ///
    /// The tests of the macros may use the crate whose users they imitate, so development dependencies of that folder are
    /// left out.
    fn dependencies(&self) -> Vec<(&str, &str)> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let tables = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
        let kinds: &[&str] = if self.path.starts_with("macros/") {
            &["dependencies", "build-dependencies"]
        } else {
            &["dependencies", "build-dependencies", "dev-dependencies"]
        };
        std::iter::once(&self.table)
            .chain(tables)
            .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
            .flatten()
            .map(|(name, value)| {
                (name.as_str(), value.get("package").and_then(Value::as_str).unwrap_or(name))
            })
            .collect()
    }

    fn line_of(&self, dependency: &str) -> usize {
        let at = self.text.lines().position(|line| {
            let line = line.trim_start().trim_start_matches('"');
            line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with([' ', '.', '=', '"']))
        });
        at.map_or(1, |at| at + 1)
    }
}

/// Every manifest of the workspace.
pub(super) fn all(root: &Path) -> io::Result<Vec<Manifest>> {
    let mut manifests = Vec::new();
    for path in files(root, |name| name == "Cargo.toml")? {
        let text = fs::read_to_string(root.join(&path))?;
        let manifest =
            Manifest::new(&path, &text).map_err(|error| io::Error::other(format!("{path}: {error}")))?;
        manifests.push(manifest);
    }
    Ok(manifests)
}

/// Complains about every dependency between crates of the workspace that the table does not have.
pub(super) fn check(manifests: &[Manifest]) -> Vec<Complaint> {
    let ours = manifests.iter().filter_map(Manifest::package).collect::<Vec<_>>();
    let mut complaints = Vec::new();
    for manifest in manifests {
        let Some(allowed) = CRATES.iter().find(|allowed| manifest.path.starts_with(allowed.folder)) else {
            continue;
        };
        for (name, package) in manifest.dependencies() {
            if ours.contains(&package) && !allowed.may.contains(&package) {
                complaints.push(Complaint {
                    path: manifest.path.clone(),
                    line: manifest.line_of(name),
                    what: format!("`{}` depends on `{package}`", manifest.package().unwrap_or_default()),
                    mend: format!("take it out, since {}", allowed.why),
                });
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, dependencies: &str) -> Vec<(usize, String)> {
        let names = [
            ("core/Cargo.toml", "candor"),
            ("macros/Cargo.toml", "candor-macros"),
            ("exporters/term/Cargo.toml", "candor-term"),
            ("exporters/file/Cargo.toml", "candor-file"),
            ("cli/Cargo.toml", "cargo-candor"),
            ("benches/Cargo.toml", "candor-benches"),
            ("benches/export/Cargo.toml", "candor-bench-export"),
            ("exporters/otlp/Cargo.toml", "candor-otlp"),
        ];
        let mut manifests = Vec::new();
        for (at, name) in names {
            let rest = if at == path { dependencies } else { "" };
            manifests.push(Manifest::new(at, &format!("[package]\nname = \"{name}\"\n{rest}")).unwrap());
        }
        check(&manifests).into_iter().map(|complaint| (complaint.line, complaint.what)).collect()
    }

    #[test]
    fn exporters_never_know_each_other_in_any_kind_of_dependency() {
        let what = "`candor-term` depends on `candor-file`".to_owned();
        for text in [
            "[dependencies]\ncandor-file.workspace = true",
            "[dev-dependencies]\ncandor-file = { path = \"../file\" }",
            "[build-dependencies]\n\"candor-file\" = \"1\"",
            "[target.'cfg(unix)'.dependencies]\ncandor-file = \"1\"",
        ] {
            assert_eq!(found("exporters/term/Cargo.toml", text), [(4, what.clone())], "{text}");
        }
    }

    #[test]
    fn a_renamed_dependency_is_still_found() {
        let text = "[dependencies]\nx = { package = \"candor-term\", version = \"1\" }";
        assert_eq!(found("core/Cargo.toml", text), [(4, "`candor` depends on `candor-term`".into())]);
    }

    #[test]
    fn macros_import_no_crate_of_the_workspace() {
        let text = "[dependencies]\ncandor = \"1\"";
        assert_eq!(found("macros/Cargo.toml", text), [(4, "`candor-macros` depends on `candor`".into())]);
    }

    #[test]
    fn benches_know_the_core_and_those_of_the_export_its_exporter() {
        let text = "[dependencies]\ncandor = \"1\"\ncandor-otlp = \"1\"";
        let what = "`candor-benches` depends on `candor-otlp`".to_owned();
        assert_eq!(found("benches/Cargo.toml", text), [(5, what)]);
        assert_eq!(found("benches/export/Cargo.toml", text), []);
    }

    #[test]
    fn allowed_and_foreign_dependencies_are_silent() {
        assert_eq!(
            found("exporters/term/Cargo.toml", "[dependencies]\ncandor.workspace = true\nserde = \"1\""),
            []
        );
        assert_eq!(found("core/Cargo.toml", "[dependencies]\ncandor-macros = \"1\""), []);
        assert_eq!(found("macros/Cargo.toml", "[dev-dependencies]\ncandor = \"1\""), []);
        assert_eq!(found("cli/Cargo.toml", "[dependencies]\ncandor-term = \"1\"\ncandor-file = \"1\""), []);
    }
}

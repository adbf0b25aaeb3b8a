//! Gets the source of a published crate, through cargo alone: whatever registry or mirror cargo is set up for is asked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::spec::Spec;

/// A published crate, unpacked by cargo.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) features: Vec<String>,
    /// Where cargo keeps it; nothing is changed there.
    pub(super) source: PathBuf,
}

/// Has cargo download and unpack a crate with all that it needs. Without a network, what cargo has kept is taken.
///
/// # Errors
/// When cargo has no copy and cannot get one.
pub(super) fn fetch(spec: &Spec, home: &Path) -> io::Result<Package> {
    let scratch = home.join("fetch").join(&spec.name);
    fs::create_dir_all(&scratch)?;
    fs::write(scratch.join("lib.rs"), "")?;
    let (name, version) = (&spec.name, spec.requirement());
    let manifest = format!(
        "[package]\nname = \"fetch-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\n{name} = \"{version}\"\n\n[workspace]\n"
    );
    fs::write(scratch.join("Cargo.toml"), manifest)?;
    let metadata = metadata(&scratch, &[]).or_else(|online| {
        metadata(&scratch, &["--offline"]).map_err(|offline| absent(spec, &online, &offline))
    })?;
    let package = metadata
        .get("packages")
        .and_then(Value::as_array)
        .and_then(|all| all.iter().find(|package| text(package, "name") == name.as_str()))
        .ok_or_else(|| io::Error::other(format!("cargo does not know the crate `{name}`")))?;
    let source = Path::new(text(package, "manifest_path")).parent().map(Path::to_owned).unwrap_or_default();
    Ok(Package {
        name: name.clone(),
        version: text(package, "version").to_owned(),
        features: spec.features.clone(),
        source,
    })
}

fn metadata(scratch: &Path, more: &[&str]) -> io::Result<Value> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version", "1"]).args(more).current_dir(scratch).stdin(Stdio::null());
    let output = cargo.output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(io::Error::other)
}

fn absent(spec: &Spec, online: &io::Error, offline: &io::Error) -> io::Error {
    let (name, version) = (&spec.name, spec.requirement());
    io::Error::other(format!(
        "cannot get `{name}` ({version}): there is no copy of it here, and cargo could not download it\n\
         cargo said, with a network:\n{online}\ncargo said, without one:\n{offline}\n\
         connect once: cargo keeps what it downloads, and later runs work offline"
    ))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Copies the source to a folder of its own, which is emptied before.
pub(super) fn unpack(package: &Package, to: &Path) -> io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    for entry in walkdir::WalkDir::new(&package.source) {
        let entry = entry.map_err(io::Error::other)?;
        let target = to.join(entry.path().strip_prefix(&package.source).map_err(io::Error::other)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    // In its repository the front page often stands one folder above, and tests read it from there.
    let front = package.source.join("README.md");
    if let (true, Some(above)) = (front.exists(), to.parent()) {
        fs::copy(front, above.join("README.md"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_crate_is_told_with_both_answers_and_the_way_out() {
        let spec: Spec = "walkdir@2.5.1".parse().unwrap();
        let error = absent(&spec, &io::Error::other("no route to host"), &io::Error::other("not cached"));
        let text = error.to_string();
        for part in ["`walkdir` (=2.5.1)", "no route to host", "not cached", "connect once"] {
            assert!(text.contains(part), "{text}");
        }
    }
}

//! A copy of a crate with marks on its functions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::build::{Checked, Copy};
use super::fetch::{self, Package};
use super::manifest::Addition;
use super::rewrite::{Functions, Mark};

/// The functions of a crate, by file.
#[derive(Default)]
pub(super) struct Survey {
    files: BTreeMap<PathBuf, (String, Functions)>,
    /// How many were left out, by reason.
    pub(super) skipped: BTreeMap<&'static str, usize>,
}

/// Functions that are to stay without a mark: their file and first line.
pub(super) type Without = BTreeMap<PathBuf, BTreeSet<usize>>;

impl Survey {
    /// Reads every file of the library and the programs; tests in folders of their own stay as they are.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn of(package: &Package) -> io::Result<Survey> {
        let mut survey = Survey::default();
        for entry in walkdir::WalkDir::new(package.source.join("src")).sort_by_file_name() {
            let entry = entry.map_err(io::Error::other)?;
            if entry.path().extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let source = fs::read_to_string(entry.path())?;
            let Ok(functions) = Functions::of(&source) else {
                *survey.skipped.entry("file that does not parse").or_default() += 1;
                continue;
            };
            for (reason, count) in &functions.skipped {
                *survey.skipped.entry(reason).or_default() += count;
            }
            let path = entry.path().strip_prefix(&package.source).map_err(io::Error::other)?;
            survey.files.insert(path.to_owned(), (source, functions));
        }
        Ok(survey)
    }

    /// How many functions can be observed.
    pub(super) fn count(&self) -> usize {
        self.files.values().map(|(_, functions)| functions.found.len()).sum()
    }

    /// The functions that return no `Result`.
    fn without_result(&self) -> Without {
        let without = |(path, (_, functions)): (&PathBuf, &(String, Functions))| {
            let others = functions.found.iter().filter(|function| !function.returns_result);
            (path.clone(), others.map(|function| function.lines.start).collect())
        };
        self.files.iter().map(without).collect()
    }

    /// Writes the marked files over the copy.
    fn write(&self, folder: &Path, mark: Mark, without: &Without) -> io::Result<()> {
        let none = BTreeSet::new();
        for (path, (source, functions)) in &self.files {
            let without = without.get(path).unwrap_or(&none);
            fs::write(folder.join(path), functions.marked(source, mark, without))?;
        }
        Ok(())
    }

    /// The first lines of the functions that the errors of a check are in.
    fn blamed(&self, checked: &Checked) -> Without {
        let mut blamed = Without::new();
        for error in &checked.errors {
            let path = PathBuf::from(&error.file);
            if let Some(function) = self.files.get(&path).and_then(|(_, found)| found.around(error.line)) {
                blamed.entry(path).or_default().insert(function.lines.start);
            }
        }
        blamed
    }
}

/// Where copies are made, and what is added to each.
pub(super) struct Bench<'a> {
    pub(super) home: &'a Path,
    pub(super) addition: Addition<'a>,
    pub(super) package: &'a Package,
    pub(super) survey: &'a Survey,
}

impl Bench<'_> {
    /// A fresh copy, called `variant`, with these marks.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn copy(&self, variant: &str, mark: Mark, without: &Without) -> io::Result<Copy> {
        let package = self.package;
        let of_package = self.home.join(&package.name);
        let folder = of_package.join(variant);
        fetch::unpack(package, &folder)?;
        let mut features = package.features.clone();
        features.extend(self.addition.write(&folder)?);
        // All copies are built with the same versions.
        let lock = of_package.join("Cargo.lock");
        if lock.exists() {
            fs::copy(&lock, folder.join("Cargo.lock"))?;
        } else if folder.join("Cargo.lock").exists() {
            fs::remove_file(folder.join("Cargo.lock"))?;
        }
        self.survey.write(&folder, mark, without)?;
        let copy = Copy { folder, target: self.home.join("build"), features };
        if !lock.exists() {
            let mut cargo = copy.cargo("check");
            copy.logged(&mut cargo, &of_package.join("first.log"))?;
            fs::copy(copy.folder.join("Cargo.lock"), &lock)?;
        }
        Ok(copy)
    }

    /// Writes a file again, so that cargo takes the crate for changed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn touch(&self, copy: &Copy) -> io::Result<()> {
        for path in self.survey.files.keys().filter(|path| {
            path.ends_with("src/lib.rs") || path.ends_with("src/main.rs") || path.starts_with("src/bin")
        }) {
            let path = copy.folder.join(path);
            fs::write(&path, fs::read(&path)?)?;
        }
        Ok(())
    }

    /// Takes the mark of `instrument` off the functions that do not compile with it, until the rest does. `None` if it never
    /// does.
    ///
    /// # Errors
    /// When a copy cannot be written, or cargo cannot be started.
    pub(super) fn instrumentable(&self, variant: &str) -> io::Result<Option<Without>> {
        let mut without = self.survey.without_result();
        loop {
            let checked = self.copy(variant, Mark::Instrument, &without)?.check(false)?;
            if checked.errors.is_empty() {
                return Ok(Some(without));
            }
            let mut grown = false;
            for (path, lines) in self.survey.blamed(&checked) {
                let known = without.entry(path).or_default();
                let before = known.len();
                known.extend(lines);
                grown |= known.len() > before;
            }
            if !grown {
                return Ok(None);
            }
        }
    }
}

//! `cargo xtask annotate`: the attribute on every function of published crates.
//!
//! What is safe by search and replace is safe on any code. So the crates are fetched, `#[candor::observe]` is put on every
//! function with a body, and what was green before must be green after. Nothing of the crate is changed but that.

mod build;
mod count;
mod fetch;
mod finding;
mod manifest;
mod marking;
mod rewrite;
mod spec;
mod table;
mod time;
mod trial;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use build::{Checked, Copy};
use manifest::Addition;
use marking::{Bench, Survey, Without};
use rewrite::Mark;
use spec::Spec;
use table::Row;
use time::Unit;
use trial::{Extra, Trial};

/// What is to be done with which crates.
#[derive(Debug, clap::Args)]
pub(crate) struct Request {
    /// Crates, as `name`, `name@version` or `name:feature,feature`; the known ones if none is given.
    crates: Vec<Spec>,
    /// Only the small ones among the known crates.
    #[arg(long)]
    small: bool,
    /// Measure the compile time too, against `tracing::instrument`.
    #[arg(long)]
    time: bool,
    /// With `--time`: count the compiler's instructions for the library instead, under valgrind, which other work does not move.
    #[arg(long, requires = "time")]
    instructions: bool,
    /// Do not run the tests.
    #[arg(long)]
    no_tests: bool,
    /// Run the examples of the documentation too.
    #[arg(long)]
    doc: bool,
    /// Run the tests once more with candor switched on, and keep what it reports.
    #[arg(long)]
    on: bool,
    /// Write the table to this file.
    #[arg(long)]
    markdown: Option<PathBuf>,
}

impl Request {
    fn specs(&self) -> Vec<Spec> {
        if self.crates.is_empty() {
            return Spec::known(self.small);
        }
        self.crates.iter().cloned().map(Spec::or_known).collect()
    }
}

/// Where cargo keeps the source of a published crate.
///
/// # Errors
/// When the name is none, or the crate cannot be had.
pub(crate) fn source_of(name: &str, home: &Path) -> io::Result<PathBuf> {
    let spec: Spec = name.parse().map_err(io::Error::other)?;
    fetch::fetch(&spec, home).map(|package| package.source)
}

/// Annotates the crates and says whether all compile and every green test is still green.
///
/// # Errors
/// When a crate cannot be had, a file not be written, or cargo not be started.
pub(crate) fn run(root: &Path, request: &Request, out: &mut dyn Write) -> io::Result<bool> {
    let root = fs::canonicalize(root)?;
    let home = root.join("target").join("annotate");
    let mut rows = Vec::new();
    for spec in request.specs() {
        writeln!(out, "== {}", spec.name)?;
        let row = Work { root: &root, home: &home, request }.row(&spec, out)?;
        rows.push(row);
        let table = table::markdown(&rows);
        if let Some(path) = &request.markdown {
            fs::write(path, &table)?;
        }
    }
    write!(out, "{}", table::markdown(&rows))?;
    Ok(rows.iter().all(Row::passed))
}

struct Work<'a> {
    root: &'a Path,
    home: &'a Path,
    request: &'a Request,
}

impl Work<'_> {
    fn row(&self, spec: &Spec, out: &mut dyn Write) -> io::Result<Row> {
        let package = fetch::fetch(spec, self.home)?;
        let survey = Survey::of(&package)?;
        let addition = Addition { root: self.root, on: None };
        let bench = Bench { home: self.home, addition, package: &package, survey: &survey };
        let mut row = Row {
            name: package.name.clone(),
            version: package.version.clone(),
            functions: survey.count(),
            skipped: survey.skipped.clone(),
            ..Row::default()
        };
        let bare = bench.copy("bare", Mark::Nothing, &Without::new())?;
        let before = checked(&bare)?;
        tell(out, "the crate itself", &before)?;
        let observed = bench.copy("observe", Mark::Observe, &Without::new())?;
        let after = checked(&observed)?;
        tell(out, "observed", &after)?;
        row.errors = after.errors.len().saturating_sub(before.errors.len());
        row.warnings = after.warnings.difference(&before.warnings).count();
        for warning in after.warnings.difference(&before.warnings) {
            writeln!(out, "   new warning: {}:{}: {}", warning.file, warning.line, warning.text)?;
        }
        if row.errors == 0 && !self.request.no_tests {
            self.tests(&mut row, (&bare, &observed), &before.targets, out)?;
        }
        if self.request.time {
            let unit = if self.request.instructions { Unit::Instructions } else { Unit::Seconds };
            row.times = time::measure(&bench, unit)?;
        }
        if self.request.on {
            self.on(&mut row, &bench, &before.targets, out)?;
        }
        Ok(row)
    }

    fn tests(
        &self,
        row: &mut Row,
        (bare, observed): (&Copy, &Copy),
        targets: &BTreeSet<Vec<String>>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let log = |name: &str| self.home.join(&row.name).join(name);
        let (first, second) = (log("tests-before.log"), log("tests-after.log"));
        let extra = |log| Extra { log, env: &[], doc: self.request.doc };
        let before = Trial::run(bare, targets, extra(&first))?;
        let mut after = Trial::run(observed, targets, extra(&second))?;
        if !before.broken(&after).is_empty() {
            // A test that depends on the machine gets a second chance.
            after.or(&Trial::run(observed, targets, extra(&log("tests-again.log")))?);
        }
        let broken = before.broken(&after);
        for (target, name) in &broken {
            writeln!(out, "   BROKEN: {target}: {name}")?;
        }
        row.tests = Some((before.green(), after.green()));
        row.broken = broken.len();
        Ok(())
    }

    fn on(
        &self,
        row: &mut Row,
        bench: &Bench<'_>,
        targets: &BTreeSet<Vec<String>>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let switch = finding::switch(self.home, self.root)?;
        let addition = Addition { root: self.root, on: Some(&switch) };
        let bench = Bench { home: self.home, addition, package: bench.package, survey: bench.survey };
        let copy = bench.copy("on", Mark::Observe, &Without::new())?;
        finding::link(&copy.folder)?;
        let of_package = self.home.join(&row.name);
        let folder = of_package.join("findings");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let env = [(finding::FOLDER, folder.to_str().unwrap_or_default())];
        let log = of_package.join("tests-on.log");
        let trial = Trial::run(&copy, targets, Extra { log: &log, env: &env, doc: false })?;
        let tally = finding::Tally::read(&folder)?;
        writeln!(out, "   switched on: {} tests green", trial.green())?;
        for line in tally.lines() {
            writeln!(out, "   {line}")?;
        }
        fs::write(of_package.join("findings.jsonl"), tally.json())?;
        row.tally = Some(tally);
        Ok(())
    }
}

fn checked(copy: &Copy) -> io::Result<Checked> {
    let mut checked = copy.check(false)?;
    let tests = copy.check(true)?;
    checked.targets = tests.targets;
    checked.errors.extend(tests.errors.into_iter().filter(|error| error.file.starts_with("src")));
    checked.errors.sort();
    checked.errors.dedup();
    checked.warnings.extend(tests.warnings);
    Ok(checked)
}

fn tell(out: &mut dyn Write, what: &str, checked: &Checked) -> io::Result<()> {
    let (errors, targets) = (checked.errors.len(), checked.targets.len());
    writeln!(out, "   {what}: {errors} errors, {targets} test targets compile")?;
    for error in checked.errors.iter().take(20) {
        writeln!(out, "   {}:{}: {}", error.file, error.line, error.text)?;
    }
    Ok(())
}

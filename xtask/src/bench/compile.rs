//! What the attribute costs the compiler: a crate of a thousand functions, checked bare, observed and instrumented in turn.
//!
//! User time of `cargo check` is compared, less what cargo takes when nothing has changed. The growth of the binary is
//! printed beside it, once for a program with all functions and once for one with a single one, which tells what the
//! library itself takes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::usage::children;

/// Of which size the crate is, and how often it is checked.
#[derive(Debug, clap::Parser)]
pub(super) struct Options {
    /// How many functions the crate has.
    #[arg(long, default_value_t = 1_000)]
    functions: usize,
    /// How often each is checked; the least counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Leave the binaries out, which take longer than the check.
    #[arg(long)]
    no_binary: bool,
}

/// An attribute, and what its users depend on.
struct Contender {
    name: &'static str,
    package: &'static str,
    attribute: &'static str,
    dependencies: &'static str,
}

/// The floor, ours, and what ours is compared with.
const CONTENDERS: [Contender; 3] = [
    Contender { name: "bare", package: "bare", attribute: "", dependencies: "" },
    Contender {
        name: "#[candor::observe]",
        package: "observe",
        attribute: "#[candor::observe]",
        dependencies: "candor = { path = \"CORE\" }",
    },
    Contender {
        name: "#[tracing::instrument(skip_all, err)]",
        package: "instrument",
        attribute: "#[tracing::instrument(skip_all, err)]",
        dependencies: "tracing = \"0.1\"",
    },
];

/// At most this part of the time of the instrumented crate.
const GOAL: f64 = 0.6;

/// Measures, prints the table, and says whether everything compiled. The goal is reported, and is no fault: the time of a
/// compiler on a shared machine is no ground for a gate.
pub(super) fn run(root: &Path, options: &Options, out: &mut dyn Write) -> io::Result<bool> {
    let root = &root.canonicalize()?;
    let mut rows = Vec::new();
    for contender in &CONTENDERS {
        let package = Package::write(root, contender, options.functions)?;
        package.cargo(&["check"])?;
        rows.push(Row { package, least: f64::INFINITY, idle: f64::INFINITY, binary: None });
    }
    for round in 0..options.rounds.max(1) {
        writeln!(out, "round {} of {} ..", round + 1, options.rounds.max(1))?;
        out.flush()?;
        rows.iter_mut().try_for_each(Row::check)?;
    }
    if !options.no_binary {
        for row in &mut rows {
            let single = Package::write(root, row.package.contender, 1)?.size()?;
            row.binary = Some(Binary { all: row.package.size()?, single });
        }
    }
    print(&rows, options.functions, out)?;
    Ok(true)
}

/// What was measured of one contender.
struct Row {
    package: Package,
    /// Seconds of user time of a check.
    least: f64,
    /// Seconds of user time of cargo when nothing has changed.
    idle: f64,
    binary: Option<Binary>,
}

/// Bytes of the stripped release binary with all functions, and with a single one.
#[derive(Clone, Copy)]
struct Binary {
    all: u64,
    single: u64,
}

impl Row {
    fn check(&mut self) -> io::Result<()> {
        self.package.touch()?;
        self.least = self.least.min(self.package.cargo(&["check"])?);
        self.idle = self.idle.min(self.package.cargo(&["check"])?);
        Ok(())
    }

    fn seconds(&self) -> f64 {
        self.least - self.idle
    }
}

/// Prints the rows, the ratio of the second to the third, and that of what the attributes add.
fn print(rows: &[Row], functions: usize, out: &mut dyn Write) -> io::Result<()> {
    let [bare, observe, instrument] = rows else { return Ok(()) };
    write!(out, "\n{:<40} {:>9}", format!("{functions} functions"), "check, s")?;
    if bare.binary.is_some() {
        write!(out, " {:>12} {:>16}", "binary, KiB", "bytes a function")?;
    }
    for row in rows {
        write!(out, "\n{:<40} {:>9.2}", row.package.contender.name, row.seconds())?;
        if let (Some(own), Some(bare)) = (row.binary, bare.binary) {
            let (whole, each) = grown(own, bare, functions);
            write!(out, " {:>+12.0} {each:>+16.0}", whole / 1_024.0)?;
        }
    }
    let ratio = observe.seconds() / instrument.seconds();
    let added = (observe.seconds() - bare.seconds()) / (instrument.seconds() - bare.seconds());
    let verdict = if ratio <= GOAL { "reached" } else { "not reached" };
    writeln!(out, "\n\nobserve / instrument: {ratio:.2} of the whole check (goal {GOAL}: {verdict})")?;
    writeln!(out, "{added:.2} of what the attributes add")
}

/// By how many bytes the binary is larger than the bare one, and by how many for each function.
#[expect(clippy::cast_precision_loss, reason = "bytes of a binary")]
fn grown(own: Binary, bare: Binary, functions: usize) -> (f64, f64) {
    let more = |own: u64, bare: u64| own as f64 - bare as f64;
    let (all, single) = (more(own.all, bare.all), more(own.single, bare.single));
    (all, (all - single) / functions.saturating_sub(1).max(1) as f64)
}

/// A scratch package under `target/bench/compile`.
struct Package {
    contender: &'static Contender,
    folder: PathBuf,
    /// Shared by all, so that dependencies are built once.
    target: PathBuf,
    name: String,
    source: String,
}

impl Package {
    fn write(root: &Path, contender: &'static Contender, functions: usize) -> io::Result<Package> {
        let all = root.join("target/bench/compile");
        let name = format!("{}_{functions}", contender.package);
        let folder = all.join(&name);
        fs::create_dir_all(folder.join("src"))?;
        let dependencies = contender.dependencies.replace("CORE", &root.join("core").to_string_lossy());
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n{dependencies}\n\n[profile.dev]\ndebug = 0\nincremental = false\n\n\
             [profile.release]\nstrip = true\n\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        // The versions of the workspace, as far as they go: what the gate has fetched is enough.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let source = program(contender.attribute, functions);
        let package = Package { contender, folder, target: all.join("build"), name, source };
        package.touch()?;
        Ok(package)
    }

    /// Makes cargo believe that the program has changed.
    fn touch(&self) -> io::Result<()> {
        fs::write(self.folder.join("src/main.rs"), &self.source)
    }

    /// Runs cargo, and returns the user time of it and its children.
    fn cargo(&self, words: &[&str]) -> io::Result<f64> {
        let before = children()?;
        let mut cargo = Command::new("cargo");
        cargo.args(words).arg("--quiet").arg("--target-dir").arg(&self.target);
        let output = cargo.current_dir(&self.folder).stdin(Stdio::null()).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!("{} does not compile:\n{said}", self.name)));
        }
        Ok(children()? - before)
    }

    /// The size of its release binary.
    fn size(&self) -> io::Result<u64> {
        self.cargo(&["build", "--release"])?;
        Ok(fs::metadata(self.target.join("release").join(&self.name))?.len())
    }
}

/// The program: functions with four places where an error can be dropped and three ends each, and a `main` that calls them.
fn program(attribute: &str, functions: usize) -> String {
    let mut text = String::from(PROLOGUE);
    for number in 0..functions {
        text.push_str(&FUNCTION.replace("ATTRIBUTE", attribute).replace("NUMBER", &number.to_string()));
    }
    text.push_str("\nconst ALL: &[fn(&str, u64) -> Result<u64, Odd>] = &[");
    (0..functions).for_each(|number| text.push_str(&format!("f{number}, ")));
    text.push_str("];\n");
    text
}

const PROLOGUE: &str = r#"
#[derive(Debug)]
struct Odd(u64);

impl std::fmt::Display for Odd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is odd", self.0)
    }
}

impl std::error::Error for Odd {}

#[inline(never)]
fn step(n: u64) -> Result<u64, Odd> {
    if n % 2 == 1 { Err(Odd(n)) } else { Ok(n / 2) }
}

fn main() {
    let name = std::env::args().next().unwrap_or_default();
    let sum = ALL.iter().filter_map(|f| f(&name, 8).ok()).sum::<u64>();
    println!("{sum}");
}
"#;

const FUNCTION: &str = r#"
ATTRIBUTE
fn fNUMBER(name: &str, n: u64) -> Result<u64, Odd> {
    if name.is_empty() {
        return Err(Odd(NUMBER));
    }
    let first = step(n + NUMBER).unwrap_or(1);
    let second = step(first).ok();
    if let Err(odd) = step(first + 1) {
        eprintln!("{name}: {odd}");
    }
    let _ = step(n);
    let third = step(second.unwrap_or(NUMBER))?;
    Ok(first + third)
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_bears_the_attribute_and_is_called() {
        let text = program("#[mark]", 3);
        assert_eq!(text.matches("#[mark]\nfn f").count(), 3);
        assert!(text.contains("= &[f0, f1, f2, ];"), "{text}");
        assert!(syn::parse_file(&text).is_ok());
    }

    #[test]
    fn what_the_library_takes_is_not_shared_out_among_the_functions() {
        let (bare, own) = (Binary { all: 3_000, single: 1_000 }, Binary { all: 63_000, single: 11_000 });
        assert_eq!(grown(own, bare, 51), (60_000.0, 1_000.0));
    }
}

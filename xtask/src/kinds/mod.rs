//! Every kind of function under the attribute, and under the attributes of others: `cargo xtask kinds`.
//!
//! The programs stand in `tests/kinds`; each is compiled as it is, and with an attribute on the functions that it marks.

mod contender;
mod kind;
mod package;
mod table;
mod verdict;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use contender::{CONTENDERS, Contender};
use kind::Kind;
use package::Package;
use table::LeftOut;
use verdict::Row;

const EDITIONS: [&str; 2] = ["2021", "2024"];

/// Which contenders, and where the page goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only what has to be without a fault: no attribute, and those of candor.
    #[arg(long)]
    own: bool,
    /// Write the page here, relative to the workspace.
    #[arg(long)]
    markdown: Option<PathBuf>,
    /// Only the kinds whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Only the contenders whose name contains this.
    #[arg(long)]
    contender: Option<String>,
}

/// Compiles all kinds, prints the table and says whether candor has no fault in it.
///
/// # Errors
/// When a file cannot be read or written, or cargo cannot be started.
pub(crate) fn run(root: &Path, options: &Options, out: &mut dyn Write) -> io::Result<bool> {
    let root = &root.canonicalize()?;
    let mut kinds = Kind::all(root)?;
    kinds.retain(|kind| options.only.as_ref().is_none_or(|part| kind.name.contains(part)));
    let (mut rows, mut left_out) = (Vec::new(), Vec::new());
    let is_asked = |contender: &&Contender| {
        (contender.is_own || !options.own)
            && options.contender.as_ref().is_none_or(|part| contender.name.contains(part))
    };
    for contender in CONTENDERS.iter().filter(is_asked) {
        for edition in EDITIONS {
            writeln!(out, "{} in edition {edition} ..", contender.name)?;
            out.flush()?;
            match measure(root, contender, edition, &kinds)? {
                Ok(row) => rows.push(row),
                Err(why) => {
                    writeln!(out, "{} is left out: {why}", contender.name)?;
                    left_out.push(LeftOut { contender: contender.name, why });
                    break;
                }
            }
        }
    }
    writeln!(out, "\n{}", table::text(&rows))?;
    if let Some(page) = &options.markdown {
        fs::write(root.join(page), table::markdown(&kinds, &rows, &left_out))?;
    }
    let is_missing =
        left_out.iter().any(|left| CONTENDERS.iter().any(|c| c.is_own && c.name == left.contender));
    Ok(!is_missing && rows.iter().all(|row| !row.is_own || row.is_clean()))
}

/// Compiles the kinds with one contender; the reason when nothing at all can be compiled with it.
fn measure(
    root: &Path,
    contender: &'static Contender,
    edition: &'static str,
    kinds: &[Kind],
) -> io::Result<Result<Row, String>> {
    let kinds = kinds.iter().filter(|kind| kind.is_of(edition)).collect::<Vec<_>>();
    let package = Package::write(root, contender, edition, &kinds)?;
    let output = package.check()?;
    let said = verdict::said(&String::from_utf8_lossy(&output.stdout));
    if said.is_empty() {
        return Ok(Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let mut row = Row {
        contender: contender.name,
        edition,
        is_own: contender.is_own,
        total: kinds.iter().filter(|kind| kind.refused.is_none()).count(),
        failed: Vec::new(),
        warned: Vec::new(),
        refused: Vec::new(),
        wrong: Vec::new(),
    };
    verdict::judge(&mut row, &kinds, &said);
    if contender.observes() {
        refuse(&mut row, &kinds);
    }
    if contender.is_own {
        let compiled = |kind: &&&Kind| {
            kind.refused.is_none() && row.failed.iter().all(|(failed, _)| *failed != kind.name)
        };
        let compiled = kinds.iter().filter(compiled).copied().collect::<Vec<_>>();
        let output = package.run(&compiled)?;
        verdict::ran(&mut row, &compiled, contender.observes(), &output);
    }
    Ok(Ok(row))
}

/// What has to be refused is refused with its one error.
fn refuse(row: &mut Row, kinds: &[&Kind]) {
    for kind in kinds {
        let Some(text) = &kind.refused else { continue };
        let errors =
            row.refused.iter().find(|(name, _)| *name == kind.name).map(|(_, errors)| errors.as_slice());
        if !matches!(errors, Some([only]) if only.contains(text.as_str())) {
            row.wrong.push((
                kind.name.clone(),
                format!("it has to be refused with `{text}` alone, and says {errors:?}"),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_enough_kinds_and_most_of_them_declare_something() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let kinds = Kind::all(root).unwrap();
        let declared = kinds.iter().filter(|kind| kind.marks().1 > 0).count();
        assert!(kinds.len() >= 72, "{} kinds", kinds.len());
        assert!(declared * 10 >= kinds.len() * 9, "{declared} of {} declare something", kinds.len());
        for kind in &kinds {
            assert!(!kind.title.is_empty(), "{}: its first line says what it is", kind.name);
            assert!(kind.marks().0 > 0, "{}: nothing is marked", kind.name);
        }
    }
}

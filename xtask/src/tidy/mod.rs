//! The house rules that no compiler knows. Each room of this folder is one rule.
//!
//! A rule is a function from a source file to complaints. It must not stop at the first one: all complaints of all files are
//! shown at once, each on one line with the way to mend it.

mod arrow;
mod manifest;
mod name;
mod size;
mod source;
mod unsafety;
mod word;

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use source::Source;

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Complaint {
    path: String,
    line: usize,
    what: String,
    mend: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Complaint { path, line, what, mend } = self;
        write!(f, "{path}:{line}: {what} — {mend}")
    }
}

/// The rules for Rust files.
const RULES: &[fn(&Source) -> Vec<Complaint>] =
    &[source::check, arrow::check, size::check, word::check, unsafety::check, name::check];

/// Checks the workspace at `root`, writes all complaints and says whether there were none.
///
/// # Errors
/// When a file cannot be read or `out` cannot be written.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> io::Result<bool> {
    let sources = source::all(root)?;
    let mut complaints = manifest::check(&manifest::all(root)?);
    for source in &sources {
        complaints.extend(RULES.iter().flat_map(|rule| rule(source)));
    }
    complaints.sort();
    complaints.dedup();
    for complaint in &complaints {
        writeln!(out, "{complaint}")?;
    }
    if complaints.is_empty() {
        writeln!(out, "tidy: {} files keep the house rules", sources.len())?;
    } else {
        writeln!(out, "tidy: {} complaints", complaints.len())?;
    }
    Ok(complaints.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_one_line_with_the_way_to_mend_it() {
        let complaint =
            Complaint { path: "a.rs".into(), line: 3, what: "it is long".into(), mend: "cut it".into() };
        assert_eq!(complaint.to_string(), "a.rs:3: it is long — cut it");
    }

    #[test]
    fn every_rule_keeps_silent_over_a_healthy_file() {
        let source =
            Source::new("core/src/record/frame.rs", "//! A frame.\nuse crate::model::Site;\nfn f() {}\n");
        for rule in RULES {
            assert_eq!(rule(&source), []);
        }
    }
}

//! Compares what candor found with what was seeded.

use std::io;

use candor::Divergence;

use crate::app::Variant;
use crate::bugs::{SEEDED, Seeded};

/// Writes two lines for each seeded bug, found or not, and one for each finding that was not seeded.
pub(crate) fn compare(variant: Variant, found: &[Divergence], out: &mut impl io::Write) -> io::Result<()> {
    let seeded: &[Seeded] = if variant == Variant::Buggy { SEEDED } else { &[] };
    let mut unexplained: Vec<&Divergence> = found.iter().collect();
    let mut missing = 0;
    writeln!(out)?;
    for bug in seeded {
        let matched = unexplained
            .iter()
            .position(|finding| is(bug, finding))
            .map(|index| unexplained.swap_remove(index));
        let place = match matched {
            Some(finding) => format!("found at {}:{}", bug.file, finding.site.line),
            None => {
                missing += 1;
                format!("MISSING in {}", bug.file)
            }
        };
        writeln!(out, "  {} {:<22} {place}\n       {}", bug.code, bug.id, bug.what)?;
    }
    for finding in &unexplained {
        writeln!(out, "  {} NOT SEEDED {} ({})", finding.code, finding.site, finding.operation)?;
    }
    let (all, met) = (seeded.len(), seeded.len() - missing);
    match variant {
        Variant::Buggy => {
            writeln!(out, "seeded bugs: {met} of {all} found; {} findings besides", unexplained.len())
        }
        Variant::Fixed => {
            writeln!(out, "the repaired shop: no bug is seeded; {} findings", unexplained.len())
        }
    }
}

/// Whether this finding is that bug: same code, file and function.
fn is(bug: &Seeded, finding: &Divergence) -> bool {
    finding.code.as_str() == bug.code
        && finding.site.file.ends_with(bug.file)
        && finding.site.function == bug.function
}

//! What was found, as a table: in Markdown, which reads well on a terminal too.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::finding::Tally;
use super::time::Times;

/// What was found about one crate.
#[derive(Default)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) functions: usize,
    pub(super) skipped: BTreeMap<&'static str, usize>,
    /// Errors of the observed copy.
    pub(super) errors: usize,
    /// Warnings that the observed copy has and the bare one has not.
    pub(super) warnings: usize,
    /// How many tests are green before and after; `None` when they were not run.
    pub(super) tests: Option<(usize, usize)>,
    /// How many of the green ones are not green any more.
    pub(super) broken: usize,
    pub(super) times: Option<Times>,
    pub(super) tally: Option<Tally>,
}

impl Row {
    /// Whether the attribute changed nothing.
    pub(super) fn passed(&self) -> bool {
        self.errors == 0 && self.broken == 0
    }

    fn cells(&self) -> Vec<String> {
        let skipped: Vec<String> =
            self.skipped.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let compiled = match (self.errors, self.warnings) {
            (0, 0) => "yes".to_owned(),
            (0, warnings) => format!("yes, {warnings} warnings more"),
            (errors, _) => format!("NO, {errors} errors"),
        };
        let (before, after) = match self.tests {
            None => ("-".to_owned(), "-".to_owned()),
            Some((before, after)) if self.broken == 0 => (before.to_string(), after.to_string()),
            Some((before, after)) => (before.to_string(), format!("{after}, {} BROKEN", self.broken)),
        };
        vec![
            format!("{} {}", self.name, self.version),
            self.functions.to_string(),
            if skipped.is_empty() { "-".to_owned() } else { skipped.join(", ") },
            compiled,
            before,
            after,
        ]
    }

    fn time_cells(&self) -> Vec<String> {
        match &self.times {
            None => vec!["-".to_owned(); 6],
            Some(times) => vec![
                times.text(times.bare),
                times.text(times.observe),
                times.text(times.instrument),
                format!("{:.2}", times.ratio()),
                format!("{:.2}", times.added()),
                times.left_out.to_string(),
            ],
        }
    }

    fn tally_cells(&self) -> Vec<String> {
        match &self.tally {
            None => vec!["-".to_owned(); 4],
            Some(tally) => {
                let (violations, suspicions) = tally.count();
                let of_thousand = |count: usize| {
                    let count = u32::try_from(count).unwrap_or(u32::MAX);
                    let functions = u32::try_from(self.functions.max(1)).unwrap_or(u32::MAX);
                    format!("{:.1}", f64::from(count) * 1000.0 / f64::from(functions))
                };
                vec![
                    violations.to_string(),
                    of_thousand(violations),
                    suspicions.to_string(),
                    of_thousand(suspicions),
                ]
            }
        }
    }
}

/// The columns that every row has.
const COLUMNS: &[&str] = &["crate", "functions", "left alone", "compiles", "tests before", "after"];
const TIMES: &[&str] =
    &["bare", "`observe`", "`instrument`", "observe / instrument", "of what is added", "without both"];
const FINDINGS: &[&str] = &["V", "V per 1,000", "S", "S per 1,000"];

/// The whole table.
pub(super) fn markdown(rows: &[Row]) -> String {
    let has_times = rows.iter().any(|row| row.times.is_some());
    let has_tally = rows.iter().any(|row| row.tally.is_some());
    let mut lines = vec![COLUMNS.iter().map(ToString::to_string).collect::<Vec<_>>()];
    lines.extend(rows.iter().map(Row::cells));
    if has_times {
        extend(&mut lines, TIMES, rows.iter().map(Row::time_cells));
    }
    if has_tally {
        extend(&mut lines, FINDINGS, rows.iter().map(Row::tally_cells));
    }
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        // Writing to a string cannot fail.
        let _written = writeln!(text, "| {} |", line.join(" | "));
        if index == 0 {
            let _written = writeln!(text, "|{}", "---|".repeat(line.len()));
        }
    }
    text
}

fn extend(lines: &mut [Vec<String>], head: &[&str], cells: impl Iterator<Item = Vec<String>>) {
    let head = std::iter::once(head.iter().map(ToString::to_string).collect());
    for (line, more) in lines.iter_mut().zip(head.chain(cells)) {
        line.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::time::Unit;

    #[test]
    fn what_was_not_asked_for_has_no_column() {
        let row = Row { name: "url".into(), version: "2.5.8".into(), functions: 200, ..Row::default() };
        let text = markdown(&[row]);
        assert_eq!(text.lines().last(), Some("| url 2.5.8 | 200 | - | yes | - | - |"));
        assert!(!text.contains("instrument"), "{text}");
    }

    #[test]
    fn a_breach_is_written_large() {
        let row = Row { errors: 2, tests: Some((5, 3)), broken: 2, ..Row::default() };
        assert!(!row.passed());
        let text = markdown(&[row]);
        assert!(text.contains("NO, 2 errors") && text.contains("3, 2 BROKEN"), "{text}");
    }

    #[test]
    fn times_and_findings_stand_behind() {
        let times = Times { unit: Unit::Seconds, bare: 1.0, observe: 1.5, instrument: 3.0, left_out: 4 };
        let row = Row { times: Some(times), tally: Some(Tally::default()), functions: 1, ..Row::default() };
        let text = markdown(&[row]);
        assert!(text.trim_end().ends_with("| 0.50 | 0.25 | 4 | 0 | 0.0 | 0 | 0.0 |"), "{text}");
    }
}

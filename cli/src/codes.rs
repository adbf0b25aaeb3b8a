//! `cargo candor codes`: every code in one table.

use std::io::Write as _;

use anstyle::{AnsiColor, Style as Paint};
use candor::model::Level;
use candor_term::Style;
use clap::Args;

use crate::Outcome;
use crate::code::Known;

/// Columns before the meaning.
const LEFT: usize = 4 + 2 + 26 + 2 + 9 + 2;
/// Columns before the meaning when it stands beneath.
const BENEATH: usize = 6;
/// The meaning is never narrower.
const LEAST: usize = 36;

/// List every code with its name, its usual level and its meaning.
#[derive(Debug, Args)]
pub(crate) struct Codes {}

impl Codes {
    pub(crate) fn run(&self) -> Outcome {
        let columns = Style::detect(&std::io::stdout()).width();
        let mut out = anstream::stdout().lock();
        out.write_all(table(columns).as_bytes())?;
        Ok(out.flush()?)
    }
}

fn table(columns: usize) -> String {
    // Beside the name where there is room, else beneath.
    let indent = if columns >= LEFT + LEAST { LEFT } else { BENEATH };
    Known::all().map(|code| row(code, indent, columns.saturating_sub(indent).max(LEAST))).collect()
}

fn row(code: Known, left: usize, columns: usize) -> String {
    let paint = paint(code.level());
    let mut out = format!(
        "{paint}{code}{paint:#}  {name:26}  {paint}{level:9}{paint:#}",
        code = code.as_str(),
        name = code.name(),
        level = code.level_name()
    );
    if left == BENEATH {
        out = format!("{}\n", out.trim_end());
    }
    for (index, line) in wrap(code.meaning(), columns).iter().enumerate() {
        let indent = if index == 0 && left == LEFT { 2 } else { left };
        out.push_str(&format!("{}{line}\n", " ".repeat(indent)));
    }
    out
}

pub(crate) fn paint(level: Level) -> Paint {
    match level {
        Level::Violation => AnsiColor::BrightRed.on_default().bold(),
        Level::Suspicion => AnsiColor::Yellow.on_default().bold(),
    }
}

/// Breaks at spaces. The meanings are ASCII, so a byte is a column.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= columns => line.push_str(&format!(" {word}")),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_for_each_code() {
        let text = anstream::adapter::strip_str(&table(92)).to_string();
        assert!(text.starts_with(
            "C101  swallowed-error             violation  An error was seen, nothing accounts for it, and
                                             the operation claims fulfilment.
C102  false-claim"
        ));
        assert_eq!(text.lines().filter(|line| line.starts_with('C')).count(), Known::all().count());
        assert_eq!(text.lines().find(|line| line.len() > 92), None);
        assert!(Known::all().all(|code| code.meaning().is_ascii()));
        let narrow = anstream::adapter::strip_str(&table(60)).to_string();
        assert!(narrow.starts_with(
            "C101  swallowed-error             violation\n      An error was seen, nothing accounts for it, and the"
        ));
        assert_eq!(narrow.lines().find(|line| line.len() > 60), None);
    }
}

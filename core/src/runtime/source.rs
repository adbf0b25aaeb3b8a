//! Lines of the user's source, for reports.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::model::Site;

/// A source line with its number, and a caret beneath.
pub(super) fn frame(line: &str, site: &Site) -> String {
    let number = site.line.to_string();
    let margin = " ".repeat(number.len());
    let before = usize::try_from(site.column.saturating_sub(1)).unwrap_or(0);
    // A tab stays a tab, so that the caret stands where the reader sees the column.
    let indent: String = line.chars().take(before).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let width = line.trim_end().chars().count().saturating_sub(before).max(1);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _written = writeln!(text, "{margin} |");
    let _written = writeln!(text, "{number} | {}", line.trim_end());
    let _written = writeln!(text, "{margin} | {indent}{}", "^".repeat(width.min(caret_width(line, before))));
    text
}

/// The caret covers the expression as far as its line goes, without a comment behind it.
fn caret_width(line: &str, before: usize) -> usize {
    let rest: String = line.chars().skip(before).collect();
    let code = rest.split(" //").next().unwrap_or(&rest).trim_end();
    code.chars().count().max(1)
}

/// The source line of a place, if the file can be found.
pub(super) fn line(site: &Site) -> Option<String> {
    if !site.is_known() || site.file.is_empty() {
        return None;
    }
    let text = read(site.file)?;
    let index = usize::try_from(site.line).ok()?.checked_sub(1)?;
    text.lines().nth(index).map(str::to_owned)
}

/// Reads a file as `file!()` names it: from the root of a workspace, while tests run in the folder of their package.
fn read(file: &str) -> Option<String> {
    let here = std::env::current_dir().ok()?;
    let mut candidates = here.ancestors().take(6).map(|folder| folder.join(file));
    let found: PathBuf = candidates.find(|path| path.is_file())?;
    std::fs::read_to_string(found).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_and_underlined() {
        let line = line!() + 1;
        let marked = "this line is looked for";
        let here = Site { file: file!(), line, column: 9, function: marked };
        let text = super::line(&here).map(|line| frame(&line, &here)).unwrap_or_default();
        let expected = format!("let marked = \"{marked}\";");
        assert!(text.contains(&format!("{line} |         {expected}\n")), "{text}");
        assert!(text.ends_with(&format!("|         {}\n", "^".repeat(expected.len()))), "{text}");
    }

    #[test]
    fn a_comment_is_not_underlined_and_tabs_stay() {
        let site = Site { file: "x.rs", line: 7, column: 2, function: "" };
        assert_eq!(
            frame("\tsave(order).ok(); // best effort", &site),
            "  |\n7 | \tsave(order).ok(); // best effort\n  | \t^^^^^^^^^^^^^^^^^\n"
        );
    }

    #[test]
    fn what_cannot_be_found_is_left_out() {
        assert_eq!(super::line(&Site::UNKNOWN), None);
        assert_eq!(super::line(&Site { file: "no/such/file.rs", line: 1, column: 1, function: "" }), None);
        assert_eq!(super::line(&Site { file: file!(), line: 1_000_000, column: 1, function: "" }), None);
    }

    #[test]
    fn a_column_beyond_the_line_still_has_a_caret() {
        let site = Site { file: "x.rs", line: 7, column: 40, function: "" };
        assert!(frame("short", &site).ends_with("^\n"));
    }
}

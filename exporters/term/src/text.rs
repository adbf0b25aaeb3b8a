//! Text as it stands in columns: measured, cut, wrapped, and safe to send to a terminal.

use std::borrow::Cow;

pub(crate) use candor::model::{counted, duration, number};
use unicode_width::UnicodeWidthStr;

/// How many columns `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// One line that cannot steer the terminal: control characters become visible.
pub(crate) fn one_line(text: &str) -> String {
    let joined: Cow<'_, str> = match text.trim_end().contains('\n') {
        true => text.trim_end().lines().map(str::trim).collect::<Vec<_>>().join(" ⏎ ").into(),
        false => text.trim_end().into(),
    };
    annotate_snippets::normalize_untrusted_str(&joined)
}

/// The beginning of `text`, in at most `columns`; an ellipsis stands for the rest.
pub(crate) fn head(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return text.into();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if width(&kept) >= columns {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept.into()
}

/// The end of a path, in at most `columns`, if possible from the beginning of a folder: the file matters most.
pub(crate) fn tail(path: &str, columns: usize) -> Cow<'_, str> {
    if width(path) <= columns {
        return path.into();
    }
    let fits = |start: &usize| path.get(*start..).is_some_and(|rest| width(rest) < columns);
    let at_folder = path.match_indices('/').map(|(at, _)| at).find(fits);
    let start = at_folder.or_else(|| path.char_indices().map(|(at, _)| at).find(fits)).unwrap_or(path.len());
    format!("…{}", path.get(start..).unwrap_or_default()).into()
}

/// `text` with `columns` filled up by spaces on the right.
pub(crate) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` with `columns` filled up by spaces on the left.
pub(crate) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Breaks each line at spaces, never inside of `` `code` ``, so that code can be copied. Control characters become visible.
pub(crate) fn wrap(text: &str, columns: usize) -> String {
    text.trim_end().lines().map(|line| wrap_line(&one_line(line), columns)).collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, columns: usize) -> String {
    let indent: String = line.chars().take_while(|letter| *letter == ' ').collect();
    let mut out = indent.clone();
    let mut used = width(&indent);
    for (index, word) in words(line.trim_start()).into_iter().enumerate() {
        let needed = width(word);
        if index > 0 && used + 1 + needed > columns {
            out.push('\n');
            out.push_str(&indent);
            used = width(&indent);
        } else if index > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += needed;
    }
    out
}

/// The words of a line; a pair of backticks holds its words together.
fn words(line: &str) -> Vec<&str> {
    let is_paired = line.matches('`').count().is_multiple_of(2);
    let mut is_code = false;
    line.split(|letter| {
        is_code ^= is_paired && letter == '`';
        letter == ' ' && !is_code
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_keeps_its_columns() {
        assert_eq!(head("checkout", 8), "checkout");
        assert_eq!(head("checkout", 5), "chec…");
        assert_eq!(head("価格表", 5), "価格…");
        assert_eq!(tail("src/pay/gateway.rs:12", 16), "…/gateway.rs:12");
        assert_eq!(tail("src/pay/gateway.rs:12", 9), "…ay.rs:12");
    }

    #[test]
    fn code_is_never_broken() {
        let text = "or declare the recovery: `#[observe(recovers(_ => \"why\"))]` on it";
        assert_eq!(wrap(text, 30), "or declare the recovery:\n`#[observe(recovers(_ => \"why\"))]`\non it");
    }

    #[test]
    fn a_lone_backtick_is_no_code() {
        assert_eq!(wrap("it`s a lot of words", 10), "it`s a lot\nof words");
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(one_line("\u{1b}[31mred\n  next\n"), "␛[31mred ⏎ next");
    }
}

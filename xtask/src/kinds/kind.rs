//! One kind of function: a small program in which some functions are marked, each with a comment where an attribute may stand.
//!
//! ```text
//! // @attribute              the attribute of each contender; `result`, if `err` has a meaning; `mute`, if nothing is `Debug`
//! // @declared(WORDS)        what the variant with declarations says instead
//! // @edition 2024           the program needs this edition
//! // @refused TEXT           candor has to refuse it, with this error and no other
//! ```

use std::fs;
use std::io;
use std::path::Path;

use super::contender::Attribute;

/// A program of `tests/kinds`.
pub(super) struct Kind {
    /// The stem of its file.
    pub(super) name: String,
    /// What its first line says.
    pub(super) title: String,
    /// Where it stands, from the root of the workspace.
    pub(super) path: String,
    /// The error with which candor refuses it.
    pub(super) refused: Option<String>,
    text: String,
}

/// What stands behind `// @attribute`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Output {
    /// Something that is `Debug`.
    Debug,
    /// A `Result` whose sides can be shown.
    Result,
    /// Something that cannot be shown, or is not there.
    Mute,
}

impl Kind {
    /// Every kind under `tests/kinds`, by name.
    pub(super) fn all(root: &Path) -> io::Result<Vec<Kind>> {
        let mut kinds = Vec::new();
        for entry in fs::read_dir(root.join("tests/kinds"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "rs") {
                let name =
                    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                kinds.push(Kind::new(name, fs::read_to_string(&path)?));
            }
        }
        kinds.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(kinds)
    }

    pub(super) fn new(name: String, text: String) -> Kind {
        let title = text.lines().next().and_then(|line| line.strip_prefix("//! ")).unwrap_or_default();
        let title = title.trim_end_matches('.').to_owned();
        let refused = marked(&text, "// @refused ").map(str::to_owned);
        Kind { path: format!("tests/kinds/{name}.rs"), name, title, refused, text }
    }

    /// Whether the program is one of this edition.
    pub(super) fn is_of(&self, edition: &str) -> bool {
        marked(&self.text, "// @edition ").is_none_or(|needed| needed == edition)
    }

    /// The program as a contender compiles it. The lines stay where they are.
    pub(super) fn with(&self, attribute: Attribute) -> String {
        let mut text = String::new();
        let mut lines = self.text.lines().peekable();
        while let Some(line) = lines.next() {
            let indent = line.len() - line.trim_start().len();
            let mark = line.trim_start().strip_prefix("// @attribute");
            let words = lines.peek().and_then(|next| declared(next));
            match mark.and_then(|output| attribute.text(self::output(output), words)) {
                Some(attribute) => {
                    text.push_str(line.get(..indent).unwrap_or_default());
                    text.push_str(&attribute);
                }
                None => text.push_str(line),
            }
            text.push('\n');
        }
        text
    }

    /// How many functions are marked, and how many of them declare something.
    pub(super) fn marks(&self) -> (usize, usize) {
        let count = |is: fn(&str) -> bool| self.text.lines().filter(|line| is(line)).count();
        (count(|line| line.trim_start().starts_with("// @attribute")), count(|line| declared(line).is_some()))
    }
}

fn output(mark: &str) -> Output {
    match mark.trim() {
        "result" => Output::Result,
        "mute" => Output::Mute,
        _ => Output::Debug,
    }
}

/// The words of a line `// @declared(WORDS)`.
fn declared(line: &str) -> Option<&str> {
    line.trim().strip_prefix("// @declared(")?.strip_suffix(')')
}

fn marked<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(mark)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "//! A kind.\n// @edition 2024\n    // @attribute result\n    // @declared(key = n)\nfn f() {}\n\
                        // @attribute\nfn g() {}\n";

    fn kind() -> Kind {
        Kind::new("f".to_owned(), TEXT.to_owned())
    }

    #[test]
    fn marks_become_attributes_on_their_lines() {
        let text = kind().with(Attribute::Declared("c::o"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.get(2).copied(), Some("    #[c::o(key = n)]"));
        assert_eq!(lines.get(5).copied(), Some("#[c::o]"));
        let text = kind().with(Attribute::Shown("#[i(err)]", "#[i(ret)]", "#[i]"));
        assert!(text.contains("    #[i(err)]\n") && text.contains("\n#[i(ret)]\n"), "{text}");
    }

    #[test]
    fn without_an_attribute_nothing_changes() {
        assert_eq!(kind().with(Attribute::None), TEXT);
    }

    #[test]
    fn a_kind_knows_its_title_its_edition_and_its_marks() {
        let kind = kind();
        assert_eq!((kind.title.as_str(), kind.is_of("2021"), kind.is_of("2024")), ("A kind", false, true));
        assert_eq!((kind.marks(), kind.refused), ((2, 1), None));
    }
}

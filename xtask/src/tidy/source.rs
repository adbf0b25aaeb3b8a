//! Source files: finds them, parses them once, and answers what the rules ask of a file.

use std::fs;
use std::io;
use std::path::Path;

use proc_macro2::{Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};
use walkdir::{DirEntry, WalkDir};

use super::Complaint;

/// A Rust file.
pub(super) struct Source {
    /// Relative to the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    syntax: syn::Result<syn::File>,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned(), syntax: syn::parse_file(text) }
    }

    /// The parsed file; nothing when it does not parse, which [`check`] complains about once for all rules.
    pub(super) fn syntax(&self) -> Option<&syn::File> {
        self.syntax.as_ref().ok()
    }

    /// All tokens of the file, also those inside macros.
    pub(super) fn tokens(&self) -> TokenStream {
        self.text.parse().unwrap_or_default()
    }

    pub(super) fn complaint(&self, line: usize, what: String, mend: impl Into<String>) -> Complaint {
        Complaint { path: self.path.clone(), line, what, mend: mend.into() }
    }

    /// Whether the whole file is test, bench or example code.
    pub(super) fn is_test(&self) -> bool {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        stem.split('/').any(|part| matches!(part, "tests" | "test" | "benches" | "examples"))
    }

    /// Whether the file is what a test is about and not how it is made, so that it may be odd on purpose.
    pub(super) fn is_specimen(&self) -> bool {
        self.is_test()
            && self.path.split('/').any(|part| matches!(part, "ui" | "hygiene" | "cases" | "kinds"))
    }
}

/// Complains about a file that cannot be read as Rust: no rule could look at it.
pub(super) fn check(source: &Source) -> Vec<Complaint> {
    match &source.syntax {
        Err(error) if !source.is_specimen() => {
            let what = format!("the file does not parse: {error}");
            vec![source.complaint(line(error.span()), what, "make it valid Rust")]
        }
        _ => Vec::new(),
    }
}

pub(super) fn line(span: Span) -> usize {
    span.start().line
}

/// Whether an item exists in tests only: `#[test]`, `#[cfg(test)]`, `#[cfg(all(test, ..))]`.
pub(super) fn is_for_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let named_test = attr.path().segments.last().is_some_and(|last| last.ident == "test");
        named_test || (attr.path().is_ident("cfg") && attr.parse_args().is_ok_and(|meta| needs_test(&meta)))
    })
}

fn needs_test(meta: &Meta) -> bool {
    match meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => {
            let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            parts.is_ok_and(|parts| parts.iter().any(needs_test))
        }
        _ => false,
    }
}

/// For each line of the text whether it holds code: neither blank nor comment.
pub(super) fn code_lines(text: &str) -> Vec<bool> {
    let mut in_comment = false;
    text.lines()
        .map(|line| {
            let line = line.trim();
            let opens = in_comment || line.starts_with("/*");
            if opens {
                in_comment = !line.contains("*/");
            }
            !(opens || line.is_empty() || line.starts_with("//"))
        })
        .collect()
}

/// Every Rust file of the workspace, in the order of their paths.
pub(super) fn all(root: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in files(root, |name| name.ends_with(".rs"))? {
        sources.push(Source::new(&path, &fs::read_to_string(root.join(&path))?));
    }
    Ok(sources)
}

/// The paths, relative to `root`, of the files whose name passes.
pub(super) fn files(root: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_ours) {
        let entry = entry?;
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let parts = relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>();
        if entry.file_type().is_file() && parts.last().is_some_and(|name| wanted(name)) {
            paths.push(parts.join("/"));
        }
    }
    Ok(paths)
}

/// Not what cargo or git wrote.
fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !(name == "target" || name.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_parse_is_a_complaint_except_as_a_specimen() {
        assert_eq!(check(&Source::new("core/src/lib.rs", "fn f( {")).len(), 1);
        assert_eq!(check(&Source::new("tests/ui/argument/half.rs", "fn f( {")), []);
    }

    #[test]
    fn blank_lines_and_comments_are_no_code() {
        let text = "//! Doc.\n\n/* a\n b */\nfn f() {} // said\n/* one */\nlet s = \"/* no\";\n";
        assert_eq!(code_lines(text), [false, false, false, false, true, false, true]);
    }

    #[test]
    fn test_code_is_known_by_its_path_and_a_name_alone_does_not_make_it_one() {
        for path in ["tests/cases/x.rs", "core/src/monitor/tests.rs", "examples/shop/src/main.rs"] {
            assert!(Source::new(path, "").is_test(), "{path}");
        }
        assert!(!Source::new("core/src/testing/scope.rs", "").is_test());
    }

    #[test]
    fn only_what_needs_the_test_flag_is_for_tests() {
        let is_for_test = |text: &str| {
            let item = syn::parse_str::<syn::ItemFn>(&format!("{text} fn f() {{}}")).unwrap();
            super::is_for_test(&item.attrs)
        };
        for text in ["#[test]", "#[tokio::test]", "#[cfg(test)]", "#[cfg(all(test, loom))]"] {
            assert!(is_for_test(text), "{text}");
        }
        for text in
            ["#[inline]", "#[cfg(not(test))]", "#[cfg(any(test, loom))]", "#[cfg(feature = \"test\")]"]
        {
            assert!(!is_for_test(text), "{text}");
        }
    }
}

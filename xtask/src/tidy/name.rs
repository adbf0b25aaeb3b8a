//! Names that say nothing. A thing called so has not been understood yet.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{ItemEnum, ItemMod, ItemStruct, ItemTrait, ItemType, ItemUnion};

use super::Complaint;
use super::source::{Source, line};

/// Compared without regard to case, as whole parts of a name.
const BANNED: &[&str] = &[
    "manager",
    "managers",
    "handler",
    "handlers",
    "processor",
    "processors",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "misc",
    "info",
    "infos",
];

const MEND: &str = "call it what it does or holds, in a word of the glossary";

/// Complains about types, modules and files with such a name.
pub(super) fn check(source: &Source) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if source.is_specimen() {
        return complaints;
    }
    for part in source.path.trim_end_matches(".rs").split('/') {
        if let Some(word) = banned(part) {
            complaints.push(source.complaint(1, format!("`{part}` in the path says `{word}`"), MEND));
        }
    }
    if let Some(syntax) = source.syntax() {
        let mut walk = Walk { source, complaints };
        walk.visit_file(syntax);
        complaints = walk.complaints;
    }
    complaints
}

/// The banned part of a name, whether it is written in camel case or in snake case.
fn banned(name: &str) -> Option<&'static str> {
    let parts = parts(name);
    BANNED.iter().copied().find(|word| parts.iter().any(|part| part == word))
}

/// `HTTPInfo` is `http`, `info`; `my_utils` is `my`, `utils`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before_upper = true;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        // The last capital of a row begins a word if a small letter follows.
        let ends_row = before_upper && rest.peek().is_some_and(|next| next.is_lowercase());
        if !c.is_alphanumeric() || (c.is_uppercase() && (!before_upper || ends_row)) {
            parts.push(String::new());
        }
        before_upper = c.is_uppercase();
        if let (true, Some(last)) = (c.is_alphanumeric(), parts.last_mut()) {
            last.extend(c.to_lowercase());
        }
    }
    parts
}

struct Walk<'a> {
    source: &'a Source,
    complaints: Vec<Complaint>,
}

impl Walk<'_> {
    fn judge(&mut self, name: &Ident) {
        if let Some(word) = banned(&name.to_string()) {
            let what = format!("the name `{name}` says `{word}`");
            self.complaints.push(self.source.complaint(line(name.span()), what, MEND));
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.judge(&item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.judge(&item.ident);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'ast ItemUnion) {
        self.judge(&item.ident);
        visit::visit_item_union(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        self.judge(&item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast ItemType) {
        self.judge(&item.ident);
        visit::visit_item_type(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.judge(&item.ident);
        visit::visit_item_mod(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let complaints = check(&Source::new(path, text));
        complaints.into_iter().map(|complaint| (complaint.line, complaint.what)).collect()
    }

    #[test]
    fn a_banned_part_of_a_name_fires() {
        for (text, name, word) in [
            ("struct FrameManager;", "FrameManager", "manager"),
            ("enum InfoKind {}", "InfoKind", "info"),
            ("trait Handler {}", "Handler", "handler"),
            ("type HTTPHelper = u8;", "HTTPHelper", "helper"),
            ("mod string_utils {}", "string_utils", "utils"),
        ] {
            let what = format!("the name `{name}` says `{word}`");
            assert_eq!(found("core/src/lib.rs", text), [(1, what)], "{text}");
        }
    }

    #[test]
    fn a_file_name_fires() {
        assert_eq!(found("core/src/record/util.rs", ""), [(1, "`util` in the path says `util`".into())]);
        assert_eq!(found("core/src/common/frame.rs", ""), [(1, "`common` in the path says `common`".into())]);
    }

    #[test]
    fn longer_words_foreign_names_and_specimens_are_silent() {
        for text in
            ["struct Information;", "enum Utility {}", "mod uncommon {}", "use x::Handler;", "fn info() {}"]
        {
            assert_eq!(found("core/src/lib.rs", text), [], "{text}");
        }
    }
}

//! The arrows between the rooms of the core: which room may name which.
//!
//! A path is resolved by its `crate`, `self` and `super`; a name that comes through the facade in `lib.rs` would hide the
//! arrow, so inside a room it is a breach too. Test code is free: it may look at a room through another one.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, Macro, Path, UseTree};

use super::Complaint;
use super::source::{Source, is_for_test, line};

/// One room of `core/src`, the rooms it may name, and why no others.
struct Arrow {
    room: &'static str,
    may: &'static [&'static str],
    why: &'static str,
}

const ROOMS: &[&str] =
    &["model", "record", "monitor", "runtime", "layer", "testing", "private", "task", "macros", "guide"];

/// Every allowed arrow. A new room is a new row here and in ARCHITECTURE.md.
const ARROWS: &[Arrow] = &[
    Arrow { room: "model", may: &[], why: "it is plain data that everybody shares" },
    Arrow {
        room: "record",
        may: &["model"],
        why: "the hot path must not reach anything that locks or waits",
    },
    Arrow { room: "monitor", may: &["model"], why: "it is a pure function of records and rules" },
    Arrow {
        room: "runtime",
        may: &["model", "record", "monitor"],
        why: "it joins what is recorded with what is judged, and nothing else",
    },
    Arrow { room: "layer", may: &["model", "record"], why: "it only adds evidence to the current frame" },
    Arrow {
        room: "testing",
        may: &["model", "record", "monitor", "runtime"],
        why: "it is a user of the runtime with another report",
    },
    Arrow { room: "private", may: ROOMS, why: "it lists what the output of the macros may name" },
    Arrow { room: "task", may: &["model", "record"], why: "it carries a frame to another thread" },
    Arrow {
        room: "macros",
        may: &["private"],
        why: "it is what people write, over what macro output may name",
    },
    Arrow { room: "guide", may: &[], why: "it is the pages of the guide, for their examples to run" },
    Arrow { room: "lib", may: ROOMS, why: "it is the facade" },
];

/// Complains about every arrow that the table does not have.
pub(super) fn check(source: &Source) -> Vec<Complaint> {
    let (Some(module), Some(syntax)) = (source.path.strip_prefix("core/src/"), source.syntax()) else {
        return Vec::new();
    };
    let mut modules = module.trim_end_matches(".rs").split('/').map(str::to_owned).collect::<Vec<_>>();
    modules.pop_if(|last| last == "mod");
    let room = modules.first().cloned().unwrap_or_default();
    let Some(arrow) = ARROWS.iter().find(|arrow| arrow.room == room) else {
        let what = format!("`{room}` is not a room of the core");
        return vec![source.complaint(
            1,
            what,
            "move the file into a room, or give the new room a row in ARROWS",
        )];
    };
    // The facade is the root, so a path that starts in it has no module before it.
    modules.retain(|module| module != "lib");
    let mut walk = Walk { source, arrow, modules, tested: source.is_test(), complaints: Vec::new() };
    walk.visit_file(syntax);
    walk.complaints
}

struct Walk<'a> {
    source: &'a Source,
    arrow: &'static Arrow,
    /// The module that is being read, from the root.
    modules: Vec<String>,
    tested: bool,
    complaints: Vec<Complaint>,
}

impl Walk<'_> {
    /// Judges a path that starts with `crate`, `self` or `super`.
    fn judge(&mut self, path: &[&Ident]) {
        let Some((target, span)) = self.resolve(path).filter(|_| !self.tested) else { return };
        let room = self.arrow.room;
        if target == room || self.arrow.may.contains(&target.as_str()) || room == "lib" || room == "private" {
            return;
        }
        let (what, mend) = if ROOMS.contains(&target.as_str()) {
            (format!("`{room}` names `{target}`"), self.arrow.mend())
        } else {
            let what = format!("`{room}` names `{target}` through the facade");
            (what, "name the room it comes from, so that the arrow can be seen".to_owned())
        };
        self.complaints.push(self.source.complaint(line(span), what, mend));
    }

    /// The first segment of the path as seen from the root of the crate.
    fn resolve(&self, path: &[&Ident]) -> Option<(String, Span)> {
        let mut at = match path.first()? {
            first if *first == "crate" => Vec::new(),
            first if *first == "self" || *first == "super" => self.modules.clone(),
            _ => return None,
        };
        for part in path {
            if *part == "super" {
                at.pop();
            } else if *part != "crate" && *part != "self" {
                at.push(part.to_string());
                break;
            }
        }
        Some((at.into_iter().next()?, path.first()?.span()))
    }

    fn judge_use(&mut self, before: &[&Ident], tree: &UseTree) {
        let ident = match tree {
            UseTree::Path(path) => &path.ident,
            UseTree::Name(name) => &name.ident,
            UseTree::Rename(rename) => &rename.ident,
            UseTree::Glob(_) => return self.judge(before),
            UseTree::Group(group) => {
                for item in &group.items {
                    self.judge_use(before, item);
                }
                return;
            }
        };
        let path = [before, &[ident]].concat();
        match tree {
            UseTree::Path(rest) => self.judge_use(&path, &rest.tree),
            _ => self.judge(&path),
        }
    }

    /// Judges the paths in the tokens of a macro. `$crate` is a path of the user's crate and no arrow.
    fn judge_tokens(&mut self, tokens: TokenStream) {
        let tokens = tokens.into_iter().collect::<Vec<_>>();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.judge_tokens(group.stream()),
                TokenTree::Ident(ident) if *ident == "crate" => {
                    let of_user =
                        at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(is_dollar);
                    if let (false, Some(TokenTree::Ident(next))) = (of_user, tokens.get(at + 3)) {
                        self.judge(&[ident, next]);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let tested = self.tested;
        self.tested |= is_for_test(&item.attrs);
        self.modules.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.modules.pop();
        self.tested = tested;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.judge_use(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.judge(&path.segments.iter().map(|segment| &segment.ident).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.judge_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

impl Arrow {
    fn mend(&self) -> String {
        let may = if self.may.is_empty() { "no other room".to_owned() } else { self.may.join(", ") };
        format!("it may name {may}, since {}; move the code or hand the value in", self.why)
    }
}

fn is_dollar(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let complaints = check(&Source::new(path, text));
        complaints.into_iter().map(|complaint| (complaint.line, complaint.what)).collect()
    }

    #[test]
    fn every_room_of_the_table_names_rooms() {
        for arrow in ARROWS {
            assert!(arrow.may.iter().all(|room| ROOMS.contains(room)), "{}", arrow.room);
        }
    }

    #[test]
    fn an_arrow_that_the_table_lacks_is_found_however_it_is_spelt() {
        for text in [
            "use crate::runtime::install;",
            "use crate::{model::Site, runtime::install};",
            "use crate::runtime as r;",
            "use crate::runtime::*;",
            "use super::super::runtime::install;",
            "fn f() { crate::runtime::install(); }",
            "fn f(x: crate::runtime::Config) {}",
            "fn f() { vec![crate::runtime::install()]; }",
            "mod inner { use super::super::super::runtime::install; }",
        ] {
            assert_eq!(
                found("core/src/record/frame.rs", text),
                [(1, "`record` names `runtime`".into())],
                "{text}"
            );
        }
    }

    #[test]
    fn an_allowed_arrow_is_silent() {
        for text in [
            "use crate::model::Site;",
            "use crate::record::frame;",
            "use super::runtime::install;",
            "use std::runtime::x;",
            "pub(crate) fn f() {}",
            "pub(super) fn f() { self::g(); }",
            "macro_rules! m { () => { $crate::runtime::install() } }",
            "/// See crate::runtime.\nconst S: &str = \"crate::runtime::install\";",
        ] {
            assert_eq!(found("core/src/record/frame.rs", text), [], "{text}");
        }
    }

    #[test]
    fn the_facade_hides_an_arrow() {
        let what = "`record` names `Event` through the facade".to_owned();
        assert_eq!(found("core/src/record/frame.rs", "\nuse crate::Event;"), [(2, what)]);
        assert_eq!(found("core/src/lib.rs", "pub use crate::Event;"), []);
    }

    #[test]
    fn tests_are_free_and_the_code_beside_them_is_not() {
        let text = "#[cfg(test)] mod tests { use crate::runtime::x; }\nuse crate::runtime::y;";
        assert_eq!(found("core/src/record/frame.rs", text), [(2, "`record` names `runtime`".into())]);
        assert_eq!(found("core/src/record/tests.rs", text), []);
    }

    #[test]
    fn a_file_outside_every_room_is_found_and_another_crate_is_not_looked_at() {
        assert_eq!(found("core/src/stray.rs", ""), [(1, "`stray` is not a room of the core".into())]);
        assert_eq!(found("cli/src/stray.rs", "use crate::runtime::x;"), []);
    }
}

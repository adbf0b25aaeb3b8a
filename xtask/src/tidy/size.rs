//! The sizes: lines of code in a file and in a function, and the number of parameters.

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, ItemImpl, ItemMod, Signature, TraitItemFn};

use super::Complaint;
use super::source::{Source, code_lines, is_for_test, line};

const FILE: usize = 400;
const FUNCTION: usize = 40;
/// A function that writes tokens is as long as what it writes.
const QUOTING_FUNCTION: usize = 60;
const PARAMETERS: usize = 5;

/// The crates that somebody depends on or runs; the sizes of functions hold here.
const LIBRARIES: &[&str] = &["core/", "macros/", "exporters/", "cli/"];

/// Complains about what outgrew its size.
pub(super) fn check(source: &Source) -> Vec<Complaint> {
    let code = code_lines(&source.text);
    let mut complaints = Vec::new();
    let total = code.iter().filter(|is_code| **is_code).count();
    if total > FILE {
        let what = format!("the file has {total} lines of code, {FILE} are the limit");
        complaints.push(source.complaint(1, what, "give a part of it a file with a name"));
    }
    let is_library = LIBRARIES.iter().any(|folder| source.path.starts_with(folder));
    if let (true, false, Some(syntax)) = (is_library, source.is_test(), source.syntax()) {
        let mut walk = Walk { source, code, complaints, of_trait: false };
        walk.visit_file(syntax);
        complaints = walk.complaints;
    }
    complaints
}

struct Walk<'a> {
    source: &'a Source,
    code: Vec<bool>,
    complaints: Vec<Complaint>,
    /// In the implementation of a trait, whose parameters somebody else chose.
    of_trait: bool,
}

impl Walk<'_> {
    fn measure(&mut self, signature: &Signature, body: Option<&Block>) {
        let name = &signature.ident;
        let at = line(signature.span());
        let parameters = signature.inputs.len();
        if parameters > PARAMETERS && !self.of_trait {
            let what = format!("`{name}` has {parameters} parameters, {PARAMETERS} are the limit");
            self.complaints.push(self.source.complaint(
                at,
                what,
                "make a type of those that belong together",
            ));
        }
        let Some(body) = body else { return };
        let (first, last) = (line(body.brace_token.span.open()), line(body.brace_token.span.close()));
        let inside = |number: usize| number + 1 > first && number + 1 < last;
        let lines =
            self.code.iter().enumerate().filter(|(number, is_code)| **is_code && inside(*number)).count();
        let limit = if self.is_quoting(first, last) { QUOTING_FUNCTION } else { FUNCTION };
        if lines > limit {
            let what = format!("`{name}` has {lines} lines of code, {limit} are the limit");
            self.complaints.push(self.source.complaint(at, what, "make two functions of it"));
        }
    }

    fn is_quoting(&self, first: usize, last: usize) -> bool {
        let body = self.source.text.lines().take(last).skip(first.saturating_sub(1));
        body.into_iter().any(|line| line.contains("quote!") || line.contains("quote_spanned!"))
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_for_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_for_test(&item.attrs) {
            self.measure(&item.sig, Some(&item.block));
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let outer = std::mem::replace(&mut self.of_trait, item.trait_.is_some());
        visit::visit_item_impl(self, item);
        self.of_trait = outer;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.measure(&item.sig, Some(&item.block));
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        self.measure(&item.sig, item.default.as_ref());
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let complaints = check(&Source::new(path, text));
        complaints.into_iter().map(|complaint| (complaint.line, complaint.what)).collect()
    }

    fn function(lines: usize, line: &str) -> String {
        format!("\nfn long() {{\n{}}}\n", format!("{line}\n").repeat(lines))
    }

    #[test]
    fn a_file_over_the_limit_is_found_and_comments_do_not_count() {
        let what = "the file has 401 lines of code, 400 are the limit".to_owned();
        assert_eq!(found("tests/cases/x.rs", &"const _: u8 = 0;\n".repeat(401)), [(1, what)]);
        assert_eq!(found("tests/cases/x.rs", &"const _: u8 = 0;\n// why\n\n".repeat(400)), []);
    }

    #[test]
    fn a_function_over_the_limit_is_found_and_one_at_the_limit_is_not() {
        let what = "`long` has 41 lines of code, 40 are the limit".to_owned();
        assert_eq!(found("core/src/lib.rs", &function(41, "f();")), [(2, what)]);
        assert_eq!(found("core/src/lib.rs", &function(40, "f(); // why\n// why\n")), []);
    }

    #[test]
    fn a_function_that_quotes_has_more_room() {
        let what = "`long` has 61 lines of code, 60 are the limit".to_owned();
        assert_eq!(found("macros/src/expand.rs", &function(61, "quote!(a);")), [(2, what)]);
        assert_eq!(found("macros/src/expand.rs", &function(60, "quote!(a);")), []);
    }

    #[test]
    fn tests_and_examples_may_be_long() {
        let text = function(50, "f();");
        assert_eq!(found("tests/cases/x.rs", &text), []);
        assert_eq!(found("examples/shop/src/main.rs", &text), []);
        assert_eq!(found("core/src/lib.rs", &format!("#[cfg(test)] mod tests {{ {text} }}")), []);
        assert_eq!(found("core/src/lib.rs", &format!("#[test]{text}")), []);
    }

    #[test]
    fn too_many_parameters_are_found_except_where_a_trait_asks_for_them() {
        let what = "`f` has 6 parameters, 5 are the limit".to_owned();
        let six = "fn f(&self, a: u8, b: u8, c: u8, d: u8, e: u8) {}";
        assert_eq!(found("cli/src/main.rs", &format!("impl T {{ {six} }}")), [(1, what.clone())]);
        assert_eq!(found("cli/src/main.rs", &format!("trait T {{ {six} }}")), [(1, what)]);
        assert_eq!(found("cli/src/main.rs", &format!("impl Other for T {{ {six} }}")), []);
        assert_eq!(found("cli/src/main.rs", "fn f(a: u8, b: u8, c: u8, d: u8, e: u8) {}"), []);
    }
}

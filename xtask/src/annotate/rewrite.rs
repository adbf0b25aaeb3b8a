//! Puts an attribute on every function with a body, as text: lines stay what they were.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Signature};

/// What is put in front of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Nothing,
    Observe,
    /// The attribute that is compared; it compiles only where a `Result` is returned.
    Instrument,
}

impl Mark {
    fn text(self) -> &'static str {
        match self {
            Mark::Nothing => "",
            Mark::Observe => "#[::candor::observe] ",
            Mark::Instrument => "#[::tracing::instrument(skip_all, err)] ",
        }
    }
}

/// One function that can be observed.
#[derive(Clone, Debug)]
pub(super) struct Function {
    /// Where the attribute goes.
    at: usize,
    /// From the first token to the end of the body.
    pub(super) lines: Range<usize>,
    /// Its return type is spelled as a `Result`.
    pub(super) returns_result: bool,
}

/// What a file has.
#[derive(Default)]
pub(super) struct Functions {
    pub(super) found: Vec<Function>,
    /// How many were left out, by reason.
    pub(super) skipped: BTreeMap<&'static str, usize>,
}

impl Functions {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is no Rust source.
    pub(super) fn of(source: &str) -> syn::Result<Functions> {
        let file: syn::File = syn::parse_str(source)?;
        let mut functions = Functions::default();
        functions.visit_file(&file);
        functions.found.sort_by_key(|function| function.at);
        Ok(functions)
    }

    /// The same source with the mark on every function whose first line is not among `without`.
    pub(super) fn marked(&self, source: &str, mark: Mark, without: &BTreeSet<usize>) -> String {
        let mut text = String::with_capacity(source.len() + 32 * self.found.len());
        let mut done = 0;
        for function in self.found.iter().filter(|function| !without.contains(&function.lines.start)) {
            text.push_str(source.get(done..function.at).unwrap_or_default());
            text.push_str(mark.text());
            done = function.at;
        }
        text.push_str(source.get(done..).unwrap_or_default());
        text
    }

    /// The innermost function around a line.
    pub(super) fn around(&self, line: usize) -> Option<&Function> {
        let around = self.found.iter().filter(|function| function.lines.contains(&line));
        around.min_by_key(|function| function.lines.len())
    }

    fn skip(&mut self, reason: &'static str, count: usize) {
        *self.skipped.entry(reason).or_default() += count;
    }

    fn function(&mut self, attrs: &[Attribute], head: &TokenStream, sig: &Signature, body: &Block) {
        if let Some(reason) = reason_to_skip(attrs, sig) {
            self.skip(reason, 1);
            return;
        }
        let first = attrs.iter().find(|attr| !attr.path().is_ident("doc") && is_outer(attr));
        let span = first.map_or_else(|| first_span(head, sig), |attr| attr.pound_token.spans[0]);
        let lines = span.start().line..body.brace_token.span.close().end().line + 1;
        let returns_result = returns_result(sig);
        self.found.push(Function { at: span.byte_range().start, lines, returns_result });
    }
}

impl Visit<'_> for Functions {
    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        self.function(&item.attrs, &item.vis.to_token_stream(), &item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &syn::ImplItemFn) {
        let mut head = item.vis.to_token_stream();
        item.modifiers.defaultness.to_tokens(&mut head);
        self.function(&item.attrs, &head, &item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.attrs, &TokenStream::new(), &item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_macro(&mut self, invocation: &syn::Macro) {
        let count = functions_in(invocation.tokens.clone());
        if count > 0 {
            self.skip("in a macro", count);
        }
    }
}

fn is_outer(attr: &Attribute) -> bool {
    matches!(attr.style, syn::AttrStyle::Outer)
}

fn first_span(head: &TokenStream, sig: &Signature) -> Span {
    head.clone().into_iter().next().map_or_else(|| sig.span(), |token| token.span())
}

/// Why a function is left alone.
fn reason_to_skip(attrs: &[Attribute], sig: &Signature) -> Option<&'static str> {
    let last = |attr: &Attribute| attr.path().segments.last().map(|last| last.ident.to_string());
    let has = |is: fn(&str) -> bool| attrs.iter().filter_map(last).any(|name| is(&name));
    if sig.constness.is_some() {
        return Some("const fn");
    }
    if has(|name| {
        matches!(name, "test" | "bench" | "rstest" | "test_case" | "case" | "quickcheck" | "proptest")
    }) {
        return Some("test");
    }
    has(|name| name.starts_with("proc_macro")).then_some("procedural macro")
}

fn returns_result(sig: &Signature) -> bool {
    let syn::ReturnType::Type(_, output) = &sig.output else { return false };
    let syn::Type::Path(path) = &**output else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Result" || last.ident == "RResult")
}

/// How many functions the tokens of a macro hold: each `fn name` or `fn $name`.
fn functions_in(tokens: TokenStream) -> usize {
    let mut count = 0;
    let mut after_fn = false;
    for token in tokens {
        let names = matches!(&token, TokenTree::Ident(_))
            || matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '$');
        count += usize::from(after_fn && names);
        after_fn = matches!(&token, TokenTree::Ident(ident) if ident == "fn");
        if let TokenTree::Group(group) = token {
            count += functions_in(group.stream());
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(source: &str) -> String {
        Functions::of(source).unwrap().marked(source, Mark::Observe, &BTreeSet::new())
    }

    #[test]
    fn the_attribute_stands_above_others_and_below_the_words() {
        let source = "/// Words.\n#[inline]\n#[instrument]\npub(crate) fn é() {}\n";
        let expected = "/// Words.\n#[::candor::observe] #[inline]\n#[instrument]\npub(crate) fn é() {}\n";
        assert_eq!(observed(source), expected);
    }

    #[test]
    fn methods_defaults_and_nested_functions_are_found() {
        let source =
            "trait T { fn none(); fn own(&self) { fn within() {} } }\nimpl X { pub async fn m() {} }";
        assert_eq!(observed(source).matches("observe").count(), 3);
        assert!(observed(source).contains("#[::candor::observe] pub async fn m"));
    }

    #[test]
    fn what_cannot_be_observed_is_counted_by_its_reason() {
        let source = "const fn a() {}\n#[tokio::test] async fn b() {}\nmacro_rules! m { () => { fn c() {} fn $d() {} } }\nfn e() {}";
        let functions = Functions::of(source).unwrap();
        assert_eq!(functions.found.len(), 1);
        let skipped: Vec<_> = functions.skipped.into_iter().collect();
        assert_eq!(skipped, [("const fn", 1), ("in a macro", 2), ("test", 1)]);
    }

    #[test]
    fn a_function_can_be_left_out_by_its_line() {
        let source = "fn a() {}\nfn b() -> Result<(), E> {}\n";
        let functions = Functions::of(source).unwrap();
        let text = functions.marked(source, Mark::Instrument, &BTreeSet::from([1]));
        assert_eq!(text, "fn a() {}\n#[::tracing::instrument(skip_all, err)] fn b() -> Result<(), E> {}\n");
        assert_eq!(functions.around(2).map(|function| function.lines.start), Some(2));
        assert!(functions.around(7).is_none());
    }
}

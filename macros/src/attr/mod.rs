//! The attribute: its words, parsed and checked. Every mistake is collected and told at once.

mod check;
mod clause;
mod date;
mod emits;
mod instrument;
mod word;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, LitStr, Path, Token};

pub(crate) use clause::{Allow, OutcomeArm, Recovery};
pub(crate) use emits::{Item, Limit, Promise, same};
pub(crate) use instrument::{Severity, SpanWords, Telling};
use word::Vocabulary;
pub(crate) use word::near;

/// A clause with an expression, and the words in which it was written.
pub(crate) struct Clause {
    pub(crate) expr: Expr,
    pub(crate) span: Span,
}

/// Everything that the attribute says.
#[derive(Default)]
pub(crate) struct Attr {
    pub(crate) krate: Option<Path>,
    pub(crate) leave_out: Option<Span>,
    pub(crate) key: Option<Expr>,
    pub(crate) only: bool,
    pub(crate) promises: Vec<Promise>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) requires: Vec<Clause>,
    pub(crate) ensures: Vec<Clause>,
    pub(crate) always: Vec<Clause>,
    pub(crate) accounts: Vec<Clause>,
    pub(crate) track: Vec<Expr>,
    pub(crate) maintains: Vec<Clause>,
    pub(crate) recovers: Vec<Recovery>,
    pub(crate) outcome: Vec<OutcomeArm>,
    pub(crate) cancel_safe: Option<Span>,
    pub(crate) idempotent: Option<Span>,
    pub(crate) agrees: Vec<Ident>,
    pub(crate) retries: Option<u32>,
    pub(crate) allows: Vec<Allow>,
    pub(crate) span: SpanWords,
    /// The words and texts of all clauses, for the catalog.
    pub(crate) intent: Vec<(String, String)>,
    /// The words in order.
    words: Vec<Ident>,
    /// The words that something is wrong with.
    faulty: Vec<String>,
    vocabulary: Vocabulary,
}

/// Mistakes, gathered.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(error);
                None
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Splits at the commas of the top level; angle brackets are not counted, so a comma between them needs parentheses.
pub(crate) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => parts.push(TokenStream::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.extend([token]);
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Parses one part. What is missing at its end is told at its last token, for there is none to point at.
fn parse_part<T>(parser: impl Parser<Output = T>, part: TokenStream) -> syn::Result<T> {
    let last = match part.clone().into_iter().last() {
        Some(TokenTree::Group(group)) => group.span_close(),
        Some(token) => token.span(),
        None => Span::call_site(),
    };
    let nowhere = crate::span::start(Span::call_site());
    parser.parse2(part).map_err(|error| {
        let mut errors = Errors::default();
        for one in error {
            let is_at_end = crate::span::start(one.span()) == nowhere;
            errors.push(if is_at_end { Error::new(last, one) } else { one });
        }
        errors.0.unwrap_or_else(|| Error::new(last, "expected more"))
    })
}

impl Attr {
    /// Reads the arguments, and what can be read of wrong ones; all mistakes are gathered.
    pub(crate) fn parse(tokens: TokenStream) -> (Attr, Errors) {
        let (mut attr, mut errors) = (Attr::default(), Errors::default());
        for part in split(tokens) {
            let name = part.clone().into_iter().next().map(|word| word.to_string());
            let word = |input: ParseStream<'_>| attr.word(input);
            if errors.take(parse_part(word, part)).is_none() {
                attr.faulty.extend(name);
            }
        }
        attr.check(&mut errors);
        (attr, errors)
    }

    /// Whether something is wrong in what stands behind this word; a mistake that follows from it is not told.
    pub(crate) fn is_faulty(&self, word: &str) -> bool {
        self.faulty.iter().any(|faulty| faulty == word)
    }

    fn word(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(LitStr) {
            self.span.name = Some(input.parse()?);
            return Ok(());
        }
        let word: Ident = input.call(Ident::parse_any)?;
        let name = word.to_string();
        self.words.push(word.clone());
        self.vocabulary.see(&word, &name)?;
        self.domain_word(&word, &name, input)
    }

    fn domain_word(&mut self, word: &Ident, name: &str, input: ParseStream<'_>) -> syn::Result<()> {
        match name {
            "crate" => self.krate = Some(assigned(input, word)?),
            "cancel_safe" | "idempotent" => {
                self.note(name, &TokenStream::new());
                let slot = if name == "idempotent" { &mut self.idempotent } else { &mut self.cancel_safe };
                *slot = Some(word.span());
            }
            "agrees" | "retries" => self.bound_word(name, parenthesized(input, word)?)?,
            "skip" if input.is_empty() => self.leave_out = Some(word.span()),
            "key" => {
                let expr: Expr = assigned(input, word)?;
                self.note("key", &expr.to_token_stream());
                self.key = Some(expr);
            }
            "emits" | "never" | "at_most" | "claims" | "before" | "together" | "compensates" | "via" => {
                let inner = parenthesized(input, word)?;
                self.note(name, &inner);
                self.promise_word(name, word, inner)?;
            }
            "requires" | "ensures" | "always" | "accounts" | "maintains" | "track" | "recovers"
            | "outcome" | "allow" => {
                let inner = parenthesized(input, word)?;
                // Each invariant is noted by itself: it is told when it is checked.
                match name {
                    "maintains" => split(inner.clone()).iter().for_each(|part| self.note(name, part)),
                    _ => self.note(name, &inner),
                }
                self.clause_word(name, word, inner)?;
            }
            _ => self.span.word(word, name, input, &mut self.vocabulary)?,
        }
        match input.is_empty() {
            true => Ok(()),
            false => Err(input.error(format!("unexpected after `{name}`; words are separated by commas"))),
        }
    }

    /// `agrees(field, ..)` and `retries(max = N)`
    fn bound_word(&mut self, name: &str, inner: TokenStream) -> syn::Result<()> {
        self.note(name, &inner);
        if name == "retries" {
            self.retries = Some(parse_part(most, inner)?);
            return Ok(());
        }
        let names = |input: ParseStream<'_>| input.parse_terminated(Ident::parse_any, Token![,]);
        self.agrees.extend(parse_part(names, inner)?);
        Ok(())
    }

    fn note(&mut self, word: &str, tokens: &TokenStream) {
        self.intent.push((word.to_owned(), crate::span::text(tokens)));
    }
}

/// `max = N`
fn most(input: ParseStream<'_>) -> syn::Result<u32> {
    let word: Ident = input.parse()?;
    if word != "max" {
        return Err(Error::new(word.span(), "expected `max = N`: `retries(max = 3)`"));
    }
    input.parse::<Token![=]>()?;
    input.parse::<syn::LitInt>()?.base10_parse()
}

fn assigned<T: syn::parse::Parse>(input: ParseStream<'_>, word: &Ident) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(Error::new(word.span(), format!("`{word}` takes a value: `{word} = ..`")));
    }
    input.parse::<Token![=]>()?;
    input.parse()
}

fn parenthesized(input: ParseStream<'_>, word: &Ident) -> syn::Result<TokenStream> {
    if !input.peek(syn::token::Paren) {
        return Err(Error::new(word.span(), format!("`{word}` takes parentheses: `{word}(..)`")));
    }
    let inner;
    syn::parenthesized!(inner in input);
    let tokens: TokenStream = inner.parse()?;
    if tokens.is_empty() && word != "fields" && word != "skip" {
        return Err(Error::new(word.span(), format!("`{word}(..)` is empty")));
    }
    Ok(tokens)
}

fn optional(input: ParseStream<'_>, word: &Ident) -> syn::Result<TokenStream> {
    if input.is_empty() { Ok(TokenStream::new()) } else { parenthesized(input, word) }
}

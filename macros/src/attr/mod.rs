//! The attribute: its words, parsed and checked. Every mistake is collected and told at once.

mod clause;
mod emits;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, ExprPath, LitStr, Path, Token};

pub(crate) use clause::{Allow, OutcomeArm, Recovery};
pub(crate) use emits::{Item, Limit, Promise, same};

/// Every word, for the message that names them.
const WORDS: &str = "`key`, `emits`, `never`, `at_most`, `claims`, `before`, `together`, `compensates`, `via`, `agrees`, `retries`, `requires`, \
    `ensures`, `always`, `accounts`, `track`, `maintains`, `recovers`, `outcome`, `cancel_safe`, `allow`, `crate`, `skip`, and \
    of `tracing::instrument`: `name`, `target`, `level`, `parent`, `follows_from`, `skip(..)`, `skip_all`, `fields`, `args`, \
    `err`, `ret`";

/// A clause with an expression, and the words in which it was written.
pub(crate) struct Clause {
    pub(crate) expr: Expr,
    pub(crate) span: Span,
}

/// The arguments that go to the span.
#[derive(Default)]
pub(crate) struct SpanWords {
    pub(crate) name: Option<LitStr>,
    pub(crate) target: Option<Expr>,
    pub(crate) level: Option<Expr>,
    pub(crate) parent: Option<Expr>,
    pub(crate) follows_from: Option<Expr>,
    pub(crate) skip: Vec<Ident>,
    pub(crate) skip_all: bool,
    pub(crate) fields: Option<TokenStream>,
    pub(crate) args: bool,
    pub(crate) err: Option<TokenStream>,
    pub(crate) ret: Option<TokenStream>,
}

impl SpanWords {
    /// Whether a span is asked for.
    pub(crate) fn is_some(&self) -> bool {
        self.name.is_some()
            || self.target.is_some()
            || self.level.is_some()
            || self.parent.is_some()
            || self.follows_from.is_some()
            || self.fields.is_some()
            || self.err.is_some()
            || self.ret.is_some()
            || self.skip_all
            || self.args
            || !self.skip.is_empty()
    }
}

/// Everything that the attribute says.
#[derive(Default)]
pub(crate) struct Attr {
    pub(crate) krate: Option<Path>,
    pub(crate) leave_out: bool,
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
    pub(crate) cancel_safe: bool,
    pub(crate) agrees: Vec<Ident>,
    pub(crate) retries: Option<u32>,
    pub(crate) allows: Vec<Allow>,
    pub(crate) span: SpanWords,
    /// The words and texts of all clauses, for the catalog.
    pub(crate) intent: Vec<(String, String)>,
    seen: Vec<String>,
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

impl Attr {
    /// Reads the arguments; all mistakes come back in one error.
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Attr> {
        let (mut attr, mut errors) = (Attr::default(), Errors::default());
        for part in split(tokens) {
            let word = |input: ParseStream<'_>| attr.word(input);
            let result = word.parse2(part);
            errors.take(result);
        }
        errors.finish().map(|()| attr)
    }

    fn word(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(LitStr) {
            self.span.name = Some(input.parse()?);
            return Ok(());
        }
        let word: Ident = input.call(syn::ext::IdentExt::parse_any)?;
        let name = word.to_string();
        let repeatable = matches!(
            name.as_str(),
            "emits"
                | "never"
                | "at_most"
                | "claims"
                | "before"
                | "together"
                | "compensates"
                | "via"
                | "requires"
                | "ensures"
                | "always"
                | "accounts"
                | "track"
                | "maintains"
                | "recovers"
                | "allow"
        );
        if !repeatable && self.seen.contains(&name) {
            return Err(Error::new(word.span(), format!("`{name}` is given twice")));
        }
        self.seen.push(name.clone());
        self.domain_word(&word, &name, input)
    }

    fn domain_word(&mut self, word: &Ident, name: &str, input: ParseStream<'_>) -> syn::Result<()> {
        match name {
            "crate" => self.krate = Some(assigned(input, word)?),
            "cancel_safe" => self.cancel_safe = true,
            "agrees" => {
                let inner = parenthesized(input, word)?;
                self.note(name, &inner);
                let names = |input: ParseStream<'_>| input.parse_terminated(Ident::parse_any, Token![,]);
                self.agrees.extend(names.parse2(inner)?);
            }
            "retries" => {
                let inner = parenthesized(input, word)?;
                self.note(name, &inner);
                self.retries = Some(most.parse2(inner)?);
            }
            "skip" if input.is_empty() => self.leave_out = true,
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
                self.note(name, &inner);
                self.clause_word(name, word, inner)?;
            }
            _ => self.span_word(word, name, input)?,
        }
        match input.is_empty() {
            true => Ok(()),
            false => Err(input.error(format!("unexpected after `{name}`; words are separated by commas"))),
        }
    }

    fn note(&mut self, word: &str, tokens: &TokenStream) {
        self.intent.push((word.to_owned(), crate::span::text(tokens)));
    }

    fn span_word(&mut self, word: &Ident, name: &str, input: ParseStream<'_>) -> syn::Result<()> {
        let span = &mut self.span;
        match name {
            "name" => span.name = Some(assigned(input, word)?),
            "target" => span.target = Some(assigned(input, word)?),
            "level" => span.level = Some(level(assigned(input, word)?)),
            "parent" => span.parent = Some(assigned(input, word)?),
            "follows_from" => span.follows_from = Some(assigned(input, word)?),
            "skip" => {
                let inner = parenthesized(input, word)?;
                let names = |input: ParseStream<'_>| {
                    input.parse_terminated(|input| input.call(syn::ext::IdentExt::parse_any), Token![,])
                };
                span.skip.extend(names.parse2(inner)?);
            }
            "skip_all" => span.skip_all = true,
            "args" => span.args = true,
            "fields" => span.fields = Some(parenthesized(input, word)?),
            "err" => span.err = Some(optional(input, word)?),
            "ret" => span.ret = Some(optional(input, word)?),
            _ => {
                return Err(Error::new(
                    word.span(),
                    format!("unknown word `{name}`{}; the words of `observe` are {WORDS}", near(name)),
                ));
            }
        }
        Ok(())
    }
}

/// The word that was probably meant.
fn near(name: &str) -> String {
    let words = WORDS.split('`').skip(1).step_by(2).map(|word| word.trim_end_matches("(..)"));
    match words.map(|word| (distance(name, word), word)).min() {
        Some((steps, word)) if steps <= 2 => format!(", did you mean `{word}`?"),
        _ => String::new(),
    }
}

/// How many letters two words differ by.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (index, x) in a.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((y, diagonal), above) in b.chars().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// `level = "info"`, `level = 3` and `level = Level::INFO` mean the same.
fn level(expr: Expr) -> Expr {
    let word = match &expr {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => text.value().to_uppercase(),
            syn::Lit::Int(number) => match number.base10_digits() {
                "1" => "TRACE".to_owned(),
                "2" => "DEBUG".to_owned(),
                "3" => "INFO".to_owned(),
                "4" => "WARN".to_owned(),
                "5" => "ERROR".to_owned(),
                _ => return expr,
            },
            _ => return expr,
        },
        _ => return expr,
    };
    let ident = Ident::new(&word, Span::call_site());
    let path: ExprPath = syn::parse_quote!(#ident);
    Expr::Path(path)
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

//! The words of `#[observe(..)]`: parsed to the end, so that every mistake is shown at once.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitInt, LitStr, Pat, Path, Token};

use super::promise::{Emits, Limit};
use crate::source;

/// A piece of syntax, where it stands, and how it reads.
#[derive(Clone)]
pub(crate) struct Written<T> {
    pub(crate) syntax: T,
    pub(crate) span: Span,
    pub(crate) text: String,
}

impl<T: Parse + ToTokens> Parse for Written<T> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let syntax: T = input.parse()?;
        let tokens = syntax.to_token_stream();
        Ok(Written { span: source::first_span(tokens.clone()), text: source::text(tokens), syntax })
    }
}

/// The arguments of `tracing::instrument`.
#[derive(Default)]
pub(crate) struct SpanWords {
    pub(crate) name: Option<Expr>,
    pub(crate) target: Option<Expr>,
    pub(crate) level: Option<Expr>,
    pub(crate) parent: Option<Expr>,
    pub(crate) follows_from: Option<Expr>,
    pub(crate) skip: Vec<Ident>,
    pub(crate) fields: Option<TokenStream>,
    pub(crate) args: bool,
    pub(crate) err: Option<Report>,
    pub(crate) ret: Option<Report>,
    /// Whether any of them was written: without one, no span is opened.
    pub(crate) is_written: bool,
}

/// `err`, `err(Debug, level = "warn")`, and the same for `ret`.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) debug: Option<bool>,
    pub(crate) level: Option<Expr>,
}

/// `recovers(PATTERN [in callee] => "why" [by Event] [max N])`.
pub(crate) struct Recovers {
    pub(crate) pattern: String,
    pub(crate) span: Span,
    pub(crate) callee: String,
    pub(crate) why: LitStr,
    pub(crate) by: Option<Path>,
    pub(crate) max: Option<u32>,
}

/// `allow(C103 = "reason", until = "2027-01-31")`.
pub(crate) struct Allows {
    pub(crate) code: Ident,
    pub(crate) reason: LitStr,
    pub(crate) until: Option<LitStr>,
}

/// One arm of `outcome(pattern => class)`.
pub(crate) struct Ends {
    pub(crate) pattern: Pat,
    pub(crate) guard: Option<Expr>,
    pub(crate) class: Ident,
}

/// Everything that an attribute says.
#[derive(Default)]
pub(crate) struct Words {
    pub(crate) krate: Option<Path>,
    pub(crate) leave_out: bool,
    pub(crate) span: SpanWords,
    pub(crate) key: Option<Written<Expr>>,
    pub(crate) emits: Vec<Emits>,
    pub(crate) only: bool,
    pub(crate) limits: Vec<Limit>,
    pub(crate) never: Vec<Written<Path>>,
    pub(crate) claims: Vec<Written<Path>>,
    pub(crate) via: Vec<Written<Path>>,
    pub(crate) before: Vec<(Path, Path)>,
    pub(crate) together: Vec<Vec<Path>>,
    pub(crate) compensates: Vec<(Path, Path)>,
    pub(crate) requires: Vec<Written<Expr>>,
    pub(crate) ensures: Vec<Written<Expr>>,
    pub(crate) always: Vec<Written<Expr>>,
    pub(crate) accounts: Vec<Written<Expr>>,
    pub(crate) track: Vec<Written<Expr>>,
    pub(crate) maintains: Vec<Written<Expr>>,
    pub(crate) recovers: Vec<Recovers>,
    pub(crate) outcome: Vec<Ends>,
    pub(crate) cancel_safe: bool,
    pub(crate) allows: Vec<Allows>,
    /// Every clause as written, for reports: word and text.
    pub(crate) intent: Vec<(String, String)>,
    /// Words that were seen, to find those written twice.
    seen: Vec<String>,
    /// All mistakes.
    pub(crate) errors: Vec<syn::Error>,
}

const ALL: &str = "`key`, `emits`, `never`, `at_most`, `claims`, `before`, `together`, `compensates`, `via`, `requires`, `ensures`, \
    `always`, `accounts`, `track`, `maintains`, `recovers`, `outcome`, `cancel_safe`, `allow`, `skip`, `crate`, or an argument of \
    `tracing::instrument`: `name`, `target`, `level`, `parent`, `follows_from`, `skip(..)`, `skip_all`, `fields`, `args`, `err`, `ret`";

/// Words that may stand only once.
const ONCE: &[&str] = &[
    "key", "cancel_safe", "crate", "name", "target", "level", "parent", "follows_from", "skip", "skip_all", "fields", "args", "err",
    "ret",
];

impl Parse for Words {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut words = Words::default();
        while !input.is_empty() {
            if let Err(error) = words.one(input) {
                words.errors.push(error);
                skip_to_comma(input)?;
            } else if !input.is_empty() && !input.peek(Token![,]) {
                words.errors.push(input.error("expected `,` between two words of `#[observe(..)]`"));
                skip_to_comma(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(words)
    }
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

impl Words {
    fn one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let word = input.call(Ident::parse_any)?;
        let name = word.to_string();
        if ONCE.contains(&name.as_str()) {
            if self.seen.contains(&name) {
                self.errors.push(syn::Error::new(word.span(), format!("`{name}` is declared twice")));
            }
            self.seen.push(name.clone());
        }
        if input.peek(syn::token::Paren) {
            let ahead = input.fork();
            let content;
            syn::parenthesized!(content in ahead);
            self.remember(&name, content.parse::<TokenStream>()?);
        }
        match name.as_str() {
            "name" | "target" | "level" | "parent" | "follows_from" | "skip_all" | "skip" | "fields" | "args" | "err" | "ret" => {
                self.span_word(&name, input)
            }
            "crate" => {
                input.parse::<Token![=]>()?;
                self.krate = Some(input.call(Path::parse_mod_style)?);
                Ok(())
            }
            "key" => {
                input.parse::<Token![=]>()?;
                let key: Written<Expr> = input.parse()?;
                self.intent.push((name, key.text.clone()));
                self.key = Some(key);
                Ok(())
            }
            "cancel_safe" => {
                self.cancel_safe = true;
                self.intent.push((name, String::new()));
                Ok(())
            }
            _ => self.clause(&word, &name, input),
        }
    }

    /// A candor clause is intent; span arguments are not.
    fn remember(&mut self, name: &str, content: TokenStream) {
        if !matches!(name, "name" | "target" | "level" | "parent" | "follows_from" | "skip" | "fields" | "err" | "ret" | "allow") {
            self.intent.push((name.to_owned(), source::text(content)));
        }
    }

    fn clause(&mut self, word: &Ident, name: &str, input: ParseStream<'_>) -> syn::Result<()> {
        match name {
            "emits" => within(word, input, |content| super::promise::parse_emits(content, self)),
            "at_most" => within(word, input, |content| {
                self.limits.push(super::promise::parse_limit(content)?);
                Ok(())
            }),
            "never" => list(word, input, &mut self.never),
            "claims" => list(word, input, &mut self.claims),
            "via" => list(word, input, &mut self.via),
            "requires" => list(word, input, &mut self.requires),
            "ensures" => list(word, input, &mut self.ensures),
            "always" => list(word, input, &mut self.always),
            "accounts" => list(word, input, &mut self.accounts),
            "track" => list(word, input, &mut self.track),
            "maintains" => list(word, input, &mut self.maintains),
            "before" => within(word, input, |content| {
                self.before.push(pair(content, ",", "before(A, B)")?);
                Ok(())
            }),
            "compensates" => within(word, input, |content| {
                while !content.is_empty() {
                    self.compensates.push(pair(content, "=>", "compensates(A => B)")?);
                    comma(content)?;
                }
                Ok(())
            }),
            "together" => within(word, input, |content| {
                let all: Vec<Path> = Punctuated::<Path, Token![,]>::parse_terminated(content)?.into_iter().collect();
                if all.len() < 2 {
                    return Err(syn::Error::new(word.span(), "`together` names at least two events: `together(A, B)`"));
                }
                self.together.push(all);
                Ok(())
            }),
            "recovers" => within(word, input, |content| {
                while !content.is_empty() {
                    self.recovers.push(recovers(content)?);
                    comma(content)?;
                }
                Ok(())
            }),
            "outcome" => within(word, input, |content| {
                while !content.is_empty() {
                    self.outcome.push(ends(content)?);
                    comma(content)?;
                }
                Ok(())
            }),
            "allow" => within(word, input, |content| {
                allows(content, &mut self.allows)
            }),
            _ => Err(syn::Error::new(word.span(), unknown(name))),
        }
    }

    fn span_word(&mut self, name: &str, input: ParseStream<'_>) -> syn::Result<()> {
        if name == "skip" && !input.peek(syn::token::Paren) {
            self.leave_out = true;
            return Ok(());
        }
        let span = &mut self.span;
        span.is_written = true;
        let slot = match name {
            "name" => &mut span.name,
            "target" => &mut span.target,
            "level" => &mut span.level,
            "parent" => &mut span.parent,
            "follows_from" => &mut span.follows_from,
            "skip_all" => return Ok(()),
            "args" => {
                span.args = true;
                return Ok(());
            }
            "skip" => {
                let content;
                syn::parenthesized!(content in input);
                let names = content.call(Punctuated::<Ident, Token![,]>::parse_terminated_with_any)?;
                span.skip.extend(names);
                return Ok(());
            }
            "fields" => {
                let content;
                syn::parenthesized!(content in input);
                span.fields = Some(content.parse()?);
                return Ok(());
            }
            "err" => {
                span.err = Some(report(input)?);
                return Ok(());
            }
            _ => {
                span.ret = Some(report(input)?);
                return Ok(());
            }
        };
        input.parse::<Token![=]>()?;
        *slot = Some(input.parse()?);
        Ok(())
    }
}

/// `Punctuated<Ident>` that also takes `self`.
trait ParseAny: Sized {
    fn parse_terminated_with_any(input: ParseStream<'_>) -> syn::Result<Self>;
}

impl ParseAny for Punctuated<Ident, Token![,]> {
    fn parse_terminated_with_any(input: ParseStream<'_>) -> syn::Result<Self> {
        Punctuated::parse_terminated_with(input, Ident::parse_any)
    }
}

/// `err`, `err(Debug)`, `err(Display, level = "warn")`.
fn report(input: ParseStream<'_>) -> syn::Result<Report> {
    let mut report = Report::default();
    if !input.peek(syn::token::Paren) {
        return Ok(report);
    }
    let content;
    syn::parenthesized!(content in input);
    while !content.is_empty() {
        let word: Ident = content.parse()?;
        match word.to_string().as_str() {
            "Debug" => report.debug = Some(true),
            "Display" => report.debug = Some(false),
            "level" => {
                content.parse::<Token![=]>()?;
                report.level = Some(content.parse()?);
            }
            _ => return Err(syn::Error::new(word.span(), "expected `Debug`, `Display` or `level = ..`")),
        }
        comma(&content)?;
    }
    Ok(report)
}

/// The closest legal word, and all of them.
fn unknown(name: &str) -> String {
    let words = ALL.split('`').skip(1).step_by(2).filter(|word| !word.contains("::"));
    let near = words.map(|word| (distance(name, word.trim_end_matches("(..)")), word)).min();
    match near {
        Some((steps, word)) if steps <= 2 => format!("unknown word `{name}`, did you mean `{word}`? Expected one of {ALL}"),
        _ => format!("unknown word `{name}`. Expected one of {ALL}"),
    }
}

/// How many letters two words differ by.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((y, diagonal), above) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != *y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// Parses what stands in the parentheses behind a word.
pub(crate) fn within<T>(word: &Ident, input: ParseStream<'_>, parse: impl FnOnce(ParseStream<'_>) -> syn::Result<T>) -> syn::Result<T> {
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(word.span(), format!("expected `{word}(..)`")));
    }
    let content;
    syn::parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(word.span(), format!("`{word}()` says nothing: put something between the parentheses")));
    }
    let value = parse(&content)?;
    if content.is_empty() {
        Ok(value)
    } else {
        let rest = content.parse::<TokenTree>()?;
        Err(syn::Error::new(rest.span(), format!("unexpected token in `{word}(..)`")))
    }
}

fn list<T: Parse>(word: &Ident, input: ParseStream<'_>, into: &mut Vec<T>) -> syn::Result<()> {
    within(word, input, |content| {
        into.extend(Punctuated::<T, Token![,]>::parse_terminated(content)?);
        Ok(())
    })
}

/// A comma, unless the list is at its end.
pub(crate) fn comma(content: ParseStream<'_>) -> syn::Result<()> {
    if !content.is_empty() {
        content.parse::<Token![,]>()?;
    }
    Ok(())
}

fn pair(content: ParseStream<'_>, between: &str, usage: &str) -> syn::Result<(Path, Path)> {
    let wrong = |error: syn::Error| syn::Error::new(error.span(), format!("expected `{usage}`"));
    let first: Path = content.parse().map_err(wrong)?;
    match between {
        "," => content.parse::<Token![,]>().map(drop),
        _ => content.parse::<Token![=>]>().map(drop),
    }
    .map_err(wrong)?;
    let second: Path = content.parse().map_err(wrong)?;
    if between == "," && content.peek(Token![,]) && content.peek2(syn::parse::End) {
        content.parse::<Token![,]>()?;
    }
    Ok((first, second))
}

fn recovers(content: ParseStream<'_>) -> syn::Result<Recovers> {
    let span = content.span();
    let pattern = if content.peek(LitStr) {
        format!("\"{}\"", content.parse::<LitStr>()?.value())
    } else if content.peek(Token![_]) {
        content.parse::<Token![_]>()?;
        "_".to_owned()
    } else {
        path_text(&content.parse::<Path>().map_err(|error| {
            syn::Error::new(error.span(), "expected an error: `_`, a type, a variant, or a \"text\" that it contains")
        })?)
    };
    let mut callee = String::new();
    if content.peek(Token![in]) {
        content.parse::<Token![in]>()?;
        callee = path_text(&content.parse::<Path>()?);
    }
    content.parse::<Token![=>]>().map_err(|error| syn::Error::new(error.span(), "expected `=> \"why\"`: a recovery has a reason"))?;
    let why: LitStr = content.parse().map_err(|error| syn::Error::new(error.span(), "expected the reason, as a \"text\""))?;
    let mut found = Recovers { pattern, span, callee, why, by: None, max: None };
    while content.peek(Ident) {
        let word: Ident = content.parse()?;
        match word.to_string().as_str() {
            "by" => found.by = Some(content.parse()?),
            "max" => found.max = Some(content.parse::<LitInt>()?.base10_parse()?),
            _ => return Err(syn::Error::new(word.span(), "expected `by Event` or `max N`")),
        }
    }
    Ok(found)
}

/// A path without spaces or generics.
pub(crate) fn path_text(path: &Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    segments.join("::")
}

fn ends(content: ParseStream<'_>) -> syn::Result<Ends> {
    let pattern = content.call(Pat::parse_multi_with_leading_vert)?;
    let guard = if content.peek(Token![if]) {
        content.parse::<Token![if]>()?;
        Some(content.parse()?)
    } else {
        None
    };
    content.parse::<Token![=>]>()?;
    let class: Ident = content.parse()?;
    if !matches!(class.to_string().as_str(), "fulfilled" | "refused" | "failed" | "abandoned") {
        return Err(syn::Error::new(class.span(), "expected `fulfilled`, `refused`, `failed` or `abandoned`"));
    }
    Ok(Ends { pattern, guard, class })
}

fn allows(content: ParseStream<'_>, into: &mut Vec<Allows>) -> syn::Result<()> {
    while !content.is_empty() {
        let word: Ident = content.parse()?;
        content.parse::<Token![=]>().map_err(|error| syn::Error::new(error.span(), "an exception has a reason: `allow(C103 = \"why\")`"))?;
        let text: LitStr = content.parse()?;
        match into.last_mut() {
            Some(last) if word == "until" && last.until.is_none() => last.until = Some(text),
            None if word == "until" => return Err(syn::Error::new(word.span(), "`until` stands behind the code: `allow(C103 = \"why\", until = \"2027-01-31\")`")),
            _ => into.push(Allows { code: word, reason: text, until: None }),
        }
        comma(content)?;
    }
    Ok(())
}


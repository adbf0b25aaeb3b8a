//! The words that `tracing::instrument` has too: they go to the span.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Expr, Lit, Token};

use super::{Vocabulary, assigned, near, optional, parenthesized, parse_part};

/// The arguments that go to the span.
#[derive(Default)]
pub(crate) struct SpanWords {
    /// A text, or a constant that is one.
    pub(crate) name: Option<Expr>,
    pub(crate) target: Option<Expr>,
    pub(crate) level: Option<Severity>,
    pub(crate) parent: Option<Expr>,
    pub(crate) follows_from: Option<Expr>,
    pub(crate) skip: Vec<Ident>,
    pub(crate) skip_all: Option<Span>,
    pub(crate) fields: Option<TokenStream>,
    pub(crate) args: bool,
    pub(crate) err: Option<Telling>,
    pub(crate) ret: Option<Telling>,
}

/// A level: one of tracing's, or an expression of the user's.
pub(crate) enum Severity {
    Known(Ident),
    Given(Expr),
}

/// `err(Debug, level = "warn")`, `ret(Display)`.
pub(crate) struct Telling {
    pub(crate) word: Span,
    /// `Debug` or `Display`, if said.
    pub(crate) format: Option<String>,
    pub(crate) level: Option<Severity>,
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
            || self.skip_all.is_some()
            || self.args
            || !self.skip.is_empty()
    }

    pub(super) fn word(
        &mut self,
        word: &Ident,
        name: &str,
        input: ParseStream<'_>,
        vocabulary: &mut Vocabulary,
    ) -> syn::Result<()> {
        match name {
            "name" => self.name = Some(name_of(assigned(input, word)?)?),
            "target" => self.target = Some(assigned(input, word)?),
            "level" => self.level = Some(severity(assigned(input, word)?)?),
            "parent" => self.parent = Some(assigned(input, word)?),
            "follows_from" => self.follows_from = Some(assigned(input, word)?),
            "skip" => {
                let inner = parenthesized(input, word)?;
                let names = |input: ParseStream<'_>| input.parse_terminated(Ident::parse_any, Token![,]);
                self.skip.extend(parse_part(names, inner)?);
            }
            "skip_all" => self.skip_all = Some(word.span()),
            "args" => self.args = true,
            "fields" => self.fields = Some(parenthesized(input, word)?),
            "err" => self.err = Some(telling(optional(input, word)?, word)?),
            "ret" => self.ret = Some(telling(optional(input, word)?, word)?),
            _ => {
                // What stands behind it is not looked at: nobody knows what it means.
                input.parse::<TokenStream>()?;
                return Err(vocabulary.unknown(word, name));
            }
        }
        Ok(())
    }
}

/// `name = "import"`, `name = IMPORT`.
fn name_of(expr: Expr) -> syn::Result<Expr> {
    match &expr {
        Expr::Path(_) => Ok(expr),
        Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)) => Ok(expr),
        _ => Err(Error::new_spanned(&expr, "a name is a text or a constant: `name = \"import\"`")),
    }
}

/// The levels, from the least to the most severe; `level = 3` is the third.
const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

/// `level = "info"`, `level = 3` and `level = Level::INFO` mean the same.
fn severity(expr: Expr) -> syn::Result<Severity> {
    let known = |index: usize| LEVELS.get(index).map(|level| level.to_uppercase());
    let position = |text: &str| LEVELS.iter().position(|level| level.eq_ignore_ascii_case(text));
    let (index, said) = match &expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => (position(&text.value()), text.value()),
            Lit::Int(number) => {
                let index = number.base10_parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                (index, number.base10_digits().to_owned())
            }
            other => (None, other.to_token_stream().to_string()),
        },
        Expr::Path(path) => match path.path.get_ident().and_then(|ident| position(&ident.to_string())) {
            Some(index) => (Some(index), String::new()),
            None => return Ok(Severity::Given(expr)),
        },
        _ => return Ok(Severity::Given(expr)),
    };
    match index.and_then(known) {
        Some(name) => Ok(Severity::Known(Ident::new(&name, Span::call_site()))),
        None => Err(Error::new_spanned(
            &expr,
            format!(
                "unknown level `{said}`{}; the levels are {}, or 1 to 5, or a `tracing::Level`",
                near(&said.to_lowercase(), LEVELS),
                LEVELS.map(|level| format!("\"{level}\"")).join(", "),
            ),
        )),
    }
}

/// What stands in `err(..)` and `ret(..)`.
fn telling(inner: TokenStream, word: &Ident) -> syn::Result<Telling> {
    let mut telling = Telling { word: word.span(), format: None, level: None };
    let parts = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let part: Ident = input.parse()?;
            match part.to_string().as_str() {
                format @ ("Debug" | "Display") if telling.format.is_none() => {
                    telling.format = Some(format.to_owned());
                }
                "level" if telling.level.is_none() => {
                    telling.level = Some(severity(assigned(input, &part)?)?);
                }
                _ => {
                    let form =
                        format!("expected `Debug`, `Display` or `level = \"warn\"`, each once: `{word}(..)`");
                    return Err(Error::new(part.span(), form));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    parse_part(parts, inner)?;
    Ok(telling)
}

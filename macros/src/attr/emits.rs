//! Promises over events.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse as _, ParseStream};
use syn::{Error, LitInt, Token, Type};

use super::{Attr, Errors, parse_part, split};
use crate::span::text;

/// An event type, by its place in the plan.
pub(crate) type Item = Type;

/// One promise; events are still types.
pub(crate) enum Promise {
    Emits { when: Option<&'static str>, any_of: Vec<Item>, min: u32, max: Option<u32>, text: String },
    Never(Item),
    Claims(Item),
    Before(Item, Item, String),
    Together(Vec<Item>, String),
    Compensates(Item, Item, String),
    Via(Item),
}

/// `at_most N A [by field] [idempotent field]`.
pub(crate) struct Limit {
    pub(crate) event: Item,
    pub(crate) max: u32,
    pub(crate) by: Option<Ident>,
    /// The field with the idempotency key: events that give the same one are one effect.
    pub(crate) idempotent: Option<Ident>,
    pub(crate) text: String,
    pub(crate) span: Span,
}

const WHENS: [(&str, &str); 4] =
    [("fulfilled", "Fulfilled"), ("refused", "Refused"), ("failed", "Failed"), ("any", "")];

impl Attr {
    pub(super) fn promise_word(&mut self, name: &str, word: &Ident, inner: TokenStream) -> syn::Result<()> {
        if name == "at_most" {
            return self.at_most(inner, word.span());
        }
        let whole = text(&inner);
        let mut errors = Errors::default();
        if name == "emits" {
            for part in split(inner) {
                let result = parse_part(|input: ParseStream<'_>| self.emits_item(input), part);
                errors.take(result);
            }
            return errors.finish();
        }
        if name == "compensates" {
            for part in split(inner) {
                let pair = |input: ParseStream<'_>| {
                    let effect: Type = input.parse()?;
                    input.parse::<Token![=>]>().map_err(|error| {
                        Error::new(error.span(), "`compensates(Effect => Undo)` needs `=>`")
                    })?;
                    Ok((effect, input.parse::<Type>()?))
                };
                let words = text(&part);
                if let Some((effect, undo)) = errors.take(parse_part(pair, part)) {
                    self.promises.push(Promise::Compensates(effect, undo, words));
                }
            }
            return errors.finish();
        }
        let mut types = Vec::new();
        for part in split(inner) {
            types.extend(errors.take(parse_part(Type::parse, part)));
        }
        errors.finish()?;
        self.listed(name, word, types, whole)
    }

    fn listed(&mut self, name: &str, word: &Ident, types: Vec<Type>, whole: String) -> syn::Result<()> {
        match (name, types.len()) {
            ("never", _) => self.promises.extend(types.into_iter().map(Promise::Never)),
            ("claims", _) => self.promises.extend(types.into_iter().map(Promise::Claims)),
            ("via", _) => self.promises.extend(types.into_iter().map(Promise::Via)),
            ("before", 2) => {
                let mut types = types.into_iter();
                if let (Some(first), Some(then)) = (types.next(), types.next()) {
                    self.promises.push(Promise::Before(first, then, whole));
                }
            }
            ("together", 2..) => self.promises.push(Promise::Together(types, whole)),
            _ => return Err(Error::new(word.span(), format!("`{name}` takes two events: `{name}(A, B)`"))),
        }
        Ok(())
    }

    fn at_most(&mut self, inner: TokenStream, span: Span) -> syn::Result<()> {
        // `at_most(1, A by f)` is `at_most(1 A by f)`.
        let parts = split(inner);
        let joined: TokenStream = parts.into_iter().collect();
        let limit = |input: ParseStream<'_>| limit(input, span);
        self.limits.push(parse_part(limit, joined)?);
        Ok(())
    }

    fn emits_item(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let ahead = input.fork();
        if let Ok(word) = ahead.parse::<Ident>() {
            if word == "only" && ahead.is_empty() {
                input.parse::<Ident>()?;
                self.only = true;
                return Ok(());
            }
            if word == "at_most" && !ahead.is_empty() {
                input.parse::<Ident>()?;
                self.limits.push(limit(input, word.span())?);
                return Ok(());
            }
            if ahead.peek(Token![=>]) {
                let Some((_, class)) = WHENS.iter().find(|(known, _)| word == known) else {
                    let near = super::near(&word.to_string(), WHENS.map(|(when, _)| when));
                    return Err(Error::new(
                        word.span(),
                        format!(
                            "unknown outcome `{word}`{near}; before `=>` stands `fulfilled`, `refused`, `failed` or `any`"
                        ),
                    ));
                };
                input.parse::<Ident>()?;
                input.parse::<Token![=>]>()?;
                return self.quantity(Some(*class).filter(|class| !class.is_empty()), input);
            }
        }
        self.quantity(Some("Fulfilled"), input)
    }

    fn quantity(&mut self, when: Option<&'static str>, input: ParseStream<'_>) -> syn::Result<()> {
        let words = text(&input.fork().parse::<TokenStream>()?);
        let mut any_of = vec![event(input)?];
        while input.peek(Token![|]) && !input.peek(Token![||]) {
            input.parse::<Token![|]>()?;
            any_of.push(event(input)?);
        }
        if input.peek(Token![||]) {
            return Err(input.error("alternatives are separated by a single `|`: `A | B`"));
        }
        let (min, max) = bounds(input)?;
        if !input.is_empty() {
            return Err(input.error("expected `,`, or one of `A?`, `A | B`, `A * 2`, `failed => A`"));
        }
        self.promises.push(Promise::Emits { when, any_of, min, max, text: words });
        Ok(())
    }
}

/// A type, without the `?` or `*` behind it.
fn event(input: ParseStream<'_>) -> syn::Result<Type> {
    let path: syn::TypePath = input.parse()?;
    Ok(Type::Path(path))
}

fn bounds(input: ParseStream<'_>) -> syn::Result<(u32, Option<u32>)> {
    if input.peek(Token![?]) {
        input.parse::<Token![?]>()?;
        return Ok((0, None));
    }
    if !input.peek(Token![*]) {
        return Ok((1, None));
    }
    input.parse::<Token![*]>()?;
    let min: u32 = input.parse::<LitInt>()?.base10_parse()?;
    if input.peek(Token![..=]) {
        input.parse::<Token![..=]>()?;
        return Ok((min, Some(input.parse::<LitInt>()?.base10_parse()?)));
    }
    if input.peek(Token![..]) {
        input.parse::<Token![..]>()?;
        return Ok((min, None));
    }
    Ok((min, Some(min)))
}

/// `[N] A [by field] [idempotent field]`
fn limit(input: ParseStream<'_>, span: Span) -> syn::Result<Limit> {
    const FORM: &str =
        "expected `by field` or `idempotent field`, each once: `at_most(1 A by order idempotent request)`";
    let words = format!("at_most {}", text(&input.fork().parse::<TokenStream>()?));
    let max = if input.peek(LitInt) { input.parse::<LitInt>()?.base10_parse()? } else { 1 };
    let event = event(input)?;
    let (mut by, mut idempotent) = (None, None);
    while !input.is_empty() {
        let word: Ident = input.parse().map_err(|error| Error::new(error.span(), FORM))?;
        let slot = match word.to_string().as_str() {
            "by" => &mut by,
            "idempotent" => &mut idempotent,
            _ => return Err(Error::new(word.span(), FORM)),
        };
        if slot.is_some() {
            return Err(Error::new(word.span(), FORM));
        }
        if input.is_empty() {
            return Err(Error::new(
                word.span(),
                format!("`{word}` names a field of the event: `{word} request`"),
            ));
        }
        *slot = Some(input.parse()?);
    }
    Ok(Limit { event, max, by, idempotent, text: words, span })
}

/// Two types are the same event when they are written the same.
pub(crate) fn same(a: &Item, b: &Item) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

impl Promise {
    /// The events that it names.
    pub(crate) fn events(&self) -> Vec<&Item> {
        match self {
            Promise::Emits { any_of, .. } => any_of.iter().collect(),
            Promise::Never(event) | Promise::Claims(event) | Promise::Via(event) => vec![event],
            Promise::Before(a, b, _) | Promise::Compensates(a, b, _) => vec![a, b],
            Promise::Together(all, _) => all.iter().collect(),
        }
    }
}

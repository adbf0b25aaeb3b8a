//! Promises over events: the grammar of `emits` and the constant table that it becomes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::{Ident, LitInt, Member, Path, Token};

use super::table::Places;
use super::words::{Words, comma};
use crate::source;

/// One item of `emits(..)`.
pub(crate) struct Emits {
    pub(crate) when: When,
    pub(crate) any_of: Vec<Path>,
    pub(crate) min: u32,
    pub(crate) max: Option<u32>,
    pub(crate) text: String,
}

/// For which ends a promise holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Fulfilled,
    Refused,
    Failed,
    Any,
}

/// `at_most N A [by field]`.
pub(crate) struct Limit {
    pub(crate) event: Path,
    pub(crate) max: u32,
    pub(crate) by: Option<Member>,
    pub(crate) text: String,
    pub(crate) span: Span,
}

pub(crate) fn parse_emits(content: ParseStream<'_>, words: &mut Words) -> syn::Result<()> {
    if content.peek(Ident) && content.fork().parse::<Ident>()? == "only" && (content.peek2(Token![,]) || content.peek2(syn::parse::End)) {
        content.parse::<Ident>()?;
        words.only = true;
        comma(content)?;
    }
    while !content.is_empty() {
        item(content, words)?;
        comma(content)?;
    }
    Ok(())
}

fn item(content: ParseStream<'_>, words: &mut Words) -> syn::Result<()> {
    let ahead = content.fork();
    let mut when = When::Fulfilled;
    if content.peek(Ident) && content.peek2(Token![=>]) {
        let class: Ident = content.parse()?;
        content.parse::<Token![=>]>()?;
        when = match class.to_string().as_str() {
            "fulfilled" => When::Fulfilled,
            "refused" => When::Refused,
            "failed" => When::Failed,
            "any" => When::Any,
            _ => return Err(syn::Error::new(class.span(), "expected `fulfilled =>`, `refused =>`, `failed =>` or `any =>`")),
        };
    }
    if content.peek(Ident) && content.fork().parse::<Ident>()? == "at_most" {
        content.parse::<Ident>()?;
        words.limits.push(parse_limit(content)?);
        return Ok(());
    }
    let mut any_of = vec![content.parse::<Path>()?];
    while content.peek(Token![|]) {
        content.parse::<Token![|]>()?;
        any_of.push(content.parse()?);
    }
    let (min, max) = quantity(content)?;
    let text = between(&ahead, content);
    words.emits.push(Emits { when, any_of, min, max, text });
    Ok(())
}

/// `?`, `* 2`, `* 0..=1`, `* 1..`, or nothing.
fn quantity(content: ParseStream<'_>) -> syn::Result<(u32, Option<u32>)> {
    if content.peek(Token![?]) {
        content.parse::<Token![?]>()?;
        return Ok((0, None));
    }
    if !content.peek(Token![*]) {
        return Ok((1, None));
    }
    content.parse::<Token![*]>()?;
    let least: LitInt = content.parse()?;
    let min = least.base10_parse()?;
    if content.peek(Token![..=]) {
        content.parse::<Token![..=]>()?;
        let most: LitInt = content.parse()?;
        let max: u32 = most.base10_parse()?;
        if max < min {
            return Err(syn::Error::new(most.span(), "the range is empty"));
        }
        return Ok((min, Some(max)));
    }
    if content.peek(Token![..]) {
        content.parse::<Token![..]>()?;
        return Ok((min, None));
    }
    Ok((min, Some(min)))
}

/// What was parsed from `ahead` to where `content` is now.
fn between(ahead: ParseStream<'_>, content: ParseStream<'_>) -> String {
    let rest = content.fork().parse::<TokenStream>().map_or(0, |tokens| tokens.into_iter().count());
    let all = ahead.fork().parse::<TokenStream>().unwrap_or_default();
    let total = all.clone().into_iter().count();
    source::text(all.into_iter().take(total.saturating_sub(rest)).collect())
}

/// `1 A by field`, `1, A by field`, `A by field`.
pub(crate) fn parse_limit(content: ParseStream<'_>) -> syn::Result<Limit> {
    let ahead = content.fork();
    let span = content.span();
    let mut max = 1;
    if content.peek(LitInt) {
        max = content.parse::<LitInt>()?.base10_parse()?;
        if content.peek(Token![,]) {
            content.parse::<Token![,]>()?;
        }
    }
    let event: Path = content.parse().map_err(|error| syn::Error::new(error.span(), "expected an event: `at_most 1 A by field`"))?;
    let mut by = None;
    if content.peek(Ident) {
        let word: Ident = content.parse()?;
        if word != "by" {
            return Err(syn::Error::new(word.span(), "expected `by field`"));
        }
        by = Some(content.parse::<Member>()?);
    }
    let text = format!("at most {}", between(&ahead, content));
    Ok(Limit { event, max, by, text, span })
}

/// The events of a plan, each once.
pub(crate) struct Events(Vec<Path>);

impl Events {
    /// The index of an event.
    pub(crate) fn index(&mut self, event: &Path) -> usize {
        let key = event.to_token_stream().to_string();
        let known = self.0.iter().position(|known| known.to_token_stream().to_string() == key);
        known.unwrap_or_else(|| {
            self.0.push(event.clone());
            self.0.len() - 1
        })
    }

    fn indices(&mut self, events: &[Path]) -> Vec<usize> {
        events.iter().map(|event| self.index(event)).collect()
    }
}

/// The events of an attribute, in order, with those that recoveries name.
pub(crate) fn events(words: &Words) -> Events {
    let mut events = Events(Vec::new());
    let named = words
        .emits
        .iter()
        .flat_map(|item| &item.any_of)
        .chain(words.limits.iter().map(|limit| &limit.event))
        .chain(words.never.iter().chain(&words.claims).chain(&words.via).map(|written| &written.syntax))
        .chain(words.before.iter().chain(&words.compensates).flat_map(|(a, b)| [a, b]))
        .chain(words.together.iter().flatten())
        .chain(words.recovers.iter().filter_map(|recovery| recovery.by.as_ref()));
    for event in named {
        events.index(event);
    }
    events
}

/// Mistakes that only the whole list shows.
pub(crate) fn check(words: &Words, events: &Events) -> Vec<syn::Error> {
    let mut errors = Vec::new();
    if let Some(last) = events.0.get(64) {
        errors.push(syn::Error::new_spanned(last, "an operation declares at most 64 events"));
    }
    let emitted: Vec<String> =
        words.emits.iter().filter(|item| item.min > 0).flat_map(|item| &item.any_of).map(|event| event.to_token_stream().to_string()).collect();
    for event in &words.never {
        if emitted.contains(&event.syntax.to_token_stream().to_string()) {
            errors.push(syn::Error::new_spanned(&event.syntax, format!("`{}` is promised by `emits` and ruled out by `never`", event.text)));
        }
    }
    errors
}

/// `const { &Plan { .. } }`.
pub(crate) fn plan(words: &Words, events: &mut Events, places: &Places) -> TokenStream {
    let p = &places.private;
    if events.0.is_empty() && !words.only {
        return quote!(&#p::Plan::EMPTY);
    }
    let promises = promises(words, events, p);
    let limits: Vec<TokenStream> = words.limits.iter().map(|limit| limit_tokens(limit, events, places)).collect();
    let references = events.0.iter().map(|event| {
        let span = source::first_span(event.to_token_stream());
        quote_spanned!(span=> #p::EventRef::of::<#event>())
    });
    let only = words.only;
    quote! {
        const {
            &#p::Plan {
                events: &[#(#references),*],
                promises: &[#(#promises),*],
                limits: &[#(#limits),*],
                only: #only,
            }
        }
    }
}

fn promises(words: &Words, events: &mut Events, p: &TokenStream) -> Vec<TokenStream> {
    let mut promises = Vec::new();
    for item in &words.emits {
        let when = match item.when {
            When::Fulfilled => quote!(#p::When::Is(#p::Class::Fulfilled)),
            When::Refused => quote!(#p::When::Is(#p::Class::Refused)),
            When::Failed => quote!(#p::When::Is(#p::Class::Failed)),
            When::Any => quote!(#p::When::Any),
        };
        let (any_of, min, text) = (events.indices(&item.any_of), item.min, &item.text);
        let max = option(item.max.map(|max| quote!(#max)));
        promises.push(quote!(#p::Promise::Emits { when: #when, any_of: &[#(#any_of),*], min: #min, max: #max, text: #text }));
    }
    for (kind, list) in [("Never", &words.never), ("Claims", &words.claims), ("Via", &words.via)] {
        let kind = Ident::new(kind, Span::call_site());
        for event in list {
            let (index, text) = (events.index(&event.syntax), &event.text);
            promises.push(quote!(#p::Promise::#kind { event: #index, text: #text }));
        }
    }
    for (a, b) in &words.before {
        let (first, then, text) = (events.index(a), events.index(b), format!("before({}, {})", source::text(a.to_token_stream()), source::text(b.to_token_stream())));
        promises.push(quote!(#p::Promise::Before { first: #first, then: #then, text: #text }));
    }
    for all in &words.together {
        let names: Vec<String> = all.iter().map(|event| source::text(event.to_token_stream())).collect();
        let (all, text) = (events.indices(all), format!("together({})", names.join(", ")));
        promises.push(quote!(#p::Promise::Together { all: &[#(#all),*], text: #text }));
    }
    for (a, b) in &words.compensates {
        let text = format!("compensates({} => {})", source::text(a.to_token_stream()), source::text(b.to_token_stream()));
        let (effect, undo) = (events.index(a), events.index(b));
        promises.push(quote!(#p::Promise::Compensates { effect: #effect, undo: #undo, text: #text }));
    }
    promises
}

fn limit_tokens(limit: &Limit, events: &mut Events, places: &Places) -> TokenStream {
    let p = &places.private;
    let (index, max, text) = (events.index(&limit.event), limit.max, &limit.text);
    let site = places.site(limit.span);
    let event = &limit.event;
    let key = option(limit.by.as_ref().map(|field| {
        quote! {
            |__candor_event: &dyn ::core::any::Any| {
                __candor_event.downcast_ref::<#event>().map(|__candor_event| #p::limit_key(&__candor_event.#field))
            }
        }
    }));
    quote!(#p::Limit { event: #index, max: #max, key: #key, text: #text, site: #site })
}

/// An `Option` in tokens.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

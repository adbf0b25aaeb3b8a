//! The static operation and the constant plan.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Expr, ExprLit, Lit, Type};

use crate::attr::{Attr, Item, Promise};
use crate::span::{Place, Private, text};

/// How many events one operation may name.
const MOST: usize = 64;

/// Every event that the attribute names, once.
pub(super) struct Events(Vec<Type>);

impl Events {
    pub(super) fn of(attr: &Attr) -> syn::Result<Events> {
        let mut events = Events(Vec::new());
        for promise in &attr.promises {
            promise.events().into_iter().for_each(|event| events.add(event));
        }
        attr.limits.iter().for_each(|limit| events.add(&limit.event));
        attr.recovers.iter().filter_map(|recovery| recovery.by.as_ref()).for_each(|event| events.add(event));
        match events.0.get(MOST) {
            Some(event) => {
                Err(Error::new_spanned(event, "an operation names at most 64 events; observe a smaller step"))
            }
            None => Ok(events),
        }
    }

    fn add(&mut self, event: &Item) {
        if self.index(event).is_none() {
            self.0.push(event.clone());
        }
    }

    fn index(&self, event: &Item) -> Option<usize> {
        self.0.iter().position(|known| crate::attr::same(known, event))
    }

    fn at(&self, event: &Item) -> usize {
        self.index(event).unwrap_or(0)
    }
}

/// `const { &Plan { .. } }`, or nothing where nothing is promised.
pub(super) fn plan(attr: &Attr, events: &Events, place: &Place) -> Option<TokenStream> {
    let private = place.private();
    if events.0.is_empty()
        && !attr.only
        && attr.agrees.is_empty()
        && attr.retries.is_none()
        && attr.idempotent.is_none()
    {
        return None;
    }
    let types = &events.0;
    let promises = attr.promises.iter().map(|promise| self::promise(promise, events, &private));
    let limits = attr.limits.iter().map(|limit| self::limit(limit, events, place));
    let only = attr.only;
    let agrees = attr.agrees.iter().map(ToString::to_string);
    let (retries, idempotent) = (optional(attr.retries, &private), attr.idempotent.is_some());
    Some(quote! {
        const {
            &#private::Plan {
                events: &[#(#private::EventRef::of::<#types>()),*],
                promises: &[#(#promises),*],
                limits: &[#(#limits),*],
                only: #only,
                agrees: &[#(#agrees),*],
                retries: #retries,
                idempotent: #idempotent,
            }
        }
    })
}

fn promise(promise: &Promise, events: &Events, private: &Private) -> TokenStream {
    match promise {
        Promise::Emits { when, any_of, min, max, text } => {
            let when = match when {
                Some(class) => {
                    let class = Ident::new(class, Span::call_site());
                    quote!(#private::When::Is(#private::Class::#class))
                }
                None => quote!(#private::When::Any),
            };
            let any_of = any_of.iter().map(|event| events.at(event));
            let max = match max {
                Some(max) => quote!(#private::core::option::Option::Some(#max)),
                None => quote!(#private::core::option::Option::None),
            };
            quote!(#private::Promise::Emits { when: #when, any_of: &[#(#any_of),*], min: #min, max: #max, text: #text })
        }
        Promise::Never(event) => one("Never", "never", event, events, private),
        Promise::Claims(event) => one("Claims", "claims", event, events, private),
        Promise::Via(event) => one("Via", "via", event, events, private),
        Promise::Before(first, then, words) => {
            let (first, then, words) = (events.at(first), events.at(then), format!("before({words})"));
            quote!(#private::Promise::Before { first: #first, then: #then, text: #words })
        }
        Promise::Together(all, words) => {
            let (all, words) = (all.iter().map(|event| events.at(event)), format!("together({words})"));
            quote!(#private::Promise::Together { all: &[#(#all),*], text: #words })
        }
        Promise::Compensates(effect, undo, words) => {
            let (effect, undo, words) = (events.at(effect), events.at(undo), format!("compensates({words})"));
            quote!(#private::Promise::Compensates { effect: #effect, undo: #undo, text: #words })
        }
    }
}

fn one(variant: &str, word: &str, event: &Item, events: &Events, private: &Private) -> TokenStream {
    let (variant, words, event) =
        (Ident::new(variant, Span::call_site()), format!("{word}({})", text(event)), events.at(event));
    quote!(#private::Promise::#variant { event: #event, text: #words })
}

fn limit(limit: &crate::attr::Limit, events: &Events, place: &Place) -> TokenStream {
    let (private, event, max, words) = (place.private(), events.at(&limit.event), limit.max, &limit.text);
    let site = place.site(limit.span);
    let key = optional(limit.by.as_ref().map(|field| read_key(&limit.event, field, &private)), &private);
    let by = limit.by.as_ref().map(ToString::to_string).unwrap_or_default();
    let token =
        optional(limit.idempotent.as_ref().map(|field| read_key(&limit.event, field, &private)), &private);
    quote! {
        #private::Limit { event: #event, max: #max, key: #key, by: #by, idempotent: #token, text: #words, site: #site }
    }
}

/// The function that reads a field of an event as a key.
fn read_key(of: &Item, field: &Ident, private: &Private) -> TokenStream {
    quote! {
        |__candor_event: &dyn #private::core::any::Any| {
            #[allow(unused_imports)]
            use #private::{CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _};
            match __candor_event.downcast_ref::<#of>() {
                #private::core::option::Option::Some(__candor_event) => #private::key_of((&&&&#private::Cap(&__candor_event.#field)).candor_value()),
                #private::core::option::Option::None => #private::core::option::Option::None,
            }
        }
    }
}

/// The static of the operation.
pub(super) fn callsite(attr: &Attr, events: &Events, place: &Place, function: &Function<'_>) -> Callsite {
    let name =
        attr.span.name.as_ref().map_or_else(|| place.function.to_token_stream(), ToTokens::to_token_stream);
    let cancel_safe = attr.cancel_safe.is_some();
    let declares =
        !attr.intent.is_empty() || !attr.recovers.is_empty() || !attr.allows.is_empty() || cancel_safe;
    if !declares && let Some(name) = on_one_line(attr, place) {
        let ((line, column), own) = (crate::span::start(function.span), &place.function);
        let given = if function.given { ":given" } else { "" };
        let rest = format!("\n{line}:{column}{given} {own}\n{}\n", function.hands.join(" "));
        return Callsite::Bare { name, rest };
    }
    let (private, site) = (place.private(), place.site(function.span));
    let mut moments = function.moments.iter();
    let clauses = attr.intent.iter().map(|(word, text)| {
        let note = if word == "maintains" { moments.next().copied().unwrap_or_default() } else { "" };
        quote!(#private::Clause { word: #word, text: #text, note: #note })
    });
    let recovers = attr.recovers.iter().map(|recovery| self::recovery(recovery, events, place));
    let allows = attr.allows.iter().map(|allow| self::allow(allow, place));
    let (hands, given) = (function.hands, function.given);
    let accounts = match attr.accounts.first() {
        Some(clause) => {
            let words = text(&clause.expr);
            quote!(#private::core::option::Option::Some(#words))
        }
        None => quote!(#private::core::option::Option::None),
    };
    Callsite::Declared(quote! {
        #private::Operation {
            name: #name,
            target: #private::core::module_path!(),
            site: #site,
            intent: &[#(#clauses),*],
            recovers: &[#(#recovers),*],
            allows: &[#(#allows),*],
            hands: &[#(#hands),*],
            given: #given,
            cancel_safe: #cancel_safe,
            accounts: #accounts,
        }
    })
}

/// The name of the operation, if it can be the first line of a text.
fn on_one_line(attr: &Attr, place: &Place) -> Option<String> {
    let name = match &attr.span.name {
        None => place.function.clone(),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(name), .. })) => name.value(),
        Some(_) => return None,
    };
    (!name.contains('\n')).then_some(name)
}

/// The static of an operation, but for its places, which are known when the body is rewritten.
pub(super) enum Callsite {
    /// It declares nothing: one text tells everything (see `core/src/record/declared.rs`).
    Bare { name: String, rest: String },
    /// Its operation.
    Declared(TokenStream),
}

impl Callsite {
    /// The static itself; it stands before everything that names it.
    pub(super) fn item(&self, place: &Place) -> TokenStream {
        let (path, private) = (place.path(), place.private());
        let (own, places) = (crate::span::own_name(), place.places());
        let made = match self {
            Callsite::Bare { name, rest } => {
                let (name, rest) = (format!("{name}\n"), format!("{rest}{places}"));
                quote! {
                    bare(#private::core::concat!(
                        #name, #private::core::module_path!(), "\n", #private::core::file!(), #rest
                    ))
                }
            }
            Callsite::Declared(operation) => quote!(new(const { &#operation }, #places)),
        };
        quote! {
            use #path as #private;
            #path::callsite!(#own = #private::Callsite::#made);
        }
    }
}

/// What the static tells of the function.
pub(super) struct Function<'a> {
    pub(super) span: Span,
    pub(super) hands: &'a [String],
    pub(super) given: bool,
    /// When each invariant is checked, in words.
    pub(super) moments: &'a [&'static str],
}

fn recovery(recovery: &crate::attr::Recovery, events: &Events, place: &Place) -> TokenStream {
    let (private, site) = (place.private(), place.site(recovery.span));
    let (pattern, callee, why) = (&recovery.pattern, &recovery.callee, &recovery.why);
    let by = optional(recovery.by.as_ref().map(|event| events.at(event)), &private);
    let max = optional(recovery.max, &private);
    quote!(#private::Recovery { pattern: #pattern, callee: #callee, why: #why, by: #by, max: #max, site: #site })
}

fn optional(value: Option<impl quote::ToTokens>, private: &Private) -> TokenStream {
    match value {
        Some(value) => quote!(#private::core::option::Option::Some(#value)),
        None => quote!(#private::core::option::Option::None),
    }
}

fn allow(allow: &crate::attr::Allow, place: &Place) -> TokenStream {
    let (private, site, code, reason) = (place.private(), place.site(allow.span), &allow.code, &allow.reason);
    let until = optional(allow.until.map(|(year, month, day)| quote!((#year, #month, #day))), &private);
    quote!(#private::Allow { code: #private::Code::#code, reason: #reason, until: #until, site: #site })
}

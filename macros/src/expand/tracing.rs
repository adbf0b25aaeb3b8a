//! The span that `tracing::instrument` would open, when one is asked for.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Signature;

use super::field::fields;
use crate::attr::{Severity, SpanWords, Telling};
use crate::span::{Place, Private, generated, local, located};

/// The statement that makes the span, in `__candor_span`.
pub(super) fn span(words: &SpanWords, signature: &Signature, place: &Place) -> Option<TokenStream> {
    if !words.is_some() {
        return None;
    }
    let private = place.private();
    let own = signature.ident.to_string();
    let name = words.name.as_ref().map_or_else(|| own.to_token_stream(), ToTokens::to_token_stream);
    let target = words.target.as_ref().map(|target| quote!(target: #target,));
    let parent = words.parent.as_ref().map(|parent| quote!(parent: #parent,));
    let level = level(words, &private);
    let fields = fields(words, signature, &private);
    let span = local("__candor_span");
    let causes = words
        .follows_from
        .as_ref()
        .map(|causes| quote!(for __candor_cause in #causes { #span.follows_from(__candor_cause); }));
    Some(quote! {
        let #span = #private::tracing::span!(#target #parent #level, #name, #fields);
        #causes
    })
}

fn level(words: &SpanWords, private: &Private) -> TokenStream {
    match &words.level {
        Some(level) => severity(level, private),
        None => quote!(#private::tracing::Level::INFO),
    }
}

fn severity(level: &Severity, private: &Private) -> TokenStream {
    match level {
        Severity::Known(name) => quote!(#private::tracing::Level::#name),
        Severity::Given(expr) => expr.to_token_stream(),
    }
}

/// `err` and `ret`: what `tracing::instrument` says of the value.
pub(super) fn said(words: &SpanWords, value: &Ident, place: &Place) -> TokenStream {
    let private = place.private();
    let target = words.target.as_ref().map(|target| quote!(target: #target,));
    let is = |how: &Telling, format: &str| how.format.as_deref() == Some(format);
    let err = words.err.as_ref().map(|how| {
        let level = match &how.level {
            Some(level) => severity(level, &private),
            None => quote!(#private::tracing::Level::ERROR),
        };
        // With the place of the word: a value that is no `Result` is an error there.
        let at = generated(how.word);
        let shown = if is(how, "Debug") {
            quote_spanned!(at=> ?__candor_error)
        } else {
            quote_spanned!(at=> %__candor_error)
        };
        let error = located(&quote!(#private::core::result::Result::Err), at);
        quote_spanned! {at=>
            if let #error(__candor_error) = &#value {
                #private::tracing::event!(#target #level, error = #shown);
            }
        }
    });
    let ret = words.ret.as_ref().map(|how| {
        let level = match &how.level {
            Some(own) => severity(own, &private),
            None => level(words, &private),
        };
        let at = generated(how.word);
        let shown =
            if is(how, "Display") { quote_spanned!(at=> %__candor_returned) } else { quote_spanned!(at=> ?__candor_returned) };
        if words.err.is_some() {
            quote_spanned! {at=>
                if let #private::core::result::Result::Ok(__candor_returned) = &#value {
                    #private::tracing::event!(#target #level, return = #shown);
                }
            }
        } else {
            quote_spanned!(at=> { let __candor_returned = &#value; #private::tracing::event!(#target #level, return = #shown); })
        }
    });
    quote!(#err #ret)
}

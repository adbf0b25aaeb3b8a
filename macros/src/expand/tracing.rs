//! The span that `tracing::instrument` would open, when one is asked for.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{FnArg, Pat, Signature};

use crate::attr::SpanWords;
use crate::span::{Place, local};

/// The statement that makes the span, in `__candor_span`.
pub(super) fn span(words: &SpanWords, signature: &Signature, place: &Place) -> Option<TokenStream> {
    if !words.is_some() {
        return None;
    }
    let private = place.private();
    let name = words.name.as_ref().map_or_else(|| signature.ident.to_string(), syn::LitStr::value);
    let target = words.target.as_ref().map(|target| quote!(target: #target,));
    let parent = words.parent.as_ref().map(|parent| quote!(parent: #parent,));
    let level = level(words, &private);
    let fields = fields(words, signature, &private);
    let span = local("__candor_span");
    let causes =
        words.follows_from.as_ref().map(|causes| quote!(for cause in #causes { #span.follows_from(cause); }));
    Some(quote! {
        let #span = #private::tracing::span!(#target #parent #level, #name, #fields);
        #causes
    })
}

fn level(words: &SpanWords, private: &TokenStream) -> TokenStream {
    match &words.level {
        Some(syn::Expr::Path(path)) if path.path.get_ident().is_some() => {
            quote!(#private::tracing::Level::#path)
        }
        Some(level) => level.to_token_stream(),
        None => quote!(#private::tracing::Level::INFO),
    }
}

fn fields(words: &SpanWords, signature: &Signature, private: &TokenStream) -> TokenStream {
    let mut list: Vec<TokenStream> = Vec::new();
    if words.args && !words.skip_all {
        let own = words.fields.as_ref().map(ToString::to_string).unwrap_or_default();
        for name in arguments(signature).into_iter().filter(|name| !words.skip.contains(name)) {
            let overridden =
                own.split(',').any(|field| field.split('=').next().is_some_and(|field| name == field.trim()));
            if !overridden {
                list.push(quote!(#name = #private::tracing::field::debug(&#name)));
            }
        }
    }
    list.extend(words.fields.as_ref().filter(|fields| !fields.is_empty()).cloned());
    quote!(#(#list),*)
}

/// The names that the parameters bind.
fn arguments(signature: &Signature) -> Vec<Ident> {
    let mut names = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => names.push(Ident::from(receiver.self_token)),
            FnArg::Typed(typed) => {
                if let Pat::Ident(ident) = &*typed.pat {
                    names.push(ident.ident.clone());
                }
            }
        }
    }
    names
}

/// `err` and `ret`: what `tracing::instrument` says of the value.
pub(super) fn said(words: &SpanWords, value: &Ident, place: &Place) -> TokenStream {
    let private = place.private();
    let target = words.target.as_ref().map(|target| quote!(target: #target,));
    let err = words.err.as_ref().map(|how| {
        let level = event_level(how, &private).unwrap_or_else(|| quote!(#private::tracing::Level::ERROR));
        let shown = if how.to_string().contains("Debug") { quote!(?error) } else { quote!(%error) };
        quote! {
            if let ::core::result::Result::Err(error) = &#value {
                #private::tracing::event!(#target #level, error = #shown);
            }
        }
    });
    let ret = words.ret.as_ref().map(|how| {
        let level = event_level(how, &private).unwrap_or_else(|| level(words, &private));
        let shown = if how.to_string().contains("Display") { quote!(%returned) } else { quote!(?returned) };
        if words.err.is_some() {
            quote! {
                if let ::core::result::Result::Ok(returned) = &#value {
                    #private::tracing::event!(#target #level, return = #shown);
                }
            }
        } else {
            quote!({ let returned = &#value; #private::tracing::event!(#target #level, return = #shown); })
        }
    });
    quote!(#err #ret)
}

/// The level in `err(level = "warn")`.
fn event_level(how: &TokenStream, private: &TokenStream) -> Option<TokenStream> {
    let text = how.to_string();
    let (_, level) = text.split_once("level")?;
    let names = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
    let name = names.iter().find(|name| level.to_uppercase().contains(**name))?;
    let name = Ident::new(name, proc_macro2::Span::call_site());
    Some(quote!(#private::tracing::Level::#name))
}

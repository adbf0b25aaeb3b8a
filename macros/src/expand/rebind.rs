//! Parameters that are mutable references and may be pointed somewhere else: `mut all: &mut [T]`.
//!
//! A closure or an async block around the body would only borrow such a parameter, and what the body borrows through it could
//! not outlive that. So the body gets the reference itself. Nothing is dropped with a reference, so no order changes.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, Ident, Pat, Signature, Type};

use crate::attr::Attr;

/// The statements that bind them again; in the signature they are no longer `mut`. What a clause reads at the end of the call stays.
pub(super) fn references(signature: &mut Signature, attr: &Attr) -> TokenStream {
    let late = read_late(attr);
    let mut bound = TokenStream::new();
    for input in &mut signature.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let (Pat::Ident(pattern), Type::Reference(reference)) = (&mut *typed.pat, &*typed.ty) else {
            continue;
        };
        if reference.mutability.is_none() || pattern.by_ref.is_some() || names(late.clone(), &pattern.ident) {
            continue;
        }
        let Some(mutable) = pattern.mutability.take() else { continue };
        let ident = &pattern.ident;
        let (kept, lints): (Vec<Attribute>, Vec<Attribute>) =
            typed.attrs.drain(..).partition(|attribute| attribute.path().is_ident("cfg"));
        bound.extend(quote!(#(#kept)* #(#lints)* let #mutable #ident = #ident;));
        typed.attrs = kept;
    }
    bound
}

/// Everything that is evaluated behind the body.
fn read_late(attr: &Attr) -> TokenStream {
    let clauses = attr.ensures.iter().chain(&attr.always).chain(&attr.accounts).chain(&attr.maintains);
    let mut late: TokenStream = clauses.map(|clause| clause.expr.to_token_stream()).collect();
    attr.track.iter().for_each(|place| place.to_tokens(&mut late));
    attr.outcome.iter().for_each(|arm| arm.pattern.to_tokens(&mut late));
    late
}

fn names(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => names(group.stream(), name),
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{name}")),
        TokenTree::Punct(_) => false,
    })
}

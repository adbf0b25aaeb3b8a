//! Parameters that are mutable references and may be pointed somewhere else: `mut all: &mut [T]`.
//!
//! A closure or an async block around the body would only borrow such a parameter, and what the body borrows through it could
//! not outlive that. So the body gets the reference itself. Nothing is dropped with a reference, so no order changes.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Block, FnArg, Ident, Pat, ReceiverKind, Signature, Type};

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

/// The statements that give a closure or an async block the references among the parameters that its body names, as they are: what the
/// body cannot do with one is told in the body then and not of the closure, and what it borrows through one lives as long as the
/// reference does. A mutable one that a clause reads at the end of the call stays.
pub(super) fn kept(signature: &Signature, block: &Block, attr: &Attr) -> TokenStream {
    let (late, mut bound) = (read_late(attr), TokenStream::new());
    for input in &signature.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let (Pat::Ident(pattern), Type::Reference(reference)) = (&*typed.pat, &*typed.ty) else { continue };
        let ident = &pattern.ident;
        let is_free = reference.mutability.is_none() || !names(late.clone(), ident);
        if is_free && keeps(&typed.pat) && names(block.to_token_stream(), ident) {
            let kept = typed.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
            bound.extend(quote!(#(#kept)* #[allow(clippy::shadow_same)] let #ident = #ident;));
        }
    }
    bound
}

/// Whether a method has `&self`, and nothing else that would not be copied where it is moved: then the body can have all of it for itself,
/// and what it cannot do with `self` is told in it as well.
pub(super) fn copies_all(signature: &Signature) -> bool {
    const COPIED: [&str; 16] = [
        "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64",
    ];
    let copied = |of: &Type| {
        is_shared(of)
            || matches!(of, Type::Path(path) if path.path.get_ident().is_some_and(|name| COPIED.iter().any(|copied| name == copied)))
    };
    let is_lent = |receiver: &syn::Receiver| matches!(receiver.kind, ReceiverKind::Reference(_, _, None));
    signature.receiver().is_some_and(is_lent)
        && signature.inputs.iter().all(|input| match input {
            FnArg::Receiver(_) => true,
            FnArg::Typed(typed) => keeps(&typed.pat) && copied(&typed.ty),
        })
}

fn is_shared(of: &Type) -> bool {
    matches!(of, Type::Reference(reference) if reference.mutability.is_none())
}

/// A name that stands for its argument to the end.
fn keeps(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Ident(name) if name.mutability.is_none() && name.by_ref.is_none() && name.subpat.is_none())
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

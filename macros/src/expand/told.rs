//! A closure that is returned as `impl Fn(&str) -> bool` learns its signature from the return type.
//!
//! From within an async block it cannot see that type any more, so a function with the same bound tells it. A bound that
//! speaks of a parameter of the function or of `Self` cannot be repeated there: then the closure has to say its types.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ReturnType, Signature, Stmt, Type, TypeParamBound};

use crate::span::local;

/// Wraps the closures that the body returns, and writes the function that tells them what they are.
pub(super) fn closures(block: &mut Block, signature: &Signature) -> Option<TokenStream> {
    let bounds = bounds(&signature.output);
    let speaks = bounds.iter().any(|bound| names(bound.to_token_stream(), signature));
    if bounds.is_empty() || speaks {
        return None;
    }
    let mut returned = Returned { wrapped: false };
    returned.visit_block_mut(block);
    if let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut() {
        returned.wrap(tail);
    }
    let told = local("__candor_told");
    returned
        .wrapped
        .then(|| quote!(fn #told<__CandorTold: #(#bounds)+*>(#told: __CandorTold) -> __CandorTold { #told }))
}

/// The bounds of `impl Fn(..) + ..` that give a closure its signature.
fn bounds(output: &ReturnType) -> Vec<TypeParamBound> {
    let ReturnType::Type(_, output) = output else { return Vec::new() };
    let Type::ImplTrait(opaque) = &**output else { return Vec::new() };
    let gives = |bound: &&TypeParamBound| {
        matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| {
            matches!(last.arguments, syn::PathArguments::Parenthesized(_))
        }))
    };
    opaque.bounds.iter().filter(gives).cloned().collect()
}

/// Whether a bound names a parameter of the function, `Self` or a lifetime that has no name.
fn names(bound: TokenStream, signature: &Signature) -> bool {
    bound.into_iter().any(|token| match token {
        TokenTree::Group(group) => names(group.stream(), signature),
        TokenTree::Ident(ident) => {
            ident == "Self"
                || ident == "impl"
                || signature.generics.params.iter().any(|param| match param {
                    syn::GenericParam::Lifetime(param) => param.lifetime.ident == ident,
                    syn::GenericParam::Type(param) => param.ident == ident,
                    syn::GenericParam::Const(param) => param.ident == ident,
                })
        }
        _ => false,
    })
}

/// The closures behind `return`.
struct Returned {
    wrapped: bool,
}

impl Returned {
    fn wrap(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Closure(_)) {
            let told = local("__candor_told");
            *expr = syn::parse_quote!(#told(#expr));
            self.wrapped = true;
        }
    }
}

impl VisitMut for Returned {
    fn visit_expr_return_mut(&mut self, leaving: &mut syn::ExprReturn) {
        visit_mut::visit_expr_return_mut(self, leaving);
        if let Some(inner) = &mut leaving.expr {
            self.wrap(inner);
        }
    }

    fn visit_expr_closure_mut(&mut self, _closure: &mut syn::ExprClosure) {}

    fn visit_expr_async_mut(&mut self, _block: &mut syn::ExprAsync) {}

    fn visit_item_mut(&mut self, _item: &mut syn::Item) {}
}

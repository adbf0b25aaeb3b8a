//! A closure that is returned as `impl Fn(&str) -> bool` learns its signature from the return type.
//!
//! From within a closure or an async block it cannot see that type any more, so a function with the same bound tells it. A function in
//! a body cannot name the parameters of those around it, so they are parameters of its own, which get what they stand for where it is called.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, GenericParam, Lifetime, ReturnType, Signature, Stmt, Type, TypeParamBound};

use crate::span::local;

/// Wraps the closures that the body returns, and writes the function that tells them what they are.
pub(super) fn closures(block: &mut Block, signature: &Signature) -> Option<TokenStream> {
    let teller = Teller::of(signature)?;
    let mut returned = Returned { wrapped: false, arguments: teller.arguments() };
    returned.visit_block_mut(block);
    if let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut() {
        returned.wrap(tail);
    }
    returned.wrapped.then(|| teller.function())
}

/// The function that tells a closure its signature.
struct Teller<'a> {
    signature: &'a Signature,
    bounds: TokenStream,
    /// What its bounds name that is declared outside of the function: `Self`, and what may be a parameter of an `impl` block.
    types: BTreeSet<Ident>,
    lifetimes: BTreeSet<Lifetime>,
    /// Those that a `for<'a>` declares.
    bound: BTreeSet<Ident>,
    /// `&'a T`: the type has to live as long. The parameters of the function around say so without words.
    outlives: BTreeSet<(Ident, Lifetime)>,
}

impl<'a> Teller<'a> {
    /// Nothing where the function returns no closure, or its bounds ask a type from outside for a part of it: `Fn(T::Item)`.
    fn of(signature: &'a Signature) -> Option<Teller<'a>> {
        let bounds = bounds(&signature.output);
        if bounds.is_empty() {
            return None;
        }
        let mut teller = Teller {
            signature,
            bounds: quote!(#(#bounds)+*),
            types: BTreeSet::new(),
            lifetimes: BTreeSet::new(),
            bound: BTreeSet::new(),
            outlives: BTreeSet::new(),
        };
        teller.read(teller.bounds.clone()).then_some(teller)
    }

    /// Learns the names from outside.
    fn read(&mut self, tokens: TokenStream) -> bool {
        let mut rest = tokens.into_iter().peekable();
        while let Some(token) = rest.next() {
            let is_known = match token {
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                    if let Some(TokenTree::Ident(name)) = rest.next() {
                        self.read_lifetime(name, rest.peek());
                    }
                    true
                }
                TokenTree::Ident(name) if name == "impl" => false,
                TokenTree::Ident(name) if name == "for" => {
                    let until =
                        |token: &TokenTree| !matches!(token, TokenTree::Punct(mark) if mark.as_char() == '>');
                    while let Some(token) = rest.next_if(until) {
                        if let TokenTree::Ident(name) = token {
                            self.bound.insert(name);
                        }
                    }
                    true
                }
                TokenTree::Ident(name) if is_outside(&name) && !self.declares(&name) => {
                    self.types.insert(name);
                    !matches!(rest.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == ':')
                }
                _ => true,
            };
            if !is_known {
                return false;
            }
        }
        true
    }

    fn read_lifetime(&mut self, name: Ident, behind: Option<&TokenTree>) {
        if name == "_" || name == "static" || self.bound.contains(&name) {
            return;
        }
        let lifetime = Lifetime { apostrophe: name.span(), ident: name };
        if let Some(TokenTree::Ident(of)) = behind
            && (self.declares(of) || is_outside(of))
        {
            self.outlives.insert((of.clone(), lifetime.clone()));
        }
        if !self.declares(&lifetime.ident) {
            self.lifetimes.insert(lifetime);
        }
    }

    /// Whether the function, or a `for<'a>` in a bound, declares it.
    fn declares(&self, name: &Ident) -> bool {
        self.signature.generics.params.iter().any(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => parameter.lifetime.ident == *name,
            GenericParam::Type(parameter) => parameter.ident == *name,
            GenericParam::Const(parameter) => parameter.ident == *name,
        })
    }

    fn function(&self) -> TokenStream {
        let mut generics = self.signature.generics.clone();
        for (of, lifetime) in &self.outlives {
            let of = if self.types.contains(of) { own_name(of) } else { of.clone() };
            generics.make_where_clause().predicates.push(syn::parse_quote!(#of: #lifetime));
        }
        for parameter in &mut generics.params {
            match parameter {
                GenericParam::Type(parameter) => parameter.default = None,
                GenericParam::Const(parameter) => parameter.default = None,
                GenericParam::Lifetime(_) => {}
            }
        }
        let is_lifetime = |parameter: &&GenericParam| matches!(parameter, GenericParam::Lifetime(_));
        let lifetimes = generics.params.iter().filter(is_lifetime);
        let others = generics.params.iter().filter(|parameter| !is_lifetime(parameter));
        let (from_outside, types) = (self.lifetimes.iter(), self.types.iter().map(own_name));
        let (told, bounds, condition) =
            (local("__candor_told"), self.own_names(self.bounds.clone()), &generics.where_clause);
        quote! {
            fn #told<#(#from_outside,)* #(#lifetimes,)* #(#types,)* #(#others,)* __CandorTold: #bounds>(
                #told: __CandorTold
            ) -> __CandorTold #condition { #told }
        }
    }

    /// What its parameters stand for where it is called.
    fn arguments(&self) -> TokenStream {
        let types = self.types.iter();
        let own = self.signature.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        });
        quote!(::<#(#types,)* #(#own,)* _>)
    }

    fn own_names(&self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .map(|token| match token {
                TokenTree::Ident(name) if self.types.contains(&name) => own_name(&name).into(),
                TokenTree::Group(group) => {
                    let mut inner =
                        proc_macro2::Group::new(group.delimiter(), self.own_names(group.stream()));
                    inner.set_span(group.span());
                    inner.into()
                }
                other => other,
            })
            .collect()
    }
}

/// `Self`, and a name of one or two capitals.
fn is_outside(name: &Ident) -> bool {
    let text = name.to_string();
    text == "Self" || text.len() <= 2 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn own_name(name: &Ident) -> Ident {
    format_ident!("__Candor{}", name)
}

/// The bounds of `impl Fn(..) + ..` that give a closure its signature.
fn bounds(output: &ReturnType) -> Vec<&TypeParamBound> {
    let ReturnType::Type(_, output) = output else { return Vec::new() };
    let Type::ImplTrait(opaque) = &**output else { return Vec::new() };
    let gives = |bound: &&TypeParamBound| {
        matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| {
            matches!(last.arguments, syn::PathArguments::Parenthesized(_))
        }))
    };
    opaque.bounds.iter().filter(gives).collect()
}

/// The closures behind `return`.
struct Returned {
    wrapped: bool,
    /// What stands behind the name of the function that tells.
    arguments: TokenStream,
}

impl Returned {
    fn wrap(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Closure(_)) {
            let (told, arguments) = (local("__candor_told"), &self.arguments);
            *expr = syn::parse_quote!(#told #arguments(#expr));
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

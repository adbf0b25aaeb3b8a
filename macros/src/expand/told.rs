//! A closure that is returned as `impl Fn(&str) -> bool` learns its signature from the return type.
//!
//! From within a closure or an async block it cannot see that type any more, so a function with the same bound tells it. A function in
//! a body cannot name the parameters of those around it, so they are parameters of its own, which get what they stand for where it is called.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, BoundLifetimes, Expr, GenericParam, Generics, Lifetime, ReturnType, Signature, Stmt, Type,
    TypeParamBound, TypeReference,
};

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

/// Names that are those of types without a size.
const UNSIZED: [&str; 3] = ["Path", "OsStr", "CStr"];

/// The function that tells a closure its signature.
struct Teller<'a> {
    signature: &'a Signature,
    bounds: Vec<TypeParamBound>,
    /// The parameters of the function and what is asked of them.
    generics: Generics,
    /// What its bounds name, with whether it may be unsized. Any of them may be a parameter of an `impl` block.
    types: BTreeMap<Ident, bool>,
    lifetimes: BTreeSet<Lifetime>,
    /// Those that a `for<'a>` declares.
    bound: BTreeSet<Ident>,
    /// `&'a T`: the type has to live as long. The parameters of the function around say so without words.
    outlives: Vec<(Type, Lifetime)>,
    /// A type is asked for a part of it, as in `Fn(T::Item)`: nothing is known of it there.
    asks: bool,
}

impl<'a> Teller<'a> {
    /// Nothing where the function returns no closure.
    fn of(signature: &'a Signature) -> Option<Teller<'a>> {
        let mut bounds: Vec<TypeParamBound> = bounds(&signature.output).cloned().collect();
        if bounds.is_empty() {
            return None;
        }
        let mut teller = Teller {
            signature,
            bounds: Vec::new(),
            generics: Generics::default(),
            types: BTreeMap::new(),
            lifetimes: BTreeSet::new(),
            bound: BTreeSet::new(),
            outlives: Vec::new(),
            asks: false,
        };
        bounds.iter_mut().for_each(|bound| teller.visit_type_param_bound_mut(bound));
        let mut generics = signature.generics.clone();
        teller.visit_generics_mut(&mut generics);
        (!teller.asks).then_some(Teller { bounds, generics, ..teller })
    }

    /// Whether the function declares it.
    fn declares(&self, name: &Ident) -> bool {
        self.signature.generics.params.iter().any(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => parameter.lifetime.ident == *name,
            GenericParam::Type(parameter) => parameter.ident == *name,
            GenericParam::Const(parameter) => parameter.ident == *name,
        })
    }

    fn function(&self) -> TokenStream {
        let mut generics = self.generics.clone();
        for (of, lifetime) in &self.outlives {
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
        let types = self.types.iter().map(|(name, is_unsized)| {
            let (name, unsized_too) = (own_name(name), is_unsized.then(|| quote!(: ?Sized)));
            quote!(#name #unsized_too)
        });
        let (from_outside, told) = (self.lifetimes.iter(), local("__candor_told"));
        let (bounds, condition) = (&self.bounds, &generics.where_clause);
        quote! {
            fn #told<#(#from_outside,)* #(#lifetimes,)* #(#types,)* #(#others,)* __CandorTold: #(#bounds)+*>(
                #told: __CandorTold
            ) -> __CandorTold #condition { #told }
        }
    }

    /// What its parameters stand for where it is called.
    fn arguments(&self) -> TokenStream {
        let types = self.types.keys();
        let own = self.signature.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        });
        quote!(::<#(#types,)* #(#own,)* _>)
    }

    /// Gives a type that is a single name the name of a parameter.
    fn rename(&mut self, of: &mut Type, is_lent: bool) {
        let Type::Path(path) = of else { return };
        let Some(name) = path.path.get_ident().cloned().filter(|_| path.qself.is_none()) else { return };
        let text = name.to_string();
        if !text.starts_with(char::is_uppercase) || UNSIZED.contains(&text.as_str()) || self.declares(&name) {
            return;
        }
        *self.types.entry(name.clone()).or_insert(true) &= is_lent;
        let own = own_name(&name);
        *of = syn::parse_quote!(#own);
    }
}

impl VisitMut for Teller<'_> {
    fn visit_type_mut(&mut self, of: &mut Type) {
        match of {
            Type::Path(path) if path.qself.is_some() => self.asks = true,
            Type::Path(path) if path.path.segments.len() > 1 => {
                let first = path.path.segments.first().map(|first| &first.ident);
                self.asks |= first.is_some_and(|first| {
                    first.to_string().starts_with(char::is_uppercase) && !self.declares(first)
                });
            }
            Type::ImplTrait(_) | Type::Macro(_) => self.asks = true,
            _ => {}
        }
        visit_mut::visit_type_mut(self, of);
        self.rename(of, false);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if matches!(&*reference.elem, Type::Path(path) if path.path.get_ident().is_some()) {
            self.rename(&mut reference.elem, true);
        } else {
            self.visit_type_mut(&mut reference.elem);
        }
        let Some(lifetime) = &mut reference.lifetime else { return };
        self.visit_lifetime_mut(lifetime);
        if matches!(&*reference.elem, Type::Path(_))
            && !is_anonymous(lifetime)
            && !self.bound.contains(&lifetime.ident)
        {
            self.outlives.push(((*reference.elem).clone(), lifetime.clone()));
        }
    }

    fn visit_bound_lifetimes_mut(&mut self, bound: &mut BoundLifetimes) {
        self.bound.extend(bound.lifetimes.iter().filter_map(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => Some(parameter.lifetime.ident.clone()),
            _ => None,
        }));
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if !is_anonymous(lifetime) && !self.bound.contains(&lifetime.ident) && !self.declares(&lifetime.ident)
        {
            self.lifetimes.insert(lifetime.clone());
        }
    }
}

fn is_anonymous(lifetime: &Lifetime) -> bool {
    lifetime.ident == "_" || lifetime.ident == "static"
}

fn own_name(name: &Ident) -> Ident {
    format_ident!("__Candor{}", name)
}

/// The bounds of `impl Fn(..) + ..` that give a closure its signature.
fn bounds(output: &ReturnType) -> impl Iterator<Item = &TypeParamBound> {
    let opaque = match output {
        ReturnType::Type(_, output) => match &**output {
            Type::ImplTrait(opaque) => Some(opaque),
            _ => None,
        },
        ReturnType::Default => None,
    };
    let gives = |bound: &&TypeParamBound| {
        matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| {
            matches!(last.arguments, syn::PathArguments::Parenthesized(_))
        }))
    };
    opaque.into_iter().flat_map(|opaque| &opaque.bounds).filter(gives)
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

//! From the attribute and the item to the item that is compiled.

mod around;
mod block;
mod clause;
mod edge;
mod field;
mod function;
mod moment;
mod plan;
mod rebind;
mod ret;
mod signature;
mod statement;
mod tail;
mod told;
mod tracing;
mod wrong;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Error, Expr, ImplItem, Item, ItemFn, ReturnType, TraitItem, Type};

use crate::attr::Attr;

pub(crate) use block::operation;
pub(crate) use clause::operands;

/// `#[observe(..)]`: on any mistake the item stays as it is and the errors come behind it.
pub(crate) fn observe(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let original = item.clone();
    let (attr, mut errors) = Attr::parse(arguments.clone());
    if attr.leave_out.is_some() && errors.is_empty() {
        return original;
    }
    let expanded = errors.take(on_item(&attr, &arguments, item));
    match (errors.finish(), expanded) {
        (Ok(()), Some(expanded)) => expanded,
        (Ok(()), None) => original,
        (Err(error), _) => {
            let error = error.into_compile_error();
            quote!(#original #error)
        }
    }
}

fn on_item(attr: &Attr, arguments: &TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    if let Ok(function) = syn::parse2::<ItemFn>(item.clone()) {
        return function::expand(attr, function);
    }
    if let Some(written) = statement::written_out(item.clone())
        && let Ok(function) = syn::parse2::<ItemFn>(written)
    {
        return function::expand(attr, function);
    }
    match syn::parse2::<Item>(item.clone()) {
        Ok(mut group @ (Item::Impl(_) | Item::Mod(_) | Item::Trait(_))) => {
            only_crate(attr, arguments)?;
            mark_within(attr, &mut group);
            Ok(group.into_token_stream())
        }
        // A body that is being typed is left alone, so that completion works in it.
        Err(_) if is_unfinished(&item) => Ok(item),
        _ => Err(Error::new(
            item.into_iter().next().map_or_else(Span::call_site, |first| first.span()),
            "`#[observe]` goes on functions and methods with a body, on `impl` blocks, traits and inline modules",
        )),
    }
}

/// Marks every function of an `impl` block, a module or a trait that has a body.
fn mark_within(attr: &Attr, group: &mut Item) {
    match group {
        Item::Impl(block) => {
            for inner in &mut block.items {
                if let ImplItem::Fn(method) = inner {
                    mark(attr, &mut method.attrs, method.sig.constness.is_some());
                }
            }
        }
        Item::Trait(definition) => {
            for inner in &mut definition.items {
                if let TraitItem::Fn(method) = inner
                    && method.default.is_some()
                {
                    mark(attr, &mut method.attrs, method.sig.constness.is_some());
                }
            }
        }
        Item::Mod(module) => {
            for inner in module.content.iter_mut().flat_map(|(_, items)| items) {
                match inner {
                    Item::Fn(function) => mark(attr, &mut function.attrs, function.sig.constness.is_some()),
                    Item::Impl(block) => mark(attr, &mut block.attrs, false),
                    Item::Trait(definition) => mark(attr, &mut definition.attrs, false),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn only_crate(attr: &Attr, arguments: &TokenStream) -> syn::Result<()> {
    if arguments.is_empty() || (attr.krate.is_some() && attr.intent.is_empty()) {
        return Ok(());
    }
    Err(Error::new_spanned(
        arguments,
        "on an `impl` block, a trait or a module `observe` takes only `crate = path`; words go on the functions",
    ))
}

fn mark(attr: &Attr, attributes: &mut Vec<syn::Attribute>, is_const: bool) {
    let observed = attributes
        .iter()
        .any(|known| known.path().segments.last().is_some_and(|last| last.ident == "observe"));
    if observed || is_const || attributes.iter().any(|known| known.path().is_ident("test")) {
        return;
    }
    let attribute = match &attr.krate {
        Some(path) => syn::parse_quote!(#[#path::observe(crate = #path)]),
        None => syn::parse_quote!(#[::candor::observe]),
    };
    attributes.push(attribute);
}

/// Whether the item is one that can be observed, were it not for what stands in its braces.
fn is_unfinished(item: &TokenStream) -> bool {
    let observable = ["fn", "impl", "trait", "mod"];
    let begins = item.clone().into_iter().any(
        |token| matches!(token, TokenTree::Ident(ident) if observable.iter().any(|known| ident == known)),
    );
    let has_body = item.clone().into_iter().last().is_some_and(
        |token| matches!(token, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace),
    );
    begins && has_body
}

/// The return type, with `impl Trait` as `_`.
pub(crate) fn named(output: &ReturnType) -> Type {
    let ReturnType::Type(_, output) = output else { return syn::parse_quote!(()) };
    struct Unnamed;
    impl VisitMut for Unnamed {
        fn visit_type_mut(&mut self, inner: &mut Type) {
            if matches!(inner, Type::ImplTrait(_)) {
                *inner = syn::parse_quote!(_);
            } else {
                syn::visit_mut::visit_type_mut(self, inner);
            }
        }
    }
    let mut output = (**output).clone();
    Unnamed.visit_type_mut(&mut output);
    output
}

/// Whether a type names a lifetime.
pub(crate) fn names_a_lifetime(ret: &Type) -> bool {
    struct Named(bool);
    impl syn::visit::Visit<'_> for Named {
        fn visit_lifetime(&mut self, lifetime: &syn::Lifetime) {
            self.0 |= lifetime.ident != "_";
        }
    }
    let mut named = Named(false);
    syn::visit::Visit::visit_type(&mut named, ret);
    named.0
}

/// The same with its lifetimes left to the compiler: a value that is bound to a lifetime by name lives too short where it is bound, and
/// not where it is returned.
pub(crate) fn unbound(ret: &Type) -> Type {
    struct Unbound;
    impl VisitMut for Unbound {
        fn visit_type_mut(&mut self, inner: &mut Type) {
            // What is left out in there is another lifetime at each call.
            if !matches!(inner, Type::FnPtr(_)) {
                syn::visit_mut::visit_type_mut(self, inner);
            }
        }
        fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
        fn visit_trait_bound_mut(&mut self, bound: &mut syn::TraitBound) {
            if bound.lifetimes.is_none() {
                syn::visit_mut::visit_trait_bound_mut(self, bound);
            }
        }
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            lifetime.ident = proc_macro2::Ident::new("_", lifetime.ident.span());
        }
    }
    let mut ret = ret.clone();
    Unbound.visit_type_mut(&mut ret);
    ret
}

/// Whether a type's outermost layer has no name: `impl Trait`, `!`.
pub(crate) fn is_nameless(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, output) if matches!(**output, Type::ImplTrait(_) | Type::Never(_)))
}

/// Whether nothing is declared whose check would name a value.
pub(crate) fn is_bare(attr: &Attr) -> bool {
    attr.key.is_none()
        && attr.track.is_empty()
        && attr.maintains.is_empty()
        && [&attr.requires, &attr.ensures, &attr.always, &attr.accounts]
            .iter()
            .all(|clauses| clauses.is_empty())
}

/// Whether a value of this type can tell nothing about the outcome: `()`, numbers, text.
pub(crate) fn is_plain(output: &ReturnType) -> bool {
    const PLAIN: [&str; 17] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f64",
    ];
    fn is_plain_type(inner: &Type) -> bool {
        match inner {
            Type::Tuple(tuple) => tuple.elems.is_empty(),
            Type::Reference(reference) => is_plain_type(&reference.elem),
            Type::Path(path) => {
                path.path.get_ident().is_some_and(|name| PLAIN.iter().any(|plain| name == plain))
            }
            _ => false,
        }
    }
    match output {
        ReturnType::Default => true,
        ReturnType::Type(_, output) => is_plain_type(output),
    }
}

/// Whether an inner part of a type has no name, as in `Result<impl Trait, E>`: it is known only behind the whole body.
pub(crate) fn has_opaque(output: &ReturnType) -> bool {
    struct Opaque(bool);
    impl syn::visit::Visit<'_> for Opaque {
        fn visit_type_impl_trait(&mut self, _opaque: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut opaque = Opaque(false);
    syn::visit::Visit::visit_return_type(&mut opaque, output);
    opaque.0 && !is_nameless(output)
}

/// Whether an expression is a literal.
pub(crate) fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_literal(&unary.expr),
        Expr::Paren(inner) => is_literal(&inner.expr),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::observe;

    #[test]
    fn a_half_typed_body_stays_as_it_is() {
        for item in [
            quote!(fn f(&self) { self. }),
            quote!(async fn f(list: &[u32]) -> u32 { list.iter().filter(|x| ) }),
            quote!(pub fn f() { let x = ; x. }),
            quote!(impl Store { fn whole(&self) {} fn f(&self) { self. } }),
            quote!(trait Store { fn f(&self) { self.rows. } }),
            quote!(mod inner { fn f() { super::. } }),
        ] {
            for arguments in [quote!(), quote!(requires(true), key = 1)] {
                assert_eq!(observe(arguments, item.clone()).to_string(), item.to_string());
            }
        }
    }

    #[test]
    fn with_a_wrong_word_a_half_typed_body_stays_in_front_of_the_error() {
        let item: TokenStream = quote!(fn f(&self) { self. });
        let expanded = observe(quote!(bogus), item.clone()).to_string();
        let rest = expanded.strip_prefix(&item.to_string()).expect("the item comes first");
        assert!(rest.contains("compile_error") && rest.contains("unknown word `bogus`"), "{rest}");
    }

    #[test]
    fn the_end_of_a_body_is_the_first_of_its_places() {
        for (words, item) in [
            (
                quote!(),
                quote!(
                    fn f(x: u64) -> u64 {
                        first(x)?;
                        second(x)
                    }
                ),
            ),
            (
                quote!(emits(Sent)),
                quote!(
                    fn f(x: u64) -> u64 {
                        if x > 3 {
                            return 7;
                        }
                        first(x).ok();
                        second(x)
                    }
                ),
            ),
            (
                quote!(ensures(ret > 3)),
                quote!(
                    fn f(x: u64) -> u64 {
                        for y in 0..x {
                            first(y)?;
                        }
                        x
                    }
                ),
            ),
        ] {
            let expanded = observe(words, item).to_string();
            let mut texts = expanded.split('"').filter(|text| text.contains(" t;") || text.ends_with(" t"));
            let places = texts.next().and_then(|text| text.rsplit("\\n").next()).unwrap_or_default();
            assert!(
                places.split(';').next().is_some_and(|first| first.ends_with(" t")),
                "{places}: {expanded}"
            );
        }
    }

    #[test]
    fn an_item_that_cannot_be_observed_is_told_and_stays() {
        let item = quote!(
            struct Order {
                id: u64,
            }
        );
        let expanded = observe(quote!(), item.clone()).to_string();
        assert!(expanded.starts_with(&item.to_string()) && expanded.contains("compile_error"), "{expanded}");
    }
}

#[cfg(test)]
mod expansion;

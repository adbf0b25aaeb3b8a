//! `#[candor::test]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Error, ItemFn};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let original = item.clone();
    let function: ItemFn = match syn::parse2(item) {
        Ok(function) => function,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#original #error);
        }
    };
    inner(&arguments, function).unwrap_or_else(|error| {
        let error = error.into_compile_error();
        quote!(#original #error)
    })
}

fn ends_in(attribute: &Attribute, names: &[&str]) -> bool {
    attribute.path().segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

fn inner(arguments: &TokenStream, mut function: ItemFn) -> syn::Result<TokenStream> {
    let strict = match arguments.to_string().as_str() {
        "" => false,
        "strict" => true,
        _ => return Err(Error::new_spanned(arguments, "`#[candor::test]` takes nothing or `strict`")),
    };
    let is_test =
        function.attrs.iter().any(|attribute| ends_in(attribute, &["test", "rstest", "test_case", "case"]));
    let panics = function.attrs.iter().any(|attribute| ends_in(attribute, &["should_panic"]));
    if let (Some(token), false) = (&function.sig.asyncness, is_test) {
        let help = "an async test needs a runtime: write `#[tokio::test]` below `#[candor::test]`";
        return Err(Error::new_spanned(token, help));
    }
    let strictly = strict.then(|| quote!(::candor::testing::strict();));
    let body = &function.block;
    // Found by the first observed call of the binary, so that the order of tests decides nothing.
    let watched = quote!(::candor::__private::inventory::submit! {
        ::candor::__private::Watch(::candor::__private::watch)
    });
    let block = if function.sig.asyncness.is_some() {
        let open = if panics { quote!(scoped_at_exit) } else { quote!(scoped) };
        quote!({ #watched ::candor::testing::#open(async move { #strictly #body }).await })
    } else {
        let open = if panics { quote!(scope_at_exit) } else { quote!(scope) };
        let span = proc_macro2::Span::mixed_site();
        let guard = quote_spanned!(span=> let __candor_scope = ::candor::testing::#open(););
        quote!({ #watched #guard #strictly #body })
    };
    function.block = syn::parse2(block)?;
    let marker = (!is_test).then(|| quote!(#[::candor::__private::core::prelude::v1::test]));
    Ok(quote!(#marker #function))
}

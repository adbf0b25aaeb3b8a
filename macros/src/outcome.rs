//! `#[derive(Outcome)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Error, Fields};

use crate::attr::{Errors, near};

const CLASSES: [(&str, &str); 4] =
    [("fulfilled", "Fulfilled"), ("refused", "Refused"), ("failed", "Failed"), ("abandoned", "Abandoned")];

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    expand(&input).unwrap_or_else(Error::into_compile_error)
}

/// The class and the place of candor that the attributes name.
fn said(attributes: &[Attribute]) -> syn::Result<(Option<Ident>, Option<syn::Path>)> {
    let (mut class, mut krate) = (None, None);
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("outcome")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                krate = Some(meta.value()?.parse()?);
                return Ok(());
            }
            let known = CLASSES.iter().find(|(word, _)| meta.path.is_ident(word));
            let Some((_, variant)) = known else {
                let word = crate::span::text(&meta.path);
                let near = near(&word, CLASSES.map(|(class, _)| class));
                return Err(meta.error(format!(
                    "unknown class `{word}`{near}; a class is `fulfilled`, `refused`, `failed` or `abandoned`"
                )));
            };
            if class.replace(Ident::new(variant, Span::call_site())).is_some() {
                return Err(meta.error("the class is given twice"));
            }
            Ok(())
        })?;
    }
    Ok((class, krate))
}

fn class_of(class: Option<Ident>, private: &TokenStream) -> TokenStream {
    match class {
        Some(class) => quote!(#private::core::option::Option::Some(#private::Class::#class)),
        None => quote!(#private::core::option::Option::None),
    }
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let (class, krate) = said(&input.attrs)?;
    let krate = krate.map_or_else(|| quote!(::candor), |path| quote!(#path));
    let private = quote!(#krate::__private);
    let (ident, (impl_generics, type_generics, wheres)) = (&input.ident, input.generics.split_for_impl());
    let (classes, reasons) = match &input.data {
        Data::Struct(_) => (class_of(class, &private), quote!(#private::core::stringify!(#ident))),
        Data::Enum(data) => arms(data, class.as_ref(), &private)?,
        Data::Union(_) => return Err(Error::new_spanned(ident, "an outcome is an enum or a struct")),
    };
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics #private::OutcomeOf for #ident #type_generics #wheres {
            fn class(&self) -> #private::core::option::Option<#private::Class> { #classes }
            fn reason(&self) -> &'static str { #reasons }
            fn detail(&self) -> #private::core::option::Option<#private::std::string::String> {
                #[allow(unused_imports)]
                use #private::{CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _};
                #private::core::option::Option::Some(#private::std::string::ToString::to_string(&(&&&&#private::Cap(self)).candor_value()))
            }
        }
        #[automatically_derived]
        impl #impl_generics #private::ErrorLike for #ident #type_generics #wheres {
            fn text(&self) -> #private::std::borrow::Cow<'_, str> {
                #[allow(unused_imports)]
                use #private::{CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _};
                #private::std::borrow::Cow::Owned(#private::std::string::ToString::to_string(&(&&&&#private::Cap(self)).candor_value()))
            }
        }
    })
}

fn arms(
    data: &syn::DataEnum,
    default: Option<&Ident>,
    private: &TokenStream,
) -> syn::Result<(TokenStream, TokenStream)> {
    let (mut classes, mut reasons) = (Vec::new(), Vec::new());
    let mut errors = Errors::default();
    for variant in &data.variants {
        let Some((class, _)) = errors.take(said(&variant.attrs)) else { continue };
        let name = &variant.ident;
        let pattern = match &variant.fields {
            Fields::Named(_) => quote!(Self::#name { .. }),
            Fields::Unnamed(_) => quote!(Self::#name(..)),
            Fields::Unit => quote!(Self::#name),
        };
        let class = class_of(class.or_else(|| default.cloned()), private);
        classes.push(quote!(#pattern => #class,));
        let reason = format_ident!("{name}").to_string();
        reasons.push(quote!(#pattern => #reason,));
    }
    errors.finish()?;
    if data.variants.is_empty() {
        return Ok((quote!(match *self {}), quote!(match *self {})));
    }
    Ok((quote!(match self { #(#classes)* }), quote!(match self { #(#reasons)* })))
}

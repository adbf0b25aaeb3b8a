//! `#[derive(Event)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Field, Fields, Member};

use crate::attr::{Errors, near};
use crate::span::{Place, Private};

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    expand(&input).unwrap_or_else(Error::into_compile_error)
}

/// What `#[event(..)]` says.
#[derive(Default)]
struct Said {
    skip: bool,
    krate: Option<syn::Path>,
    name: Option<syn::LitStr>,
    value: Option<syn::Expr>,
    unit: Option<syn::LitStr>,
}

fn said(attributes: &[syn::Attribute]) -> syn::Result<Said> {
    let mut said = Said::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("event")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") {
                said.skip = true;
            } else if meta.path.is_ident("crate") {
                said.krate = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("name") {
                said.name = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("value") {
                said.value = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("unit") {
                said.unit = Some(meta.value()?.parse()?);
            } else {
                let word = crate::span::text(&meta.path);
                let near = near(&word, ["skip", "name", "value", "unit", "crate"]);
                return Err(meta.error(format!("unknown word `{word}`{near}; `#[event(..)]` takes `skip` on a field, `name = \"..\"`, `value = field`, `unit = \"..\"` and `crate = path` on the type")));
            }
            Ok(())
        })?;
    }
    Ok(said)
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(
            &input.ident,
            "an event is one fact: derive `Event` on a struct, one for each variant",
        ));
    };
    let top = said(&input.attrs)?;
    let krate = top.krate.map_or_else(|| quote!(::candor), |path| quote!(#path));
    let (ident, (impl_generics, type_generics, wheres)) = (&input.ident, input.generics.split_for_impl());
    let name = top.name.map_or_else(|| ident.to_string(), |name| name.value());
    let place = Place::outside(krate.clone());
    let (private, site) = (place.private(), place.site(ident.span()));
    let Read { names, records, raw } = fields(&data.fields, &private)?;
    let (unit, worth) = worth(top.value.as_ref(), top.unit.as_ref(), &data.fields, &private)?;
    let register = input.generics.params.is_empty().then(
        || quote!(#private::inventory::submit! { #private::EventSite(<#ident as #krate::Event>::META) }),
    );
    Ok(quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::Event for #ident #type_generics #wheres {
                const META: &'static #private::EventMeta = &#private::EventMeta {
                    name: #name,
                    target: #private::core::module_path!(),
                    site: #site,
                    fields: &[#(#names),*],
                    unit: #unit,
                };
                fn record(&self, sink: &mut dyn #private::FieldSink) {
                    #[allow(unused_imports)]
                    use #private::{CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _};
                    #(#records)*
                }
                fn is_raw(&self) -> bool {
                    #[allow(unused_imports)]
                    use #private::{CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _};
                    true #(&& #raw)*
                }
                #worth
            }
            #register
        };
    })
}

/// The unit of the business value, and the method that reads it. `value` is an expression over the names of the fields.
fn worth(
    value: Option<&syn::Expr>,
    unit: Option<&syn::LitStr>,
    fields: &Fields,
    private: &Private,
) -> syn::Result<(TokenStream, TokenStream)> {
    let Some(value) = value else {
        return match unit {
            None => Ok((quote!(::core::option::Option::None), TokenStream::new())),
            Some(unit) => Err(Error::new_spanned(
                unit,
                "a unit of what? add `value = field`, the business value of the event",
            )),
        };
    };
    let unit = unit.map_or_else(String::new, syn::LitStr::value);
    let names = fields.iter().filter_map(|field| field.ident.as_ref());
    // What is no number is told where it stands.
    let read = quote_spanned!(value.span()=> #private::Worth::worth(&(#value)));
    let method = quote! {
        fn worth(&self) -> ::core::option::Option<f64> {
            #[allow(unused_variables)]
            let Self { #(#names,)* .. } = self;
            ::core::option::Option::Some(#read)
        }
    };
    Ok((quote!(::core::option::Option::Some(#unit)), method))
}

fn fields(fields: &Fields, private: &Private) -> syn::Result<Read> {
    let mut read = Read::default();
    let mut errors = Errors::default();
    for (index, field) in fields.iter().enumerate() {
        if errors.take(said(&field.attrs)).is_none_or(|said| said.skip) {
            continue;
        }
        let (name, member) = member(field, index);
        read.records.push(quote!(sink.field(#name, (&&&&#private::Cap(&self.#member)).candor_value());));
        read.raw.push(quote!((&&&&#private::Cap(&self.#member)).candor_is_raw()));
        read.names.push(name);
    }
    errors.finish().map(|()| read)
}

/// How the fields are read.
#[derive(Default)]
struct Read {
    names: Vec<String>,
    records: Vec<TokenStream>,
    /// Whether each is read without running code of the user's.
    raw: Vec<TokenStream>,
}

fn member(field: &Field, index: usize) -> (String, Member) {
    match &field.ident {
        Some(ident) => (ident.to_string(), Member::Named(ident.clone())),
        None => (format_ident!("_{index}").to_string(), Member::Unnamed(index.into())),
    }
}

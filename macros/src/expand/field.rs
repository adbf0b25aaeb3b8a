//! The fields of the span: those that are written down, and with `args` the parameters.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::{FnArg, Pat, Signature, Type};

use crate::attr::{SpanWords, split};
use crate::span::Private;

/// Types that a field takes as they are; everything else is shown by its `Debug`.
const VALUES: [&str; 18] = [
    "bool", "String", "str", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u128", "i128", "f32",
    "f64", "usize", "isize", "Wrapping",
];

/// What stands behind the name in `span!`.
pub(super) fn fields(words: &SpanWords, signature: &Signature, private: &Private) -> TokenStream {
    let own: Vec<TokenStream> = words.fields.iter().cloned().flat_map(split).collect();
    let mut list: Vec<TokenStream> = Vec::new();
    if words.args && words.skip_all.is_none() {
        let taken: Vec<String> = own.iter().map(name_of).collect();
        for (name, is_value) in parameters(signature) {
            if words.skip.contains(&name) || taken.contains(&name.to_string()) {
                continue;
            }
            list.push(if is_value {
                quote!(#name = #name)
            } else {
                quote!(#name = #private::tracing::field::debug(&#name))
            });
        }
    }
    list.extend(own.into_iter().map(|field| declared(field, private)));
    quote!(#(#list),*)
}

/// A field without a value is declared, and can be recorded later.
fn declared(field: TokenStream, private: &Private) -> TokenStream {
    let has_value = field
        .clone()
        .into_iter()
        .any(|token| matches!(&token, TokenTree::Punct(mark) if matches!(mark.as_char(), '=' | '?' | '%')));
    if has_value { field } else { quote!(#field = #private::tracing::field::Empty) }
}

/// The name of a field, as it is written.
fn name_of(field: &TokenStream) -> String {
    let name = field
        .clone()
        .into_iter()
        .take_while(|token| !matches!(token, TokenTree::Punct(mark) if mark.as_char() == '='))
        .filter(|token| !matches!(token, TokenTree::Punct(mark) if matches!(mark.as_char(), '?' | '%')));
    name.collect::<TokenStream>().to_string().replace(' ', "")
}

/// The names that the parameters bind, and whether each is a value that a field takes as it is.
fn parameters(signature: &Signature) -> Vec<(Ident, bool)> {
    let mut names = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => names.push((Ident::from(receiver.self_token), false)),
            FnArg::Typed(typed) => bound(&typed.pat, is_value(&typed.ty), &mut names),
        }
    }
    names
}

fn bound(pattern: &Pat, is_value: bool, names: &mut Vec<(Ident, bool)>) {
    match pattern {
        Pat::Ident(ident) => names.push((ident.ident.clone(), is_value)),
        Pat::Reference(inner) => bound(&inner.pat, is_value, names),
        Pat::Paren(inner) => bound(&inner.pat, is_value, names),
        // The parts of a type are not known.
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|part| bound(part, false, names)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|part| bound(part, false, names)),
        Pat::Slice(slice) => slice.elems.iter().for_each(|part| bound(part, false, names)),
        Pat::Struct(parts) => parts.fields.iter().for_each(|part| bound(&part.pat, false, names)),
        _ => {}
    }
}

fn is_value(of: &Type) -> bool {
    match of {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            VALUES.contains(&name.as_str()) || name.starts_with("NonZero")
        }),
        Type::Reference(inner) => is_value(&inner.elem),
        Type::Paren(inner) => is_value(&inner.elem),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(signature: &str) -> Vec<(String, bool)> {
        let signature: Signature = syn::parse_str(signature).unwrap();
        parameters(&signature).into_iter().map(|(name, is_value)| (name.to_string(), is_value)).collect()
    }

    #[test]
    fn numbers_and_texts_are_values_and_parts_are_shown() {
        let found = names(
            "fn f(&self, a: &u32, b: String, v: Vec<u8>, (c, d): (u8, u8), P { e, .. }: P, NonZeroU8: NonZeroU8)",
        );
        let values: Vec<&str> =
            found.iter().filter(|(_, is_value)| *is_value).map(|(name, _)| name.as_str()).collect();
        assert_eq!(values, ["a", "b", "NonZeroU8"]);
        assert_eq!(found.len(), 8);
    }

    #[test]
    fn a_field_hides_the_parameter_of_its_name() {
        assert_eq!(name_of(&quote!(order.id = 7)), "order.id");
        assert_eq!(name_of(&quote!(%total)), "total");
        assert_eq!(name_of(&quote!(?total = x)), "total");
    }
}

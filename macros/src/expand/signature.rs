//! What the words say against the signature of the function.

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Attribute, Block, Error, Expr, FnArg, ItemFn, PatIdent, ReturnType, Signature, Stmt, Type};

use crate::attr::{Attr, Errors};

pub(super) fn check(attr: &Attr, item: &ItemFn, errors: &mut Errors) {
    skipped(attr, &item.sig, errors);
    let output = future_output(&item.sig.output);
    if let (Some(word), None, None) = (attr.cancel_safe, &item.sig.asyncness, &output) {
        errors.push(Error::new(
            word,
            "`cancel_safe` says that dropping the future does no harm, and this function is not async: it cannot be dropped half-way",
        ));
    }
    if let Some(err) = &attr.span.err
        && is_no_result(output.as_ref().unwrap_or(&item.sig.output))
    {
        errors.push(Error::new(
            err.word,
            "`err` records the error of a `Result`, and this function returns none; for the value there is `ret`",
        ));
    }
}

/// Where a body that ends without a value, though the function returns one, is told to be wrong: at the return type.
pub(super) fn missing_tail(block: &Block, output: &ReturnType) -> Option<Span> {
    let ReturnType::Type(_, output) = output else { return None };
    let ends_without_value = match block.stmts.last() {
        None | Some(Stmt::Local(_)) => true,
        Some(Stmt::Expr(last, Some(_))) => !matches!(last, Expr::Return(_) | Expr::Loop(_) | Expr::Macro(_)),
        _ => false,
    };
    (ends_without_value && !matches!(**output, Type::Never(_))).then(|| output.span())
}

/// `skip(..)` names parameters.
fn skipped(attr: &Attr, signature: &Signature, errors: &mut Errors) {
    let names = parameters(signature);
    for skipped in &attr.span.skip {
        if names.contains(&skipped.to_string()) {
            continue;
        }
        let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let known = match known.as_slice() {
            [] => "the function has none".to_owned(),
            _ => format!("the parameters are {}", known.join(", ")),
        };
        let what = format!("attempting to skip non-existent parameter `{skipped}`; {known}");
        errors.push(Error::new(skipped.span(), what));
    }
}

/// Every name that the parameters bind, also those in patterns.
fn parameters(signature: &Signature) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pattern: &PatIdent) {
            self.0.insert(pattern.ident.to_string());
            syn::visit::visit_pat_ident(self, pattern);
        }
    }
    let mut names = Names(BTreeSet::new());
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(_) => {
                names.0.insert("self".to_owned());
            }
            FnArg::Typed(typed) => names.visit_pat(&typed.pat),
        }
    }
    names.0
}

/// Types that are no `Result`, whatever is imported: an alias could only be another name.
const PLAIN: [&str; 19] = [
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64", "String", "Vec",
];

/// `#[track_caller]`, also a conditional one.
pub(super) fn tracks_caller(attributes: &[Attribute]) -> bool {
    let says = |attribute: &Attribute| attribute.meta.to_token_stream().to_string().contains("track_caller");
    attributes.iter().any(|attribute| {
        (attribute.path().is_ident("track_caller") || attribute.path().is_ident("cfg_attr"))
            && says(attribute)
    })
}

/// `-> !`.
pub(super) fn is_never(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, output) if matches!(**output, Type::Never(_)))
}

/// Whether a return type is certainly no `Result`. A name that could be an alias of one is not certain.
fn is_no_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, output) = output else { return true };
    match &**output {
        Type::Path(path) if path.qself.is_none() => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Option" || PLAIN.iter().any(|plain| last.ident == plain)),
        Type::Tuple(_) | Type::Reference(_) | Type::Array(_) | Type::Ptr(_) | Type::Never(_) => true,
        _ => false,
    }
}

/// Whether a type names something with this word in it.
pub(super) fn names(output: &Type, word: &str) -> bool {
    struct Named<'a> {
        word: &'a str,
        found: bool,
    }
    impl Visit<'_> for Named<'_> {
        fn visit_ident(&mut self, ident: &proc_macro2::Ident) {
            self.found = self.found || ident.to_string().contains(self.word);
        }
        fn visit_macro(&mut self, invocation: &syn::Macro) {
            self.found = self.found || invocation.tokens.to_string().contains(self.word);
        }
    }
    let mut named = Named { word, found: false };
    named.visit_type(output);
    named.found
}

/// The output of `Pin<Box<dyn Future<Output = T>>>` or `impl Future<Output = T>`.
pub(super) fn future_output(output: &ReturnType) -> Option<ReturnType> {
    let ReturnType::Type(arrow, output) = output else { return None };
    if !names(output, "Future") {
        return None;
    }
    struct Output(Option<Type>);
    impl syn::visit::Visit<'_> for Output {
        fn visit_assoc_type(&mut self, assigned: &syn::AssocType) {
            if assigned.ident == "Output" {
                self.0 = Some(assigned.ty.clone());
            }
        }
    }
    let mut found = Output(None);
    syn::visit::Visit::visit_type(&mut found, output);
    found.0.map(|output| ReturnType::Type(*arrow, Box::new(output)))
}

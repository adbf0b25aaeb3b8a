//! Patterns that name an `Err` inside another value: `Ok(Err(e))`, `Some(Err(e))`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Pat, PatTupleStruct, Path};

use super::shape::{bare, last_of};
use crate::span::{Private, Spot, local};

/// The ways to an `Err` that these patterns name or leave to another arm, if one of them is inside another value.
pub(super) fn ways<'a>(patterns: impl Iterator<Item = &'a Pat>) -> Vec<Vec<Path>> {
    let mut ways = Vec::new();
    for pattern in patterns {
        collect(pattern, &mut Vec::new(), &mut ways);
    }
    if ways.iter().any(|way| way.len() > 1) { ways } else { Vec::new() }
}

fn collect(pattern: &Pat, before: &mut Vec<Path>, ways: &mut Vec<Vec<Path>>) {
    match pattern {
        Pat::Or(or) => or.cases.iter().for_each(|case| collect(case, before, ways)),
        Pat::Guard(inner) => collect(&inner.pat, before, ways),
        Pat::Paren(inner) => collect(&inner.pat, before, ways),
        Pat::TupleStruct(tuple) => wrapper(tuple, before, ways),
        _ => {}
    }
}

fn wrapper(tuple: &PatTupleStruct, before: &mut Vec<Path>, ways: &mut Vec<Vec<Path>>) {
    let (Some(name), [Some(inner)]) = (last_of(&tuple.path), [only(tuple)]) else { return };
    match name.as_str() {
        "Err" => add(before, tuple.path.clone(), ways),
        "Ok" => {
            if let Some(sibling) = sibling(&tuple.path) {
                add(before, sibling, ways);
            }
            below(tuple, inner, before, ways);
        }
        "Some" | "Ready" => below(tuple, inner, before, ways),
        _ => {}
    }
}

fn below(tuple: &PatTupleStruct, inner: &Pat, before: &mut Vec<Path>, ways: &mut Vec<Vec<Path>>) {
    before.push(tuple.path.clone());
    collect(inner, before, ways);
    before.pop();
}

fn add(before: &[Path], last: Path, ways: &mut Vec<Vec<Path>>) {
    let way: Vec<Path> = before.iter().cloned().chain([last]).collect();
    if !ways.contains(&way) {
        ways.push(way);
    }
}

fn only(tuple: &PatTupleStruct) -> Option<&Pat> {
    let mut elements = tuple.elems.iter();
    match (elements.next(), elements.next()) {
        (Some(inner), None) => Some(inner),
        _ => None,
    }
}

/// The `Err` beside an `Ok`, where the path says that it is that of a `Result`.
fn sibling(path: &Path) -> Option<Path> {
    let mut sibling = path.clone();
    let is_result = match path.segments.len() {
        1 => true,
        _ => path.segments.iter().rev().nth(1).is_some_and(|owner| owner.ident == "Result"),
    };
    let last = sibling.segments.last_mut()?;
    last.ident = Ident::new("Err", last.ident.span());
    is_result.then_some(sibling)
}

/// The pattern that an arm names, with what stands around an `Err` taken away.
pub(super) fn innermost(pattern: &Pat) -> &Pat {
    match bare(pattern) {
        Pat::TupleStruct(tuple)
            if matches!(last_of(&tuple.path).as_deref(), Some("Ok" | "Some" | "Ready")) =>
        {
            match only(tuple).map(innermost) {
                Some(inner @ Pat::TupleStruct(within))
                    if matches!(last_of(&within.path).as_deref(), Some("Ok" | "Err")) =>
                {
                    inner
                }
                _ => bare(pattern),
            }
        }
        other => other,
    }
}

/// The name under which a pattern takes an error out of its place.
pub(super) fn taken(pattern: &Pat) -> Option<&Ident> {
    let Pat::TupleStruct(tuple) = innermost(pattern) else { return None };
    if last_of(&tuple.path).as_deref() != Some("Err") {
        return None;
    }
    match only(tuple)? {
        Pat::Ident(name) if name.by_ref.is_none() => {
            let is_binding = !name.ident.to_string().starts_with(char::is_uppercase);
            is_binding.then_some(&name.ident)
        }
        _ => None,
    }
}

/// Whether a pattern takes one error out and says which: `Err(e @ Crash(_))`.
pub(super) fn tells_apart(pattern: &Pat) -> bool {
    matches!(innermost(pattern), Pat::TupleStruct(tuple) if matches!(only(tuple), Some(Pat::Ident(name)) if name.subpat.is_some()))
}

/// Looks at a value by these ways, with a mark that was set before it was made.
pub(super) fn look(
    private: &Private,
    ways: &[Vec<Path>],
    names: (&dyn ToTokens, &TokenStream),
    probe: &Spot,
) -> TokenStream {
    let (value, mark) = names;
    let error = local("__candor_error");
    let arms = ways.iter().map(|way| {
        let pattern = way.iter().rev().fold(quote!(#error), |inner, path| quote!(#path(#inner)));
        quote!(#pattern => #private::met(#error).candor_meet(#mark, #probe),)
    });
    let at = proc_macro2::Span::mixed_site();
    quote_spanned! {at=>
        #[allow(unreachable_patterns, clippy::all)]
        match &#value {
            #(#arms)*
            _ => #private::saw_ok(#probe),
        }
    }
}

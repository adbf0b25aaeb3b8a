//! Statements that a `macro_rules!` took as `$statement:stmt`.
//!
//! Such a `let` arrives as one invisible group without its semicolon, which no parser of expressions expects.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

/// The same tokens with each such `let` written out; `None` when there is none.
pub(super) fn written_out(tokens: TokenStream) -> Option<TokenStream> {
    let mut changed = false;
    let out = rewrite(tokens, &mut changed);
    changed.then_some(out)
}

fn rewrite(tokens: TokenStream, changed: &mut bool) -> TokenStream {
    let mut out = TokenStream::new();
    let mut left = tokens.into_iter().peekable();
    while let Some(token) = left.next() {
        let TokenTree::Group(group) = token else {
            out.extend([token]);
            continue;
        };
        if group.delimiter() == Delimiter::None && is_let(&group) {
            *changed = true;
            let ends = matches!(left.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ';');
            let semicolon = (!ends).then(|| quote!(;));
            let inner = rewrite(group.stream(), changed);
            out.extend(quote!(#inner #semicolon));
        } else {
            let mut same = Group::new(group.delimiter(), rewrite(group.stream(), changed));
            same.set_span(group.span());
            out.extend([TokenTree::Group(same)]);
        }
    }
    out
}

fn is_let(group: &Group) -> bool {
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(first)) if first == "let")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invisible(inner: TokenStream) -> TokenTree {
        TokenTree::Group(Group::new(Delimiter::None, inner))
    }

    #[test]
    fn a_let_without_its_semicolon_gets_it_and_another_keeps_its_own() {
        let (bare, ended) = (invisible(quote!(let a = 1)), invisible(quote!(let b = 2)));
        let out = written_out(quote!({ #bare #ended; a + b })).map(|out| out.to_string());
        assert_eq!(
            out,
            Some(
                quote!({
                    let a = 1;
                    let b = 2;
                    a + b
                })
                .to_string()
            )
        );
    }

    #[test]
    fn what_is_no_let_stays_as_it_is() {
        let expression = invisible(quote!(a + 1));
        assert!(written_out(quote!({ let b = #expression; b })).is_none());
    }
}

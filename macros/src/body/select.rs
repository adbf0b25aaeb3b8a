//! Handlers of `select!`: what stands behind each `=>` is code of this function, and is rewritten as such. The patterns and the
//! futures before it stay as they are.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr};

use super::{Body, shape};

/// Whether a macro has branches with handlers.
pub(super) fn selects(mac: &syn::Macro) -> bool {
    shape::last_of(&mac.path).is_some_and(|name| matches!(name.as_str(), "select" | "select_biased"))
}

impl Body<'_> {
    /// Rewrites the handlers; what cannot be read stays as it is.
    pub(super) fn in_select(&mut self, mac: &mut syn::Macro) {
        let (mut written, mut rest) = (TokenStream::new(), mac.tokens.clone());
        while let Some((before, behind)) = at_handler(&rest) {
            written.extend(before);
            let Some((handler, left)) = self.handler(behind.clone()) else {
                rest = behind;
                break;
            };
            written.extend(handler);
            rest = left;
        }
        written.extend(rest);
        mac.tokens = written;
    }

    /// The first handler of these tokens, rewritten, and what is behind it.
    fn handler(&mut self, tokens: TokenStream) -> Option<(TokenStream, TokenStream)> {
        let is_block = matches!(tokens.clone().into_iter().next(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
        if is_block {
            let read = |input: ParseStream<'_>| Ok((input.parse::<Block>()?, input.parse::<TokenStream>()?));
            let (mut block, rest) = read.parse2(tokens).ok()?;
            self.visit_block_mut(&mut block);
            return Some((block.to_token_stream(), rest));
        }
        let read = |input: ParseStream<'_>| Ok((input.parse::<Expr>()?, input.parse::<TokenStream>()?));
        let (mut handler, rest) = read.parse2(tokens).ok()?;
        self.visit_expr_mut(&mut handler);
        Some((quote!(#handler), rest))
    }
}

/// Divides tokens behind their first `=>`.
fn at_handler(tokens: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let mut before = Vec::new();
    let mut rest = tokens.clone().into_iter();
    let mut equals = false;
    while let Some(token) = rest.next() {
        let mark = match &token {
            TokenTree::Punct(mark) => Some(mark.as_char()),
            _ => None,
        };
        before.push(token);
        if equals && mark == Some('>') {
            return Some((before.into_iter().collect(), rest.collect()));
        }
        equals = mark == Some('=');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::at_handler;

    #[test]
    fn tokens_are_divided_behind_the_arrow() {
        let tokens = syn::parse_str("biased; Some(x) = next(|a| a >= 1), if y => { z => 1 } else => 2")
            .expect("tokens");
        let (before, rest) = at_handler(&tokens).expect("a handler");
        assert!(before.to_string().ends_with("if y =>"), "{before}");
        let (block, rest) = at_handler(&rest).expect("another one");
        assert!(block.to_string().ends_with("else =>"), "{block}");
        assert!(at_handler(&rest).is_none());
    }
}

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

/// The branches of a `select!`: whether a pattern takes the value, what is waited for, and the handler.
pub(super) fn branches(mac: &syn::Macro) -> Vec<(bool, Option<Expr>, Expr)> {
    let (mut found, mut rest) = (Vec::new(), mac.tokens.clone());
    while let Some((before, behind)) = at_handler(&rest) {
        let read = |input: ParseStream<'_>| {
            let handler =
                if input.peek(syn::token::Brace) { Expr::Block(input.parse()?) } else { input.parse()? };
            Ok((handler, input.parse::<TokenStream>()?))
        };
        let Ok((handler, left)) = read.parse2(behind) else { break };
        let (takes, waits) = waited(before);
        found.push((takes, waits, handler));
        rest = left;
    }
    found
}

/// `Some(row) = rows.recv(), if open =>`: whether the pattern takes the value, and what makes it.
fn waited(before: TokenStream) -> (bool, Option<Expr>) {
    let mut tokens = before.into_iter().peekable();
    let pattern: Vec<TokenTree> = std::iter::from_fn(|| {
        tokens.next_if(|token| !matches!(token, TokenTree::Punct(mark) if mark.as_char() == '='))
    })
    .collect();
    let takes = !matches!(pattern.last(), Some(TokenTree::Ident(name)) if name == "_");
    let read = |input: ParseStream<'_>| {
        input.parse::<syn::Token![=]>()?;
        let waits: Expr = input.parse()?;
        input.parse::<TokenStream>().map(|_rest| waits)
    };
    (takes, read.parse2(tokens.collect()).ok())
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
    use super::{at_handler, waited};

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

    #[test]
    fn what_is_waited_for_is_read() {
        let read = |text: &str| waited(syn::parse_str(text).expect("tokens"));
        let (takes, waits) = read("biased; Some(x) = rows.recv(), if y =>");
        assert!(takes && matches!(waits, Some(syn::Expr::MethodCall(_))));
        let (takes, waits) = read("_ = ends(1) =>");
        assert!(!takes && matches!(waits, Some(syn::Expr::Call(_))));
        assert!(read("else =>").1.is_none());
    }
}

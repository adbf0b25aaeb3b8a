//! What `let _ = place;` leaves where it is: whether it can be looked at there.
//!
//! It may stand outside of the closure around, which would draw it in, or its value may be gone. Read only in a body that has such
//! a statement.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr};

use super::{Body, shape};
use crate::span::start;

/// What is known of the names that are left in place.
#[derive(Default)]
pub(super) struct Left {
    names: HashSet<String>,
    /// Where each is bound.
    bound: HashMap<String, Vec<(u32, u32)>>,
    /// Those of which a line of the log may have taken the value: `warn!("{}", result.unwrap_err())`.
    taken: HashSet<String>,
}

impl Left {
    pub(super) fn of(body: &Block, names: &HashSet<String>) -> Left {
        let mut left = Left { names: names.clone(), ..Left::default() };
        if !names.is_empty() {
            left.visit_block(body);
        }
        left
    }

    /// Notes the names whose value is taken among these tokens, and not only looked at; `whole` says that what stands alone is.
    fn take_all(&mut self, tokens: TokenStream, whole: bool) {
        const LOOKING: [&str; 6] = ["is_ok", "is_err", "as_ref", "clone", "iter", "to_string"];
        let is = |token: &TokenTree, mark: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark);
        let (mut rest, mut lent) = (tokens.into_iter().peekable(), false);
        while let Some(token) = rest.next() {
            let behind_lent = std::mem::replace(&mut lent, is(&token, '&'));
            match token {
                TokenTree::Ident(name) => {
                    let method = rest.next_if(|token| is(token, '.')).and_then(|_dot| rest.next());
                    let takes = method.map(|method| !LOOKING.contains(&method.to_string().as_str()));
                    if takes.unwrap_or(whole && !behind_lent) {
                        self.taken.insert(name.to_string());
                    }
                }
                TokenTree::Group(group) => self.take_all(group.stream(), true),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl Visit<'_> for Left {
    fn visit_pat_ident(&mut self, name: &syn::PatIdent) {
        let text = name.ident.to_string();
        if self.names.contains(&text) {
            self.bound.entry(text).or_default().push(start(name.ident.span()));
        }
        visit::visit_pat_ident(self, name);
    }

    fn visit_macro(&mut self, invocation: &syn::Macro) {
        let name = shape::last_of(&invocation.path).unwrap_or_default();
        self.take_all(invocation.tokens.clone(), name == "dbg");
    }
}

impl Body<'_> {
    /// Whether a place that is left where it is belongs to the innermost closure or future, and is still there.
    pub(super) fn is_still_here(&self, place: &Expr) -> bool {
        let Expr::Path(path) = shape::bare_expr(place) else { return false };
        let name = path.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let left = &self.opening.left;
        let is_own = |begins: Span| matches!(left.bound.get(&name).map(Vec::as_slice), Some([at]) if *at > start(begins));
        !left.taken.contains(&name) && self.opening.around.is_none_or(is_own)
    }
}

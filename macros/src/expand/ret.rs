//! `ret` in a clause: the returned value, behind a reference.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};

use crate::span::generated;

/// The reference behind `ret`.
pub(super) fn ret_name(at: Span) -> Ident {
    Ident::new("__candor_ret", generated(at))
}

/// `ret` is the value itself, not a reference to it: it becomes `(*reference)`. A `*ret` of the user's means the same.
pub(super) struct Ret;

impl Ret {
    fn value(at: Span) -> TokenStream {
        let name = ret_name(at);
        quote_spanned!(at=> (*#name))
    }

    /// The same in the tokens of a macro, such as `matches!(ret, ..)`.
    fn within(tokens: TokenStream) -> TokenStream {
        let mut is_member = false;
        let each = tokens.into_iter().map(|token| match token {
            TokenTree::Ident(ident) if ident == "ret" && !std::mem::take(&mut is_member) => {
                Ret::value(ident.span())
            }
            TokenTree::Group(group) => {
                is_member = false;
                let mut inner = Group::new(group.delimiter(), Ret::within(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            other => {
                is_member =
                    matches!(&other, TokenTree::Punct(dot) if dot.as_char() == '.' || dot.as_char() == ':');
                other.into()
            }
        });
        each.collect()
    }
}

impl VisitMut for Ret {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let named = match &*expr {
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => &*unary.expr,
            other => other,
        };
        match named {
            Expr::Path(path) if path.path.is_ident("ret") => {
                *expr = Expr::Verbatim(Ret::value(path.path.span()))
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = Ret::within(std::mem::take(&mut mac.tokens));
    }
}

/// Where a text within a macro shows `ret`, as in `format!("{ret:?}")`: that name has to be there.
pub(super) fn shown(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => shown(group.stream()),
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            ["{ret}", "{ret:"].iter().any(|shows| text.contains(shows)).then(|| literal.span())
        }
        _ => None,
    })
}

pub(super) fn mentions_ret(expr: &Expr) -> bool {
    fn within(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => ident == "ret",
            proc_macro2::TokenTree::Group(group) => within(group.stream()),
            _ => false,
        })
    }
    within(expr.to_token_stream())
}

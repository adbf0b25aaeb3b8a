//! Watching a value: it passes through a probe, or is looked at where it is.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::vague::Known;
use super::{Body, nested};
use crate::span::{Spot, generated, local};
use crate::token::First;

impl Body<'_> {
    /// Watches an expression that makes a new value, and was walked; the value passes through as a temporary.
    pub(super) fn watch(&self, expr: &mut Expr, probe: &Spot, known: Known) {
        let (first, inner) = (expr.first(), expr.to_token_stream());
        let span = generated(first);
        let watched = if self.suspends {
            // A ladder that is taken by reference would be kept as long as the statement waits.
            let private = self.place.private();
            let (mark, value) = (local("__candor_mark"), local("__candor_seen"));
            let ladder = known.ladder(&private, &value, span);
            parenthesized(
                quote_spanned! {span=>
                    match (#private::mark(), #inner) { (#mark, #value) => { #ladder(#mark, #probe); #value } }
                },
                first,
            )
        } else {
            let (own, number, through) =
                (self.place.own().receiver_at(first), probe.number(), known.through(span));
            let nothing = parenthesized(TokenStream::new(), first);
            quote_spanned!(span=> #own.mark(#number).saw(#inner).#through #nothing)
        };
        *expr = Expr::Verbatim(watched);
    }

    /// The same for what spawned work has returned: its error stands in the `Ok` of the handle.
    pub(super) fn watch_within(&self, expr: &mut Expr, probe: &Spot) {
        let private = self.place.private();
        let span = generated(expr.first());
        let (mark, value) = (local("__candor_mark"), local("__candor_seen"));
        let ladder = Known::Whole.ladder(&private, &value, span);
        let inner = expr.to_token_stream();
        let watched = quote_spanned! {span=>
            (match (#private::mark(), #inner) {
                (#mark, #value) => {
                    use #private::{WithinAny as _, WithinDynamic as _, WithinError as _, WithinLike as _, WithinNamed as _};
                    #ladder(#mark, #probe);
                    (&&&&&#private::Within(&#value)).candor_within(#mark, #probe);
                    #value
                }
            })
        };
        *expr = Expr::Verbatim(watched);
    }

    /// The same for a value whose error can be inside another value.
    pub(super) fn watch_ways(&self, expr: &mut Expr, probe: &Spot, known: Known, ways: &[Vec<syn::Path>]) {
        if ways.is_empty() || known != Known::Whole {
            self.watch(expr, probe, known);
            return;
        }
        let private = self.place.private();
        let span = generated(expr.first());
        let (mark, value) = (local("__candor_mark"), local("__candor_seen"));
        let look = nested::look(&private, ways, (&value, &mark.to_token_stream()), probe);
        let inner = expr.to_token_stream();
        let watched = quote_spanned! {span=>
            match (#private::mark(), #inner) { (#mark, #value) => { #look #value } }
        };
        *expr = Expr::Verbatim(parenthesized(watched, expr.first()));
    }

    /// Looks at a place before it is consumed.
    pub(super) fn peek(&self, place: &Expr, probe: &Spot) -> TokenStream {
        let private = self.place.private();
        let span = generated(place.first());
        quote_spanned!(span=> #private::look(&#place).candor_look(#private::mark(), #probe))
    }
}

/// The parentheses are the user's: an operator before them must not join places of two kinds.
fn parenthesized(inner: TokenStream, at: Span) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, inner);
    group.set_span(at);
    TokenTree::Group(group).into()
}

/// An expression before which something is looked at. The parentheses are the user's.
pub(super) fn peeked(peek: &TokenStream, expr: &Expr) -> Expr {
    let tokens = quote_spanned!(generated(expr.first())=> (#peek, #expr).1);
    Expr::Verbatim(parenthesized(tokens, expr.first()))
}

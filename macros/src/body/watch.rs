//! Watching a value: it passes through a probe, or is looked at where it is.

use std::cell::Cell;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Pat, Type};

use super::left::Left;
use super::vague::Known;
use super::{Body, nested};
use crate::span::{Private, Spot, generated, local};
use crate::token::First;

/// The statement that is being walked, and whether what is walked now is the first thing that it evaluates. A value that is
/// watched there notes the position of the statement as well.
#[derive(Default)]
pub(super) struct Opening {
    position: Cell<Option<(Span, char)>>,
    is_first: Cell<bool>,
    /// The first statement of the function, whose position is noted by whoever begins the call, has been opened.
    has_begun: bool,
    /// The type that is written beside the value of the statement, if the value is thrown away.
    pub(super) written: Option<Type>,
    /// Where the innermost closure or future around begins.
    pub(super) around: Option<Span>,
    /// What is left in place in the body.
    pub(super) left: Left,
}

impl Opening {
    /// Whether what is walked now is the first thing that its statement evaluates; for what comes then, it is not.
    pub(super) fn take_first(&self) -> bool {
        self.is_first.take()
    }

    pub(super) fn set_first(&self, is_first: bool) {
        self.is_first.set(is_first);
    }

    /// Notes the type that a pattern writes, where the value is thrown away.
    pub(super) fn write(&mut self, pattern: &Pat, is_thrown: bool) {
        if let (true, Pat::Type(typed)) = (is_thrown, pattern) {
            self.written = Some((*typed.ty).clone());
        }
    }
}

impl Body<'_> {
    /// Begins a statement. Returns the position of the one around it where that is still to be noted, and whether this one may be
    /// noted by a value.
    pub(super) fn open(&mut self, position: Option<(Span, char)>) -> (Option<(Span, char)>, bool) {
        let merges = self.opening.has_begun && self.is_outermost() && !self.suspends;
        let position = position.filter(|_| merges);
        self.opening.has_begun = true;
        self.opening.set_first(position.is_some());
        (self.opening.position.replace(position), position.is_some())
    }

    /// Ends it, and tells whether a value has noted its position.
    pub(super) fn close(&mut self, (around, merges): (Option<(Span, char)>, bool)) -> bool {
        self.opening.set_first(false);
        self.opening.position.replace(around).is_none() && merges
    }

    /// Watches an expression that makes a new value, and was walked; the value passes through as a temporary.
    pub(super) fn watch(&self, expr: &mut Expr, probe: &Spot, known: Known) {
        self.watch_by(expr, probe, known.through());
    }

    /// The same, by this method.
    fn watch_by(&self, expr: &mut Expr, probe: &Spot, through: &str) {
        let is_first = self.opening.take_first();
        let (first, inner) = (expr.first(), expr.to_token_stream());
        let span = generated(first);
        let through = Ident::new(through, span);
        let own = self.place.own().receiver_at(first);
        let watched = if self.suspends {
            // Bound in an arm: what is taken by reference would be kept as long as the statement waits. And the place of the probe
            // comes behind the expression, which may wait.
            let (private, value) = (self.place.private(), local("__candor_seen"));
            parenthesized(
                quote_spanned! {span=>
                    match #private::saw(#own.moment(), #inner, #probe) { mut #value => #value.#through() }
                },
                first,
            )
        } else {
            let opening = if is_first { self.opening.position.take() } else { None };
            let mark = match opening {
                Some((span, exit)) => {
                    self.place.open(probe, span, exit);
                    "reach"
                }
                None => "mark",
            };
            let (mark, number) = (Ident::new(mark, span), probe.number());
            let nothing = parenthesized(TokenStream::new(), first);
            quote_spanned!(span=> #own.#mark(#number).saw(#inner).#through #nothing)
        };
        *expr = Expr::Verbatim(watched);
    }

    /// The same for a value that is thrown away. It may be none at all, as what `exit()` returns, and that is no argument.
    ///
    /// It may also be a future, of which nothing was done yet.
    pub(super) fn watch_thrown(&self, expr: &mut Expr, probe: &Spot, (known, may_begin): (Known, bool)) {
        if known != Known::Whole {
            self.watch_by(expr, probe, known.through_thrown());
            return;
        }
        let (private, own, number) = (self.place.private(), self.place.own(), probe.number());
        bind(expr, &private, |mark, value| {
            let at = value.span();
            let unbegun = may_begin
                .then(|| quote_spanned!(at=> #private::unbegun(&#value).candor_throw(#own, #number);));
            quote_spanned!(at=> #private::look(&#value).candor_look(#mark, #own, #number); #unbegun)
        });
    }

    /// The same for what spawned work has returned: its error stands in the `Ok` of the handle.
    pub(super) fn watch_within(&self, expr: &mut Expr, probe: &Spot) {
        let private = self.place.private();
        bind(expr, &private, |mark, value| {
            let within = self.within(&value.to_token_stream(), &mark.to_token_stream(), probe);
            quote_spanned!(value.span()=> #private::look(&#value).candor_look(#mark, #probe); #within)
        });
    }

    /// The same for a value whose error can be inside another value.
    pub(super) fn watch_ways(&self, expr: &mut Expr, probe: &Spot, known: Known, ways: &[Vec<syn::Path>]) {
        if ways.is_empty() || known != Known::Whole {
            self.watch(expr, probe, known);
            return;
        }
        self.opening.set_first(false);
        let private = self.place.private();
        bind(expr, &private, |mark, value| {
            nested::look(&private, ways, (value, &mark.to_token_stream()), probe)
        });
    }

    /// Hands the type that is written beside a value to what makes the value, as the `let` of the user's does: what is looked at on
    /// its way no longer learns it from there.
    pub(super) fn keep_type(&self, expr: &mut Expr, written: Option<&Type>) {
        let Some(written) = written else { return };
        let (private, inner, first) = (self.place.private(), expr.to_token_stream(), expr.first());
        *expr = Expr::Verbatim(
            quote_spanned!(generated(first)=> #private::Typed::<#written> { value: #inner }.value),
        );
    }

    /// Looks at a place before it is consumed.
    pub(super) fn peek(&self, place: &Expr, probe: &Spot) -> TokenStream {
        let private = self.place.private();
        let span = generated(place.first());
        quote_spanned!(span=> #private::look(&#place).candor_look(#private::mark(), #probe))
    }
}

/// Gives the value of an expression a name, and the moment before it, for whoever looks at it; it passes on as a temporary.
pub(super) fn bind(expr: &mut Expr, private: &Private, look: impl FnOnce(&Ident, &Ident) -> TokenStream) {
    let (first, inner) = (expr.first(), expr.to_token_stream());
    let span = generated(first);
    let (mark, value) = (Ident::new("__candor_mark", span), Ident::new("__candor_seen", span));
    let look = look(&mark, &value);
    let bound = quote_spanned! {span=>
        match (#private::mark(), #inner) { (#mark, #value) => { #look #value } }
    };
    *expr = Expr::Verbatim(parenthesized(bound, first));
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

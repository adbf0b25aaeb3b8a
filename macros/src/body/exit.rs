//! Exits: each `return`, `?` and the tail, and statements that are put in.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Lifetime, Stmt, Type};

use super::vague::Known;
use super::{Body, Mode, shape};
use crate::expand::names_a_lifetime;
use crate::span::{Ladder, generated, local, near_name, own_name};
use crate::token::First;

/// Generated tokens as one statement.
pub(super) fn statement(tokens: &TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens.clone()), None)
}

/// Whether a statement is a position that was put in: `own.at(..);`.
pub(super) fn is_position(statement: Option<&Stmt>) -> bool {
    let Some(Stmt::Expr(Expr::Verbatim(tokens), None)) = statement else { return false };
    // The static stands in parentheses: see `own`.
    fn innermost(token: TokenTree) -> Option<Ident> {
        match token {
            TokenTree::Ident(ident) => Some(ident),
            TokenTree::Group(group) => group.stream().into_iter().last().and_then(innermost),
            _ => None,
        }
    }
    let mut tokens = tokens.clone().into_iter();
    let is_own =
        tokens.next().and_then(innermost).is_some_and(|name| name == own_name() || name == near_name());
    is_own && matches!(tokens.nth(1), Some(TokenTree::Ident(method)) if method == "at")
}

/// The number of a position that was put in as a statement.
pub(super) fn position_of(statement: &Stmt) -> Option<Literal> {
    let Stmt::Expr(Expr::Verbatim(tokens), None) = statement else { return None };
    if !is_position(Some(statement)) {
        return None;
    }
    fn number(tokens: TokenStream) -> Option<Literal> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Literal(literal) => Some(literal),
            TokenTree::Group(group) => number(group.stream()),
            _ => None,
        })
    }
    number(tokens.clone())
}

/// Puts a statement at the head of an arm's body.
pub(super) fn prepend(body: &mut Expr, first: &TokenStream) {
    match body {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
            block.block.stmts.insert(0, statement(first))
        }
        other => {
            let inner = other.to_token_stream();
            let block = quote!({ #first #inner });
            *other = Expr::Verbatim(block);
        }
    }
}

/// The same for the whole arm, which may have ended in a comma only because its body needed one.
pub(super) fn prepend_to_arm(arm: &mut syn::Arm, first: &TokenStream) {
    prepend(&mut arm.body, first);
    if arm.comma.is_none() {
        arm.comma = Some(Default::default());
    }
}

/// The block that is the body of a function whose exits cannot be those of a closure.
pub(crate) fn body_label() -> Lifetime {
    Lifetime::new("'__candor_body", Span::mixed_site())
}

/// Whether `()` may be a value of this type.
fn may_be_unit(ret: &Type) -> bool {
    match ret {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Infer(_) => true,
        _ => false,
    }
}

impl Body<'_> {
    pub(super) fn question(&mut self, expr: &mut Expr) {
        let Expr::Try(question) = expr else { return };
        let span = question.question_token.span;
        let whole = question.expr.first();
        let vague = self.known(&question.expr) != Known::Whole;
        self.visit_expr_mut(&mut question.expr);
        if !self.is_outermost() {
            return;
        }
        let private = self.place.private();
        let spot = self.place.spot(whole, 'q');
        let (at, value) = (generated(span), local("__candor_asked"));
        // As a scrutinee it needs no parentheses, unless it is a struct.
        let operand = shape::bare_expr(&question.expr);
        let inner = if matches!(operand, Expr::Struct(_)) {
            question.expr.to_token_stream()
        } else {
            operand.to_token_stream()
        };
        let ret = &self.ret;
        // What is taken by reference would be kept as long as the statement waits.
        let writes = !self.suspends && matches!(operand, Expr::Macro(wrote) if shape::writes(&wrote.mac));
        let watched = match self.mode {
            Mode::Hook if writes => {
                let (own, number) = (self.place.own().receiver(), spot.number());
                quote_spanned!(at=> #own.wrote::<#ret, _, _>(#number, #inner).candor_wrote())
            }
            Mode::Hook => {
                let ask = Ident::new(if vague { "candor_ask_vague" } else { "candor_ask" }, at);
                let of = local("__candor_of");
                // An argument, not a scrutinee or an arm: what it borrows lives as long as the user's statement.
                let (own, number) = (self.place.own().receiver(), spot.number());
                quote_spanned!(at=> #own.pass::<#ret, _, _, _>(#number, #inner, |mut #of| #of.#ask()))
            }
            Mode::Labelled => {
                let label = body_label();
                self.place.climb(Ladder::Leave);
                // The closure makes the returned value of the operand, as `?` would.
                quote_spanned!(at=> match #inner {
                    #value => {
                        #private::note_at(#spot);
                        if (&&&&#private::Leaving(&#value)).candor_leaves() {
                            break #label (|| -> #ret { #value?; #private::core::unreachable!() })()
                        } else {
                            #value
                        }
                    }
                })
            }
            Mode::Final | Mode::Blind => {
                quote_spanned!(at=> match #inner { #value => { #private::note_at(#spot); #value } })
            }
        };
        let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, watched);
        group.set_span(whole);
        *question.expr = Expr::Verbatim(quote!(#group));
    }

    pub(super) fn return_expr(&mut self, expr: &mut Expr) {
        let span = expr.first();
        let Expr::Return(leaving) = expr else { return };
        let before = self.place.positions();
        visit_mut::visit_expr_return_mut(self, leaving);
        if !self.is_outermost() {
            return;
        }
        self.returns = true;
        let moves = self.place.positions() != before;
        let (number, own, generated) =
            (self.place.position(span, 'r'), self.place.own().receiver(), generated(span));
        let at = quote_spanned!(generated=> #own.left(#number););
        let (value, ret) = (local("__candor_value"), &self.ret);
        let inner = leaving.expr.take().map(|inner| inner.to_token_stream());
        if inner.is_none() && !may_be_unit(ret) {
            // A mistake, which the compiler tells of a `return` and not of a value.
            let leaving = leaving.to_token_stream();
            *expr = Expr::Verbatim(quote_spanned!(generated=> { #at #leaving }));
            return;
        }
        let tokens = match (self.mode, inner) {
            // Nothing in the value notes a position of its own, so this one can be noted before.
            (Mode::Blind, inner) => quote_spanned!(generated=> { #at #inner }),
            // A value that lives too short for a lifetime with a name is told here then, and not where all exits meet.
            (Mode::Hook | Mode::Labelled, Some(inner)) if !moves && names_a_lifetime(ret) => {
                quote_spanned!(generated=> { #at let #value: #ret = #inner; #value })
            }
            (_, Some(inner)) if !moves => quote_spanned!(generated=> { #at #inner }),
            (_, inner) => {
                let inner = inner.unwrap_or_else(|| quote_spanned!(generated=> ()));
                quote_spanned!(generated=> { let #value: #ret = #inner; #at #value })
            }
        };
        if matches!(self.mode, Mode::Labelled | Mode::Hook) {
            let (label, attrs) = (body_label(), &leaving.attrs);
            *expr = Expr::Verbatim(quote_spanned!(generated=> #(#attrs)* break #label #tokens));
        } else {
            leaving.expr = Some(Box::new(Expr::Verbatim(tokens)));
        }
    }
}

//! Where control leaves: `?`, `return`, and `.await`, at which a future may be dropped.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ReturnType, Type};

use super::body::{Body, Use};
use super::form;
use super::table::{Exit, hidden, own};
use crate::source;

impl Body<'_> {
    /// `e?`: an `Err` or a `None` that leaves says where, and how the operation ends.
    pub(crate) fn question(&mut self, expr: &mut Expr) {
        let Expr::Try(tried) = expr else { return };
        self.look_at(&tried.expr);
        let is_unknown = form::is_unknown(&tried.expr);
        let at = tried.question_token.span;
        if !self.is_own {
            self.operand(&mut tried.expr);
            return;
        }
        self.with(Use::operand(), &mut tried.expr);
        let spot = self.table.spot(at, Exit::Question);
        let p = self.table.places.private.clone();
        let returns = self.returns.as_ref().map_or_else(|| quote!(()), |returns| plain(returns, quote!(())));
        let (value, span) = (own("t", at), hidden(at));
        let inner = &tried.expr;
        let phantom = quote_spanned!(span=> ::core::marker::PhantomData::<#returns>);
        let (road, depth) = if is_unknown { (quote!(unknown_road), quote!(&&&)) } else { (quote!(road), quote!(&&&&&&&)) };
        let seen = quote_spanned! {span=>
            match #inner { #value => (#depth #p::Question(&#value, #phantom)).#road().pass(#value, #phantom, #spot) }
        };
        let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, seen);
        group.set_span(source::first_span(quote!(#inner)));
        *tried.expr = Expr::Verbatim(TokenStream::from(proc_macro2::TokenTree::Group(group)));
    }

    /// `return e`: the value is read before it leaves.
    pub(crate) fn returned(&mut self, expr: &mut Expr) {
        let Expr::Return(left) = expr else { return };
        let Some(value) = &mut left.expr else { return };
        self.with(Use { value: true, tail: self.is_own }, value);
        let Some(returns) = self.returns.clone().filter(|_| self.is_own && self.reads_exits) else { return };
        let at = left.return_token.span;
        let spot = self.table.mark(at, Exit::Return);
        let returns = plain(&returns, quote!(_));
        let p = self.table.places.private.clone();
        let (leaving, span) = (own("t", at), hidden(at));
        let read = read(&p, &leaving, span);
        let inner = &left.expr;
        let tokens = quote_spanned!(span=> { let #leaving: #returns = #inner; #spot; #read; #leaving });
        left.expr = Some(Box::new(Expr::Verbatim(tokens)));
    }

    /// `e.await`: a future that is dropped here was suspended here.
    pub(crate) fn awaited(&mut self, expr: &mut Expr, is_statement: bool) {
        let Expr::Await(wait) = expr else { return };
        let at = wait.await_token.span;
        if !is_statement {
            self.is_statement = false;
        }
        self.with(Use::operand(), &mut wait.base);
        let mark = self.table.mark(at, Exit::Await);
        let (future, span) = (own("f", at), hidden(at));
        let (base, dot, word) = (&wait.base, &wait.dot_token, &wait.await_token);
        let attrs = &wait.attrs;
        if !attrs.is_empty() {
            return;
        }
        *expr = Expr::Verbatim(quote_spanned!(span=> match #base { #future => { #mark; #future #dot #word } }));
    }
}

/// `ends_as(|| reading of value)`.
pub(crate) fn read(p: &TokenStream, value: &syn::Ident, span: proc_macro2::Span) -> TokenStream {
    quote_spanned!(span=> #p::ends_as(|| (&&&&&&&&#p::End(&#value)).reading()))
}

/// A return type with every `impl Trait` replaced.
pub(crate) fn plain(returns: &Type, instead: TokenStream) -> Type {
    struct Plain(TokenStream);
    impl VisitMut for Plain {
        fn visit_type_mut(&mut self, node: &mut Type) {
            if matches!(node, Type::ImplTrait(_)) {
                *node = Type::Verbatim(self.0.clone());
            } else {
                visit_mut::visit_type_mut(self, node);
            }
        }
    }
    let mut returns = returns.clone();
    Plain(instead).visit_type_mut(&mut returns);
    returns
}

/// What a signature returns, where it can be written down in a body.
pub(crate) fn written(output: &ReturnType) -> Option<Type> {
    match output {
        ReturnType::Default => Some(Type::Verbatim(quote!(()))),
        ReturnType::Type(_, returns) => match &**returns {
            Type::ImplTrait(_) | Type::Never(_) => None,
            other => Some(other.clone()),
        },
    }
}

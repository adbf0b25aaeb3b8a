//! `operation!("name", words.., body)`: a block, an async block or a closure as an operation of its own.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Error, Expr, ItemFn, LitStr, Pat, ReturnType};

use super::function::Plan;
use crate::attr::{Attr, Errors, split};
use crate::span::{braced, generated};

const FORM: &str = "an operation is a name, words if it has some, and a body: \
    `operation!(\"import rows\", emits(RowInserted), { .. })`; the body is a block, an async block or a closure";

/// The block, the async block or the closure, observed.
pub(crate) fn operation(input: TokenStream) -> TokenStream {
    match parse(input.clone()).and_then(|call| call.expand()) {
        Ok(tokens) => tokens,
        Err(error) => {
            let error = error.into_compile_error();
            // The body stays, so that what is wrong in it is told too.
            let body = body_of(input).unwrap_or_default();
            quote!({ #error #body })
        }
    }
}

struct Call {
    name: LitStr,
    words: TokenStream,
    body: Expr,
}

fn parse(input: TokenStream) -> syn::Result<Call> {
    let mut parts = split(input.clone()).into_iter();
    let name = parts.next().ok_or_else(|| Error::new(Span::call_site(), FORM))?;
    let name: LitStr = syn::parse2(name.clone()).map_err(|_error| Error::new_spanned(&name, FORM))?;
    let body = body_of(input.clone()).ok_or_else(|| Error::new(name.span(), FORM))?;
    let body: Expr = syn::parse2(body)?;
    let words = parts.take_while(|part| !begins_body(part));
    Ok(Call { name, words: words.flat_map(|part| quote!(#part,)).collect(), body })
}

/// Everything from the part on that begins a body; commas in it are its own.
fn body_of(input: TokenStream) -> Option<TokenStream> {
    let mut rest = input.into_iter();
    while let Some(token) = rest.next() {
        if !matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',') {
            continue;
        }
        let ahead: TokenStream = rest.clone().collect();
        if begins_body(&ahead) {
            return Some(without_comma(ahead));
        }
    }
    None
}

fn begins_body(part: &TokenStream) -> bool {
    match part.clone().into_iter().next() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Punct(bar)) => bar.as_char() == '|',
        Some(TokenTree::Ident(word)) => word == "async" || word == "move",
        _ => false,
    }
}

fn without_comma(body: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    if matches!(tokens.last(), Some(TokenTree::Punct(comma)) if comma.as_char() == ',') {
        tokens.pop();
    }
    tokens.into_iter().collect()
}

impl Call {
    fn expand(self) -> syn::Result<TokenStream> {
        let (attr, mut errors) = Attr::parse(self.words.clone());
        if let Expr::Block(block) = &self.body {
            errors.take(returns_nowhere(&block.block));
        }
        errors.finish()?;
        match self.body.clone() {
            Expr::Block(block) => self.on_the_spot(&attr, block.block),
            Expr::Async(block) => self.future(&attr, &block),
            Expr::Closure(closure) => self.closure(&attr, closure),
            other => Err(Error::new_spanned(other, FORM)),
        }
    }

    /// `{ .. }`: run where it stands.
    fn on_the_spot(&self, attr: &Attr, block: Block) -> syn::Result<TokenStream> {
        let at = generated(block.brace_token.span.open());
        let mut item = self.item(block, Vec::new(), ReturnType::Default);
        let Some(plan) = self.plan(attr, &item, true)? else { return Ok(TokenStream::new()) };
        let label = syn::Lifetime::new("'__candor_operation", Span::mixed_site());
        let body = plan.labelled(&label).synchronous(&mut item);
        Ok(quote_spanned!(at=> #label: { #body }))
    }

    /// `async { .. }`: a future.
    fn future(&self, attr: &Attr, block: &syn::ExprAsync) -> syn::Result<TokenStream> {
        let item = self.item(block.block.clone(), Vec::new(), ReturnType::Default);
        let Some(plan) = self.plan(attr, &item, block.capture.is_none())? else {
            return Ok(TokenStream::new());
        };
        let future = plan.asynchronous(&mut block.block.clone(), &item.sig.output, &item);
        let own = plan.item();
        Ok(quote!({ #own #future }))
    }

    /// `|row| { .. }`: an operation at each call.
    fn closure(&self, attr: &Attr, mut closure: syn::ExprClosure) -> syn::Result<TokenStream> {
        let block = match &*closure.body {
            Expr::Block(body) => body.block.clone(),
            body => syn::parse_quote_spanned!(body.span()=> { #body }),
        };
        let at = block.brace_token.span.join();
        let mut item = self.item(block, closure.inputs.iter().cloned().collect(), closure.output.clone());
        let Some(plan) = self.plan(attr, &item, true)? else { return Ok(TokenStream::new()) };
        let body = if closure.asyncness.is_some() {
            let mut block = (*item.block).clone();
            let future = plan.asynchronous(&mut block, &item.sig.output, &item);
            let own = plan.item();
            quote!(#own #future.await)
        } else {
            plan.synchronous(&mut item)
        };
        *closure.body = Expr::Verbatim(braced(body, at));
        Ok(closure.into_token_stream())
    }

    fn plan<'a>(&self, attr: &'a Attr, item: &ItemFn, lends: bool) -> syn::Result<Option<Plan<'a>>> {
        let is_untyped =
            matches!(&item.sig.output, ReturnType::Type(_, of) if matches!(**of, syn::Type::Infer(_)));
        Ok(Plan::of(attr, item, self.name.value())?.map(|plan| plan.inside(lends, is_untyped)))
    }

    /// The body as a function, for those who look at one.
    fn item(&self, block: Block, inputs: Vec<Pat>, output: ReturnType) -> ItemFn {
        let inputs = inputs.into_iter().map(|pattern| -> syn::FnArg {
            match pattern {
                Pat::Type(typed) => {
                    let (pattern, of) = (typed.pat, typed.ty);
                    syn::parse_quote!(#pattern: #of)
                }
                pattern => syn::parse_quote!(#pattern: _),
            }
        });
        let output = match output {
            ReturnType::Default => syn::parse_quote!(-> _),
            typed => typed,
        };
        let mut item: ItemFn = syn::parse_quote!(fn operation(#(#inputs),*) #output #block);
        item.sig.ident.set_span(self.name.span());
        item
    }
}

/// A `return` in a block would leave the operation only, and look as if it left the function.
fn returns_nowhere(block: &Block) -> syn::Result<()> {
    #[derive(Default)]
    struct Returns(Errors);
    impl Visit<'_> for Returns {
        fn visit_expr_return(&mut self, leaving: &syn::ExprReturn) {
            self.0.push(Error::new_spanned(
                leaving.return_token,
                "`return` would leave the operation, not the function around it: let the block end in the value, \
                 or make the operation a closure, which a `return` leaves as everywhere",
            ));
            visit::visit_expr_return(self, leaving);
        }
        fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}
        fn visit_item(&mut self, _item: &syn::Item) {}
    }
    let mut returns = Returns::default();
    returns.visit_block(block);
    returns.0.finish()
}

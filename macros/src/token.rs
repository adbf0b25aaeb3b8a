//! The first and the last token of code. What `syn` tells of a place prints the whole of it first, and the compiler has to
//! take those tokens; here the tree is followed to its edge, and printed only where that is not enough.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Block, Expr, ExprCall, ExprMethodCall, Stmt};

/// Code that begins somewhere.
pub(crate) trait First: ToTokens {
    /// The first token, when the tree tells it and no attribute stands before it.
    fn token(&self) -> Option<Span>;

    /// Where the code begins.
    fn first(&self) -> Span {
        self.token().unwrap_or_else(|| Spanned::span(self))
    }
}

/// Code that ends somewhere.
pub(crate) trait Last: ToTokens {
    /// The last token, when the tree tells it.
    fn close(&self) -> Option<Span>;

    /// The line on which it ends. A span covers the first token only: the last one is asked.
    fn end_line(&self) -> u32 {
        let printed = || match self.to_token_stream().into_iter().last()? {
            TokenTree::Group(group) => Some(group.span_close()),
            token => Some(token.span()),
        };
        self.close().or_else(printed).map_or(0, crate::span::end)
    }
}

impl First for Expr {
    fn token(&self) -> Option<Span> {
        let mut expr = self;
        loop {
            expr = match expr {
                Expr::Call(call) if call.attrs.is_empty() => &call.func,
                Expr::MethodCall(call) if call.attrs.is_empty() => &call.receiver,
                Expr::Field(field) if field.attrs.is_empty() => &field.base,
                Expr::Index(index) if index.attrs.is_empty() => &index.expr,
                Expr::Await(waiting) if waiting.attrs.is_empty() => &waiting.base,
                Expr::Try(question) if question.attrs.is_empty() => &question.expr,
                Expr::Binary(binary) if binary.attrs.is_empty() => &binary.left,
                Expr::Assign(assign) if assign.attrs.is_empty() => &assign.left,
                Expr::Cast(cast) if cast.attrs.is_empty() => &cast.expr,
                other => return leaf(other),
            };
        }
    }
}

/// The first token of an expression that begins with one of its own.
fn leaf(expr: &Expr) -> Option<Span> {
    match expr {
        Expr::Path(path) if path.attrs.is_empty() && path.qself.is_none() => word(&path.path),
        Expr::Macro(invocation) if invocation.attrs.is_empty() => word(&invocation.mac.path),
        Expr::Reference(reference) if reference.attrs.is_empty() => Some(reference.and_token.span),
        Expr::Paren(inner) if inner.attrs.is_empty() => Some(inner.paren_token.span.join()),
        Expr::If(condition) if condition.attrs.is_empty() => Some(condition.if_token.span),
        Expr::Match(matching) if matching.attrs.is_empty() => Some(matching.match_token.span),
        Expr::Return(leaving) if leaving.attrs.is_empty() => Some(leaving.return_token.span),
        Expr::Let(binding) if binding.attrs.is_empty() => Some(binding.let_token.span),
        Expr::Lit(literal) if literal.attrs.is_empty() => Some(literal.lit.span()),
        _ => None,
    }
}

fn word(path: &syn::Path) -> Option<Span> {
    match path.leading_colon {
        None => path.segments.first().map(|first| first.ident.span()),
        Some(_) => None,
    }
}

impl First for Stmt {
    fn token(&self) -> Option<Span> {
        match self {
            Stmt::Local(local) => local.token(),
            Stmt::Expr(expr, _) => expr.token(),
            Stmt::Macro(invocation) if invocation.attrs.is_empty() => word(&invocation.mac.path),
            _ => None,
        }
    }
}

impl First for syn::Local {
    fn token(&self) -> Option<Span> {
        self.attrs.is_empty().then_some(self.let_token.span)
    }
}

impl First for ExprMethodCall {
    fn token(&self) -> Option<Span> {
        if self.attrs.is_empty() { self.receiver.token() } else { None }
    }
}

impl First for ExprCall {
    fn token(&self) -> Option<Span> {
        if self.attrs.is_empty() { self.func.token() } else { None }
    }
}

impl First for syn::Pat {
    fn token(&self) -> Option<Span> {
        match self {
            syn::Pat::TupleStruct(tuple) if tuple.attrs.is_empty() && tuple.qself.is_none() => {
                word(&tuple.path)
            }
            _ => None,
        }
    }
}

impl Last for Expr {
    fn close(&self) -> Option<Span> {
        match self {
            Expr::Call(call) => Some(call.paren_token.span.close()),
            Expr::MethodCall(call) => call.close(),
            Expr::Await(waiting) => Some(waiting.await_token.span),
            Expr::Try(question) => Some(question.question_token.span),
            Expr::Block(block) => block.block.close(),
            Expr::Match(matching) => Some(matching.brace_token.span.close()),
            Expr::Paren(inner) => Some(inner.paren_token.span.close()),
            Expr::Let(binding) => binding.expr.close(),
            Expr::Reference(inner) => inner.expr.close(),
            Expr::Return(leaving) => match &leaving.expr {
                Some(value) => value.close(),
                None => Some(leaving.return_token.span),
            },
            _ => None,
        }
    }
}

impl Last for syn::Pat {
    fn close(&self) -> Option<Span> {
        match self {
            syn::Pat::Ident(name) if name.subpat.is_none() => Some(name.ident.span()),
            syn::Pat::Wild(wild) => Some(wild.underscore_token.span),
            _ => None,
        }
    }
}

impl<T: Last> Last for Box<T> {
    fn close(&self) -> Option<Span> {
        (**self).close()
    }
}

impl Last for ExprMethodCall {
    fn close(&self) -> Option<Span> {
        Some(self.paren_token.span.close())
    }
}

impl Last for Block {
    fn close(&self) -> Option<Span> {
        Some(self.brace_token.span.close())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As they are found when everything is printed.
    fn printed(code: &impl ToTokens) -> ((u32, u32), u32) {
        let tokens: Vec<TokenTree> = code.to_token_stream().into_iter().collect();
        let last = match tokens.last().unwrap() {
            TokenTree::Group(group) => group.span_close(),
            token => token.span(),
        };
        (crate::span::start(tokens[0].span()), crate::span::end(last))
    }

    #[test]
    fn the_edges_of_an_expression_are_those_of_its_tokens() {
        for text in [
            "\n a(1)\n.b(\n2)",
            "\n #[cfg(x)] a.b(1,\n2)",
            "a::<u8>(1)[2].await\n?",
            "<A as B>::c()",
            "::std::mem::take(\n&mut a)",
            "&a.\nb",
            "(a\n+ b)(c)",
            "if a { b } else {\n c }",
            "match a\n { _ => b\n }",
            "return\n Err(e\n)",
            "let Ok(a) = b\n(c)",
            "a = b(\n)",
            "a as\n u8",
            "a + b\n",
            "vec![1,\n2]",
            "\"text\".parse()",
            "{ a\n }",
            "|a|\n b",
            "!a.is_ok()",
        ] {
            let expr: Expr = syn::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((crate::span::start(expr.first()), expr.end_line()), printed(&expr), "{text}");
        }
    }

    #[test]
    fn the_first_token_of_a_statement_is_found() {
        let block: Block = syn::parse_str(
            "{\n let a = b;\n #[cfg(x)]\n let c = d;\n print!(\"\");\n a.b();\n #[cfg(y)] a + b;\n struct S;\n a = b }",
        )
        .expect("a block");
        for statement in &block.stmts {
            assert_eq!(crate::span::start(statement.first()), printed(statement).0);
        }
        let bare: Vec<bool> = block.stmts.iter().map(|statement| statement.token().is_some()).collect();
        assert_eq!(bare, [true, false, true, true, false, false, true]);
    }
}

//! Places and spans for generated code.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// Line and column of the first token; zero outside a compiler.
pub(crate) fn start(span: Span) -> (u32, u32) {
    if !proc_macro::is_available() {
        return (0, 0);
    }
    let start = span.unwrap().start();
    (u32::try_from(start.line()).unwrap_or(0), u32::try_from(start.column()).unwrap_or(0))
}

/// The line on which code ends. A span covers the first token only: the last one is asked.
pub(crate) fn end_line(code: &impl quote::ToTokens) -> u32 {
    let last = code.to_token_stream().into_iter().last();
    let span = match last {
        Some(TokenTree::Group(group)) => group.span_close(),
        Some(token) => token.span(),
        None => return 0,
    };
    if !proc_macro::is_available() {
        return 0;
    }
    u32::try_from(span.unwrap().end().line()).unwrap_or(0)
}

/// A span for generated code at the user's place: its names are its own, its lints are silent, its line is the user's.
pub(crate) fn generated(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}

/// A block whose braces stand somewhere else: a mistake that is about the whole of it is told there.
pub(crate) fn braced(inner: TokenStream, at: Span) -> TokenStream {
    let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, inner);
    group.set_span(at);
    TokenTree::Group(group).into()
}

/// A name that cannot clash with the user's.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// Where candor is, and the function that is being expanded.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) krate: TokenStream,
    pub(crate) function: String,
}

impl Place {
    /// `::candor::__private`
    pub(crate) fn private(&self) -> TokenStream {
        let krate = &self.krate;
        quote!(#krate::__private)
    }

    /// A `Site` for a span.
    pub(crate) fn site(&self, span: Span) -> TokenStream {
        let (line, column) = start(span);
        let (private, function) = (self.private(), &self.function);
        quote!(#private::Site { file: ::core::file!(), line: #line, column: #column, function: #function })
    }

    /// A `&'static Spot` for a span.
    pub(crate) fn spot(&self, span: Span, exit: &str) -> TokenStream {
        let (site, private, exit) = (self.site(span), self.private(), Ident::new(exit, Span::call_site()));
        quote!(&#private::Spot { site: #site, exit: #private::Exit::#exit })
    }

    /// The statement that notes a position.
    pub(crate) fn at(&self, span: Span, exit: &str) -> TokenStream {
        let (spot, private) = (self.spot(span, exit), self.private());
        quote_spanned!(generated(span)=> #private::at(#spot);)
    }
}

/// The user's words for a piece of code, on one line.
pub(crate) fn text(code: &impl quote::ToTokens) -> String {
    let text = code.to_token_stream().to_string();
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (spaced, tight) in [
        (" . ", "."),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (" :: ", "::"),
        (" ?", "?"),
        ("& ", "&"),
        (" [", "["),
    ] {
        text = text.replace(spaced, tight);
    }
    // A call's parenthesis is tight, one behind an operator or a comma is not.
    for operator in ["==", "!=", "<=", ">=", "<", ">", "&&", "||", "+", "-", "*", "/", ",", "=>", "|"] {
        text = text.replace(&format!(" {operator}("), &format!(" {operator} ("));
    }
    text.replace(",(", ", (")
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::text;

    #[test]
    fn words_read_as_they_were_written() {
        for (code, words) in [
            (quote!(ret.rows == count(RowInserted)), "ret.rows == count(RowInserted)"),
            (quote!(!order.lines.is_empty()), "! order.lines.is_empty()"),
            (
                quote!(PaymentCaptured | PaymentDeferred, OrderPlaced * 1),
                "PaymentCaptured | PaymentDeferred, OrderPlaced * 1",
            ),
        ] {
            assert_eq!(text(&code), words);
        }
    }
}

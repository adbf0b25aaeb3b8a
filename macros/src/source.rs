//! Where tokens stand in the user's file, and how they read there.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// A line and a column, both from one; zero where they are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Where a span begins.
pub(crate) fn start(span: Span) -> Position {
    if !proc_macro::is_available() {
        return Position::default();
    }
    let start = span.unwrap().start();
    position(start.line(), start.column())
}

/// Where a span ends.
pub(crate) fn end(span: Span) -> Position {
    if !proc_macro::is_available() {
        return Position::default();
    }
    let end = span.unwrap().end();
    position(end.line(), end.column())
}

fn position(line: usize, column: usize) -> Position {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(0);
    Position { line: narrow(line), column: narrow(column) }
}

/// The last line that tokens touch.
pub(crate) fn last_line(tokens: TokenStream) -> u32 {
    tokens.into_iter().map(|token| end(token.span()).line).max().unwrap_or(0)
}

/// The span of the first token.
pub(crate) fn first_span(tokens: TokenStream) -> Span {
    tokens.into_iter().next().map_or_else(Span::call_site, |token| match token {
        // An invisible group has no place of its own.
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => first_span(group.stream()),
        other => other.span(),
    })
}

/// Tokens as the user wrote them, on one line.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut text = Text { out: String::new(), end: None };
    text.stream(tokens);
    text.out
}

struct Text {
    out: String,
    end: Option<Position>,
}

impl Text {
    fn stream(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(&group),
                other => self.word(&other.to_string(), other.span()),
            }
        }
    }

    fn group(&mut self, group: &proc_macro2::Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.stream(group.stream()),
        };
        self.word(open, group.span_open());
        self.stream(group.stream());
        self.word(close, group.span_close());
    }

    fn word(&mut self, word: &str, span: Span) {
        let (from, to) = (start(span), end(span));
        let touches = self.end == Some(from) && from.line != 0;
        if !self.out.is_empty() && !touches {
            self.out.push(' ');
        }
        self.out.push_str(word);
        self.end = Some(to);
    }
}

//! Places and spans for generated code.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};

/// Line and column of the first token; zero outside a compiler.
pub(crate) fn start(span: Span) -> (u32, u32) {
    #[cfg(test)]
    {
        let start = span.start();
        (u32::try_from(start.line).unwrap_or(0), u32::try_from(start.column + 1).unwrap_or(0))
    }
    #[cfg(not(test))]
    in_compiler(span)
}

#[cfg(not(test))]
fn in_compiler(span: Span) -> (u32, u32) {
    if !proc_macro::is_available() {
        return (0, 0);
    }
    let start = span.unwrap().start();
    (u32::try_from(start.line()).unwrap_or(0), u32::try_from(start.column()).unwrap_or(0))
}

/// The line on which a token ends; zero outside a compiler.
pub(crate) fn end(span: Span) -> u32 {
    #[cfg(test)]
    let line = span.end().line;
    #[cfg(not(test))]
    let line = if proc_macro::is_available() { span.unwrap().end().line() } else { 0 };
    u32::try_from(line).unwrap_or(0)
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

/// The same path, told at another place: what it names stays what it was.
pub(crate) fn located(path: &TokenStream, at: Span) -> TokenStream {
    let moved = path.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(at));
        token
    });
    moved.collect()
}

/// A name that cannot clash with the user's.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The name of the static of the function.
pub(crate) fn own_name() -> Ident {
    local("__CANDOR")
}

/// The number of no position: `NOWHERE` in `core/src/record/place.rs`.
pub(crate) fn nowhere() -> Literal {
    Literal::u32_unsuffixed(u32::MAX >> 1)
}

/// A reference to the static of the function. Written this way, clippy does not take a call with it for one that changes a
/// static, and goes on to say what it has to say of the function.
pub(crate) fn own() -> Own {
    Own { name: own_name(), is_near: false }
}

/// The name of the local that refers to the static. The compiler takes it for less than the static itself.
pub(crate) fn near_name() -> Ident {
    local("__candor_own")
}

/// See [`own`]. It is written often: as tokens of its own and not as a stream, which would be handed to the compiler and back.
pub(crate) struct Own {
    name: Ident,
    is_near: bool,
}

impl ToTokens for Own {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for mark in if self.is_near { "" } else { "&*&" }.chars() {
            let mut mark = Punct::new(mark, Spacing::Alone);
            mark.set_span(self.name.span());
            tokens.append(mark);
        }
        tokens.append(self.name.clone());
    }
}

impl Own {
    /// As what a method is called of.
    pub(crate) fn receiver(self) -> TokenTree {
        if self.is_near {
            return self.name.into();
        }
        let span = self.name.span();
        self.receiver_at(span)
    }

    /// The same in parentheses that stand at a place of the user's. What begins there is joined by an operator before it to
    /// one place, and not to places of two kinds.
    pub(crate) fn receiver_at(self, span: Span) -> TokenTree {
        let mut group = Group::new(Delimiter::Parenthesis, self.into_token_stream());
        group.set_span(span);
        group.into()
    }
}

/// A place of the function, as two arguments.
#[derive(Clone)]
pub(crate) struct Spot(usize);

impl Spot {
    /// Its number among those of the function.
    pub(crate) fn number(&self) -> Literal {
        Literal::usize_unsuffixed(self.0)
    }
}

impl ToTokens for Spot {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        own().to_tokens(tokens);
        tokens.append(Punct::new(',', Spacing::Alone));
        tokens.append(self.number());
    }
}

/// `::candor::__private`, or the name that it has in a function.
#[derive(Clone)]
pub(crate) enum Private {
    Named(Ident),
    Path(TokenStream),
}

impl Private {
    /// The same, as if it were written there.
    pub(crate) fn at(&self, at: Span) -> Private {
        match self {
            Private::Named(name) => Private::Named(Ident::new(&name.to_string(), at)),
            Private::Path(path) => Private::Path(located(path, at)),
        }
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Private::Named(name) => tokens.append(name.clone()),
            Private::Path(path) => path.to_tokens(tokens),
        }
    }
}

/// Where candor is, and the function that is being expanded.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) krate: TokenStream,
    pub(crate) function: String,
    /// It is inside of a function, in which `__private` has a short name.
    is_named: bool,
    noted: Rc<Noted>,
}

/// What the body turned out to need while it was rewritten.
#[derive(Default)]
struct Noted {
    /// The places of the function, each as the core reads it (`core/src/record/place.rs`).
    places: RefCell<Vec<String>>,
    /// One bit for each ladder that is climbed.
    ladders: Cell<u8>,
    /// An error can be left behind, and the value may tell it by its name.
    tells: Cell<bool>,
    /// The code that is written now sees the local that refers to the static.
    is_near: Cell<bool>,
}

/// A ladder of `::candor::__private`, decided at the place of use.
#[derive(Clone, Copy)]
pub(crate) enum Ladder {
    Value = 1,
    Payload = 2,
    Leave = 4,
}

impl Ladder {
    const ALL: [(Ladder, &str); 3] =
        [(Ladder::Value, "value"), (Ladder::Payload, "payload"), (Ladder::Leave, "leave")];
}

impl Place {
    /// Whether the function is called so.
    pub(crate) fn is_of(&self, function: &str) -> bool {
        self.function == function
    }

    /// Whether its name is one of these.
    pub(crate) fn is_a(&self, is: impl Fn(&str) -> bool) -> bool {
        is(&self.function)
    }

    pub(crate) fn new(krate: TokenStream, function: String) -> Place {
        Place { krate, function, is_named: true, noted: Rc::default() }
    }

    /// A place outside of all functions.
    pub(crate) fn outside(krate: TokenStream) -> Place {
        Place { krate, function: String::new(), is_named: false, noted: Rc::default() }
    }

    /// Notes that the returned value may tell of an error by its name.
    pub(crate) fn let_tell(&self) {
        self.noted.tells.set(true);
    }

    /// Whether the returned value may tell of an error by its name.
    pub(crate) fn tells(&self) -> bool {
        self.noted.tells.get()
    }

    /// Whether what is written from now on stands beside the local that refers to the static. A closure would capture it, and a
    /// future would keep it, so neither does. Returns what was said before.
    pub(crate) fn set_near(&self, is_near: bool) -> bool {
        self.noted.is_near.replace(is_near)
    }

    /// The static of the function, by its local where that is seen.
    pub(crate) fn own(&self) -> Own {
        if self.noted.is_near.get() { Own { name: near_name(), is_near: true } } else { own() }
    }

    /// Notes that the body climbs a ladder, so that its rungs are brought in.
    pub(crate) fn climb(&self, ladder: Ladder) {
        self.noted.ladders.set(self.noted.ladders.get() | ladder as u8);
    }

    /// What stands before the body: the rungs that it climbs, without names.
    pub(crate) fn head(&self) -> TokenStream {
        let (private, climbed) = (self.private(), self.noted.ladders.get());
        let ladders = Ladder::ALL.iter().filter(|(ladder, _)| climbed & *ladder as u8 != 0);
        let ladders: Vec<Ident> = ladders.map(|(_, name)| Ident::new(name, Span::call_site())).collect();
        let span = Span::mixed_site();
        match ladders.len() {
            0 => TokenStream::new(),
            _ => quote_spanned!(span=> #[allow(unused_imports)] use #private::ladder::{#(#ladders::*),*};),
        }
    }

    /// The places that were noted, as one text.
    pub(crate) fn places(&self) -> String {
        self.noted.places.borrow().join("; ")
    }

    /// How many positions were noted.
    pub(crate) fn positions(&self) -> usize {
        self.noted
            .places
            .borrow()
            .iter()
            .filter(|place| place.starts_with('@') || !place.contains('-'))
            .count()
    }

    /// Notes a place, and tells its number.
    fn note(&self, place: String) -> usize {
        let mut places = self.noted.places.borrow_mut();
        places.push(place);
        places.len() - 1
    }

    /// `::candor::__private`; in a function by the name that it has there, a short one, since it is written often.
    pub(crate) fn private(&self) -> Private {
        if self.is_named { Private::Named(local("__candor")) } else { Private::Path(self.path()) }
    }

    /// `::candor::__private`
    pub(crate) fn path(&self) -> TokenStream {
        let krate = &self.krate;
        quote!(#krate::__private)
    }

    /// A `Site` for a span.
    pub(crate) fn site(&self, span: Span) -> TokenStream {
        let (line, column) = start(span);
        let (private, function) = (self.private(), &self.function);
        quote!(#private::Site { file: #private::core::file!(), line: #line, column: #column, function: #function })
    }

    /// A name for the type that the place around a block expects of it.
    pub(crate) fn expects(&self, name: &Ident, leave: &TokenStream) -> TokenStream {
        let private = self.private();
        quote! {
            let #name = #private::Expected::new();
            if let #private::core::option::Option::Some(__candor_none) = #name.none() { #leave __candor_none; }
        }
    }

    /// The number of a position. The exit is the first letter of its name.
    pub(crate) fn position(&self, span: Span, exit: char) -> Literal {
        self.spot(span, exit).number()
    }

    /// A position, as two arguments.
    pub(crate) fn spot(&self, span: Span, exit: char) -> Spot {
        let (line, column) = start(span);
        Spot(self.note(format!("{line}:{column} {exit}")))
    }

    /// The statement that notes a position.
    pub(crate) fn at(&self, span: Span, exit: char) -> TokenStream {
        let (number, own) = (self.position(span, exit), self.own().receiver());
        quote_spanned!(generated(span)=> #own.at(#number);)
    }

    /// A probe is the position of its statement as well.
    pub(crate) fn open(&self, probe: &Spot, span: Span, exit: char) {
        let (line, column) = start(span);
        if let Some(place) = self.noted.places.borrow_mut().get_mut(probe.0) {
            place.insert_str(0, &format!("@{line}:{column} {exit} "));
        }
    }

    /// A probe for a span, as two arguments; the other words are those of the core.
    pub(crate) fn probe(&self, span: Span, words: &str) -> Spot {
        let (line, column) = start(span);
        Spot(self.note(format!("{line}:{column}-{words}")))
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

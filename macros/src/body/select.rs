//! Handlers of `select!`: what stands behind each `=>` is code of this function, and is rewritten as such. The futures before it
//! stay as they are, and so do the patterns, but for `_ = download() =>`: what the work has returned is looked at in the handler.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, Pat};

use super::probe::{Disposition, Probe, Verdict};
use super::{Body, exit, flat, nested, shape, telling};
use crate::span::{Private, generated, local};
use crate::token::First;

/// Words of calls that wait for a time, a sign, the next item or the end of the other side: that it has come is all that
/// there is to know.
const WAITING: [&str; 32] = [
    "recv",
    "read",
    "next",
    "accept",
    "poll",
    "pop",
    "peek",
    "wait",
    "changed",
    "closed",
    "cancelled",
    "tick",
    "sleep",
    "notified",
    "signal",
    "shutdown",
    "stop",
    "stopped",
    "pending",
    "ready",
    "timeout",
    "delay",
    "until",
    "ctrl",
    "terminate",
    "yield",
    "heartbeat",
    "heartbeats",
    "ping",
    "pings",
    "keepalive",
    "alive",
];

/// Whether a macro has branches with handlers.
pub(super) fn selects(mac: &syn::Macro) -> bool {
    shape::last_of(&mac.path).is_some_and(|name| matches!(name.as_str(), "select" | "select_biased"))
}

/// `tokio::select!`, which takes any future; that of `futures` takes some only.
fn names_tokio(mac: &syn::Macro) -> bool {
    mac.path.segments.first().is_some_and(|first| first.ident == "tokio")
}

impl Body<'_> {
    /// Rewrites the handlers; what cannot be read stays as it is.
    pub(super) fn in_select(&mut self, mac: &mut syn::Macro) {
        let (mut written, mut rest) = (TokenStream::new(), mac.tokens.clone());
        let may_look = names_tokio(mac);
        while let Some((before, behind)) = at_handler(&rest) {
            if let Some(branch) = Branch::read(before.clone()) {
                self.learn_next(&branch.pattern, &branch.work);
            }
            let before = if may_look { self.sifted(before) } else { before };
            let lost = if may_look { self.lost_work(&before) } else { None };
            let held = lost.as_ref().and_then(|_| bound(before.clone(), &self.place.private()));
            let lost = lost.filter(|_| held.is_some());
            written.extend(held.unwrap_or(before));
            let Some((handler, left)) = self.handler(behind.clone(), lost) else {
                rest = behind;
                break;
            };
            written.extend(handler);
            rest = left;
        }
        written.extend(rest);
        mac.tokens = written;
    }

    /// The first handler of these tokens, rewritten, and what is behind it.
    fn handler(&mut self, tokens: TokenStream, lost: Option<Expr>) -> Option<(TokenStream, TokenStream)> {
        let is_block = matches!(tokens.clone().into_iter().next(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
        if is_block {
            let read = |input: ParseStream<'_>| Ok((input.parse::<Block>()?, input.parse::<TokenStream>()?));
            let (mut block, rest) = read.parse2(tokens).ok()?;
            let look = lost.map(|work| self.look_at(&work, &block));
            self.visit_block_mut(&mut block);
            if let Some(look) = look {
                block.stmts.insert(0, exit::statement(&look));
            }
            return Some((block.to_token_stream(), rest));
        }
        let read = |input: ParseStream<'_>| Ok((input.parse::<Expr>()?, input.parse::<TokenStream>()?));
        let (mut handler, rest) = read.parse2(tokens).ok()?;
        let look = lost.map(|work| self.look_at(&work, &syn::parse_quote!({ #handler })));
        self.visit_expr_mut(&mut handler);
        let handler = match look {
            Some(look) => quote!({ #look #handler }),
            None => quote!(#handler),
        };
        Some((handler, rest))
    }

    /// The work of a branch whose pattern takes nothing of it.
    fn lost_work(&self, before: &TokenStream) -> Option<Expr> {
        let (takes, waits) = waited(before.clone());
        let work = waits.filter(|work| !takes && flat::made(work, self.generic))?;
        let callee = shape::callee(&work);
        let words = telling::words(callee.rsplit("::").next().unwrap_or_default());
        (!words.iter().any(|word| WAITING.contains(&word.as_str()))).then_some(work)
    }

    /// `Some(Ok(row)) = rows.recv() =>` in a loop: an item that is an error fits no pattern, and the others are waited for.
    fn sifted(&self, before: TokenStream) -> TokenStream {
        self.sift(before.clone()).unwrap_or(before)
    }

    fn sift(&self, before: TokenStream) -> Option<TokenStream> {
        let Branch { head, pattern, work, rest } = Branch::read(before)?;
        let ways = nested::ways(std::iter::once(&pattern));
        let takes_good_ones = shape::side(&pattern) == Some(shape::Side::Ok) && !ways.is_empty();
        if self.loops.is_empty() || !takes_good_ones || !flat::made(&work, self.generic) {
            return None;
        }
        let probe = self.probe(&Probe {
            span: work.first(),
            form: "branch",
            verdict: Verdict::plain(Disposition::Dropped, &work),
            callee: &shape::callee(&work),
            iteration: true,
            scrutinee: false,
        });
        let (private, at) = (self.place.private(), generated(work.first()));
        let (value, mark) = (local("__candor_seen"), local("__candor_mark"));
        let look = nested::look(&private, &ways, (&value, &mark.to_token_stream()), &probe);
        let passed = quote_spanned!(at=> #private::passed(#work, |#value, #mark| { #look; }));
        Some(quote!(#head #passed #rest))
    }

    /// The statement that looks at what the work of a branch has returned; the handler says what becomes of it.
    fn look_at(&self, work: &Expr, handler: &Block) -> TokenStream {
        let verdict = self.block_verdict(handler);
        let probe = self.probe(&Probe {
            span: work.first(),
            form: "let_underscore",
            verdict,
            callee: &shape::callee(work),
            iteration: false,
            scrutinee: false,
        });
        let (private, seen) = (self.place.private(), seen());
        quote_spanned!(generated(work.first())=> #private::look(&#seen.value).candor_look(#seen.mark, #probe);)
    }
}

/// The name of what a branch has waited for.
fn seen() -> Ident {
    local("__candor_seen")
}

/// `_ = download() =>`, with a name for the `_`, and with what keeps the type of the value: that of work which never returns
/// would be open where a handler looks at it.
fn bound(before: TokenStream, private: &Private) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = before.into_iter().collect();
    let is =
        |token: &TokenTree, mark: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark);
    let equals = tokens.iter().position(|token| is(token, '='))?;
    let wild = equals.checked_sub(1).and_then(|at| tokens.get_mut(at))?;
    *wild = seen().into();
    let behind: TokenStream = tokens.split_off(equals + 1).into_iter().collect();
    let read = |input: ParseStream<'_>| Ok((input.parse::<Expr>()?, input.parse::<TokenStream>()?));
    let (work, rest) = read.parse2(behind).ok()?;
    let head: TokenStream = tokens.into_iter().collect();
    let at = generated(work.first());
    let held = quote_spanned!(at=> #private::held(#work));
    Some(quote!(#head #held #rest))
}

/// `Some(row) = rows.recv(), if open =>` in its parts; the head ends with the `=`.
struct Branch {
    head: TokenStream,
    pattern: Pat,
    work: Expr,
    rest: TokenStream,
}

impl Branch {
    fn read(before: TokenStream) -> Option<Branch> {
        let mut tokens: Vec<TokenTree> = before.into_iter().collect();
        let is = |token: &TokenTree, marks: &[char]| matches!(token, TokenTree::Punct(mark) if marks.contains(&mark.as_char()));
        let equals = tokens.iter().position(|token| is(token, &['=']))?;
        let behind: TokenStream = tokens.split_off(equals + 1).into_iter().collect();
        let read = |input: ParseStream<'_>| Ok((input.parse::<Expr>()?, input.parse::<TokenStream>()?));
        let (work, rest) = read.parse2(behind).ok()?;
        let head: TokenStream = tokens.iter().cloned().collect();
        // Before it stands `biased;`, or the comma of the branch before.
        let begin = tokens.iter().rposition(|token| is(token, &[';', ','])).map_or(0, |at| at + 1);
        let pattern = tokens.get(begin..equals)?.iter().cloned().collect();
        let pattern = Pat::parse_multi_with_leading_vert.parse2(pattern).ok()?;
        Some(Branch { head, pattern, work, rest })
    }
}

/// The branches of a `select!`: whether a pattern takes the value, what is waited for, and the handler.
pub(super) fn branches(mac: &syn::Macro) -> Vec<(bool, Option<Expr>, Expr)> {
    let (mut found, mut rest) = (Vec::new(), mac.tokens.clone());
    while let Some((before, behind)) = at_handler(&rest) {
        let read = |input: ParseStream<'_>| {
            let handler =
                if input.peek(syn::token::Brace) { Expr::Block(input.parse()?) } else { input.parse()? };
            Ok((handler, input.parse::<TokenStream>()?))
        };
        let Ok((handler, left)) = read.parse2(behind) else { break };
        let (takes, waits) = waited(before);
        found.push((takes, waits, handler));
        rest = left;
    }
    found
}

/// `Some(row) = rows.recv(), if open =>`: whether the pattern takes the value, and what makes it.
fn waited(before: TokenStream) -> (bool, Option<Expr>) {
    let mut tokens = before.into_iter().peekable();
    let pattern: Vec<TokenTree> = std::iter::from_fn(|| {
        tokens.next_if(|token| !matches!(token, TokenTree::Punct(mark) if mark.as_char() == '='))
    })
    .collect();
    let takes = !matches!(pattern.last(), Some(TokenTree::Ident(name)) if name == "_");
    let read = |input: ParseStream<'_>| {
        input.parse::<syn::Token![=]>()?;
        let waits: Expr = input.parse()?;
        input.parse::<TokenStream>().map(|_rest| waits)
    };
    (takes, read.parse2(tokens.collect()).ok())
}

/// Divides tokens behind their first `=>`.
fn at_handler(tokens: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let mut before = Vec::new();
    let mut rest = tokens.clone().into_iter();
    let mut equals = false;
    while let Some(token) = rest.next() {
        let mark = match &token {
            TokenTree::Punct(mark) => Some(mark.as_char()),
            _ => None,
        };
        before.push(token);
        if equals && mark == Some('>') {
            return Some((before.into_iter().collect(), rest.collect()));
        }
        equals = mark == Some('=');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Branch, at_handler, waited};

    #[test]
    fn tokens_are_divided_behind_the_arrow() {
        let tokens = syn::parse_str("biased; Some(x) = next(|a| a >= 1), if y => { z => 1 } else => 2")
            .expect("tokens");
        let (before, rest) = at_handler(&tokens).expect("a handler");
        assert!(before.to_string().ends_with("if y =>"), "{before}");
        let (block, rest) = at_handler(&rest).expect("another one");
        assert!(block.to_string().ends_with("else =>"), "{block}");
        assert!(at_handler(&rest).is_none());
    }

    #[test]
    fn what_is_waited_for_is_read() {
        let read = |text: &str| waited(syn::parse_str(text).expect("tokens"));
        let (takes, waits) = read("biased; Some(x) = rows.recv(), if y =>");
        assert!(takes && matches!(waits, Some(syn::Expr::MethodCall(_))));
        let (takes, waits) = read("_ = ends(1) =>");
        assert!(!takes && matches!(waits, Some(syn::Expr::Call(_))));
        assert!(read("else =>").1.is_none());
    }

    #[test]
    fn a_branch_has_a_pattern() {
        let read = |text: &str| Branch::read(syn::parse_str(text).expect("tokens"));
        assert!(read("biased; Some(Ok(x)) = rows.recv(), if y =>").is_some());
        assert!(read(", Some(Ok(x)) = rows.recv() =>").is_some_and(|it| it.rest.to_string() == "=>"));
        assert!(read("else =>").is_none());
    }
}

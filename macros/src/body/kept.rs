//! Lines of the log that show what is handed on behind them: `match &state { Failed(e) => error!(..), .. } history.push(state);`.
//!
//! The line speaks of a value that somebody else gets, and that says itself what it is.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::mention::Mentions;
use super::probe::{Disposition, Probe, Verdict};
use super::{Body, shape, telling};
use crate::span::generated;

/// Words of calls behind which nobody has the value.
const ENDING: [&str; 8] = ["drop", "forget", "log", "trace", "debug", "print", "warn", "report"];

impl Body<'_> {
    /// The names that a statement looks at in arms, if what they are parts of is handed on behind it.
    pub(super) fn shown_before(&self, statement: &Stmt, rest: &[Stmt]) -> HashSet<String> {
        let (value, patterns) = match statement {
            Stmt::Expr(Expr::Match(matching), _) => {
                (&*matching.expr, matching.arms.iter().map(|arm| &arm.pat).collect())
            }
            Stmt::Expr(Expr::If(condition), _) => match &*condition.cond {
                Expr::Let(binding) => (&*binding.expr, vec![&*binding.pat]),
                _ => return HashSet::new(),
            },
            _ => return HashSet::new(),
        };
        let Some(name) = lent(value).filter(|name| hands_on(name, rest, &self.mentions)) else {
            return HashSet::new();
        };
        patterns.into_iter().flat_map(shape::names).chain([name]).collect()
    }

    /// What stands before a line at WARN or above that shows one of these names.
    pub(super) fn shows_kept(&self, mac: &syn::Macro) -> Option<TokenStream> {
        let alarms =
            shape::last_of(&mac.path).is_some_and(|name| matches!(name.as_str(), "error" | "warn" | "event"));
        if self.courtesy.shown.is_empty() || !alarms || !self.shows(mac.tokens.clone()) {
            return None;
        }
        let first = mac.path.segments.first()?.ident.span();
        let line = Expr::Macro(syn::ExprMacro { attrs: vec![], mac: mac.clone() });
        let probe = self.probe(&Probe {
            span: first,
            form: "err_arm",
            verdict: Verdict::plain(Disposition::Handed, &line),
            callee: "",
            iteration: false,
            scrutinee: false,
        });
        let private = self.place.private();
        Some(quote_spanned!(generated(first)=> #private::met_unread(#probe);))
    }

    /// The same of a line that is a statement.
    pub(super) fn shown_in(&self, statement: &Stmt) -> Option<TokenStream> {
        match statement {
            Stmt::Macro(line) => self.shows_kept(&line.mac),
            _ => None,
        }
    }

    fn shows(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(word) => self.courtesy.shown.contains(&word.to_string()),
            TokenTree::Group(group) => self.shows(group.stream()),
            TokenTree::Literal(text) => {
                let text = text.to_string();
                self.courtesy
                    .shown
                    .iter()
                    .any(|name| text.contains(&format!("{{{name}}}")) || text.contains(&format!("{{{name}:")))
            }
            TokenTree::Punct(_) => false,
        })
    }
}

/// `state` in `&state`.
fn lent(value: &Expr) -> Option<String> {
    match value {
        Expr::Reference(lent) if lent.mutability.is_none() => match &*lent.expr {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        },
        _ => None,
    }
}

/// Whether these statements give a name to somebody else, as it is: to a call, as a field, or as what is returned.
fn hands_on(name: &str, rest: &[Stmt], mentions: &Mentions) -> bool {
    let mut hands = Hands { name, mentions, found: false };
    rest.iter().for_each(|statement| hands.visit_stmt(statement));
    if let Some(Stmt::Expr(last, None)) = rest.last() {
        hands.found |= hands.is_it(last);
    }
    hands.found
}

struct Hands<'a> {
    name: &'a str,
    mentions: &'a Mentions,
    found: bool,
}

impl Hands<'_> {
    fn is_it(&self, value: &Expr) -> bool {
        matches!(shape::bare_expr(value), Expr::Path(path) if path.path.is_ident(self.name))
    }

    fn ends(name: &str) -> bool {
        telling::words(name).iter().any(|word| ENDING.contains(&word.as_str()))
    }

    /// A list of which nobody asks more than how long it is.
    fn is_in_vain(&self, list: &Expr) -> bool {
        matches!(list, Expr::Path(path) if path.path.get_ident().is_some_and(|name| {
            let name = name.to_string();
            self.mentions.is_idle(&name) || self.mentions.is_only_counted(&name)
        }))
    }
}

impl Visit<'_> for Hands<'_> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_macro(&mut self, _mac: &syn::Macro) {}

    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        let name = match &*call.func {
            Expr::Path(path) => shape::last_of(&path.path).unwrap_or_default(),
            _ => String::new(),
        };
        self.found |= !Hands::ends(&name) && call.args.iter().any(|argument| self.is_it(argument));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        let takes = !Hands::ends(&call.method.to_string()) && !self.is_in_vain(&call.receiver);
        self.found |= takes && call.args.iter().any(|argument| self.is_it(argument));
        // What is made of it on the way is what the list gets.
        if takes || !call.args.iter().any(|argument| shape::uses(argument, |word| word == self.name)) {
            visit::visit_expr_method_call(self, call);
        }
    }

    fn visit_expr_tuple(&mut self, tuple: &syn::ExprTuple) {
        self.found |= tuple.elems.iter().any(|element| self.is_it(element));
        visit::visit_expr_tuple(self, tuple);
    }

    fn visit_field_value(&mut self, field: &syn::FieldValue) {
        self.found |= self.is_it(&field.expr);
        visit::visit_field_value(self, field);
    }

    fn visit_expr_return(&mut self, leaving: &syn::ExprReturn) {
        self.found |= leaving.expr.as_deref().is_some_and(|value| self.is_it(value));
        visit::visit_expr_return(self, leaving);
    }
}

#[cfg(test)]
mod tests {
    use super::{Mentions, hands_on};

    fn is_handed(body: &str) -> bool {
        let block: syn::Block =
            syn::parse_str(&format!("{{ let mut list = vec![]; {body} }}")).expect("a block");
        hands_on("state", &block.stmts, &Mentions::of(&block))
    }

    #[test]
    fn whoever_gets_it_knows_what_it_is() {
        for body in [
            "self.history.push(Record { job, state }); ran",
            "list.push(state); list",
            "tx.send((job, id, Some(state))).await?;",
            "return state;",
            "state",
            "Ok(state)",
        ] {
            assert!(is_handed(body), "{body}");
        }
        for body in [
            "drop(state);",
            "log_state(state);",
            "self.observe(&state); ran",
            "if state.is_done() { done += 1; }",
            "info!(?state); ran",
            "list.push(state); list.len()",
            "list.push(Record { state });",
            "match state { Done => 1, _ => 0 }",
        ] {
            assert!(!is_handed(body), "{body}");
        }
    }
}

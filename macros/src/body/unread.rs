//! Values that are replaced before anything looks at them: `let mut result = first(); result = second();`.
//!
//! Only where both stand in the same block, one after the other, so that there is no other way through it. And elements of a
//! `join!` whose name nothing reads, and what `join_all` has returned where nobody looks at more than how much it is.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Pat, Stmt};

use super::probe::{Disposition, Probe, Verdict};
use super::vague::Known;
use super::{Body, shape};
use crate::span::{generated, local};
use crate::token::First;

/// For each statement, whether the name to which it gives a value gets another one before it is mentioned.
pub(super) fn replaced(statements: &[Stmt]) -> Vec<bool> {
    let is_replaced = |(index, statement): (usize, &Stmt)| {
        let Some(name) = given(statement) else { return false };
        let mentions = |later: &&Stmt| mentions(later.to_token_stream(), &name);
        statements.iter().skip(index + 1).find(mentions).is_some_and(|later| replaces(later, &name))
    };
    statements.iter().enumerate().map(is_replaced).collect()
}

/// The name that gets a value which a call makes.
fn given(statement: &Stmt) -> Option<String> {
    let (name, value) = match statement {
        Stmt::Local(binding) => match (shape::bare(&binding.pat), &binding.init) {
            (Pat::Ident(name), Some(init)) if name.mutability.is_some() && init.diverge.is_none() => {
                (name.ident.to_string(), &*init.expr)
            }
            _ => return None,
        },
        Stmt::Expr(Expr::Assign(assign), Some(_)) => (assigned(assign)?, &*assign.right),
        _ => return None,
    };
    shape::is_rvalue(value).then_some(name)
}

fn assigned(assign: &syn::ExprAssign) -> Option<String> {
    let Expr::Path(path) = &*assign.left else { return None };
    path.path.get_ident().map(ToString::to_string)
}

fn replaces(statement: &Stmt, name: &str) -> bool {
    let Stmt::Expr(Expr::Assign(assign), _) = statement else { return false };
    assigned(assign).as_deref() == Some(name) && !mentions(assign.right.to_token_stream(), name)
}

/// Whether a name is mentioned, in the text of a format string too.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(text) => text.to_string().contains(&format!("{{{name}")),
        TokenTree::Punct(_) => false,
    })
}

impl Body<'_> {
    /// Whether this assignment is the statement whose value is replaced.
    pub(super) fn is_replaced(&mut self, assign: &syn::ExprAssign) -> bool {
        std::mem::take(&mut self.replaced)
            && !shape::wraps(&assign.right)
            && self.known(&assign.right) == Known::Whole
            && assigned(assign).is_some()
    }

    /// `result = first();` before `result = second();`.
    pub(super) fn replaced_value(&mut self, value: &mut Expr) {
        let written = self.opening.written.take();
        let known = self.known_as(value, written.as_ref());
        let (callee, iteration) = (shape::callee(value), self.is_iteration(value));
        let probe = self.probe(&Probe {
            span: value.first(),
            form: "overwritten",
            verdict: Verdict::plain(Disposition::Dropped, value),
            callee: &callee,
            iteration,
            scrutinee: false,
        });
        syn::visit_mut::VisitMut::visit_expr_mut(self, value);
        self.keep_type(value, written.as_ref());
        self.watch_thrown(value, &probe, (known, false));
    }

    /// `let (a, _b) = join!(first(), second());`: the elements whose names nothing reads.
    pub(super) fn joined(&self, pattern: &Pat, init: &mut Expr) {
        let Pat::Tuple(names) = shape::bare(pattern) else { return };
        if !is_join(init) || names.elems.iter().any(|name| matches!(name, Pat::Rest(_))) {
            return;
        }
        let is_lost = |name: &Pat| match shape::bare(name) {
            Pat::Wild(_) => true,
            Pat::Ident(name) => self.mentions.is_idle(&name.ident.to_string()),
            _ => false,
        };
        let lost = names.elems.iter().enumerate().filter(|(_, name)| is_lost(name));
        let (private, value) = (self.place.private(), local("__candor_seen"));
        let looks: Vec<_> = lost
            .map(|(index, name)| {
                let probe = self.probe(&Probe {
                    span: name.first(),
                    form: "let_unread",
                    verdict: Verdict::plain(Disposition::Dropped, name),
                    callee: "join",
                    iteration: false,
                    scrutinee: false,
                });
                let element = Literal::usize_unsuffixed(index);
                quote_spanned!(generated(name.first())=> #private::look(&#value.#element).candor_look(#private::mark(), #probe);)
            })
            .collect();
        if !looks.is_empty() {
            let inner = init.to_token_stream();
            *init = Expr::Verbatim(
                quote_spanned!(generated(init.first())=> match #inner { #value => { #(#looks)* #value } }),
            );
        }
    }
}

impl Body<'_> {
    /// `join_all(calls).await;`, and the same for a name of which only the length is asked.
    pub(super) fn all_joined(&self, pattern: Option<&Pat>, value: &mut Expr) {
        let is_lost = match pattern.map(shape::bare) {
            None | Some(Pat::Wild(_)) => true,
            Some(Pat::Ident(name)) => self.mentions.is_only_measured(&name.ident),
            Some(_) => false,
        };
        if !is_lost || !joins_all(value) {
            return;
        }
        let probe = self.probe(&Probe {
            span: value.first(),
            form: "let_unread",
            verdict: Verdict::plain(Disposition::Dropped, value),
            callee: "join_all",
            iteration: true,
            scrutinee: false,
        });
        let (private, mark) = (self.place.private(), local("__candor_mark"));
        let (all, each) = (local("__candor_seen"), local("__candor_each"));
        let inner = value.to_token_stream();
        *value = Expr::Verbatim(quote_spanned! {generated(value.first())=>
            match (#private::mark(), #inner) {
                (#mark, #all) => {
                    use #private::{WithinAbsent as _, WithinAny as _, WithinDynamic as _, WithinError as _, WithinLike as _, WithinNamed as _};
                    for #each in #private::all(&#all).candor_all() {
                        #private::look(#each).candor_look(#mark, #probe);
                        (&&&&&&#private::Within(#each)).candor_within(#mark, #probe);
                    }
                    #all
                }
            }
        });
    }
}

/// `join_all(..).await`
pub(super) fn joins_all(value: &Expr) -> bool {
    matches!(shape::bare_expr(value), Expr::Await(waiting)
        if matches!(&*waiting.base, Expr::Call(_)) && shape::callee(&waiting.base).rsplit("::").next() == Some("join_all"))
}

pub(super) fn is_join(init: &Expr) -> bool {
    matches!(init, Expr::Macro(invocation) if shape::last_of(&invocation.mac.path).is_some_and(|name| name == "join"))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn a_value_is_replaced_where_nothing_stands_between() {
        let found = |body: &str| {
            replaced(&syn::parse_str::<syn::Block>(&format!("{{ {body} }}")).expect("a block").stmts)
        };
        assert_eq!(found("let mut r = f(); g(); r = h(); r"), [true, false, false, false]);
        assert_eq!(found("r = f(); r = h();"), [true, false]);
        for body in [
            "let mut r = f(); if x { r = h(); } r",
            "let mut r = f(); r?; r = h();",
            "let mut r = f(); r = h(r);",
            "let mut r = 1; r = h();",
        ] {
            assert!(found(body).iter().all(|is| !is), "{body}");
        }
    }
}

//! Spawned work: an async block or a closure that is handed to a spawn function carries the operation.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr, Stmt};

use super::{Body, shape, vague};
use crate::span::{Private, generated, local};
use crate::token::First;

const SPAWNING: [&str; 5] = ["spawn", "spawn_local", "spawn_blocking", "spawn_on", "spawn_scoped"];

/// Whether an expression spawns work.
pub(super) fn is_spawn(expr: &Expr) -> bool {
    let name = match expr {
        Expr::Call(_) => shape::callee(expr),
        Expr::MethodCall(call) => call.method.to_string(),
        _ => return false,
    };
    is_spawn_name(&name)
}

/// Whether a function of this name spawns work.
pub(super) fn is_spawn_name(name: &str) -> bool {
    name.rsplit("::").next().is_some_and(|last| SPAWNING.contains(&last))
}

/// Whether what a function of this name is given runs elsewhere, as that of a pool does.
pub(super) fn takes_work(name: &str) -> bool {
    is_spawn_name(name) || matches!(name, "submit" | "execute")
}

impl Body<'_> {
    /// Whether the name of a handle is never mentioned again, but to ask whether its work goes on.
    pub(super) fn is_never_joined(&self, pattern: &syn::Pat) -> bool {
        matches!(shape::bare(pattern), syn::Pat::Ident(name) if self.mentions.is_never_asked(&name.ident.to_string()))
    }

    /// A spawn whose handle is thrown away.
    pub(super) fn spawn_dropped(&mut self, expr: &mut Expr) {
        self.dropping = true;
        self.visit_expr_mut(expr);
        self.dropping = false;
    }

    /// A spawn as a statement throws its handle away.
    pub(super) fn is_dropped_spawn(statement: &Stmt) -> bool {
        matches!(statement, Stmt::Expr(expr, Some(_)) if is_spawn(expr))
    }

    /// Wraps the work of a spawn, after its inside was visited.
    pub(super) fn spawned(&self, expr: &mut Expr, dropped: bool) {
        if !is_spawn(expr) {
            return;
        }
        let span = expr.first();
        let private = self.place.private();
        let site = self.place.site(span);
        let (kept, own) = (local("__CANDOR_KEPT"), local("__CANDOR_SPAWN"));
        let fields = |kept| quote!(#private::Spawn { site: #site, handle_dropped: #dropped, detached: false, kept: #kept });
        let none = fields(quote!(#private::core::option::Option::None));
        let spawn = if dropped { quote!(&#own) } else { quote!(&#none) };
        let is_tokios = takes_a_future(expr);
        let arguments = match expr {
            Expr::Call(call) => &mut call.args,
            Expr::MethodCall(call) => &mut call.args,
            _ => return,
        };
        let mut carries = false;
        for argument in arguments {
            let inner = argument.to_token_stream();
            let wrapped = match argument {
                Expr::Async(block) => {
                    let read = reader(&private, block.block.stmts.last());
                    carry(&private, "carried", &spawn, (&inner, &read))
                }
                Expr::Closure(closure) if closure.inputs.is_empty() && closure.asyncness.is_none() => {
                    let read = match &*closure.body {
                        Expr::Block(block) => reader(&private, block.block.stmts.last()),
                        body => reader(&private, Some(&Stmt::Expr(body.clone(), None))),
                    };
                    carry(&private, "carried_fn", &spawn, (&inner, &read))
                }
                Expr::Call(_) | Expr::MethodCall(_) if dropped && is_tokios && makes_a_future(argument) => {
                    carry(&private, "carried", &spawn, (&inner, &reader_of(&private)))
                }
                _ => continue,
            };
            *argument = Expr::Verbatim(wrapped);
            carries = true;
        }
        if dropped && carries {
            let (some, handle) =
                (fields(quote!(#private::core::option::Option::Some(&#kept))), local("__candor_handle"));
            // They are the statement's: `#[cfg(..)] tokio::spawn(..);`.
            let attrs = match expr {
                Expr::Call(call) => std::mem::take(&mut call.attrs),
                Expr::MethodCall(call) => std::mem::take(&mut call.attrs),
                _ => Vec::new(),
            };
            let inner = expr.to_token_stream();
            *expr = Expr::Verbatim(quote_spanned! {generated(span)=>
                #(#attrs)*
                {
                    static #kept: #private::Kept = #private::Kept::new();
                    static #own: #private::Spawn = #some;
                    match #inner { #handle => #kept.by(#handle) }
                }
            });
        }
    }
}

/// `tokio::spawn(work(id))`, which takes nothing but a future; what other functions take is not known by their name.
fn takes_a_future(expr: &Expr) -> bool {
    let callee = shape::callee(expr);
    callee.starts_with("tokio::") && callee.ends_with("::spawn")
}

/// `mail(order)`, `worker.run()`; what `candor` wraps says by itself whose it is.
fn makes_a_future(work: &Expr) -> bool {
    let callee = shape::callee(work);
    !matches!(callee.rsplit("::").next(), None | Some("" | "detached" | "observed" | "carry"))
}

fn carry(
    private: &Private,
    how: &str,
    spawn: &TokenStream,
    work: (&TokenStream, &TokenStream),
) -> TokenStream {
    let (inner, read) = work;
    let at = generated(inner.span());
    // What the work cannot be is told where it stands: a call stands where its first and its last token do.
    let (private, how) = (private.at(inner.span()), Ident::new(how, inner.span()));
    let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(at=> #spawn, #inner, #read));
    arguments.set_span(inner.span());
    quote_spanned!(at=> #private::#how #arguments)
}

/// What reads the output of spawned work. Work that ends without a value, or whose value is decided by what becomes of
/// it, has a type that may not be known yet: nothing is asked of it.
fn reader(private: &Private, last: Option<&Stmt>) -> TokenStream {
    let has_value = match last {
        Some(Stmt::Expr(tail, None)) => {
            !vague::is_decided_later(tail)
                && !matches!(
                    tail,
                    Expr::Loop(_)
                        | Expr::While(_)
                        | Expr::ForLoop(_)
                        | Expr::Macro(_)
                        | Expr::Return(_)
                        | Expr::Break(_)
                        | Expr::Continue(_)
                )
        }
        _ => false,
    };
    if has_value { reader_of(private) } else { quote!(|_| #private::core::option::Option::None) }
}

fn reader_of(private: &Private) -> TokenStream {
    let value = local("__candor_output");
    quote!(|#value| #private::look(#value).candor_kind().err_text(#value))
}

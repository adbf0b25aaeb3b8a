//! Spawned work: an async block or a closure that is handed to a spawn function carries the operation.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr, Stmt};

use super::{Body, shape};
use crate::span::{generated, local};

const SPAWNING: [&str; 5] = ["spawn", "spawn_local", "spawn_blocking", "spawn_on", "spawn_scoped"];

/// Whether an expression spawns work.
pub(super) fn is_spawn(expr: &Expr) -> bool {
    let name = match expr {
        Expr::Call(_) => shape::callee(expr),
        Expr::MethodCall(call) => call.method.to_string(),
        _ => return false,
    };
    name.rsplit("::").next().is_some_and(|last| SPAWNING.contains(&last))
}

impl Body<'_> {
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
        let span = expr.span();
        let private = self.place.private();
        let site = self.place.site(span);
        let spawn = quote!(&#private::Spawn { site: #site, handle_dropped: #dropped, detached: false });
        let arguments = match expr {
            Expr::Call(call) => &mut call.args,
            Expr::MethodCall(call) => &mut call.args,
            _ => return,
        };
        for argument in arguments {
            let inner = argument.to_token_stream();
            let wrapped = match argument {
                Expr::Async(_) => carry(&private, &quote!(carried), &spawn, &inner),
                Expr::Closure(closure) if closure.inputs.is_empty() && closure.asyncness.is_none() => {
                    carry(&private, &quote!(carried_fn), &spawn, &inner)
                }
                _ => continue,
            };
            *argument = Expr::Verbatim(wrapped);
        }
    }
}

fn carry(private: &TokenStream, how: &TokenStream, spawn: &TokenStream, inner: &TokenStream) -> TokenStream {
    let (at, value) = (generated(inner.span()), local("__candor_output"));
    quote_spanned!(at=> #private::#how(#spawn, #inner, |#value| (&&&&&&#private::Look(#value)).look().err_text(#value)))
}

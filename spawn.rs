//! Work that is spawned in an observed body carries its operation.

use quote::{ToTokens as _, quote_spanned};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt, Token};

use super::body::Body;
use super::form::{bare, words};
use super::table::{hidden, own};
use crate::source;

const SPAWNS: &[&str] = &["spawn", "spawn_local", "spawn_blocking", "spawn_on", "spawn_named"];

impl Body<'_> {
    /// Wraps an `async` block or a closure without parameters that is handed to a spawn function.
    pub(crate) fn spawned(&mut self, name: &str, args: &mut Punctuated<Expr, Token![,]>, receiver: Option<&Expr>, is_statement: bool) {
        if !SPAWNS.contains(&name) {
            return;
        }
        for arg in args {
            let (carry, reads) = match bare(arg) {
                Expr::Async(block) => ("carried", !never_ends(&block.block)),
                Expr::Closure(closure) if closure.inputs.is_empty() && closure.asyncness.is_none() => ("carried_fn", !expr_never_ends(&closure.body)),
                _ => continue,
            };
            let at = source::first_span(arg.to_token_stream());
            let dropped = is_statement && receiver.is_none_or(is_runtime);
            self.with(super::body::Use::operand(), arg);
            let p = self.table.places.private.clone();
            let span = hidden(at);
            let site = self.table.places.site(at);
            let carry = syn::Ident::new(carry, span);
            let value = own("v", at);
            let read = if reads {
                quote_spanned!(span=> |#value| (&&&&&&#p::Look(#value)).kind().failure(#value))
            } else {
                quote_spanned!(span=> #p::unread)
            };
            let inner = &*arg;
            *arg = Expr::Verbatim(quote_spanned! {span=>
                #p::#carry(const { &#p::Spawn { site: #site, handle_dropped: #dropped, detached: false } }, #inner, #read)
            });
            return;
        }
    }
}

/// Whether the receiver is a runtime, whose handles nobody else keeps; a `JoinSet` keeps its own.
fn is_runtime(receiver: &Expr) -> bool {
    words(receiver.to_token_stream())
        .iter()
        .any(|word| matches!(word.as_str(), "rt" | "Builder") || word.to_lowercase().contains("runtime") || word.to_lowercase().contains("handle") || word.to_lowercase().contains("executor"))
}

/// Whether a block has no value of a known type: it loops for ever, or panics.
fn never_ends(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(expr, _)) => expr_never_ends(expr),
        Some(Stmt::Macro(call)) => is_panic(&call.mac),
        _ => false,
    }
}

fn expr_never_ends(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Loop(body) => !breaks(&body.body),
        Expr::Block(block) => never_ends(&block.block),
        Expr::Macro(call) => is_panic(&call.mac),
        Expr::Call(call) => words(call.func.to_token_stream()).last().is_some_and(|last| last == "exit" || last == "abort"),
        _ => false,
    }
}

fn is_panic(call: &syn::Macro) -> bool {
    call.path.segments.last().is_some_and(|last| matches!(last.ident.to_string().as_str(), "panic" | "unreachable" | "todo" | "unimplemented"))
}

/// Whether a loop is left by `break`.
fn breaks(block: &Block) -> bool {
    struct Breaks(bool);
    impl<'ast> Visit<'ast> for Breaks {
        fn visit_expr_break(&mut self, _expr: &'ast syn::ExprBreak) {
            self.0 = true;
        }
        fn visit_expr_loop(&mut self, inner: &'ast syn::ExprLoop) {
            // Only a labelled `break` leaves the outer loop from here.
            if inner.label.is_none() {
                visit::visit_expr_loop(self, inner);
            }
        }
        fn visit_expr_closure(&mut self, _closure: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _block: &'ast syn::ExprAsync) {}
        fn visit_macro(&mut self, call: &'ast syn::Macro) {
            self.0 |= words(call.tokens.clone()).iter().any(|word| word == "break");
        }
    }
    let mut breaks = Breaks(false);
    breaks.visit_block(block);
    breaks.0
}

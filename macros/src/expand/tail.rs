//! Functions that end in a future: what is observed is the async block that they return.

use quote::ToTokens;
use syn::{Block, Expr, ItemFn, ReturnType, Stmt};

use super::signature::{self, future_output};
use super::{is_nameless, is_plain};
use crate::body::leaves_unseen;

/// Whether the body can be left unseen with a value that may be a failure.
pub(super) fn has_hidden_exit(item: &ItemFn) -> bool {
    let future = future_output(&item.sig.output);
    let output = future.as_ref().unwrap_or(&item.sig.output);
    if is_plain(output) || is_nameless(output) || signature::is_never(output) {
        return false;
    }
    let polls = matches!(output, ReturnType::Type(_, output) if signature::names(output, "Poll"));
    match future.as_ref().and_then(|_| async_tail(&mut item.block.clone())) {
        Some(inner) => leaves_unseen(&inner.block, false),
        None => leaves_unseen(&item.block, polls && item.sig.asyncness.is_none()),
    }
}

/// The async block at the end of a body.
pub(super) fn async_tail_expr(block: &mut Block) -> Option<&mut Expr> {
    let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut() else { return None };
    match tail {
        Expr::Async(_) => Some(tail),
        Expr::Call(call)
            if call.func.to_token_stream().to_string().replace(' ', "").ends_with("Box::pin") =>
        {
            call.args.first_mut().filter(|argument| matches!(argument, Expr::Async(_)))
        }
        _ => None,
    }
}

/// A copy of it.
pub(super) fn async_tail(block: &mut Block) -> Option<syn::ExprAsync> {
    match async_tail_expr(block)? {
        Expr::Async(inner) => Some(inner.clone()),
        _ => None,
    }
}

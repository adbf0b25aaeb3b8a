//! Exits that the visitor cannot see: inside macros (`bail!`, `ensure!`, a `return` in `select!`), and a `?` on a `Poll`, which
//! goes on when it is pending.
//!
//! A function that has one is looked at behind its whole body, so that such an end counts for what it is.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr, Item, Macro};

use super::shape;

/// Macros that leave nothing by themselves; what is given to them still may.
const STAYING: [&str; 37] = [
    "matches",
    "format_args",
    "concat",
    "stringify",
    "env",
    "option_env",
    "include_str",
    "include_bytes",
    "line",
    "column",
    "file",
    "module_path",
    "cfg",
    "unimplemented",
    "compile_error",
    "thread_local",
    "addr_of",
    "addr_of_mut",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
    "emit",
    "checkpoint",
    "recovered",
    "operation",
    "json",
    "anyhow",
    "eyre",
    "pin",
    "join",
    "try_join",
    "select",
    "select_biased",
    "describe_counter",
];

/// Whether a body can be left unseen; `polls` says that the function returns a `Poll`.
pub(crate) fn leaves_unseen(body: &Block, polls: bool) -> bool {
    let mut exits = Exits { found: false, polls };
    exits.visit_block(body);
    exits.found
}

/// What is looked for in a body.
struct Exits {
    found: bool,
    /// The function returns a `Poll`, so each `?` is one.
    polls: bool,
}

impl Visit<'_> for Exits {
    fn visit_item(&mut self, _item: &Item) {}

    fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}

    fn visit_macro(&mut self, invocation: &Macro) {
        let name = shape::last_of(&invocation.path).unwrap_or_default();
        let name = name.as_str();
        if shape::FORMATTING.contains(&name) && !self.polls && !invokes(&invocation.tokens) {
            // Its arguments are looked at where they stand, and so is each `?` in them.
            return;
        }
        if let Some(arguments) = shape::arguments(invocation) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
            return;
        }
        let stays =
            STAYING.contains(&name) || shape::FORMATTING.contains(&name) || shape::TELLING.contains(&name);
        self.found |= !stays || leaves(invocation.tokens.clone());
    }

    fn visit_expr_try(&mut self, question: &syn::ExprTry) {
        self.found |= self.polls;
        visit::visit_expr_try(self, question);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if !self.found {
            visit::visit_expr(self, expr);
        }
    }
}

/// Whether a macro may be invoked among these tokens, or they are no list of expressions: `vec![read()?; 3]`.
fn invokes(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => invokes(&group.stream()),
        TokenTree::Punct(mark) => matches!(mark.as_char(), '!' | ';'),
        _ => false,
    })
}

/// Whether there is a `return` among these tokens, or a `?` behind an operand. In front of one it is the sigil of a log field.
fn leaves(tokens: TokenStream) -> bool {
    let mut behind_operand = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) => {
                if leaves(group.stream()) {
                    return true;
                }
                behind_operand = group.delimiter() != Delimiter::None;
            }
            TokenTree::Ident(word) if word == "return" => return true,
            TokenTree::Ident(_) => behind_operand = true,
            TokenTree::Punct(mark) if mark.as_char() == '?' && behind_operand => return true,
            TokenTree::Punct(_) | TokenTree::Literal(_) => behind_operand = false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::leaves_unseen;

    fn leaves(body: &str) -> bool {
        leaves_unseen(&syn::parse_str(&format!("{{ {body} }}")).expect("a block"), false)
    }

    #[test]
    fn exits_inside_macros_are_found() {
        for body in [
            "bail!(\"no\");",
            "if x { anyhow::ensure!(y); } z",
            "tokio::select! { a = b => a?, c = d => 1 }",
            "let a = tokio::select! { a = b => a, _ = c => return Err(1) };",
            "info!(rows = count(path)?, \"read\");",
            "assert!(matches!(read()?, Some(_)));",
            "let all = vec![read()?; 3];",
        ] {
            assert!(leaves(body), "{body}");
        }
    }

    #[test]
    fn macros_that_stay_are_none() {
        for body in [
            "info!(?limits, error = ?e, \"started\");",
            "assert_eq!(a()?, 1); println!(\"{}\", b()?);",
            "let (a, b) = tokio::join!(a(), b()); a?; vec![b?]",
            "let f = || bail!(\"in a closure\"); f()",
            "let f = async { bail!(\"in a future\") }; f.await",
            "fn inner() -> Result<(), E> { bail!(\"in an item\") } inner()",
        ] {
            assert!(!leaves(body), "{body}");
        }
    }
}

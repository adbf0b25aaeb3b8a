//! Macro calls inside a body: those that take expressions are walked, all others stay as they are.

use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

use super::body::{Body, Use};
use super::form::called;

/// Macros whose arguments are expressions.
const LISTS: &[&str] = &[
    "println", "print", "eprintln", "eprint", "format", "write", "writeln", "assert", "assert_eq", "assert_ne", "debug_assert",
    "debug_assert_eq", "debug_assert_ne", "vec", "panic", "dbg",
];

impl Body<'_> {
    pub(crate) fn opaque(&mut self, call: &mut Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if !LISTS.contains(&name.as_str()) {
            self.hands.extend(called(call.tokens.clone()));
            return;
        }
        let list = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(mut list) = list else {
            self.hands.extend(called(call.tokens.clone()));
            return;
        };
        if !list.iter().any(|expr| called(expr.to_token_stream()).iter().any(|_| true)) {
            return;
        }
        for expr in &mut list {
            match expr {
                // `name = value` names an argument.
                Expr::Assign(named) => self.with(Use::operand(), &mut named.right),
                other => self.with(Use::operand(), other),
            }
        }
        call.tokens = quote!(#list);
    }
}

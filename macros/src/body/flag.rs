//! Flags that tell an error beside what stands for its value: `Page { items: items.unwrap_or_default(), degraded }`, with
//! `let degraded = items.is_err();` before it.
//!
//! Only as a part of another value. A flag that is counted or logged tells nobody who takes the value.

use std::collections::{HashMap, HashSet};

use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat};

use super::shape;

/// The names of which a part of another value says whether they are errors.
pub(super) fn told(block: &Block) -> HashSet<String> {
    let mut flags = Flags::default();
    flags.visit_block(block);
    flags.told
}

#[derive(Default)]
struct Flags {
    /// What each flag tells of.
    of: HashMap<String, String>,
    told: HashSet<String>,
}

impl Flags {
    fn part(&mut self, value: &Expr) {
        let of = asked(value).or_else(|| self.of.get(&name(value)?).cloned());
        self.told.extend(of);
    }
}

impl Visit<'_> for Flags {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_local(&mut self, local: &syn::Local) {
        if let (Pat::Ident(flag), Some(init)) = (shape::bare(&local.pat), &local.init)
            && let Some(place) = asked(&init.expr)
        {
            self.of.insert(flag.ident.to_string(), place);
        }
        visit::visit_local(self, local);
    }

    fn visit_field_value(&mut self, field: &syn::FieldValue) {
        self.part(&field.expr);
        visit::visit_field_value(self, field);
    }

    fn visit_expr_tuple(&mut self, tuple: &syn::ExprTuple) {
        tuple.elems.iter().for_each(|part| self.part(part));
        visit::visit_expr_tuple(self, tuple);
    }
}

/// `items` in `items.is_err()`.
fn asked(value: &Expr) -> Option<String> {
    match shape::bare_expr(value) {
        Expr::MethodCall(call) if call.method == "is_err" || call.method == "is_ok" => name(&call.receiver),
        Expr::Unary(not) => asked(&not.expr),
        _ => None,
    }
}

fn name(place: &Expr) -> Option<String> {
    let Expr::Path(path) = shape::bare_expr(place) else { return None };
    path.path.get_ident().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_flag_is_a_part_of_another_value() {
        let told = |body: &str| {
            super::told(&syn::parse_str(&format!("{{ {body} }}")).expect("a block")).contains("items")
        };
        assert!(told("let stale = items.is_err(); Page { items: items.unwrap_or_default(), stale }"));
        assert!(told("let fresh = !items.is_err(); (items.unwrap_or_default(), fresh)"));
        assert!(told("Page { fresh: items.is_ok(), items: items.unwrap_or_default() }"));
        assert!(!told("let stale = items.is_err(); if stale { failed += 1; } items.unwrap_or_default()"));
        assert!(!told("Page { stale: false, items: items.unwrap_or_default() }"));
    }
}

//! Items that are left out of a list, and told: `let skipped = lines.len() - values.len();` beside what was read.
//!
//! What was left out is told where the length of the list is taken from another number, and something else than the log
//! looks at what remains.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat};

use super::counted::HowFar;
use super::mention::Mentions;
use super::probe::Disposition;
use super::{Body, shape};

/// Where something is taken from a number: the list whose length that is, and the `let` that names what remains.
#[derive(Default)]
pub(super) struct Rests {
    /// Names that stand for the length of a list.
    lengths: HashMap<String, String>,
    named: Vec<(String, Ident)>,
    told: HashSet<String>,
    /// How far the loops around have come: what is left of them is told by that.
    pub(super) how_far: HowFar,
}

impl Rests {
    /// Those of a body.
    pub(super) fn of(block: &Block) -> Rests {
        let mut rests = Rests { how_far: HowFar::of(block), ..Rests::default() };
        rests.visit_block(block);
        rests
    }

    fn are_told(&self, list: &str, mentions: &Mentions) -> bool {
        self.told.contains(list)
            || self.named.iter().any(|(of, rest)| of == list && !mentions.is_idle_let(rest))
    }

    /// The list whose length is taken from another number.
    fn taken(&self, expr: &Expr) -> Option<String> {
        if let Some(list) = bad_of(expr) {
            return Some(list);
        }
        let from = match shape::bare_expr(expr) {
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::Sub(_)) => &*binary.right,
            Expr::MethodCall(call)
                if matches!(call.method.to_string().as_str(), "saturating_sub" | "abs_diff") =>
            {
                call.args.first()?
            }
            _ => return None,
        };
        match shape::bare_expr(from) {
            Expr::Path(path) => self.lengths.get(&path.path.get_ident()?.to_string()).cloned(),
            length => measured(length),
        }
    }
}

/// `results.iter().filter(|result| result.is_err()).count()`
fn bad_of(expr: &Expr) -> Option<String> {
    let Expr::MethodCall(count) = expr else { return None };
    let Expr::MethodCall(filter) = &*count.receiver else { return None };
    let asks = match filter.args.first()? {
        Expr::Path(path) => shape::last_of(&path.path).is_some_and(|last| last == "is_err"),
        Expr::Closure(closure) => matches!(&*closure.body, Expr::MethodCall(asks) if asks.method == "is_err"),
        _ => false,
    };
    let is_count = count.method == "count" && filter.method == "filter" && asks;
    is_count.then(|| list_of(&filter.receiver)).flatten()
}

/// The list over which a chain of calls goes.
fn list_of(chain: &Expr) -> Option<String> {
    match chain {
        Expr::MethodCall(call) => list_of(&call.receiver),
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// `values.len()`
fn measured(expr: &Expr) -> Option<String> {
    let Expr::MethodCall(call) = shape::bare_expr(expr) else { return None };
    let Expr::Path(path) = &*call.receiver else { return None };
    (call.method == "len").then(|| path.path.get_ident().map(ToString::to_string)).flatten()
}

impl Visit<'_> for Rests {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_macro(&mut self, _invocation: &syn::Macro) {}

    fn visit_local(&mut self, local: &syn::Local) {
        let name = match shape::bare(&local.pat) {
            Pat::Ident(name) => Some(&name.ident),
            _ => None,
        };
        let value = local.init.as_ref().map(|init| &*init.expr);
        if let (Some(name), Some(value)) = (name, value) {
            if let Some(list) = measured(value) {
                self.lengths.insert(name.to_string(), list);
            } else if let Some(list) = self.taken(value) {
                self.named.push((list, name.clone()));
                return;
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if let Some(list) = self.taken(expr) {
            self.told.insert(list);
        }
        visit::visit_expr(self, expr);
    }
}

/// `lines.filter_map(..).collect()`
fn leaves_out(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            matches!(name.as_str(), "filter_map" | "flat_map" | "flatten" | "filter")
                || leaves_out(&call.receiver)
        }
        _ => false,
    }
}

impl Body<'_> {
    /// What becomes of an item that is left out where the rest is told: whoever takes the number has it.
    pub(super) fn of_rest(&self, form: &str, iteration: bool, disposition: Disposition) -> Disposition {
        let leaves_out = iteration
            && matches!(
                form,
                ".ok" | "filter_map_ok" | "err_arm" | "let_else" | ".flat_map" | ".flatten" | ".filter"
            );
        match disposition {
            Disposition::Dropped | Disposition::Substituted if self.is_told && leaves_out => {
                Disposition::Handed
            }
            other => other,
        }
    }

    /// Whether the errors of the list over which this chain goes are told by their number.
    pub(super) fn is_counted_apart(&self, chain: &Expr) -> bool {
        list_of(chain).is_some_and(|list| self.rests.are_told(&list, &self.mentions))
    }

    /// Whether a list is made of what an iterator leaves over, and how much that is not is told.
    pub(super) fn tells_the_rest(&self, pattern: &Pat, init: &Expr) -> bool {
        let Pat::Ident(name) = shape::bare(pattern) else { return false };
        leaves_out(init) && self.rests.are_told(&name.ident.to_string(), &self.mentions)
    }
}

#[cfg(test)]
mod tests {
    use super::{Mentions, Rests};

    fn tells(rest: &str) -> bool {
        let body = format!(
            "{{ let values: Vec<u32> = lines.iter().filter_map(|l| l.parse().ok()).collect(); {rest} }}"
        );
        let block: syn::Block = syn::parse_str(&body).expect("a block");
        Rests::of(&block).are_told("values", &Mentions::of(&block))
    }

    #[test]
    fn what_is_left_out_is_told_where_something_takes_the_difference() {
        for rest in [
            "let skipped = lines.len() - values.len(); Import { values, skipped }",
            "let good = values.len(); Import { good, bad: lines.len() - good }",
            "Import { skipped: lines.len().saturating_sub(values.len()), values }",
        ] {
            assert!(tells(rest), "{rest}");
        }
        assert!(tells("let bad = values.iter().filter(|value| value.is_err()).count(); (values, bad)"));
        for rest in [
            "let bad = values.iter().filter(|value| value.is_ok()).count(); (values, bad)",
            "let bad = values.iter().filter(|value| value.is_err()).count(); warn!(bad); values",
            "let skipped = lines.len() - values.len(); info!(skipped); values",
            "info!(skipped = lines.len() - values.len()); values",
            "Import { all: lines.len(), values: values.len() }",
            "let first = values.len() - 1; first",
        ] {
            assert!(!tells(rest), "{rest}");
        }
    }
}

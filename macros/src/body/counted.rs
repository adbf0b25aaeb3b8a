//! Errors that are told by a number: a counter that lives longer than the place of the error, and how far a loop has come.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, ExprForLoop, Pat, RangeLimits, Stmt};

use super::mention::Mentions;
use super::{Body, answer, arm, shape, telling};

/// Words in the names of counters that say nothing of errors: they count what was done, however it went.
const NEUTRAL: [&str; 15] = [
    "call",
    "calls",
    "request",
    "requests",
    "attempt",
    "attempts",
    "try",
    "tries",
    "retry",
    "retries",
    "total",
    "seen",
    "processed",
    "handled",
    "done",
];

/// `|_| { self.losses.invalid.fetch_add(1, Relaxed); Vec::new() }`: a closure that counts the error where others look, as an arm may.
pub(super) fn counts(closure: &ExprClosure, mentions: &Mentions) -> bool {
    let mut counting = Counting { mentions, own: Vec::new(), found: false };
    counting.visit_expr(&closure.body);
    counting.found
}

struct Counting<'a> {
    mentions: &'a Mentions,
    /// The closure's own names: what is counted there is gone with it.
    own: Vec<String>,
    found: bool,
}

impl Counting<'_> {
    fn is_told(&self, counter: &Expr) -> bool {
        let name = match counter {
            Expr::Field(field) => field.member.to_token_stream().to_string(),
            _ => answer::root(counter).unwrap_or_default(),
        };
        answer::root(counter).is_some_and(|root| !self.own.contains(&root))
            && !telling::words(&name).iter().any(|word| NEUTRAL.contains(&word.as_str()))
    }
}

impl Visit<'_> for Counting<'_> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_closure(&mut self, _closure: &ExprClosure) {}

    fn visit_local(&mut self, local: &syn::Local) {
        let is_fresh = |init: &Expr| matches!(init, Expr::Array(_)) || arm::is_nothing(init);
        if local.init.as_ref().is_some_and(|init| is_fresh(&init.expr)) {
            self.own.extend(shape::names(&local.pat));
        }
        visit::visit_local(self, local);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        let counter = match expr {
            Expr::MethodCall(call) if call.method == "fetch_add" => Some(&*call.receiver),
            Expr::Binary(sum) if matches!(sum.op, syn::BinOp::AddAssign(_)) => Some(&*sum.left),
            _ => None,
        };
        self.found |=
            counter.is_some_and(|counter| self.is_told(counter)) && !self.mentions.writes_in_vain(expr);
        visit::visit_expr(self, expr);
    }
}

/// How many passes of a loop went well, and how many there are if all do: `n` and `count` in `for n in 0..count`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Progress {
    passed: String,
    all: String,
}

impl Progress {
    /// That of a loop of which every pass that comes to its end went well.
    pub(super) fn of(each: &ExprForLoop) -> Option<Progress> {
        let (passed, all) = counted(&each.pat, &each.expr)?;
        let all = all.to_token_stream().to_string();
        (!goes_on(&each.body)).then(|| Progress { passed: passed.to_string(), all })
    }
}

/// `n` in `0..count`, and `(n, item)` of `items.iter().enumerate()`, of which there are `items.len()`.
fn counted<'a>(pattern: &'a Pat, items: &Expr) -> Option<(&'a proc_macro2::Ident, Expr)> {
    let passed = |pattern: &'a Pat| match pattern {
        Pat::Ident(name) => Some(&name.ident),
        _ => None,
    };
    match (pattern, shape::bare_expr(items)) {
        (Pat::Ident(name), Expr::Range(range)) => {
            let from_zero = matches!(range.start.as_deref(), Some(Expr::Lit(from)) if from.to_token_stream().to_string() == "0");
            let open = from_zero && matches!(range.limits, RangeLimits::HalfOpen(_));
            Some((&name.ident, (**range.end.as_ref().filter(|_| open)?).clone()))
        }
        (Pat::Tuple(pair), Expr::MethodCall(call)) if call.method == "enumerate" => {
            let list = match &*call.receiver {
                Expr::MethodCall(iter) if iter.method == "iter" && shape::is_place(&iter.receiver) => {
                    &iter.receiver
                }
                _ => return None,
            };
            Some((passed(pair.elems.first()?)?, syn::parse_quote!(#list.len())))
        }
        _ => None,
    }
}

/// Whether a pass may end early and the next one come.
fn goes_on(body: &Block) -> bool {
    struct Continues(bool);
    impl Visit<'_> for Continues {
        fn visit_expr_continue(&mut self, _next: &syn::ExprContinue) {
            self.0 = true;
        }
        fn visit_item(&mut self, _item: &syn::Item) {}
    }
    let mut continues = Continues(false);
    continues.visit_block(body);
    continues.0
}

/// How far the loops around have come, where they can say it.
#[derive(Default)]
pub(super) struct HowFar {
    loops: Vec<Option<Progress>>,
    /// The number with which the body ends.
    all: String,
}

impl HowFar {
    pub(super) fn of(body: &Block) -> HowFar {
        HowFar { loops: Vec::new(), all: last_of(body) }
    }

    /// Goes into a loop.
    pub(super) fn enter(&mut self, progress: Option<Progress>) {
        self.loops.push(progress);
    }

    pub(super) fn leave(&mut self) {
        self.loops.pop();
    }
}

/// The value with which a body ends, if that is a place or a length.
fn last_of(block: &Block) -> String {
    match block.stmts.last() {
        Some(Stmt::Expr(value, None)) => match answer::unwrapped(value) {
            count @ (Expr::Path(_) | Expr::Field(_)) => count.to_token_stream().to_string(),
            count @ Expr::MethodCall(call) if call.method == "len" => count.to_token_stream().to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

impl Body<'_> {
    /// `for n in 0..count { .. Err(e) => { warn!(..); return n; } .. } count`: whoever has asked for so many sees how many there are.
    pub(super) fn tells_how_far(&self, body: &Expr) -> bool {
        let last = match body {
            Expr::Block(block) => block.block.stmts.last(),
            _ => None,
        };
        let Some(Stmt::Expr(Expr::Return(leaving), _)) = last else { return false };
        let value = leaving.expr.as_deref().map(answer::unwrapped);
        let is_it = |progress: &Progress| {
            progress.all == self.rests.how_far.all
                && matches!(value, Some(Expr::Path(path)) if path.path.is_ident(&progress.passed))
        };
        self.is_outermost() && self.rests.how_far.loops.iter().flatten().any(is_it) && telling::warns(body)
    }
}

#[cfg(test)]
mod tests {
    use super::{Mentions, Progress, counts};

    #[test]
    fn a_closure_counts_where_others_look() {
        let counts = |text: &str| {
            let block: syn::Block = syn::parse_str(&format!(
                "{{ let mut lost = 0; let mut idle = 0; read().unwrap_or_else({text}); lost }}"
            ))
            .expect("a block");
            counts(&syn::parse_str(text).expect("a closure"), &Mentions::of(&block))
        };
        assert!(counts("|e| { self.losses.invalid.fetch_add(1, Relaxed); debug!(e); Vec::new() }"));
        assert!(counts("|_| { lost += 1; 0 }"));
        for text in [
            "|e| { debug!(e); 0 }",
            "|_| { self.calls.fetch_add(1, Relaxed); 0 }",
            "|_| { self.total_requests.fetch_add(1, Relaxed); 0 }",
            "|_| { let mut sum = 0; sum += 1; sum }",
            "|_| { idle += 1; 0 }",
            "|_| 0",
        ] {
            assert!(!counts(text), "{text}");
        }
    }

    #[test]
    fn a_loop_knows_how_far_it_has_come() {
        let progress = |text: &str| {
            let each = syn::parse_str(text).expect("a loop");
            Progress::of(&each).map(|found| format!("{} of {}", found.passed, found.all))
        };
        assert_eq!(progress("for n in 0..count { open()?; }").as_deref(), Some("n of count"));
        assert_eq!(
            progress("for (at, item) in items.iter().enumerate() {}").as_deref(),
            Some("at of items . len ()")
        );
        for text in [
            "for n in 1..count {}",
            "for n in 0..=count {}",
            "for n in 0..count { if full() { continue; } }",
            "for item in items {}",
        ] {
            assert_eq!(progress(text), None, "{text}");
        }
    }
}

//! How often a body mentions its local names, outside of what only tells.
//!
//! A name that is mentioned as often as it is bound has each of its values looked at once: there it ends. Names are counted by
//! their spelling, so a name that is bound twice can only be taken for one that is used more often than it is.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::{answer, courtesy, shape};

/// What is counted of one name.
#[derive(Clone, Copy, Default)]
struct Count {
    bound: usize,
    used: usize,
}

/// The names of a body.
#[derive(Default)]
pub(super) struct Mentions {
    names: HashMap<String, Count>,
    /// How often each `let` of one name is used, by where it stands.
    lets: HashMap<(u32, u32), usize>,
    /// How often the length of a name is asked.
    measured: HashMap<String, usize>,
    /// How often a handle is asked whether its work goes on, or which it is.
    glanced: HashMap<String, usize>,
    /// The names of which it is asked whether any is good, or all are bad.
    sampled: HashSet<String>,
    /// The names to which something was written, sent or put.
    fed: HashSet<String>,
    /// The names that a `let _ = name;` leaves where they are.
    left: HashSet<String>,
    /// The `let` for which a name stands here.
    current: HashMap<String, (u32, u32)>,
}

impl Mentions {
    pub(super) fn of(body: &Block) -> Mentions {
        let mut mentions = Mentions::default();
        mentions.visit_block(body);
        mentions
    }

    /// The same for a loop and its condition.
    pub(super) fn of_while(each: &syn::ExprWhile) -> Mentions {
        let mut mentions = Mentions::of(&each.body);
        mentions.visit_expr(&each.cond);
        mentions
    }

    /// Whether a name is only written to, if it is mentioned at all.
    pub(super) fn is_unread(&self, name: &str) -> bool {
        self.names.get(name).is_none_or(|count| count.bound == 0 && count.used == 0)
    }

    /// Whether this place is a local name with which nothing else is done.
    pub(super) fn is_last(&self, place: &Expr) -> bool {
        let Expr::Path(path) = shape::bare_expr(place) else { return false };
        let name = path.path.get_ident().map(ToString::to_string).unwrap_or_default();
        self.names.get(&name).is_some_and(|count| count.bound > 0 && count.used <= count.bound)
    }

    /// The names that a `let _ = name;` leaves where they are.
    pub(super) fn left(&self) -> &HashSet<String> {
        &self.left
    }

    /// Whether the name of a `let` is never mentioned, until another takes its place.
    pub(super) fn is_idle_let(&self, name: &Ident) -> bool {
        self.lets.get(&crate::span::start(name.span())) == Some(&0)
    }

    /// Whether nothing but its length is asked of the name of a `let`.
    pub(super) fn is_only_measured(&self, name: &Ident) -> bool {
        self.is_idle_let(name) || self.is_idle(&name.to_string()) || {
            let uses = self.lets.get(&crate::span::start(name.span())).copied();
            uses.is_some() && uses == self.measured.get(&name.to_string()).copied()
        }
    }

    /// Whether nothing but how much it is, is asked of a name, if anything is.
    pub(super) fn is_only_counted(&self, name: &str) -> bool {
        let measured = self.measured.get(name).copied().unwrap_or_default();
        self.names.get(name).is_some_and(|count| count.bound > 0 && count.used == measured)
    }

    /// Whether a handle is never asked how its work has ended.
    pub(super) fn is_never_asked(&self, name: &str) -> bool {
        let glanced = self.glanced.get(name).copied().unwrap_or_default();
        self.names.get(name).is_some_and(|count| count.bound > 0 && count.used == glanced)
    }

    /// Whether it is asked of a name whether any is good.
    pub(super) fn is_sampled(&self, name: &Ident) -> bool {
        self.sampled.contains(&name.to_string())
    }

    /// Whether something was written, sent or put to a name.
    pub(super) fn is_fed(&self, name: &str) -> bool {
        self.fed.contains(name)
    }

    /// Whether a name is bound and then never mentioned.
    pub(super) fn is_idle(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|count| count.bound > 0 && count.used == 0)
    }

    /// Whether an expression only writes to a name that nothing reads.
    pub(super) fn writes_in_vain(&self, expr: &Expr) -> bool {
        written(expr).is_some_and(|(name, _)| self.is_idle(&name.to_string()))
    }

    /// A statement that writes to a name and does not look at it: `errors.push(e);`, `failed += 1;`, `last = Some(e);`
    fn visit_written(&mut self, expr: &Expr) {
        match written(expr) {
            Some((_, values)) => values.into_iter().for_each(|value| self.visit_expr(value)),
            None => self.visit_expr(expr),
        }
    }

    fn use_all(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => self.used(name.to_string()),
                TokenTree::Group(group) => self.use_all(group.stream()),
                TokenTree::Literal(text) => self.use_inline(&text.to_string()),
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// `"{name:?} failed"`
    fn use_inline(&mut self, text: &str) {
        for part in text.split('{').skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                self.used(name);
            }
        }
    }

    fn used(&mut self, name: String) {
        if let Some(used) = self.current.get(&name).and_then(|at| self.lets.get_mut(at)) {
            *used += 1;
        }
        self.names.entry(name).or_default().used += 1;
    }
}

/// The name that a statement writes to without looking at it, and what is written.
fn written(expr: &Expr) -> Option<(&Ident, Vec<&Expr>)> {
    let (place, values) = match expr {
        Expr::Assign(assign) => (&*assign.left, vec![&*assign.right]),
        Expr::Binary(binary) if is_compound(&binary.op) => (&*binary.left, vec![&*binary.right]),
        Expr::MethodCall(call) if STORING.contains(&call.method.to_string().as_str()) => {
            (&*call.receiver, call.args.iter().collect())
        }
        _ => return None,
    };
    let Expr::Path(path) = place else { return None };
    path.path.get_ident().map(|name| (name, values))
}

/// Methods that put something into a collection.
const STORING: [&str; 6] = ["push", "push_back", "push_front", "push_str", "insert", "extend"];

fn is_compound(op: &syn::BinOp) -> bool {
    matches!(op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_) | syn::BinOp::BitOrAssign(_))
}

/// Nothing but lines of a log.
fn only_tells(block: &Block) -> bool {
    block.stmts.iter().all(|statement| match statement {
        Stmt::Macro(invocation) => is_telling(&invocation.mac),
        Stmt::Expr(expr, _) => tells(expr),
        _ => false,
    })
}

/// A line of a log, several, or none.
fn tells(expr: &Expr) -> bool {
    match expr {
        Expr::Macro(invocation) => is_telling(&invocation.mac),
        Expr::Block(block) => only_tells(&block.block),
        Expr::Tuple(tuple) => tuple.elems.is_empty(),
        _ => false,
    }
}

fn is_telling(invocation: &syn::Macro) -> bool {
    shape::last_of(&invocation.path).is_some_and(|name| shape::TELLING.contains(&name.as_str()))
}

/// `result.is_err()`, `!errors.is_empty()`, `failed > 0`, `let Err(e) = &result`: a question about a name, and nothing else.
fn asks_a_name(condition: &Expr) -> bool {
    const ASKING: [&str; 6] = ["is_ok", "is_err", "is_some", "is_none", "is_empty", "len"];
    match condition {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Paren(inner) => asks_a_name(&inner.expr),
        Expr::Unary(unary) => asks_a_name(&unary.expr),
        Expr::Reference(inner) => asks_a_name(&inner.expr),
        Expr::Binary(binary) => asks_a_name(&binary.left) && asks_a_name(&binary.right),
        Expr::Let(binding) => matches!(&*binding.expr, Expr::Reference(inner) if asks_a_name(&inner.expr)),
        Expr::MethodCall(call) => {
            ASKING.contains(&call.method.to_string().as_str()) && asks_a_name(&call.receiver)
        }
        _ => false,
    }
}

/// `results.iter().any(|result| result.is_ok())`: one that is good will do.
fn sampled(call: &syn::ExprMethodCall) -> Option<String> {
    let asked = "is_ok";
    let Expr::MethodCall(each) = &*call.receiver else { return None };
    let (Expr::Path(path), true) = (&*each.receiver, each.method == "iter") else { return None };
    let asks = match call.args.first()? {
        Expr::Path(path) => shape::last_of(&path.path).is_some_and(|last| last == asked),
        Expr::Closure(closure) => matches!(&*closure.body, Expr::MethodCall(asks) if asks.method == asked),
        _ => false,
    };
    path.path.get_ident().filter(|_| asks && call.method == "any").map(ToString::to_string)
}

impl Visit<'_> for Mentions {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_pat(&mut self, pattern: &Pat) {
        match pattern {
            // The other cases bind the same names.
            Pat::Or(or) => or.cases.iter().take(1).for_each(|case| self.visit_pat(case)),
            _ => visit::visit_pat(self, pattern),
        }
    }

    fn visit_pat_ident(&mut self, name: &syn::PatIdent) {
        self.names.entry(name.ident.to_string()).or_default().bound += 1;
        visit::visit_pat_ident(self, name);
    }

    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        if let Some(name) = path.path.get_ident() {
            self.used(name.to_string());
        }
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        let method = call.method.to_string();
        if let Expr::Path(path) = &*call.receiver
            && let Some(name) = path.path.get_ident()
        {
            match method.as_str() {
                "len" | "is_empty" => *self.measured.entry(name.to_string()).or_default() += 1,
                "is_finished" | "thread" | "id" => *self.glanced.entry(name.to_string()).or_default() += 1,
                _ => {}
            }
        }
        if courtesy::feeds(&method)
            && let Some(name) = answer::root(&call.receiver)
        {
            self.fed.insert(name);
        }
        if let Some(name) = sampled(call) {
            *self.measured.entry(name.clone()).or_default() += 1;
            self.sampled.insert(name);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_reference(&mut self, lent: &syn::ExprReference) {
        // Whoever has it for a while may write to it.
        if lent.mutability.is_some() {
            self.fed.extend(answer::root(&lent.expr));
        }
        visit::visit_expr_reference(self, lent);
    }

    fn visit_block(&mut self, block: &Block) {
        let outside = self.current.clone();
        visit::visit_block(self, block);
        self.current = outside;
    }

    fn visit_local(&mut self, local: &syn::Local) {
        // In its own value, the name is still that of another.
        local.init.iter().for_each(|init| self.visit_local_init(init));
        self.visit_pat(&local.pat);
        if let (Pat::Wild(_), Some(init)) = (shape::bare(&local.pat), &local.init)
            && let Expr::Path(path) = shape::bare_expr(&init.expr)
        {
            self.left.extend(path.path.get_ident().map(ToString::to_string));
        }
        if let Pat::Ident(name) = &local.pat {
            let at = crate::span::start(name.ident.span());
            self.lets.entry(at).or_default();
            self.current.insert(name.ident.to_string(), at);
        }
    }

    fn visit_expr_assign(&mut self, assign: &syn::ExprAssign) {
        if let (Expr::Infer(_), Expr::Path(path)) = (&*assign.left, shape::bare_expr(&assign.right)) {
            self.left.extend(path.path.get_ident().map(ToString::to_string));
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_match(&mut self, matching: &syn::ExprMatch) {
        let only_tells = matching.arms.iter().all(|arm| tells(&arm.body));
        if !(only_tells && matches!(&*matching.expr, Expr::Reference(inner) if asks_a_name(&inner.expr))) {
            visit::visit_expr_match(self, matching);
        }
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Expr(expr, _) => self.visit_written(expr),
            other => visit::visit_stmt(self, other),
        }
    }

    fn visit_arm(&mut self, arm: &syn::Arm) {
        self.visit_pat(&arm.pat);
        self.visit_written(&arm.body);
    }

    fn visit_expr_if(&mut self, condition: &syn::ExprIf) {
        let only_tells = condition.else_branch.is_none() && only_tells(&condition.then_branch);
        if !(only_tells && asks_a_name(&condition.cond)) {
            visit::visit_expr_if(self, condition);
        }
    }

    fn visit_macro(&mut self, invocation: &syn::Macro) {
        let name = shape::last_of(&invocation.path).unwrap_or_default();
        if shape::writes(invocation)
            && let Some(TokenTree::Ident(place)) = invocation.tokens.clone().into_iter().next()
        {
            self.fed.insert(place.to_string());
        }
        if !shape::TELLING.contains(&name.as_str()) {
            self.use_all(invocation.tokens.clone());
        }
    }
}

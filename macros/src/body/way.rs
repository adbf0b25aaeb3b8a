//! Where the first that works is taken: `if let Ok(hit) = cache.get(key) { return Ok(hit); } load(key)`.
//!
//! What stands behind is another way to the same value, with errors of its own; the error that leads there has had its answer.
//! A value that nothing can fail to give (`Config::default()`) is no other way, and neither is what makes a new thing
//! (`create(mail)` behind a look-up that failed).

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprIf, ExprMatch, Pat, Stmt};

use super::{Body, answer, arm, search, shape, telling, unread};

/// Words of calls that change something: an error of a look-up is no reason to do it.
const CHANGING: [&str; 26] = [
    "create", "insert", "add", "register", "save", "store", "write", "put", "post", "send", "publish",
    "charge", "book", "update", "delete", "remove", "set", "push", "append", "mark", "enqueue", "schedule",
    "new", "default", "defaults", "emit",
];

/// Words of calls that ask something else than a form of their arguments.
const ASKING: [&str; 22] = [
    "fetch", "load", "read", "get", "send", "query", "request", "download", "connect", "open", "call",
    "write", "save", "store", "remote", "primary", "replica", "ask", "post", "put", "find", "recv",
];

/// For each statement, whether what stands behind it is another way to the value with which it would have left.
pub(super) fn other_ways(statements: &[Stmt]) -> Vec<bool> {
    let leads_on = |(index, statement): (usize, &Stmt)| {
        tried(statement)
            .is_some_and(|call| is_other_way(call, statements.get(index + 1..).unwrap_or_default()))
    };
    statements.iter().enumerate().map(leads_on).collect()
}

impl Body<'_> {
    /// Whether the block of an `if let Ok(..)` leaves with what it has found, and not only one of several loops.
    pub(super) fn finds(&self, block: &Block) -> bool {
        ends_with(block, |last| self.leaves_all(last))
    }

    /// Whether every arm for an `Ok` leaves with what it has found.
    pub(super) fn all_find(&self, matching: &ExprMatch) -> bool {
        let mut oks = matching.arms.iter().filter(|arm| !shape::admits_err(&arm.pat)).peekable();
        oks.peek().is_some() && oks.all(|arm| self.leaves_all(&arm.body))
    }

    /// Whether every arm for an `Ok` ends the tries around.
    pub(super) fn all_end_tries(&self, matching: &ExprMatch) -> bool {
        let mut oks = matching.arms.iter().filter(|arm| !shape::admits_err(&arm.pat)).peekable();
        oks.peek().is_some()
            && (self.is_searching() || oks.all(|arm| leaves(&arm.body) || self.items.sets_the_end(&arm.body)))
    }

    /// `if let Ok(id) = post(row) { break; }`, and `if let Err(e) = post(row) { continue; } break;`: whether that ends the tries around.
    pub(super) fn tries_once(&self, condition: &ExprIf) -> bool {
        let Expr::Let(binding) = &*condition.cond else { return false };
        let finds =
            shape::side(&binding.pat) == Some(shape::Side::Ok) && ends_with_one(&condition.then_branch);
        let ends = self.is_searching() || finds;
        ends && self.is_iteration(&binding.expr) && self.is_try(&binding.expr)
    }

    fn leaves_all(&self, body: &Expr) -> bool {
        let is_inner = self.loops.len() > 1 || self.items.depth() > 1;
        leaves(body) && !(is_inner && breaks(body))
    }
}

impl Body<'_> {
    /// Learns the names of what ran side by side: `let (near, far) = join!(ask(near), ask(far));`.
    pub(super) fn learn_side_by_side(&mut self, pattern: &Pat, init: &Expr) {
        if let Pat::Tuple(_) = shape::bare(pattern)
            && unread::is_join(init)
        {
            self.side_by_side.extend(shape::names(pattern));
        }
    }

    /// `near.or(far)` of two that ran side by side: whichever has an answer gives it, and otherwise there is an error.
    pub(super) fn takes_the_other(&self, name: &str, call: &syn::ExprMethodCall) -> bool {
        let is_one = |place: &Expr| {
            matches!(place, Expr::Path(path) if path.path.get_ident()
                .is_some_and(|name| self.side_by_side.contains(&name.to_string())))
        };
        let other = match call.args.first() {
            Some(Expr::Closure(closure)) => &*closure.body,
            Some(other) => other,
            None => return false,
        };
        matches!(name, "or" | "or_else") && is_one(&call.receiver) && is_one(other)
    }
}

/// Whether a loop ends with the first of its passes that comes to the end of its body.
pub(super) fn ends_with_one(body: &Block) -> bool {
    ends_with(body, leaves)
}

fn ends_with(block: &Block, is: impl Fn(&Expr) -> bool) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(last, _)) if is(last))
}

/// Whether what stands in place of an error is an answer to it: the same text taken for another form, what a cache does not
/// have, the last number that still fits.
pub(super) fn is_answered(name: &str, call: &syn::ExprMethodCall) -> bool {
    let first = &*call.receiver;
    match (name, call.args.first()) {
        ("unwrap_or", Some(Expr::Path(limit))) => {
            let callee = shape::callee(first);
            let fits = matches!(callee.rsplit("::").next(), Some("try_from" | "try_into"));
            fits && shape::last_of(&limit.path).is_some_and(|last| last == "MAX" || last == "MIN")
        }
        // `u8::try_from(n).map_or(Cell::Wide(n), Cell::Narrow)`
        ("map_or", Some(other)) => answer::retakes(first, other),
        ("map_or_else", Some(Expr::Closure(other))) => answer::retakes(first, &other.body),
        ("or_else" | "unwrap_or_else", Some(Expr::Closure(closure))) => {
            let other = Stmt::Expr((*closure.body).clone(), None);
            answer::reads_again(first, &[other])
                || name == "or_else"
                    && (answer::tries_again(first, &closure.body)
                        || is_other_form(first, &closure.body)
                        || search::is_other_rule(first, &closure.body)
                        || answer::is_cache(&first.to_token_stream().to_string())
                            && asks_further(&closure.body))
        }
        _ => false,
    }
}

/// Whether two calls take the same thing for one form and then for another: `iso(text).or_else(|_| german(text))`.
pub(super) fn is_other_form(first: &Expr, second: &Expr) -> bool {
    let (Expr::Call(first), Expr::Call(second)) = (shape::bare_expr(first), shape::bare_expr(second)) else {
        return false;
    };
    let words = |call: &syn::ExprCall| match &*call.func {
        Expr::Path(path) => shape::last_of(&path.path).filter(|name| name.starts_with(char::is_lowercase)),
        _ => None,
    };
    let (Some(one), Some(other)) = (words(first), words(second)) else { return false };
    let asks = |name: &str| telling::words(name).iter().any(|word| ASKING.contains(&word.as_str()));
    let same = first.args.to_token_stream().to_string() == second.args.to_token_stream().to_string();
    !first.args.is_empty() && same && !asks(&one) && !asks(&other)
}

/// Whether a body asks somebody else for the value, who can fail too.
pub(super) fn asks_further(body: &Expr) -> bool {
    match body {
        Expr::Block(block) => next_call(&block.block.stmts).is_some(),
        other => next_call(&[Stmt::Expr(other.clone(), None)]).is_some(),
    }
}

/// The call that is tried in a statement which leaves if it works.
fn tried(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Expr(Expr::If(condition), _) => if_tries(condition),
        Stmt::Expr(Expr::Match(matching), _) => match_tries(matching).then_some(&*matching.expr),
        _ => None,
    }
}

fn if_tries(condition: &ExprIf) -> Option<&Expr> {
    if let Expr::MethodCall(asking) = &*condition.cond
        && asking.method == "is_ok"
        && condition.else_branch.is_none()
        && ends_with(&condition.then_branch, leaves)
    {
        return Some(&asking.receiver);
    }
    let Expr::Let(binding) = &*condition.cond else { return None };
    let finds = condition.else_branch.is_none()
        && shape::side(&binding.pat) == Some(shape::Side::Ok)
        && ends_with(&condition.then_branch, leaves);
    finds.then_some(&*binding.expr)
}

/// `match cache.get(key) { Ok(Some(hit)) => return Ok(hit), Ok(None) => {} Err(e) => warn!(..) }`
fn match_tries(matching: &ExprMatch) -> bool {
    let (errs, oks): (Vec<_>, Vec<_>) = matching.arms.iter().partition(|arm| shape::admits_err(&arm.pat));
    let leaving = oks.iter().filter(|arm| leaves(&arm.body)).count();
    let empty = |body: &Expr| arm::does_nothing(body);
    leaving > 0 && oks.iter().all(|arm| leaves(&arm.body) || empty(&arm.body)) && !errs.is_empty()
}

fn leaves(body: &Expr) -> bool {
    match body {
        Expr::Return(leaving) => leaving.expr.as_ref().is_some_and(|value| !is_err(value)),
        Expr::Break(_) => true,
        Expr::Block(block) => ends_with(&block.block, leaves),
        _ => false,
    }
}

/// Whether a body ends the loop around it.
pub(super) fn breaks(body: &Expr) -> bool {
    match body {
        Expr::Break(_) => true,
        Expr::Block(block) => ends_with(&block.block, breaks),
        _ => false,
    }
}

fn is_err(value: &Expr) -> bool {
    matches!(shape::bare_expr(value), Expr::Call(_))
        && shape::callee(value).rsplit("::").next() == Some("Err")
}

/// Whether a loop has an end of its own: a `break` that stands in it and in no loop inside.
pub(super) fn breaks_off(body: &Block) -> bool {
    struct Breaks(bool);
    impl Visit<'_> for Breaks {
        fn visit_expr_break(&mut self, _break: &syn::ExprBreak) {
            self.0 = true;
        }
        fn visit_expr_for_loop(&mut self, _each: &syn::ExprForLoop) {}
        fn visit_expr_while(&mut self, _each: &syn::ExprWhile) {}
        fn visit_expr_loop(&mut self, _each: &syn::ExprLoop) {}
        fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}
        fn visit_item(&mut self, _item: &syn::Item) {}
    }
    let mut breaks = Breaks(false);
    breaks.visit_block(body);
    breaks.0
}

/// Whether a call waits for what another side sends: that it is gone is the end.
pub(super) fn is_received(call: &Expr) -> bool {
    const RECEIVING: [&str; 8] = ["recv", "read", "next", "accept", "poll", "pop", "peek", "wait"];
    let callee = shape::callee(call);
    let words = telling::words(callee.rsplit("::").next().unwrap_or_default());
    words.iter().any(|word| RECEIVING.contains(&word.as_str()))
}

fn is_other_way(call: &Expr, rest: &[Stmt]) -> bool {
    if rest.iter().any(|statement| tried(statement).is_some()) || answer::reads_again(call, rest) {
        return true;
    }
    let Some(next) = next_call(rest) else { return false };
    let words = |call: &Expr| {
        let callee = shape::callee(call);
        telling::words(callee.rsplit("::").next().unwrap_or_default())
    };
    let (first, next) = (words(call), words(next));
    !next.iter().all(String::is_empty)
        && (!next.iter().any(|word| CHANGING.contains(&word.as_str()))
            || first.iter().any(|word| next.contains(word)))
}

/// The next call that can fail: one with a `?`, or the one with whose value all ends.
fn next_call(rest: &[Stmt]) -> Option<&Expr> {
    let mut asked = Asked(None);
    rest.iter().for_each(|statement| asked.visit_stmt(statement));
    asked.0.or_else(|| match rest.last() {
        Some(Stmt::Expr(Expr::Return(leaving), _)) => leaving.expr.as_deref().and_then(called),
        Some(Stmt::Expr(last, None)) => called(last),
        _ => None,
    })
}

/// A call of a function by its name, whose value is returned as it is.
fn called(value: &Expr) -> Option<&Expr> {
    let callee = shape::callee(value);
    let name = callee.rsplit("::").next().unwrap_or_default();
    let gives = !matches!(name, "clone" | "to_owned" | "to_string" | "into" | "default" | "new")
        && name.starts_with(char::is_lowercase)
        && !name.starts_with("unwrap");
    gives.then_some(value)
}

struct Asked<'a>(Option<&'a Expr>);

impl<'a> Visit<'a> for Asked<'a> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}

    fn visit_expr_try(&mut self, question: &'a syn::ExprTry) {
        visit::visit_expr_try(self, question);
        if called(&question.expr).is_some() {
            self.0.get_or_insert(&question.expr);
        }
    }

    /// `match compile(source) { Ok(object) => object, Err(e) => return Err(Broken(e)) }`
    fn visit_expr_match(&mut self, matching: &'a ExprMatch) {
        visit::visit_expr_match(self, matching);
        let is_err = |arm: &&syn::Arm| shape::side(&arm.pat) == Some(shape::Side::Err);
        let leaves = |arm: &syn::Arm| search::leaves_with_error(&arm.body);
        let mut errs = matching.arms.iter().filter(is_err).peekable();
        if errs.peek().is_some() && errs.all(leaves) && called(&matching.expr).is_some() {
            self.0.get_or_insert(&matching.expr);
        }
    }

    fn visit_expr_method_call(&mut self, asking: &'a syn::ExprMethodCall) {
        visit::visit_expr_method_call(self, asking);
        let asks = asking.method == "is_ok" || asking.method == "is_err";
        if asks && called(&asking.receiver).is_some() {
            self.0.get_or_insert(&asking.receiver);
        }
    }
}

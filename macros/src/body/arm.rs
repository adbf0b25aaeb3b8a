//! What an arm does with the error that it was entered for.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::answer::Tried;
use super::excuse::Excuse;
use super::mention::Mentions;
use super::probe::{Disposition, Verdict};
use super::recast::Claim;
use super::{Body, answer, nested, shape, status, telling, way};
use crate::token::Last;

impl Body<'_> {
    /// The verdict on a `match` arm, or the block of an `if let Err(..)`.
    pub(super) fn arm_verdict(&self, pattern: &Pat, body: &Expr) -> Verdict {
        let end = body.end_line();
        let told = (self.is_outermost() || self.spawned > 0) && self.last_words.are(pattern, body);
        let disposition = if told || is_used(pattern, body, &self.mentions) {
            Disposition::Handed
        } else {
            self.of_body(body)
        };
        Verdict {
            disposition,
            ends_loop: !self.loops.is_empty() && leaves_loop(body),
            end_line: end,
            in_vain: writes_in_vain(body, &self.mentions),
            recast: Claim::of_arm(body).filter(|_| !is_used(pattern, body, &self.mentions)),
            excuse: Excuse::of_arm(body),
        }
    }

    /// The verdict on an arm that an error can enter, among all arms of the `match`.
    pub(super) fn verdict_among(&self, arm: &syn::Arm, arms: &[syn::Arm], tried: &Tried) -> Option<Verdict> {
        if !shape::admits_err(&arm.pat) {
            return None;
        }
        let verdict = self.or_formless(self.guarded_verdict(arm), tried.reads, &arm.body);
        let verdict = tried.or_again(verdict, &arm.body, &self.mentions);
        let verdict = self.or_found(tried.or_asked(verdict, &arm.pat), arm, (arms, tried.reads));
        if way::breaks(&arm.body) && self.is_asked_behind(tried.limited()) {
            return Some(Verdict { disposition: Disposition::Handed, recast: None, ..verdict });
        }
        let others: Vec<&syn::Arm> = arms.iter().filter(|other| !shape::admits_err(&other.pat)).collect();
        if arms.iter().take_while(|before| !std::ptr::eq(*before, arm)).any(is_all_but_one) {
            return Some(Verdict { disposition: Disposition::Handed, recast: None, ..verdict });
        }
        Some(match verdict.disposition {
            Disposition::Handed if self.counts_the_same(arm, &others) => {
                Verdict { disposition: Disposition::Dropped, ..verdict }
            }
            _ if self.is_shown_in_arm(arm, &others) => {
                Verdict { disposition: Disposition::Substituted, ..verdict }
            }
            Disposition::Substituted | Disposition::Acted if answer::is_apart(arm, &others) => {
                Verdict { disposition: Disposition::Handed, ..verdict }
            }
            _ => verdict,
        })
    }

    /// The verdict on an arm with its guard: a guard that looks at the error decides on its value.
    pub(super) fn guarded_verdict(&self, arm: &syn::Arm) -> Verdict {
        let verdict = self.arm_verdict(&arm.pat, &arm.body);
        match &arm.pat {
            Pat::Guard(guarded) if uses_error(&arm.pat, &guarded.guard, &self.mentions) => {
                Verdict { disposition: Disposition::Handed, recast: None, ..verdict }
            }
            _ => verdict,
        }
    }

    /// `Ok(()) => done += 1, Err(_) => done += 1`: what is counted does not tell the error apart.
    fn counts_the_same(&self, arm: &syn::Arm, others: &[&syn::Arm]) -> bool {
        let body = arm.body.to_token_stream().to_string();
        !is_used(&arm.pat, &arm.body, &self.mentions)
            && stores(&arm.body, &self.mentions)
            && others.iter().any(|other| other.body.to_token_stream().to_string() == body)
    }

    fn of_body(&self, body: &Expr) -> Disposition {
        if self.is_outermost() && self.ends.tells(body, self.loops.is_empty()) || self.tells_how_far(body) {
            return Disposition::Handed;
        }
        of_body(body, &self.mentions)
    }

    /// The verdict on a block that is entered when there was no `Ok`.
    pub(super) fn block_verdict(&self, block: &Block) -> Verdict {
        let body = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: block.clone() });
        let end_line = block.end_line();
        Verdict {
            disposition: self.of_body(&body),
            ends_loop: !self.loops.is_empty() && leaves_loop(&body),
            end_line,
            in_vain: writes_in_vain(&body, &self.mentions),
            recast: Claim::of_arm(&body),
            excuse: Excuse::of_arm(&body),
        }
    }
}

/// `Err(e) if e.kind() != NotFound => return Err(e)`: what is left behind it is told apart by that.
fn is_all_but_one(arm: &syn::Arm) -> bool {
    let Pat::Guard(guarded) = &arm.pat else { return false };
    let names = shape::names(&guarded.pat);
    let asks = shape::uses(&guarded.guard, |used| names.contains(used));
    let negates = match shape::bare_expr(&guarded.guard) {
        Expr::Binary(binary) => matches!(binary.op, syn::BinOp::Ne(_)),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Not(_)),
        _ => false,
    };
    let leaves_with_it = match &*arm.body {
        Expr::Return(leaving) => leaving.expr.as_deref().is_some_and(makes_error),
        body => makes_error(body),
    };
    shape::side(&arm.pat) == Some(shape::Side::Err) && asks && negates && leaves_with_it
}

/// The error is told apart by the pattern, or used in the body.
pub(super) fn is_used(pattern: &Pat, body: &Expr, mentions: &Mentions) -> bool {
    names_a_variant(pattern) || uses_error(pattern, body, mentions)
}

/// `Err(Declined)`, `Err(E::Timeout { .. })`, `Err(7)`: the error was told apart.
fn names_a_variant(pattern: &Pat) -> bool {
    // `Ok(()) | Err(Missing::Row(_))`
    if let Pat::Or(or) = pattern {
        let mut errs = or.cases.iter().filter(|case| shape::admits_err(case)).peekable();
        return errs.peek().is_some() && errs.all(names_a_variant);
    }
    let Pat::TupleStruct(tuple) = nested::innermost(pattern) else { return false };
    tuple.elems.iter().any(|inner| match shape::bare(inner) {
        Pat::Path(_) | Pat::TupleStruct(_) | Pat::Struct(_) | Pat::Lit(_) | Pat::Range(_) => true,
        Pat::Ident(ident) => {
            ident.ident.to_string().starts_with(char::is_uppercase) || ident.subpat.is_some()
        }
        _ => false,
    })
}

/// The error's name is used outside of what only tells.
fn uses_error(pattern: &Pat, body: &Expr, mentions: &Mentions) -> bool {
    let names = match shape::bare(pattern) {
        Pat::Ident(_) => return false,
        bound => shape::names(bound),
    };
    names.iter().filter(|name| !name.starts_with('_')).any(|name| used_outside(body, name, mentions))
}

/// Whether a closure uses its parameter outside of what only tells.
pub(super) fn closure_uses_error(closure: &syn::ExprClosure, mentions: &Mentions) -> bool {
    let names = closure.inputs.iter().flat_map(shape::names);
    names.filter(|name| !name.starts_with('_')).any(|name| used_outside(&closure.body, &name, mentions))
}

pub(super) fn used_outside(body: &Expr, name: &str, mentions: &Mentions) -> bool {
    struct Uses<'a> {
        name: &'a str,
        mentions: &'a Mentions,
        found: bool,
    }
    impl Visit<'_> for Uses<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            // What is put where nobody looks is not used, and neither is what only decides on a line of the log.
            if !self.mentions.writes_in_vain(expr) && !is_asked_for_the_log(expr, self.mentions) {
                visit::visit_expr(self, expr);
            }
        }
        fn visit_ident(&mut self, ident: &proc_macro2::Ident) {
            self.found |= ident == self.name;
        }
        fn visit_macro(&mut self, mac: &syn::Macro) {
            let telling = mac
                .path
                .segments
                .last()
                .is_some_and(|last| shape::TELLING.contains(&last.ident.to_string().as_str()));
            if telling {
                return;
            }
            self.found |= shape::uses(&mac.tokens, |used| used == self.name)
                || mac.tokens.to_string().contains(&format!("{{{}", self.name));
        }
    }
    let mut uses = Uses { name, mentions, found: false };
    uses.visit_expr(body);
    uses.found
}

/// `if let Some(missing) = e.downcast_ref::<Missing>() { debug!("{missing}"); }`
fn is_asked_for_the_log(expr: &Expr, mentions: &Mentions) -> bool {
    let Expr::If(condition) = expr else { return false };
    let tells = |statement: &Stmt| match statement {
        Stmt::Macro(told) => tells(&told.mac),
        Stmt::Expr(told, _) => only_tells(told, mentions),
        _ => false,
    };
    condition.else_branch.is_none() && condition.then_branch.stmts.iter().all(tells)
}

/// What is left when telling and waiting are taken away.
fn of_body(body: &Expr, mentions: &Mentions) -> Disposition {
    if stores(body, mentions) {
        return Disposition::Handed;
    }
    match body {
        Expr::Block(block) => of_statements(&block.block.stmts, mentions),
        other => of_last(other, mentions),
    }
}

fn of_statements(statements: &[Stmt], mentions: &Mentions) -> Disposition {
    let Some((last, before)) = statements.split_last() else { return Disposition::Dropped };
    let acts = |statement: &Stmt| match statement {
        Stmt::Expr(expr, _) => !only_tells(expr, mentions) && !leaves(expr),
        Stmt::Macro(mac) => !tells(&mac.mac),
        Stmt::Local(_) => true,
        Stmt::Item(_) => false,
    };
    if before.iter().any(acts) {
        return Disposition::Acted;
    }
    match last {
        Stmt::Expr(expr, None) => of_last(expr, mentions),
        Stmt::Expr(Expr::Return(leaving), Some(_))
            if leaving.expr.as_deref().is_some_and(status::says_failure) =>
        {
            Disposition::Handed
        }
        other if acts(other) => Disposition::Acted,
        _ => Disposition::Dropped,
    }
}

/// Whether a body is empty, or only tells.
pub(super) fn does_nothing(body: &Expr) -> bool {
    let nothing = Mentions::default();
    let is_idle = |statement: &Stmt| match statement {
        Stmt::Macro(mac) => tells(&mac.mac),
        Stmt::Expr(expr, _) => only_tells(expr, &nothing),
        _ => false,
    };
    match body {
        Expr::Block(block) => block.block.stmts.iter().all(is_idle),
        other => only_tells(other, &nothing),
    }
}

/// The value of an arm.
fn of_last(expr: &Expr, mentions: &Mentions) -> Disposition {
    match expr {
        Expr::Block(block) => of_statements(&block.block.stmts, mentions),
        Expr::Tuple(tuple) if tuple.elems.is_empty() => Disposition::Dropped,
        Expr::Return(leaving) if leaving.expr.as_deref().is_some_and(makes_error) => Disposition::Handed,
        Expr::Return(leaving) if leaving.expr.as_deref().is_some_and(is_nothing) => Disposition::Substituted,
        Expr::Return(leaving) if leaving.expr.as_deref().is_some_and(status::says_failure) => {
            Disposition::Handed
        }
        _ if makes_error(expr) || status::says_failure(expr) => Disposition::Handed,
        _ if only_tells(expr, mentions) || leaves(expr) => Disposition::Dropped,
        Expr::If(_) | Expr::Match(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
            Disposition::Acted
        }
        _ => Disposition::Substituted,
    }
}

/// `Some(Err(Invalid))`, `Pending::failed(error::invalid_url(url))`: another error stands for this one.
pub(super) fn makes_error(value: &Expr) -> bool {
    let Expr::Call(call) = shape::bare_expr(value) else { return false };
    let Expr::Path(path) = shape::bare_expr(&call.func) else { return false };
    let says = |name: &str| name == "Err" || name == "error" || name.ends_with("Error");
    path.path.segments.iter().any(|segment| says(&segment.ident.to_string()))
        || shape::last_of(&path.path).is_some_and(|last| last != "Ok") && call.args.iter().any(makes_error)
}

/// `vec![]`, `String::new()`, `None`, `false`: a value that stands for there being none.
pub(super) fn is_nothing(value: &Expr) -> bool {
    match shape::bare_expr(value) {
        Expr::Lit(_) => true,
        Expr::Path(path) => path.path.is_ident("None"),
        Expr::Macro(mac) => mac.mac.path.is_ident("vec") && mac.mac.tokens.is_empty(),
        Expr::Call(call) => {
            let last = match shape::bare_expr(&call.func) {
                Expr::Path(path) => shape::last_of(&path.path),
                _ => None,
            };
            call.args.is_empty() && matches!(last.as_deref(), Some("new" | "default"))
        }
        _ => false,
    }
}

pub(super) fn tells(mac: &syn::Macro) -> bool {
    mac.path.segments.last().is_some_and(|last| shape::TELLING.contains(&last.ident.to_string().as_str()))
}

/// Logging, counting in a metric or where nobody looks, waiting before the next try.
pub(super) fn only_tells(expr: &Expr, mentions: &Mentions) -> bool {
    if mentions.writes_in_vain(expr) {
        return true;
    }
    match expr {
        Expr::Macro(mac) => tells(&mac.mac),
        Expr::Await(inner) => only_tells(&inner.base, mentions),
        Expr::Call(_) => {
            matches!(shape::callee(expr).rsplit("::").next(), Some("sleep" | "yield_now" | "delay"))
        }
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "increment" | "record" | "set" => matches!(&*call.receiver, Expr::Macro(mac) if tells(&mac.mac)),
            _ => false,
        },
        _ => false,
    }
}

/// The arm leaves; the outcome or the loop tells the rest.
fn leaves(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(mac) => mac.mac.path.segments.last().is_some_and(|last| {
            matches!(
                last.ident.to_string().as_str(),
                "panic" | "unreachable" | "todo" | "unimplemented" | "bail"
            )
        }),
        _ => false,
    }
}

/// The arm puts something where nothing but the log looks.
fn writes_in_vain(body: &Expr, mentions: &Mentions) -> bool {
    struct Writes<'a>(bool, &'a Mentions);
    impl Visit<'_> for Writes<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            self.0 |= self.1.writes_in_vain(expr);
            visit::visit_expr(self, expr);
        }
        fn visit_macro(&mut self, _mac: &syn::Macro) {}
    }
    let mut writes = Writes(false, mentions);
    writes.visit_expr(body);
    writes.0
}

/// The arm counts or stores something: an assignment, a push.
fn stores(body: &Expr, mentions: &Mentions) -> bool {
    struct Stores<'a>(bool, &'a Mentions);
    impl Visit<'_> for Stores<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            if self.1.writes_in_vain(expr) {
                return;
            }
            match expr {
                Expr::Assign(assign) => {
                    self.0 |= !is_pause(assign) && tells_an_end(&assign.right);
                }
                Expr::Binary(binary) => self.0 |= is_compound(&binary.op) && !is_back_off(binary),
                Expr::MethodCall(call) => {
                    let name = call.method.to_string();
                    self.0 |= matches!(
                        name.as_str(),
                        "push"
                            | "insert"
                            | "extend"
                            | "push_back"
                            | "push_front"
                            | "push_str"
                            | "send"
                            | "fetch_add"
                    ) || telling::puts_down_a_failure(&name)
                        || call.args.iter().any(status::says_failure);
                }
                Expr::Call(call) => self.0 |= call.args.iter().any(status::says_failure),
                _ => {}
            }
            visit::visit_expr(self, expr);
        }
        fn visit_macro(&mut self, _mac: &syn::Macro) {}
    }
    let mut stores = Stores(false, mentions);
    stores.visit_expr(body);
    stores.0
}

/// `ok = false`, `status = Status::Failed`: what is assigned tells that something went wrong; a number or a text in place of
/// a result does not.
fn tells_an_end(value: &Expr) -> bool {
    match value {
        Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Bool(_)),
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase)),
        Expr::Call(call) => tells_an_end(&call.func),
        Expr::Struct(_) => true,
        _ => false,
    }
}

fn is_compound(op: &syn::BinOp) -> bool {
    // What is counted down are the tries that are left, not the errors.
    use syn::BinOp::{AddAssign, DivAssign, MulAssign};
    matches!(op, AddAssign(_) | MulAssign(_) | DivAssign(_))
}

/// `pause *= 2` and `delay = ..` store nothing about the error.
fn is_back_off(binary: &syn::ExprBinary) -> bool {
    is_waiting(&binary.left)
}

fn is_pause(assign: &syn::ExprAssign) -> bool {
    is_waiting(&assign.left)
}

fn is_waiting(place: &Expr) -> bool {
    let name = place.to_token_stream().to_string();
    ["pause", "delay", "backoff", "wait", "attempt", "tries", "retries"]
        .iter()
        .any(|word| name.contains(word))
}

/// The arm ends the loop around it.
fn leaves_loop(body: &Expr) -> bool {
    let last = match body {
        Expr::Block(block) => block.block.stmts.last(),
        Expr::Break(_) | Expr::Return(_) => return true,
        _ => return false,
    };
    matches!(last, Some(Stmt::Expr(Expr::Break(_) | Expr::Return(_), _)))
}

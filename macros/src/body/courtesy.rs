//! Calls after which nothing is lost, whether they work or not: a line for whoever may be looking on, and the goodbye of a connection
//! that is given up.
//!
//! A file, a writer or a sink that is closed may have to write before, and an order goes to somebody who has to have it.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{Expr, ExprIf, Pat, Stmt};

use super::{Body, asked, shape, telling};

/// Words in the names of those who look on, and need not be there.
const LOOKING_ON: [&str; 12] = [
    "trace",
    "tracer",
    "tracing",
    "telemetry",
    "observer",
    "progress",
    "metrics",
    "debug",
    "tap",
    "spectator",
    "inspector",
    "profiler",
];

/// Words in the names of what ends when nobody holds it any more, and keeps nothing back.
const CONNECTIONS: [&str; 4] = ["conn", "connection", "socket", "peer"];

/// The first words of calls that put something into what they are called of, and may leave it there until it is closed.
const FEEDING: [&str; 14] = [
    "write", "send", "put", "push", "feed", "flush", "append", "insert", "add", "enqueue", "produce",
    "queue", "publish", "post",
];

/// Methods behind which only a reference is left.
const LENDING: [&str; 16] = [
    "as_ref",
    "as_mut",
    "as_deref_mut",
    "get",
    "get_mut",
    "iter",
    "iter_mut",
    "values",
    "values_mut",
    "first",
    "first_mut",
    "last_mut",
    "front_mut",
    "lock",
    "borrow_mut",
    "entry",
];

/// What is known of local names.
#[derive(Default)]
pub(super) struct Courtesy {
    /// Those of whoever looks on, if there is anybody.
    lookers: HashSet<String>,
    /// Connections that belong to the body.
    owned: HashSet<String>,
    /// The next statement closes one of which nothing is heard behind it.
    gives_up: bool,
    /// Names whose value is handed on behind the statement.
    pub(super) shown: HashSet<String>,
}

/// What is known of a statement from those behind it.
pub(super) struct Behind {
    shown: HashSet<String>,
    gives_up: bool,
}

fn has_word(name: &str, words: &[&str]) -> bool {
    telling::words(name).iter().any(|word| words.contains(&word.as_str()))
}

/// Whether a method puts something into what it is called of.
pub(super) fn feeds(method: &str) -> bool {
    FEEDING.contains(&method.split('_').find(|word| *word != "try").unwrap_or_default())
}

/// `conn` in `let _ = conn.close().await;`
fn closed(statement: &Stmt) -> Option<String> {
    let Stmt::Local(local) = statement else { return None };
    let init = local.init.as_ref().filter(|_| matches!(local.pat, Pat::Wild(_)))?;
    closing(&init.expr)
}

fn closing(call: &Expr) -> Option<String> {
    match call {
        Expr::Await(waiting) => closing(&waiting.base),
        Expr::MethodCall(call) if call.method == "close" || call.method == "shutdown" => {
            match &*call.receiver {
                Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a value belongs to whoever gives it a name, and is no reference to what somebody else has.
fn is_owned(value: &Expr) -> bool {
    match value {
        Expr::Await(waiting) => is_owned(&waiting.base),
        Expr::Try(question) => is_owned(&question.expr),
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let passes = matches!(name.as_str(), "unwrap" | "expect" | "unwrap_or_else" | "ok" | "ok_or");
            !LENDING.contains(&name.as_str()) && (!passes || is_owned(&call.receiver))
        }
        Expr::Call(_) | Expr::Path(_) => true,
        _ => false,
    }
}

/// The place behind a name that an `if let Some(name) = &place` gives it.
fn looks_into(condition: &ExprIf) -> Option<(String, String)> {
    let Expr::Let(binding) = &*condition.cond else { return None };
    let Pat::TupleStruct(some) = shape::bare(&binding.pat) else { return None };
    let is_some = shape::last_of(&some.path).is_some_and(|last| last == "Some");
    let Some(Pat::Ident(name)) = some.elems.first().filter(|_| is_some && condition.else_branch.is_none())
    else {
        return None;
    };
    let place = match shape::bare_expr(&binding.expr) {
        Expr::Reference(lent) => &*lent.expr,
        Expr::MethodCall(call) if call.method == "as_ref" || call.method == "as_mut" => &*call.receiver,
        _ => return None,
    };
    let place = match place {
        Expr::Field(field) => field.member.to_token_stream().to_string(),
        Expr::Path(path) => path.path.get_ident()?.to_string(),
        _ => return None,
    };
    Some((name.ident.to_string(), place))
}

impl Body<'_> {
    /// Learns of a connection that belongs to the body.
    pub(super) fn learn_owned(&mut self, pattern: &Pat, value: &Expr) {
        let names = shape::names(pattern);
        let is_owned = names.iter().any(|name| has_word(name, &CONNECTIONS)) && is_owned(value);
        for name in names {
            if is_owned {
                self.courtesy.owned.insert(name);
            } else {
                self.courtesy.owned.remove(&name);
            }
        }
    }

    /// `if let Some(trace) = &self.trace { .. }`: whoever looks on, if there is anybody. What was known before.
    pub(super) fn learn_looker(&mut self, condition: &ExprIf) -> HashSet<String> {
        let around = self.courtesy.lookers.clone();
        if let Some((name, place)) = looks_into(condition)
            && (has_word(&name, &LOOKING_ON) || has_word(&place, &LOOKING_ON))
        {
            self.courtesy.lookers.insert(name);
        }
        around
    }

    pub(super) fn forget_looker(&mut self, around: HashSet<String>) {
        self.courtesy.lookers = around;
    }

    /// Whether nothing is lost with this call, whatever comes of it.
    pub(super) fn is_courtesy(&self, call: &Expr) -> bool {
        let told = asked::listener(call).is_some_and(|name| self.courtesy.lookers.contains(&name));
        let given_up = || closing(call).is_some_and(|name| self.courtesy.owned.contains(&name));
        told || self.courtesy.gives_up && given_up()
    }

    /// What is known of each statement from those behind it.
    pub(super) fn known_behind(&self, statements: &[Stmt]) -> Vec<Behind> {
        let known = |(index, statement): (usize, &Stmt)| {
            let rest = statements.get(index + 1..).unwrap_or_default();
            Behind {
                shown: self.shown_before(statement, rest),
                gives_up: closed(statement).is_some_and(|name| {
                    has_word(&name, &CONNECTIONS)
                        && !self.mentions.is_fed(&name)
                        && !rest.iter().any(|later| shape::uses(later, |word| word == name))
                }),
            }
        };
        statements.iter().enumerate().map(known).collect()
    }

    /// Goes into a statement of which this is known. What was shown around it.
    pub(super) fn enter(&mut self, behind: Behind) -> HashSet<String> {
        self.courtesy.gives_up = behind.gives_up;
        let around = self.courtesy.shown.clone();
        self.courtesy.shown.extend(behind.shown);
        around
    }

    /// Leaves it again.
    pub(super) fn leave(&mut self, shown: HashSet<String>) {
        self.courtesy.shown = shown;
    }

    /// Learns the names that a condition gives.
    pub(super) fn learn_let(&mut self, binding: &syn::ExprLet) {
        self.learn_owned(&binding.pat, &binding.expr);
        self.learn_next(&binding.pat, &binding.expr);
        self.learn_received(&binding.expr, std::iter::once(&*binding.pat));
    }
}

//! What is done for one thing after the other, outside of what a `for` or an adapter names: a queue that a loop takes from, and a
//! closure with a name that is called for several things. That it works for the next is no second try for the one before.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, ExprIf, ExprMethodCall, Pat, Stmt};

use super::{Body, shape, way};
use crate::span::{Spot, generated, local};
use crate::token::First;

/// The name of the moment before the tries for an item.
const SINCE: &str = "__candor_tries";

/// Where the body of a closure begins.
type At = (u32, u32);

/// Calls that take the next item out of where it waits.
const TAKING: [&str; 12] = [
    "pop",
    "pop_front",
    "pop_back",
    "pop_first",
    "pop_last",
    "dequeue",
    "recv",
    "try_recv",
    "blocking_recv",
    "recv_timeout",
    "next",
    "next_line",
];

/// `queue.pop_front()?`, `jobs.recv().await.unwrap()`
fn takes_next(value: &Expr) -> bool {
    match value {
        Expr::Await(waiting) => takes_next(&waiting.base),
        Expr::Try(question) => takes_next(&question.expr),
        Expr::Paren(inner) => takes_next(&inner.expr),
        Expr::MethodCall(call) => {
            TAKING.contains(&call.method.to_string().as_str()) || takes_next(&call.receiver)
        }
        _ => false,
    }
}

/// The closures of a body that are called as statements for several things: `save(&first); save(&second);`,
/// `for row in rows { save(row); }`.
fn for_several(block: &Block) -> HashSet<At> {
    let mut calls = Calls::default();
    calls.visit_block(block);
    let Calls { closures, given, found, .. } = calls;
    let is_several =
        |name: &String| found.contains(name) || given.get(name).is_some_and(|arguments| arguments.len() > 1);
    closures.into_iter().filter(|(name, _)| is_several(name)).map(|(_, at)| at).collect()
}

#[derive(Default)]
struct Calls {
    closures: HashMap<String, At>,
    /// The arguments with which each is called.
    given: HashMap<String, HashSet<String>>,
    /// Those that are called for each item of something.
    found: HashSet<String>,
    items: HashSet<String>,
}

impl Calls {
    fn called(&mut self, call: &Expr) {
        match call {
            Expr::Await(waiting) => self.called(&waiting.base),
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return };
                let Some(name) = path.path.get_ident().map(ToString::to_string) else { return };
                if !self.closures.contains_key(&name) {
                    return;
                }
                if shape::uses(&call.args, |word| self.items.contains(word)) {
                    self.found.insert(name.clone());
                }
                self.given.entry(name).or_default().insert(call.args.to_token_stream().to_string());
            }
            _ => {}
        }
    }
}

impl Visit<'_> for Calls {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_local(&mut self, local: &syn::Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
            && let Expr::Closure(closure) = &*init.expr
        {
            self.closures.insert(name.ident.to_string(), crate::span::start(closure.body.first()));
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_for_loop(&mut self, each: &syn::ExprForLoop) {
        self.items.extend(shape::item_names(&each.pat));
        visit::visit_expr_for_loop(self, each);
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        if let Stmt::Expr(call, Some(_)) = statement {
            self.called(call);
        }
        visit::visit_stmt(self, statement);
    }
}

/// The names in a condition.
struct Named(HashSet<String>);

impl Visit<'_> for Named {
    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        self.0.extend(path.path.get_ident().map(ToString::to_string));
    }
}

/// `done = true` of one of these names.
struct Sets<'a> {
    names: &'a HashSet<String>,
    found: bool,
}

impl Visit<'_> for Sets<'_> {
    fn visit_expr_assign(&mut self, assign: &syn::ExprAssign) {
        let is_flag =
            matches!(&*assign.right, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Bool(_)));
        self.found |= is_flag
            && matches!(&*assign.left, Expr::Path(path)
                if path.path.get_ident().is_some_and(|name| self.names.contains(&name.to_string())));
    }
}

/// Names that stand for another item at each pass.
#[derive(Default)]
pub(super) struct Items {
    /// Those of each loop or closure around.
    names: Vec<HashSet<String>>,
    /// Closures that are called for one thing after the other.
    several: HashSet<At>,
    /// The loop around looks for the first that works.
    is_search: bool,
    /// In the loop around, an item of a loop further out is tried until that works.
    tries: bool,
    /// The loop that was walked is such a one.
    tried: bool,
    /// The names of which the condition of the loop around speaks.
    ends: HashSet<String>,
    /// What the condition that is walked asks of tries.
    asked: Asked,
}

/// What a condition asks of tries.
#[derive(Default)]
pub(super) struct Asked {
    /// Where its `is_ok` and `is_err` stand.
    at: HashSet<At>,
    /// It is that of a loop, and not that of an `if` in one.
    of_loop: bool,
    /// The tries end where there is an `Ok`, and where there is no `Err`.
    ends: (bool, bool),
}

impl Asked {
    fn of(condition: &Expr) -> Asked {
        let mut asked = Asked::default();
        asked.learn(condition);
        asked
    }

    fn learn(&mut self, condition: &Expr) {
        match shape::bare_expr(condition) {
            Expr::Unary(not) => self.learn(&not.expr),
            Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                self.learn(&both.left);
                self.learn(&both.right);
            }
            Expr::MethodCall(asking) if asking.method == "is_ok" || asking.method == "is_err" => {
                self.at.insert(crate::span::start(asking.method.span()));
            }
            _ => {}
        }
    }
}

impl Items {
    /// Learns which closures of the body are called for several things.
    pub(super) fn learn_closures(&mut self, block: &Block) {
        self.several = for_several(block);
    }

    /// The parameters of a closure that is called for several things.
    pub(super) fn of_closure(&self, closure: &syn::ExprClosure) -> HashSet<String> {
        let is_several = self.several.contains(&crate::span::start(closure.body.first()));
        let names = closure.inputs.iter().filter(|_| is_several).flat_map(shape::item_names);
        names.collect()
    }

    /// Goes into the condition of a `while`; returns the names of the condition around.
    pub(super) fn enter_condition(&mut self, condition: &Expr) -> HashSet<String> {
        let mut named = Named(HashSet::new());
        named.visit_expr(condition);
        self.asked = Asked { of_loop: true, ends: (true, true), ..Asked::of(condition) };
        std::mem::replace(&mut self.ends, named.0)
    }

    /// Leaves it: whether it tries an item.
    pub(super) fn leave_condition(&mut self) -> bool {
        self.asked = Asked::default();
        std::mem::take(&mut self.tries)
    }

    /// Leaves the loop.
    pub(super) fn leave_while(&mut self, around: HashSet<String>, tries: bool) {
        self.ends = around;
        self.tried |= tries;
    }

    /// Whether a body sets what the condition of the loop around asks for: `done = true`.
    pub(super) fn sets_the_end(&self, body: &Expr) -> bool {
        let mut sets = Sets { names: &self.ends, found: false };
        if !self.ends.is_empty() {
            sets.visit_expr(body);
        }
        sets.found
    }

    /// How many loops and closures are around.
    pub(super) fn depth(&self) -> usize {
        self.names.len()
    }
}

impl Body<'_> {
    /// Goes into the body of a loop, in which these names stand for items. One that ends with the first that works is a search: what
    /// failed before was a try.
    pub(super) fn in_body(&mut self, names: HashSet<String>, body: &mut Block) {
        let is_search = way::ends_with_one(body);
        let around = std::mem::replace(&mut self.items.is_search, is_search);
        let tries = std::mem::take(&mut self.items.tries);
        self.with_items(if is_search { HashSet::new() } else { names }, |own| own.visit_block_mut(body));
        self.items.is_search = around;
        self.items.tried = std::mem::replace(&mut self.items.tries, tries);
    }

    /// Whether this is a try for an item of a loop around the one that it stands in: `for row in rows { for attempt in 1..=3 { .. } }`.
    pub(super) fn is_try(&self, call: &Expr) -> bool {
        let Some((own, around)) = self.items.names.split_last() else { return false };
        !self.loops.is_empty()
            && !shape::uses(call, |name| own.contains(name))
            && shape::uses(call, |name| around.iter().any(|names| names.contains(name)))
    }

    /// Whether the loop around looks for the first that works.
    pub(super) fn is_searching(&self) -> bool {
        self.items.is_search
    }

    /// The statement that says that a try worked.
    pub(super) fn worked(&mut self, scrutinee: &Spot, at: Span) -> TokenStream {
        self.items.tries = true;
        let (own, number, since) = (self.place.own().receiver(), scrutinee.number(), local(SINCE));
        quote_spanned!(generated(at)=> #own.worked(#number, #since);)
    }

    /// Goes into the condition of an `if`, which may ask for a try; returns what that around means.
    pub(super) fn enter_branch(&mut self, condition: &ExprIf) -> Asked {
        let (finds, is_search) = (way::ends_with_one(&condition.then_branch), self.items.is_search);
        let asked = Asked { ends: (finds || is_search, is_search), ..Asked::of(&condition.cond) };
        std::mem::replace(&mut self.items.asked, asked)
    }

    /// Leaves it.
    pub(super) fn leave_branch(&mut self, around: Asked) {
        self.items.asked = around;
    }

    /// Whether `is_ok` or `is_err` asks here for a try, and which answer says that it worked.
    pub(super) fn asks_try(&self, asking: &ExprMethodCall, iteration: bool) -> Option<bool> {
        let Asked { at, of_loop, ends } = &self.items.asked;
        let is_asked = iteration && at.contains(&crate::span::start(asking.method.span()));
        let works = asking.method == "is_ok";
        let ends = if works { ends.0 } else { ends.1 };
        let is_try = || if *of_loop { !self.loops.is_empty() } else { self.is_try(&asking.receiver) };
        (is_asked && ends && is_try()).then_some(works)
    }

    /// `post(row).is_ok()`: passes the answer on, and says that a try worked.
    pub(super) fn tried(&mut self, asking: &mut Expr, scrutinee: &Spot, works: Option<bool>) {
        let Some(works) = works else { return };
        self.items.tries = true;
        let (own, number, since) = (self.place.own().receiver(), scrutinee.number(), local(SINCE));
        let at = generated(asking.first());
        *asking = Expr::Verbatim(quote_spanned!(at=> #own.tried(#number, #since, #works, #asking)));
    }

    /// Notes the moment before a loop in which an item is tried.
    pub(super) fn note_tries(&mut self, walked: &mut Expr) {
        if std::mem::take(&mut self.items.tried) {
            let (private, since) = (self.place.private(), local(SINCE));
            let at = generated(walked.first());
            *walked = Expr::Verbatim(quote_spanned!(at=> { let #since = #private::mark(); #walked }));
        }
    }

    /// Goes where these names stand for items.
    pub(super) fn with_items(&mut self, names: HashSet<String>, work: impl FnOnce(&mut Self)) {
        self.items.names.push(names);
        work(self);
        self.items.names.pop();
    }

    /// Whether an expression uses a name that stands for another item at each pass.
    pub(super) fn is_iteration(&self, expr: &impl ToTokens) -> bool {
        let names = &self.items.names;
        !names.is_empty() && shape::uses(expr, |name| names.iter().any(|names| names.contains(name)))
    }

    /// Derived names stand for another item too.
    pub(super) fn learn(&mut self, pattern: &Pat, init: &Expr) {
        let mut around = self.items.names.iter_mut().rev();
        if let Some(names) = around.find(|names| shape::uses(init, |name| names.contains(name))) {
            names.extend(shape::names(pattern));
        }
        self.learn_next(pattern, init);
    }

    /// Learns the names of what a loop takes next: `let Some(job) = queue.pop_front() else { break };`.
    pub(super) fn learn_next(&mut self, pattern: &Pat, value: &Expr) {
        if !self.loops.is_empty()
            && !self.items.is_search
            && takes_next(value)
            && let Some(names) = self.items.names.last_mut()
        {
            names.extend(shape::item_names(pattern));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{for_several, takes_next};

    #[test]
    fn the_next_is_taken() {
        let takes = |text: &str| takes_next(&syn::parse_str(text).expect("a call"));
        assert!(takes("queue.pop_front()") && takes("jobs.recv().await.unwrap()") && takes("lines.next()?"));
        assert!(!takes("queue.len()") && !takes("pop(queue)"));
    }

    #[test]
    fn closures_for_several_things() {
        let count = |text: &str| for_several(&syn::parse_str(text).expect("a block")).len();
        assert_eq!(count("{ let save = |row| put(row); save(&a); save(&b); }"), 1);
        assert_eq!(count("{ let save = |row| put(row); for row in rows { save(row); } }"), 1);
        assert_eq!(count("{ let save = |row| put(row); save(&a); }"), 0);
        assert_eq!(count("{ let at = |url| get(url); at(near).or_else(|| at(far)) }"), 0);
    }
}

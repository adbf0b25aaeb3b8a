//! Questions for a form: in a function that returns an `Option`, `text.parse().ok()?` says that the text is no number.
//!
//! The `None` is the answer, and whoever called has it. What is read by another name, or dropped on the way to another value,
//! is no answer.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt, Type};

use super::excuse::Excuse;
use super::probe::{Disposition, Verdict};
use super::{Body, answer, flag, given, search, shape, telling};
use crate::token::First;

/// The calls of `ok()` whose `None` the function returns, and those behind which the same text is taken in another way.
#[derive(Default)]
pub(super) struct Forms {
    answered: HashSet<(u32, u32)>,
    /// Those whose error may be one of a form that was read before.
    formal: HashSet<(u32, u32)>,
    retaken: HashSet<(u32, u32)>,
    /// Names whose value is told beside something else to have been an error.
    told: HashSet<String>,
    /// Closures for each item of what the function returns as a whole, or not at all.
    whole: HashSet<(u32, u32)>,
    /// Those whose `None` stands in a list where the item stood.
    listed: HashSet<(u32, u32)>,
    /// Results that the end of the function compares with an `Ok` that they should not be.
    unlike: HashSet<(u32, u32)>,
}

impl Forms {
    pub(super) fn of(block: &Block, ret: &Type) -> Forms {
        let mut forms = Forms::default();
        if is_option(ret) {
            forms.visit_block(block);
            forms.last(block);
        }
        let listed = &mut forms.listed;
        Chains { retaken: &mut forms.retaken, formal: &mut forms.formal, listed }.visit_block(block);
        forms.told = flag::told(block);
        forms.unlike = search::ends_unlike(block).into_iter().collect();
        forms
    }

    /// Whether an arm with its body here goes on with a search.
    pub(super) fn is_passed_over(&self, body: (u32, u32)) -> bool {
        self.retaken.contains(&body)
    }

    /// Whether the function ends with saying that this is not a certain `Ok`.
    pub(super) fn ends_unlike(&self, result: &Expr) -> bool {
        self.unlike.contains(&crate::span::start(result.first()))
    }

    /// Whether a part of another value tells that there was an error in this place.
    pub(super) fn tells(&self, place: &Expr) -> bool {
        matches!(place, Expr::Path(path)
            if path.path.get_ident().is_some_and(|name| self.told.contains(&name.to_string())))
    }

    /// Whether the `None` of this call of `ok()` stands in a list in place of the item.
    pub(super) fn is_listed(&self, call: &syn::ExprMethodCall) -> bool {
        call.method == "ok" && self.listed.contains(&crate::span::start(call.method.span()))
    }

    /// Whether the text of this call of `ok()` is taken in another way where it has not the form.
    pub(super) fn is_retaken(&self, call: &syn::ExprMethodCall) -> bool {
        self.retaken.contains(&crate::span::start(call.method.span()))
    }

    /// Whether this call of `ok()` is one.
    pub(super) fn has(&self, call: &syn::ExprMethodCall) -> bool {
        self.answered.contains(&crate::span::start(call.method.span()))
    }

    /// The verdict on a call of `ok()` whose `None` is returned: an error of a form is answered by it.
    pub(super) fn or_formal(&self, verdict: Verdict, call: &syn::ExprMethodCall) -> Verdict {
        let is_formal = call.method == "ok" && self.formal.contains(&crate::span::start(call.method.span()));
        let excuse = if is_formal { Some(Excuse::Form) } else { Excuse::of_other(call) };
        Verdict { excuse: excuse.or(verdict.excuse), ..verdict }
    }

    fn note(&mut self, expr: &Expr) {
        if let Expr::MethodCall(call) = shape::bare_expr(expr)
            && call.method == "ok"
        {
            let at = crate::span::start(call.method.span());
            if answer::reads(&call.receiver) {
                self.answered.insert(at)
            } else {
                self.formal.insert(at)
            };
        }
    }

    /// Whether this closure makes the items of a list that the function returns only if none of them is missing.
    pub(super) fn are_all_needed(&self, closure: &syn::ExprClosure) -> bool {
        !self.whole.is_empty() && self.whole.contains(&crate::span::start(closure.body.first()))
    }

    fn last(&mut self, block: &Block) {
        let Some(Stmt::Expr(tail, None)) = block.stmts.last() else { return };
        self.returned(tail);
        if let Some(items) = collected(tail).and_then(|items| named(items, block)) {
            self.all_of(items);
        }
    }

    /// `lines.map(|line| { let (name, text) = line.split_once(' ')?; Some((name, text.parse().ok()?)) })`, of which a `None` is the `None`
    /// of all.
    fn all_of(&mut self, items: &Expr) {
        if let Expr::MethodCall(map) = items
            && map.method == "map"
            && let Some(Expr::Closure(each)) = map.args.first()
        {
            self.whole.insert(crate::span::start(each.body.first()));
            self.visit_expr(&each.body);
            self.returned(&each.body);
        }
    }

    /// `text.parse().ok().filter(..)`
    fn returned(&mut self, value: &Expr) {
        match shape::bare_expr(value) {
            Expr::MethodCall(call)
                if matches!(
                    call.method.to_string().as_str(),
                    "map" | "filter" | "and_then" | "inspect" | "flatten"
                ) =>
            {
                self.returned(&call.receiver);
            }
            Expr::Match(matching) => matching.arms.iter().for_each(|arm| self.returned(&arm.body)),
            Expr::If(condition) => {
                self.last(&condition.then_branch);
                condition.else_branch.iter().for_each(|(_, branch)| self.returned(branch));
            }
            Expr::Block(block) => self.last(&block.block),
            other => match collected(other) {
                Some(items) => self.all_of(items),
                None => self.note(other),
            },
        }
    }
}

/// `items` in `items.collect()`.
fn collected(value: &Expr) -> Option<&Expr> {
    match shape::bare_expr(value) {
        Expr::MethodCall(call) if call.method == "collect" => Some(&call.receiver),
        _ => None,
    }
}

/// What a `let` of this block gives a name.
fn named<'a>(name: &Expr, block: &'a Block) -> Option<&'a Expr> {
    let Expr::Path(path) = name else { return None };
    block.stmts.iter().rev().find_map(|statement| match statement {
        Stmt::Local(local) => match (shape::bare(&local.pat), &local.init) {
            (syn::Pat::Ident(own), Some(init)) if path.path.is_ident(&own.ident) => Some(&*init.expr),
            _ => None,
        },
        _ => None,
    })
}

impl Visit<'_> for Forms {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}

    fn visit_expr_try(&mut self, question: &syn::ExprTry) {
        match collected(&question.expr) {
            Some(items) => self.all_of(items),
            None => self.note(&question.expr),
        }
        visit::visit_expr_try(self, question);
    }

    fn visit_expr_return(&mut self, returned: &syn::ExprReturn) {
        returned.expr.iter().for_each(|value| self.returned(value));
        visit::visit_expr_return(self, returned);
    }
}

/// Methods that pick one of the items.
const PICKING: [&str; 8] = ["next", "last", "nth", "max", "min", "max_by_key", "min_by_key", "find"];

/// `tags.iter().filter_map(|tag| tag.parse().ok()).max()`: each `ok()` of what has not the form that is looked for.
/// The same of `words.find_map(|word| { let mut parts = word.split('.'); Some((parts.next()?.parse().ok()?, parts.next()?)) })`.
fn looked_for(items: &Expr, by: &str) -> Forms {
    let mut forms = Forms::default();
    if let Expr::MethodCall(items) = items
        && items.method == by
        && let Some(Expr::Closure(closure)) = items.args.first()
    {
        forms.visit_expr(&closure.body);
        forms.returned(&closure.body);
    }
    forms
}

/// `mirrors.iter().find_map(|mirror| mirror.fetch(name).ok())`, and the same as `filter_map(..).next()`: the first that works is
/// what is looked for, and a `None` says that there is none.
fn found_first(call: &syn::ExprMethodCall) -> Option<(u32, u32)> {
    let search = match &*call.receiver {
        Expr::MethodCall(items) if call.method == "next" && items.method == "filter_map" => items,
        _ if call.method == "find_map" => call,
        _ => return None,
    };
    let Some(Expr::Closure(each)) = search.args.first() else { return None };
    match shape::bare_expr(&each.body) {
        Expr::MethodCall(ok) if ok.method == "ok" => Some(crate::span::start(ok.method.span())),
        _ => None,
    }
}

/// `ids.iter().map(|id| load(*id).ok()).collect()`, also with something beside it: the place of the item is not gone.
fn listed(items: &Expr) -> Option<(u32, u32)> {
    let Expr::MethodCall(map) = items else { return None };
    let Some(Expr::Closure(each)) = map.args.first().filter(|_| map.method == "map") else { return None };
    let at = |value: &Expr| match shape::bare_expr(value) {
        Expr::MethodCall(ok) if ok.method == "ok" => Some(crate::span::start(ok.method.span())),
        _ => None,
    };
    match shape::bare_expr(&each.body) {
        Expr::Tuple(parts) => parts.elems.iter().find_map(at),
        value => at(value),
    }
}

/// `text.parse().ok().map(Cell::Flag).unwrap_or_else(|| Cell::Text(text.into()))`: each `ok()` in a chain of calls, where what
/// stands for its `None` is made of the same text.
struct Chains<'a> {
    retaken: &'a mut HashSet<(u32, u32)>,
    formal: &'a mut HashSet<(u32, u32)>,
    listed: &'a mut HashSet<(u32, u32)>,
}

impl Chains<'_> {
    /// `(name, version.and_then(|text| text.parse().ok()))`: what is there may be none at all, and `None` stands there as what it is.
    fn part(&mut self, value: &Expr) {
        if let Expr::MethodCall(maybe) = shape::bare_expr(value)
            && maybe.method == "and_then"
            && let Some(Expr::Closure(form)) = maybe.args.first()
            && let Expr::MethodCall(ok) = shape::bare_expr(&form.body)
            && ok.method == "ok"
            && answer::reads(&ok.receiver)
        {
            self.retaken.insert(crate::span::start(ok.method.span()));
        }
    }
}

impl Visit<'_> for Chains<'_> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_tuple(&mut self, tuple: &syn::ExprTuple) {
        tuple.elems.iter().for_each(|part| self.part(part));
        visit::visit_expr_tuple(self, tuple);
    }

    fn visit_field_value(&mut self, field: &syn::FieldValue) {
        self.part(&field.expr);
        visit::visit_field_value(self, field);
    }

    fn visit_block(&mut self, block: &Block) {
        self.retaken.extend(given::asked_by_name(block));
        visit::visit_block(self, block);
    }

    /// `ticket.reply_to = subject.split_once("[#").and_then(|(_, number)| number.parse().ok());`
    fn visit_expr_assign(&mut self, assign: &syn::ExprAssign) {
        if matches!(&*assign.left, Expr::Field(_)) && !is_of_a_row(&assign.right) {
            self.part(&assign.right);
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        if call.method == "collect" {
            self.listed.extend(listed(&call.receiver));
        }
        if PICKING.contains(&call.method.to_string().as_str()) {
            self.retaken.extend(looked_for(&call.receiver, "filter_map").answered);
        }
        if call.method == "find_map" {
            let forms = looked_for(&Expr::MethodCall(call.clone()), "find_map");
            self.retaken.extend(forms.answered);
            self.formal.extend(forms.formal);
        }
        self.retaken.extend(found_first(call));
        self.retaken.extend(search::passed_over(call));
        if call.method == "and_then" && is_optional(&call.receiver) {
            self.part(&Expr::MethodCall(call.clone()));
        }
        if matches!(call.method.to_string().as_str(), "unwrap_or_else" | "unwrap_or" | "or_else" | "or")
            && let Some(other) = call.args.first()
        {
            Readings { other, found: self.retaken }.visit_expr(&call.receiver);
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// `headers.get("x-page-size")`, `request.user_agent`: what need not be given, and counts as not given where it has not the form.
pub(super) fn is_optional(place: &Expr) -> bool {
    const GIVEN: [&str; 11] = [
        "header", "headers", "query", "param", "params", "env", "options", "opts", "flags", "cookie",
        "cookies",
    ];
    // An agent alone may be anybody.
    let is_given = |name: &str| {
        name == "user_agent" || telling::words(name).iter().any(|word| GIVEN.contains(&word.as_str()))
    };
    !queries(place) && (shape::uses(place, is_given) || asks_the_environment(place))
}

/// `machine.var("COLUMNS").ok()`, whoever answers for the environment.
fn asks_the_environment(place: &Expr) -> bool {
    let Expr::MethodCall(call) = shape::bare_expr(place) else { return false };
    let is_variable = |name: &Expr| {
        matches!(name, Expr::Lit(literal) if matches!(&literal.lit, syn::Lit::Str(name) if {
            let name = name.value();
            name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
        }))
    };
    let asks = call.method == "var" || call.method == "var_os";
    asks && call.args.first().is_some_and(is_variable) || asks_the_environment(&call.receiver)
}

/// `row.get(3)`, `db.query(sql)`: what stands in a database has its form, or is broken.
pub(super) fn is_of_a_row(place: &Expr) -> bool {
    const ROWS: [&str; 6] = ["row", "rows", "record", "column", "columns", "cell"];
    queries(place)
        || answer::root(place)
            .is_some_and(|root| telling::words(&root).iter().any(|word| ROWS.contains(&word.as_str())))
}

/// `db.query_row(sql, params)`: what answers here is no input. `uri.query()` and `query.get(name)` are.
fn queries(place: &Expr) -> bool {
    match shape::bare_expr(place) {
        Expr::MethodCall(call) => {
            let asks = telling::words(&call.method.to_string()).iter().any(|word| word == "query");
            asks && !call.args.is_empty() || queries(&call.receiver)
        }
        Expr::Await(waiting) => queries(&waiting.base),
        Expr::Try(question) => queries(&question.expr),
        _ => false,
    }
}

struct Readings<'a> {
    other: &'a Expr,
    found: &'a mut HashSet<(u32, u32)>,
}

impl Visit<'_> for Readings<'_> {
    fn visit_block(&mut self, _block: &Block) {}

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        if call.method == "ok" && answer::retakes(&call.receiver, self.other) {
            self.found.insert(crate::span::start(call.method.span()));
        }
        visit::visit_expr_method_call(self, call);
    }
}

impl Body<'_> {
    /// The verdict on what is done when something has not the form that was asked for.
    pub(super) fn or_formless(&self, verdict: Verdict, reads: bool, body: &Expr) -> Verdict {
        let answers = reads && self.is_outermost() && is_option(&self.ret) && returns_none(body);
        if answers { Verdict { disposition: Disposition::Handed, ..verdict } } else { verdict }
    }
}

pub(super) fn is_option(ret: &Type) -> bool {
    matches!(ret, Type::Path(path) if shape::last_of(&path.path).is_some_and(|last| last == "Option"))
}

fn returns_none(body: &Expr) -> bool {
    match body {
        Expr::Return(returned) => {
            matches!(returned.expr.as_deref(), Some(Expr::Path(path)) if path.path.is_ident("None"))
        }
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(last, _)) => returns_none(last),
            _ => false,
        },
        _ => false,
    }
}

//! Branches that answer: the error is told apart in the value, so that whoever takes the value knows.
//!
//! `match ping() { Ok(()) => "up", Err(_) => "down" }` says what happened, and so does
//! `if text.parse::<u64>().is_ok() { Kind::Number } else { Kind::Text }`. `match read() { Ok(n) => n, Err(_) => 0 }` does not:
//! a zero that was read looks the same.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Arm, Block, Expr, Pat, Stmt};

use super::mention::Mentions;
use super::probe::{Disposition, Verdict};
use super::{arm, asked, behind, shape, telling, way};

/// Whether this arm of a `match` gives a value that none of the arms for an `Ok` gives.
pub(super) fn is_apart(arm: &Arm, others: &[&Arm]) -> bool {
    let values: Vec<&Expr> = others.iter().flat_map(|other| values(&other.body)).collect();
    let own = self::values(&arm.body);
    !own.is_empty() && own.iter().all(|value| differs(value, &values, true))
}

/// Whether the two branches of a question give different answers.
pub(super) fn both_answer(condition: &syn::ExprIf) -> bool {
    let Some((_, otherwise)) = &condition.else_branch else { return false };
    let then = of_statements(&condition.then_branch.stmts);
    let otherwise = values(otherwise);
    !then.is_empty() && then.iter().all(|value| differs(value, &otherwise, true))
}

/// What a scrutinee tries, as far as an arm can try it again or take it in another way.
#[derive(Default)]
pub(super) struct Tried {
    /// The call, in the user's words.
    call: String,
    /// The call itself, if it is one of a function.
    first: Option<Expr>,
    /// Whether it reads a form.
    pub(super) reads: bool,
    /// The names from which it reads a form.
    inputs: Vec<String>,
    /// Whether its error leaves the question open: what a cache does not have can be had elsewhere, and what came of work
    /// whose time was over can be asked.
    is_open: bool,
    /// What is waited for until its time is over.
    limited: Option<String>,
    /// Whether it looks into a cache, which has nothing when it cannot be read.
    pub(super) misses: bool,
    /// Whether it fills a cache: what is not there is had from where it was taken.
    fills: bool,
    /// Whether it fills something, of which only the log says what it is.
    puts: bool,
    /// Who is told something by it, and may have gone.
    listener: Option<String>,
    /// Whether it clears away what was only temporary, or what a value leaves that is dropped: that some of it is still there is for
    /// the log.
    clears: bool,
    /// Whether it clears away what a value leaves that is dropped: nobody can be told but the log.
    sweeps: bool,
}

impl Tried {
    pub(super) fn of(expr: &Expr, by_drop: bool) -> Tried {
        let call = call_text(expr);
        Tried {
            first: matches!(expr, Expr::Call(_)).then(|| expr.clone()),
            reads: reads(expr),
            inputs: inputs(expr),
            is_open: is_cache(&call) || is_limited(expr),
            limited: behind::limited(expr),
            misses: asked::looks_into_a_cache(expr),
            fills: asked::fills_a_cache(expr),
            puts: asked::fills(expr),
            listener: asked::listener(expr),
            clears: asked::clears_away(expr, by_drop) || asked::signs_off(expr),
            sweeps: by_drop && asked::removes(expr),
            call,
        }
    }

    /// The same where a guard asks the text what it is: `Err(_) if text.is_empty() => None`.
    pub(super) fn or_asked(&self, verdict: Verdict, pattern: &Pat) -> Verdict {
        match pattern {
            Pat::Guard(guarded) if self.inputs.iter().any(|input| asks_of(&guarded.guard, input)) => {
                Verdict { disposition: Disposition::Handed, recast: None, ..verdict }
            }
            _ => verdict,
        }
    }

    /// What is waited for until its time is over.
    pub(super) fn limited(&self) -> Option<&String> {
        self.limited.as_ref()
    }

    /// The names from which it reads a form.
    pub(super) fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// The verdict on an arm, unless the same call is tried again in it: that try has a verdict of its own. A text that is no
    /// number and is then taken for a text is not lost either.
    pub(super) fn or_again(&self, verdict: Verdict, body: &Expr, mentions: &Mentions) -> Verdict {
        let again = !self.call.is_empty() && body.to_token_stream().to_string().contains(&self.call);
        if again
            || self.first.as_ref().is_some_and(|first| way::is_other_form(first, body))
            || self.is_open && way::asks_further(body)
            || self.clears && telling::warns(body)
            || self.sweeps && arm::does_nothing(body)
            || self.fills && telling::tells_of(body, "")
            || self.puts && telling::tells_of(body, "cache")
            || self.listener.as_ref().is_some_and(|listener| asked::parts_with(listener, body))
            || self.inputs.iter().any(|input| arm::used_outside(body, input, mentions))
        {
            return Verdict { disposition: Disposition::Handed, ..verdict };
        }
        verdict
    }
}

/// `cache.get(key)`, `read_cached(id)`: what is not there is had from where it was taken.
pub(super) fn is_cache(call: &str) -> bool {
    call.to_lowercase().contains("cache")
}

/// Whether a call asks for the form of an input.
pub(super) fn reads(call: &Expr) -> bool {
    match shape::bare_expr(call) {
        Expr::Call(call) => READING.contains(&last_of(&call.func).as_str()),
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "map_err" | "map" | "as_ref" | "or_else" => reads(&call.receiver),
            name => READING.contains(&name),
        },
        _ => false,
    }
}

/// Whether what this call reads a form of is mentioned again.
pub(super) fn reads_again(call: &Expr, rest: &[Stmt]) -> bool {
    let inputs = inputs(call);
    let body = Block { brace_token: Default::default(), stmts: rest.to_vec() };
    let body = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: body });
    inputs.iter().any(|input| arm::used_outside(&body, input, &Mentions::default()))
}

/// `post().or_else(|_| post())`: whether the call at the root of a chain of tries is made again.
pub(super) fn tries_again(chain: &Expr, body: &Expr) -> bool {
    match chain {
        Expr::MethodCall(call) if call.method == "or_else" => tries_again(&call.receiver, body),
        first => {
            let call = call_text(first);
            !call.is_empty() && body.to_token_stream().to_string().contains(&call)
        }
    }
}

/// Whether what this call reads a form of is what another value is made of, beside lines of a log.
pub(super) fn retakes(call: &Expr, other: &Expr) -> bool {
    reads(call) && inputs(call).iter().any(|input| arm::used_outside(other, input, &Mentions::default()))
}

/// The values with which a function ends, where they are variants of one type, or literals.
#[derive(Default)]
pub(super) struct Ends(Vec<(String, String)>);

impl Ends {
    pub(super) fn of(body: &Block) -> Ends {
        let mut found = Returned(Vec::new());
        found.visit_block(body);
        let values =
            of_statements(&body.stmts).into_iter().chain(found.0.iter().flat_map(|value| values(value)));
        let claims = values.map(unwrapped).filter(|value| !is_err(value)).map(end);
        Ends(claims.collect::<Option<Vec<_>>>().unwrap_or_default())
    }

    /// Whether a body leaves with a variant with which nothing else leaves: `return Ok(Booking::Cancelled)`.
    /// In a loop, a literal does not say what became of the items that were still to come.
    pub(super) fn tells(&self, body: &Expr, once: bool) -> bool {
        let mut found = Returned(Vec::new());
        found.visit_expr(body);
        let [value] = *found.0 else { return false };
        let Some(own) = end(unwrapped(value)) else { return false };
        if own.0 == LITERAL && !once {
            return false;
        }
        let same = self.0.iter().filter(|end| **end == own).count();
        same <= 1 && self.0.len() > 1 && self.0.iter().all(|end| end.0 == own.0)
    }
}

fn is_err(value: &Expr) -> bool {
    matches!(value, Expr::Call(call) if last_of(&call.func) == "Err")
}

/// What stands behind the `return`s of a function.
struct Returned<'a>(Vec<&'a Expr>);

impl<'a> Visit<'a> for Returned<'a> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}

    fn visit_expr_return(&mut self, returned: &'a syn::ExprReturn) {
        self.0.extend(returned.expr.as_deref());
        visit::visit_expr_return(self, returned);
    }
}

/// Calls that ask whether an input has a form.
const READING: [&str; 6] = ["parse", "from_str", "from_str_radix", "from_utf8", "try_from", "try_into"];

/// Whether a guard asks this text what it is: `text.is_empty()`, `text == "auto"`. That it is not so leaves everything open.
pub(super) fn asks_of(guard: &Expr, text: &str) -> bool {
    const ASKING: [&str; 5] = ["is_empty", "starts_with", "ends_with", "eq", "eq_ignore_ascii_case"];
    let is_it = |place: &Expr| root(place).is_some_and(|root| root == text);
    match shape::bare_expr(guard) {
        Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_)) => {
            asks_of(&both.left, text) || asks_of(&both.right, text)
        }
        Expr::Binary(either) if matches!(either.op, syn::BinOp::Or(_)) => {
            asks_of(&either.left, text) && asks_of(&either.right, text)
        }
        Expr::Binary(same) if matches!(same.op, syn::BinOp::Eq(_)) => is_it(&same.left) || is_it(&same.right),
        Expr::MethodCall(asking) => {
            ASKING.contains(&asking.method.to_string().as_str()) && is_it(&asking.receiver)
        }
        _ => false,
    }
}

/// The names from which a call reads a form: where the same input is taken in another way, nothing is lost.
pub(super) fn inputs(expr: &Expr) -> Vec<String> {
    let inputs: Vec<&Expr> = match shape::bare_expr(expr) {
        Expr::Call(call) if READING.contains(&last_of(&call.func).as_str()) => call.args.iter().collect(),
        Expr::MethodCall(call) if READING.contains(&call.method.to_string().as_str()) => {
            vec![&*call.receiver]
        }
        Expr::MethodCall(call)
            if matches!(call.method.to_string().as_str(), "map_err" | "as_ref" | "map" | "or_else") =>
        {
            return inputs(&call.receiver);
        }
        // `timeout(limit, &mut work).await`: the work goes on.
        Expr::Await(waiting) => return if is_limited(expr) { lent(&waiting.base) } else { Vec::new() },
        _ => Vec::new(),
    };
    inputs.into_iter().filter_map(root).collect()
}

/// Whether what is waited for ends when its time is over.
fn is_limited(expr: &Expr) -> bool {
    matches!(shape::callee(expr).rsplit("::").next(), Some("timeout" | "timeout_at"))
}

/// The names that a call only borrows.
fn lent(call: &Expr) -> Vec<String> {
    let Expr::Call(call) = call else { return Vec::new() };
    let lent = call.args.iter().filter(|argument| match argument {
        Expr::Reference(lent) => lent.mutability.is_some(),
        Expr::MethodCall(lent) => lent.method == "as_mut",
        _ => false,
    });
    lent.filter_map(root).collect()
}

fn last_of(func: &Expr) -> String {
    match func {
        Expr::Path(path) => shape::last_of(&path.path).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The name at the root of a chain: `text` in `text.trim()`.
pub(super) fn root(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Reference(inner) => root(&inner.expr),
        Expr::Unary(inner) => root(&inner.expr),
        Expr::Field(field) => root(&field.base),
        Expr::Index(index) => root(&index.expr),
        Expr::Paren(inner) => root(&inner.expr),
        _ => None,
    }
}

/// The words of a call that can be tried again, without what waits for it or passes its error on.
fn call_text(expr: &Expr) -> String {
    match expr {
        Expr::Await(inner) => call_text(&inner.base),
        Expr::Try(inner) => call_text(&inner.expr),
        Expr::Paren(inner) => call_text(&inner.expr),
        Expr::MethodCall(call) if matches!(call.method.to_string().as_str(), "map_err" | "context") => {
            call_text(&call.receiver)
        }
        Expr::Call(_) | Expr::MethodCall(_) => expr.to_token_stream().to_string(),
        _ => String::new(),
    }
}

/// The values with which an expression can end.
fn values(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Block(block) => of_statements(&block.block.stmts),
        Expr::Paren(inner) => values(&inner.expr),
        Expr::If(condition) => {
            let mut found = of_statements(&condition.then_branch.stmts);
            found.extend(condition.else_branch.iter().flat_map(|(_, branch)| values(branch)));
            found
        }
        Expr::Match(matching) => matching.arms.iter().flat_map(|arm| values(&arm.body)).collect(),
        Expr::Return(returned) => returned.expr.iter().flat_map(|value| values(value)).collect(),
        other => vec![other],
    }
}

fn of_statements(statements: &[Stmt]) -> Vec<&Expr> {
    match statements.last() {
        Some(Stmt::Expr(expr @ Expr::Return(_), _) | Stmt::Expr(expr, None)) => values(expr),
        _ => Vec::new(),
    }
}

/// Whether a value tells itself apart from all of these; `plain` says whether literals can do so.
fn differs(value: &Expr, others: &[&Expr], plain: bool) -> bool {
    let value = unwrapped(value);
    let others: Vec<&Expr> = others.iter().map(|other| unwrapped(other)).collect();
    if others.is_empty() {
        return false;
    }
    if let Expr::Tuple(own) = value {
        return own.elems.iter().enumerate().any(|(index, element)| {
            let beside = others.iter().map(|other| match other {
                Expr::Tuple(other) => other.elems.get(index),
                _ => None,
            });
            let beside: Option<Vec<&Expr>> = beside.collect();
            let is_flag = is_flag(element);
            (is_flag || claim(element).is_some())
                && beside.is_some_and(|beside| differs(element, &beside, is_flag))
        });
    }
    if let Some((owner, name)) = claim(value) {
        return others.iter().all(|other| {
            is_none(other)
                || claim(other).is_some_and(|(its_owner, its_name)| its_owner == owner && its_name != name)
        });
    }
    plain
        && is_plain(value)
        && others.iter().all(|other| {
            is_plain(other) && other.to_token_stream().to_string() != value.to_token_stream().to_string()
        })
}

/// `None` says that there is nothing, and no claim beside it can be taken for that.
fn is_none(value: &Expr) -> bool {
    matches!(value, Expr::Path(path) if path.path.is_ident("None"))
}

/// A value without the `Ok(..)` or `Some(..)` around it.
pub(super) fn unwrapped(expr: &Expr) -> &Expr {
    if let Expr::Call(call) = expr
        && let Expr::Path(path) = &*call.func
        && path.path.is_ident("Ok") | path.path.is_ident("Some")
        && let (1, Some(inner)) = (call.args.len(), call.args.first())
    {
        return unwrapped(inner);
    }
    expr
}

/// A variant, or a struct that says in a field how it went: `Response { status: 502, .. }`.
fn claim(expr: &Expr) -> Option<(String, String)> {
    variant(expr).or_else(|| {
        let Expr::Struct(value) = expr else { return None };
        let says = |field: &&syn::FieldValue| says_how_it_went(&field.member);
        // `Rates { eur, stale: true }`
        let flags = |field: &&syn::FieldValue| is_flag(&field.expr);
        let field = value.fields.iter().find(says).or_else(|| value.fields.iter().find(flags))?;
        let said = match shape::bare_expr(&field.expr) {
            said @ Expr::Lit(_) => said.to_token_stream().to_string(),
            said => variant(said)?.1,
        };
        let owner = format!("{} {}", value.path.to_token_stream(), field.member.to_token_stream());
        Some((owner, said))
    })
}

/// Stands for the type of a literal.
const LITERAL: &str = "literal";

/// What tells one end apart from the others: a claim, or a literal among literals, as the code with which a program ends.
fn end(value: &Expr) -> Option<(String, String)> {
    claim(value)
        .or_else(|| is_plain(value).then(|| (LITERAL.to_owned(), value.to_token_stream().to_string())))
}

fn is_flag(value: &Expr) -> bool {
    matches!(value, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Bool(_)))
}

/// Fields by which a struct says how something ended.
fn says_how_it_went(member: &syn::Member) -> bool {
    const SAYING: [&str; 10] = [
        "status",
        "status_code",
        "code",
        "state",
        "outcome",
        "result",
        "ok",
        "success",
        "is_ok",
        "succeeded",
    ];
    matches!(member, syn::Member::Named(name) if SAYING.contains(&name.to_string().as_str()))
}

/// `Reply::TimedOut`, `Reply::Done(n)`, `Reply::Late { by }`: the type and the variant.
fn variant(expr: &Expr) -> Option<(String, String)> {
    let path = match expr {
        Expr::Path(path) => &path.path,
        Expr::Struct(value) => &value.path,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => &path.path,
            _ => return None,
        },
        _ => return None,
    };
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let (last, owner) = names.split_last()?;
    let is_variant = last.starts_with(char::is_uppercase)
        && owner.last().is_some_and(|owner| owner.starts_with(char::is_uppercase));
    is_variant.then(|| (owner.join("::"), last.clone()))
}

fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_plain(&unary.expr),
        Expr::Reference(inner) => is_plain(&inner.expr),
        _ => false,
    }
}

//! What becomes of the error of a `Result` that a method takes apart.

use syn::Expr;

use super::mention::Mentions;
use super::probe::{Disposition, RECOVERING, Verdict};
use super::{Body, arm, asked, counted, shape, way};

impl Body<'_> {
    /// `text.parse().ok()`, behind which the text is taken in another way, and `cache.load(key).ok()`, a miss like any other.
    pub(super) fn retaken(&self, name: &str, call: &syn::ExprMethodCall) -> Option<Verdict> {
        let misses = matches!(name, "ok" | "is_ok") && asked::looks_into_a_cache(&call.receiver);
        let lost = name == "ok" && self.is_courtesy(&call.receiver);
        (misses || lost || name == "ok" && self.forms.is_retaken(call))
            .then(|| Verdict::plain(Disposition::Handed, call))
    }

    /// What this method does with the error.
    pub(super) fn disposition_of(&self, name: &str, call: &syn::ExprMethodCall) -> Disposition {
        if name == "ok" && self.forms.has(call) || self.takes_the_other(name, call) || self.ranks(name, call)
        {
            Disposition::Handed
        } else if self.is_shown_as_value(name, call) || self.forms.is_listed(call) {
            Disposition::Substituted
        } else {
            match disposition_of(name, call, &self.mentions) {
                Disposition::Substituted if self.forms.tells(&call.receiver) => Disposition::Handed,
                becomes => becomes,
            }
        }
    }
}

/// What made the error that is left: behind `or_else(|payload| payload.downcast())` that is the second try.
pub(super) fn left_by(value: &Expr) -> String {
    if let Expr::MethodCall(call) = value
        && call.method == "or_else"
        && let Some(Expr::Closure(again)) = call.args.first()
        && shape::callee(&again.body) == "downcast"
    {
        return "downcast".to_owned();
    }
    shape::callee(value)
}

/// `run(job).map_or_else(State::Failed, |()| State::Done)`: the error is what the variant carries.
fn carries_it(call: &syn::ExprMethodCall) -> bool {
    let Some(Expr::Path(path)) = call.args.first() else { return false };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    names.len() > 1 && names.iter().all(|name| name.starts_with(char::is_uppercase))
}

/// `unwrap_or_else(|_| { self.invalid.fetch_add(1, Relaxed); Vec::new() })`
fn is_counted(call: &syn::ExprMethodCall, mentions: &Mentions) -> bool {
    matches!(call.args.first(), Some(Expr::Closure(closure)) if counted::counts(closure, mentions))
}

fn disposition_of(name: &str, call: &syn::ExprMethodCall, mentions: &Mentions) -> Disposition {
    if RECOVERING.contains(&name) {
        return Disposition::Handed;
    }
    let uses_error = call.args.iter().any(
        |argument| matches!(argument, Expr::Closure(closure) if arm::closure_uses_error(closure, mentions)),
    );
    match name {
        "ok" => Disposition::Dropped,
        // The answer is the value: who takes it knows that there was an error.
        "err" | "is_err_and" | "is_ok" | "is_err" | "is_ok_and" => Disposition::Handed,
        "unwrap_or_else" | "or_else" if uses_error || takes_the_inside(call) => Disposition::Handed,
        "unwrap_or_else" | "map_or_else" if carries_it(call) || is_counted(call, mentions) => {
            Disposition::Handed
        }
        "map_or_else" if matches!(call.args.first(), Some(Expr::Closure(closure)) if arm::closure_uses_error(closure, mentions)) => {
            Disposition::Handed
        }
        "unwrap_or" | "unwrap_or_else" | "map_or" | "map_or_else"
            if call.args.first().is_some_and(is_an_error) =>
        {
            Disposition::Handed
        }
        _ if way::is_answered(name, call) || call.args.first().is_some_and(tells_the_lack) => {
            Disposition::Handed
        }
        _ => Disposition::Substituted,
    }
}

/// `timeout(limit, ask()).await.unwrap_or(Err(Late))`: another error stands for this one.
fn is_an_error(other: &Expr) -> bool {
    match shape::bare_expr(other) {
        Expr::Closure(closure) => is_an_error(&closure.body),
        other => shape::callee(other) == "Err",
    }
}

/// `"?"`, `|_| "n/a".to_owned()`, `f64::NAN`: a text that says itself that there is none, or a number that is none.
fn tells_the_lack(value: &Expr) -> bool {
    match shape::bare_expr(value) {
        Expr::Closure(closure) => tells_the_lack(&closure.body),
        Expr::MethodCall(call)
            if matches!(call.method.to_string().as_str(), "to_owned" | "to_string" | "into") =>
        {
            tells_the_lack(&call.receiver)
        }
        Expr::Path(path) => {
            path.path.segments.len() > 1 && shape::last_of(&path.path).is_some_and(|last| last == "NAN")
        }
        Expr::Lit(literal) => matches!(&literal.lit, syn::Lit::Str(text) if {
            let text = text.value().to_lowercase();
            let is_within = |ends: [char; 2]| text.starts_with(ends[0]) && text.ends_with(ends[1]);
            matches!(text.as_str(), "n/a" | "unknown" | "unavailable")
                || text.len() > 2 && [['<', '>'], ['(', ')'], ['[', ']']].into_iter().any(is_within)
                || !text.trim().is_empty() && !text.contains(char::is_alphanumeric)
        }),
        _ => false,
    }
}

/// `lock().unwrap_or_else(PoisonError::into_inner)` takes the value out of the error.
fn takes_the_inside(call: &syn::ExprMethodCall) -> bool {
    matches!(call.args.first(), Some(Expr::Path(path)) if shape::last_of(&path.path).is_some_and(|last| last == "into_inner"))
}

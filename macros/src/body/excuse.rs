//! What an error is no error for, if it is of the kind that the code has in view; the error itself decides, when there is one.

use std::collections::HashSet;

use syn::{Expr, ExprMethodCall, Pat, Stmt};

use super::probe::{Disposition, Verdict};
use super::{Body, answer, asked, form, shape};

/// What the code has in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excuse {
    /// That something has no form: `parts.next()?.ok()?` in a function that returns an `Option`.
    Form,
    /// That there is none: `Err(_) => Ok(None)`.
    Absence,
    /// That whoever asked does not wait for the answer any more.
    Reply,
}

impl Excuse {
    pub(super) fn flags(self) -> &'static str {
        match self {
            Excuse::Form => "fm",
            Excuse::Absence => "m",
            Excuse::Reply => "r",
        }
    }

    /// `metadata(path).map(|it| it.is_dir()).unwrap_or(false)`
    pub(super) fn of_other(call: &ExprMethodCall) -> Option<Excuse> {
        let gives_none = call.method == "unwrap_or" && call.args.first().is_some_and(gives_none);
        gives_none.then_some(Excuse::Absence)
    }

    /// What an arm has in view that gives a `None`.
    pub(super) fn of_arm(body: &Expr) -> Option<Excuse> {
        gives_none(body).then_some(Excuse::Absence)
    }
}

/// Collections without anything in them.
const EMPTY: [&str; 6] = ["Vec", "VecDeque", "HashMap", "BTreeMap", "HashSet", "BTreeSet"];

/// `None`, `false`, `Vec::new()`: that there is nothing, where the error says so.
fn gives_none(body: &Expr) -> bool {
    match shape::bare_expr(body) {
        Expr::Path(path) => path.path.is_ident("None"),
        Expr::Lit(literal) => matches!(&literal.lit, syn::Lit::Bool(answer) if !answer.value),
        Expr::Macro(list) => list.mac.path.is_ident("vec") && list.mac.tokens.is_empty(),
        Expr::Call(call) if call.args.is_empty() => {
            let callee = shape::callee(body);
            let mut names = callee.rsplit("::");
            names.next() == Some("new") && names.next().is_some_and(|owner| EMPTY.contains(&owner))
        }
        Expr::Return(leaving) => leaving.expr.as_deref().is_some_and(gives_none),
        Expr::Call(call) => {
            matches!(shape::callee(body).rsplit("::").next(), Some("Ok" | "Some"))
                && call.args.first().is_some_and(gives_none)
        }
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(last, None) | Stmt::Expr(last @ Expr::Return(_), _)) => gives_none(last),
            _ => false,
        },
        _ => false,
    }
}

/// Methods that put items into an order by a key.
const SORTING: [&str; 7] = [
    "sort_by",
    "sort_unstable_by",
    "sort_by_key",
    "sort_unstable_by_key",
    "sort_by_cached_key",
    "is_sorted_by_key",
    "sorted_by_key",
];

/// Where a key is made, and what stands last there for whatever has no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// All items stay, wherever they stand.
    Any,
    /// The greatest is taken: nothing is less than this.
    Least,
    /// The least is taken.
    Greatest,
}

impl Rank {
    pub(super) fn by(method: &str) -> Option<Rank> {
        match method {
            "max_by_key" | "max_by" => Some(Rank::Least),
            "min_by_key" | "min_by" => Some(Rank::Greatest),
            _ => SORTING.contains(&method).then_some(Rank::Any),
        }
    }

    fn admits(self, method: &str, other: Option<&Expr>) -> bool {
        let is_limit = |name: &str| {
            matches!(other.map(shape::bare_expr), Some(Expr::Path(path))
                if shape::last_of(&path.path).is_some_and(|last| last == name))
        };
        let is_zero = || match other.map(shape::bare_expr) {
            Some(Expr::Lit(literal)) => {
                matches!(&literal.lit, syn::Lit::Int(number) if number.base10_digits() == "0")
            }
            None => method == "unwrap_or_default",
            _ => false,
        };
        match self {
            Rank::Any => true,
            Rank::Least => is_zero() || is_limit("MIN"),
            Rank::Greatest => is_limit("MAX"),
        }
    }
}

impl Body<'_> {
    /// `versions.sort_by_key(|text| text.parse().unwrap_or(0))`: a key is no value, and what has no number stands behind the others.
    pub(super) fn ranks(&self, name: &str, call: &ExprMethodCall) -> bool {
        let fills = matches!(name, "unwrap_or" | "unwrap_or_default");
        self.ranking.is_some_and(|rank| rank.admits(name, call.args.first()))
            && fills
            && answer::reads(&call.receiver)
    }

    /// Learns the names of what was received: `while let Ok(job) = jobs.recv()`, and of its parts. And of the sender that somebody
    /// may have given who wants to listen: `if let Some(progress) = progress`, with or without whom all goes on.
    pub(super) fn learn_received<'p>(&mut self, from: &Expr, patterns: impl Iterator<Item = &'p Pat>) {
        let callee = shape::callee(from);
        let is_received = matches!(callee.rsplit("::").next(), Some("recv" | "try_recv" | "recv_timeout"))
            || answer::root(from).is_some_and(|root| self.received.contains(&root));
        let mut patterns = patterns.peekable();
        let is_some = |pattern: &Pat| {
            matches!(shape::bare(pattern), Pat::TupleStruct(some)
            if shape::last_of(&some.path).is_some_and(|last| last == "Some"))
        };
        let is_optional = patterns.peek().is_some_and(|pattern| is_some(pattern))
            && answer::root(from).is_some_and(|root| self.optional.contains(&root));
        if is_received || is_optional {
            let names: HashSet<String> = patterns.flat_map(shape::names).collect();
            self.received.extend(names);
        }
    }

    /// `let _ = job.reply.send(answer);`: the sender came with the question.
    pub(super) fn or_reply(&self, verdict: Verdict, call: &Expr) -> Verdict {
        let replies = verdict.disposition == Disposition::Dropped
            && asked::listener(call).is_some_and(|root| self.received.contains(&root));
        if replies { Verdict { excuse: Some(Excuse::Reply), ..verdict } } else { verdict }
    }
}

/// `progress: Option<&Sender<u32>>`
pub(crate) fn optional_senders(sig: &syn::Signature) -> HashSet<String> {
    let typed = sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(typed) => Some(typed),
        syn::FnArg::Receiver(_) => None,
    });
    let is_one = |typed: &&syn::PatType| {
        let given = match &*typed.ty {
            syn::Type::Reference(lent) => &lent.elem,
            given => given,
        };
        form::is_option(given) && shape::uses(given, |word| word.ends_with("Sender"))
    };
    typed.filter(is_one).flat_map(|typed| shape::names(&typed.pat)).collect()
}

impl<'a> Body<'a> {
    /// The same for a function with these parameters that may be a sender, or none.
    pub(crate) fn given(mut self, optional: &HashSet<String>) -> Body<'a> {
        self.optional.clone_from(optional);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Rank;

    #[test]
    fn a_key_that_stands_for_none_is_the_last() {
        let admits = |by: &str, text: &str| {
            let Ok(syn::Expr::MethodCall(call)) = syn::parse_str(text) else { panic!("a call: {text}") };
            Rank::by(by).is_some_and(|rank| rank.admits(&call.method.to_string(), call.args.first()))
        };
        for (by, text) in [
            ("sort_by_key", "x.unwrap_or(7)"),
            ("max_by_key", "x.unwrap_or(0)"),
            ("max_by_key", "x.unwrap_or_default()"),
            ("max_by", "x.unwrap_or(f64::MIN)"),
            ("min_by_key", "x.unwrap_or(u32::MAX)"),
        ] {
            assert!(admits(by, text), "{by} {text}");
        }
        for (by, text) in [
            ("min_by_key", "x.unwrap_or(0)"),
            ("min_by_key", "x.unwrap_or_default()"),
            ("max_by_key", "x.unwrap_or(7)"),
            ("map", "x.unwrap_or(0)"),
        ] {
            assert!(!admits(by, text), "{by} {text}");
        }
    }
}

//! Values of a type of the user's own that pass unseen because the patterns ask for the good ones only:
//! `if let Status::Delivered { id } = push(token) { .. }`, `match push(token) { Status::Delivered { id } => .., _ => {} }`. One that
//! is called a failure is an error that nothing is done about.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{Arm, Expr, ExprIf, ExprMatch, Pat, Path};

use super::probe::{Disposition, Probe, Verdict};
use super::watch::bind;
use super::{Body, flat, lost, shape, telling};
use crate::span::generated;
use crate::token::First;

/// Words in the names of types whose values say what there is, and not how something went.
const BEING: [&str; 20] = [
    "state", "kind", "phase", "event", "token", "message", "msg", "frame", "command", "value", "node",
    "expr", "entry", "item", "record", "level", "mode", "job", "task", "type",
];

/// Words of calls that do something. Of one that decides, checks or reads, "rejected" is the answer that was asked for.
const DOING: [&str; 34] = [
    "send", "push", "post", "put", "publish", "deliver", "notify", "sms", "email", "mail", "charge", "pay",
    "refund", "transfer", "capture", "book", "reserve", "submit", "upload", "write", "save", "store",
    "insert", "update", "delete", "remove", "create", "register", "enqueue", "dispatch", "ship", "commit",
    "flush", "append",
];

/// Verbs with which a call that answers `false` says that it did not happen. Not `insert`, `remove`, `store` or `register`: there it says
/// what was there before; nor `flush`, `commit` or `write`, which may have had nothing to do, nor `publish`, to which nobody may have listened.
const REFUSING: [&str; 19] = [
    "send", "deliver", "charge", "pay", "refund", "transfer", "capture", "book", "reserve", "submit",
    "upload", "save", "ship", "persist", "withdraw", "deposit", "debit", "credit", "approve",
];

/// Words beside such a verb with which the answer is something else: what was there before (`send_replace(true)`), or whether the time had
/// come (`save_if_changed()`, `publish_once()`).
const ANSWERING: [&str; 6] = ["if", "replace", "swap", "once", "or", "unless"];

/// What is known before the call is walked: it, and the variants that are asked for.
pub(super) struct Wanted {
    variants: Vec<Path>,
    callee: String,
    iteration: bool,
}

impl Body<'_> {
    /// The variant for which an `if let` without an `else` asks a call.
    pub(super) fn wanted(&self, condition: &ExprIf) -> Option<Wanted> {
        let Expr::Let(binding) = &*condition.cond else { return None };
        let asks = condition.else_branch.is_none() && !self.finds(&condition.then_branch);
        let variant = asks.then(|| variant(&binding.pat)).flatten()?;
        (!telling::names_a_failure(&shape::last_of(&variant)?))
            .then(|| self.asked_of(&binding.expr, vec![variant]))
            .flatten()
    }

    /// The variants for which the arms of a `match` ask a call, where the last of them does nothing for all others.
    pub(super) fn wanted_among(&self, matching: &ExprMatch) -> Option<Wanted> {
        let (last, arms) = matching.arms.split_last()?;
        let passes = matches!(last.pat, Pat::Wild(_))
            && !arms.is_empty()
            && self.arm_verdict(&last.pat, &last.body).disposition == Disposition::Dropped
            && !matches!(&*last.body, Expr::Return(_) | Expr::Break(_));
        let variant_of = |arm: &Arm| variant(&arm.pat);
        let variants = passes.then(|| arms.iter().map(variant_of).collect::<Option<Vec<_>>>()).flatten()?;
        self.asked_of(&matching.expr, variants)
    }

    fn asked_of(&self, call: &Expr, variants: Vec<Path>) -> Option<Wanted> {
        let callee = shape::callee(call);
        let last = telling::words(callee.rsplit("::").next().unwrap_or_default());
        let does = last.iter().any(|word| DOING.contains(&word.as_str())) && !lost::is_state(&callee);
        let asks = self.is_outermost() && flat::made(call, self.generic) && does;
        asks.then(|| Wanted { variants, callee, iteration: self.is_iteration(call) })
    }

    /// Looks at what the call has returned, where it is something else; it was walked already.
    pub(super) fn other_than(&self, wanted: &Wanted, call: &mut Expr) {
        let probe = self.probe(&Probe {
            span: call.first(),
            form: "if_let_ok",
            verdict: Verdict::plain(Disposition::Acted, call),
            callee: &wanted.callee,
            iteration: wanted.iteration,
            scrutinee: false,
        });
        let (private, variants) = (self.place.private(), &wanted.variants);
        bind(call, &private, |mark, value| -> TokenStream {
            quote_spanned! {value.span()=>
                if !#private::core::matches!(&#value, #(#variants { .. })|*) {
                    use #private::CalledAny as _;
                    #private::Called(&#value).candor_called(#mark, #probe);
                }
            }
        });
    }
}

impl Body<'_> {
    /// Whether this statement is a call that may answer that it did nothing: `stock.reserve(sku, 2);`.
    pub(super) fn may_answer_false(&self, call: &Expr) -> bool {
        let callee = shape::callee(call);
        let words = telling::words(callee.rsplit("::").next().unwrap_or_default());
        // `try_reserve` says by its name that it may not come to it.
        let verb = words.iter().find(|word| *word != "try");
        verb.is_some_and(|verb| REFUSING.contains(&verb.as_str()))
            && !words.iter().any(|word| ANSWERING.contains(&word.as_str()))
            && flat::made(call, self.generic)
    }

    /// Looks at its answer; the call was walked already. One that never returns would make the look unreachable, which is no news to
    /// the user.
    pub(super) fn answered(&self, call: &mut Expr, (callee, iteration): &(String, bool)) {
        let probe = self.probe(&Probe {
            span: call.first(),
            form: "statement",
            verdict: Verdict::plain(Disposition::Acted, call),
            callee,
            iteration: *iteration,
            scrutinee: false,
        });
        let private = self.place.private();
        bind(call, &private, |mark, value| {
            quote_spanned! {value.span()=>
                use #private::AnsweredAny as _;
                #private::Called(&#value).candor_answered(#mark, #probe);
            }
        });
        let at = generated(call.first());
        *call = Expr::Verbatim(
            quote_spanned!(at=> #[allow(unreachable_code, clippy::diverging_sub_expression)] #call),
        );
    }
}

/// `Status::Delivered { id }`, `Reply::Done(n)`: the variant of a type of the user's own.
fn variant(pattern: &Pat) -> Option<Path> {
    let path = match pattern {
        Pat::TupleStruct(tuple) => &tuple.path,
        Pat::Struct(value) => &value.path,
        _ => return None,
    };
    let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let (last, owner) = (names.next()?, names.next()?);
    let is_type = |name: &str| name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    let is_being = telling::words(&owner).iter().any(|word| BEING.contains(&word.as_str()));
    let is_result = last == "Err" || last == "Ok";
    (is_type(&last) && is_type(&owner) && !is_result && !is_being).then(|| path.clone())
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::variant;

    #[test]
    fn good_variants_are_wanted() {
        use syn::parse::Parser;
        let wanted = |text: &str| {
            let pattern = syn::Pat::parse_single.parse_str(text).expect("a pattern");
            variant(&pattern).map(|path| path.to_token_stream().to_string())
        };
        assert_eq!(wanted("Status::Delivered { id }").as_deref(), Some("Status :: Delivered"));
        assert_eq!(wanted("push::Reply::Done(n)").as_deref(), Some("push :: Reply :: Done"));
        for text in
            ["Some(n)", "Ok(n)", "Result::Err(e)", "JobState::Running(id)", "Delivered { id }", "Reply::Done"]
        {
            assert_eq!(wanted(text), None, "{text}");
        }
    }
}

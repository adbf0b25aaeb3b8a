//! Errors that are passed on as something else: `map_err(|_| LookupError::NotFound)` says that there is nothing, whatever the error
//! said.
//!
//! What is written here is only the claim. Whether the error says the same is known when there is one: see the core's `recast`.

use quote::quote_spanned;
use syn::{Expr, ExprMethodCall, Pat, Stmt};

use super::probe::{Disposition, Probe, Verdict};
use super::vague::Known;
use super::{Body, arm, asked, exit, shape, telling};
use crate::span::{generated, local};

/// What the other error claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// That there is no such thing.
    Absence,
    /// That one may not.
    Refusal,
}

/// What stands behind `unknown` where it is no claim that something is not known: `ErrorKind::UnknownError`.
const UNSAID: [&str; 6] = ["error", "failure", "reason", "cause", "problem", "state"];

/// Things of which there are none: `NoSuchUser`, `NoEntry`; not `NoRoute`.
const THINGS: [&str; 15] = [
    "such", "entry", "entries", "row", "rows", "record", "records", "match", "result", "results", "item",
    "user", "document", "object", "session",
];

/// Verbs of calls that ask for a form, or for leave: what they refuse is not there for whoever asks.
const JUDGING: [&str; 17] = [
    "parse",
    "validate",
    "verify",
    "decode",
    "deserialize",
    "authorize",
    "authorise",
    "authenticate",
    "can",
    "may",
    "allow",
    "allows",
    "allowed",
    "permit",
    "permits",
    "permitted",
    "from",
];

/// Calls that take one form for another.
const FORMING: [&str; 5] = ["try_from", "try_into", "to_str", "into_string", "try_parse"];

/// Methods that keep the `None` of what they are called of.
const KEEPING: [&str; 9] =
    ["flatten", "map", "and_then", "filter", "cloned", "copied", "as_ref", "as_deref", "inspect"];

impl Claim {
    /// The flag for the core. A call that judges what it is given says with each error that it is not good enough.
    pub(super) fn flag(self, callee: &str) -> char {
        let name = callee.rsplit("::").next().unwrap_or_default();
        let judges = telling::words(name).first().is_some_and(|verb| JUDGING.contains(&verb.as_str()));
        match self {
            Claim::Absence if !judges && !FORMING.contains(&name) => 'a',
            _ => 'n',
        }
    }

    fn of_name(name: &str) -> Option<Claim> {
        let words = telling::words(name);
        let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        let pairs = || words.iter().zip(words.iter().skip(1)).map(|(one, next)| (*one, *next));
        if words.iter().any(|word| matches!(*word, "missing" | "absent" | "nonexistent"))
            || pairs().any(|pair| match pair {
                ("not", next) => {
                    matches!(next, "found" | "present" | "exist" | "exists" | "existing" | "known")
                }
                ("no", next) => THINGS.contains(&next),
                ("unknown", next) => !UNSAID.contains(&next),
                _ => false,
            })
        {
            return Some(Claim::Absence);
        }
        let refuses = words
            .iter()
            .any(|word| matches!(*word, "unauthorized" | "unauthorised" | "unauthenticated" | "forbidden"))
            || pairs().any(|pair| {
                matches!(
                    pair,
                    ("access" | "permission", "denied")
                        | ("not", "allowed" | "permitted" | "authorized" | "authorised")
                        | ("invalid" | "wrong" | "bad", "credentials" | "password" | "token" | "login")
                )
            });
        refuses.then_some(Claim::Refusal)
    }

    fn of_text(text: &str) -> Option<Claim> {
        let text = text.to_lowercase();
        let says = |words: &str| text.contains(words);
        if says("not found") || says("no such") || says("not exist") {
            return Some(Claim::Absence);
        }
        (says("not authorized") || says("access denied") || says("permission denied"))
            .then_some(Claim::Refusal)
    }

    /// What an error claims by its name, or by the name of what makes it.
    fn of(value: &Expr) -> Option<Claim> {
        let of_path = |path: &syn::Path| shape::last_of(path).and_then(|last| Claim::of_name(&last));
        match shape::bare_expr(value) {
            Expr::Path(path) if path.path.segments.len() > 1 || is_upper(&path.path) => of_path(&path.path),
            Expr::Struct(made) => of_path(&made.path),
            Expr::Call(call) => {
                let own = match shape::bare_expr(&call.func) {
                    Expr::Path(path) => of_path(&path.path),
                    _ => None,
                };
                own.or_else(|| call.args.iter().find_map(Claim::of))
            }
            Expr::MethodCall(call) => Claim::of(&call.receiver),
            Expr::Tuple(tuple) => tuple.elems.iter().find_map(Claim::of),
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Claim::of_text(&text.value()),
                _ => None,
            },
            Expr::Macro(made) if !arm::tells(&made.mac) => Claim::of_text(&made.mac.tokens.to_string()),
            Expr::Block(block) => match block.block.stmts.last() {
                Some(Stmt::Expr(last, None)) => Claim::of(last),
                _ => None,
            },
            _ => None,
        }
    }

    /// `Reply::NotFound`, `not_found()`, `StatusCode::NOT_FOUND.into_response()`. To refuse where nothing can be asked is to be on the
    /// safe side.
    fn of_answer(value: &Expr) -> Option<Claim> {
        let is_own = match shape::bare_expr(value) {
            Expr::Path(path) => path.path.segments.len() > 1,
            Expr::Call(_) => true,
            _ => false,
        };
        Claim::of(value).filter(|claim| is_own && *claim == Claim::Absence)
    }

    /// What an arm claims that leaves with another error, or answers: `Err(_) => return Err(LookupError::NotFound)`,
    /// `Err(_) => Reply::NotFound`, `Err(_) => Response { status: 404, .. }`.
    pub(super) fn of_arm(body: &Expr) -> Option<Claim> {
        match shape::bare_expr(body) {
            Expr::Return(leaving) => Claim::of_arm(leaving.expr.as_deref()?),
            Expr::Block(block) => match block.block.stmts.last()? {
                Stmt::Expr(last, None) => Claim::of_arm(last),
                Stmt::Expr(last @ Expr::Return(_), _) => Claim::of_arm(last),
                _ => None,
            },
            Expr::Call(call) => match shape::callee(body).rsplit("::").next() {
                Some("Err") => call.args.first().and_then(Claim::of),
                Some("Ok" | "Some") => call.args.first().and_then(Claim::of_arm),
                _ => Claim::of_answer(body),
            },
            Expr::MethodCall(call) => Claim::of_answer(&call.receiver),
            Expr::Tuple(tuple) => tuple.elems.first().and_then(Claim::of_answer),
            Expr::Path(_) => Claim::of_answer(body),
            Expr::Struct(made) => made.fields.iter().any(is_not_found).then_some(Claim::Absence),
            _ => None,
        }
    }
}

/// `status: 404`, `status: StatusCode::NOT_FOUND`
fn is_not_found(field: &syn::FieldValue) -> bool {
    let is_status =
        matches!(&field.member, syn::Member::Named(name) if name.to_string().starts_with("status"));
    is_status
        && match shape::bare_expr(&field.expr) {
            Expr::Lit(literal) => {
                matches!(&literal.lit, syn::Lit::Int(code) if code.base10_digits() == "404")
            }
            value => Claim::of(value) == Some(Claim::Absence),
        }
}

fn is_upper(path: &syn::Path) -> bool {
    shape::last_of(path).is_some_and(|last| last.starts_with(char::is_uppercase))
}

impl Body<'_> {
    /// `map_err(|_| LookupError::NotFound)`, also where a line of the log shows the error.
    pub(super) fn recasts(&self, call: &ExprMethodCall) -> Option<Claim> {
        let Some(Expr::Closure(closure)) = call.args.first() else { return None };
        let input = closure.inputs.first()?;
        let is_whole = match shape::bare(input) {
            Pat::Wild(_) => true,
            Pat::Ident(name) => {
                let is_used = || arm::used_outside(&closure.body, &name.ident.to_string(), &self.mentions);
                name.by_ref.is_none() && name.subpat.is_none() && !is_used()
            }
            _ => false,
        };
        // A cache that cannot be read has nothing.
        let is_known =
            || !asked::looks_into_a_cache(&call.receiver) && self.known(&call.receiver) == Known::Whole;
        (call.method == "map_err" && is_whole && is_known()).then(|| Claim::of(&closure.body)).flatten()
    }

    /// Looks at the error in the closure of a `map_err`, which was walked already: what is well costs nothing there.
    pub(super) fn recast(&self, call: &mut ExprMethodCall, claim: Claim) {
        let callee = shape::callee(&call.receiver);
        let verdict = Verdict { recast: Some(claim), ..Verdict::plain(Disposition::Handed, &*call) };
        let span = call.method.span();
        let (near, iteration) = (self.place.set_near(false), self.is_iteration(&call.receiver));
        let probe = self.probe(&Probe {
            span,
            form: ".map_err",
            verdict,
            callee: &callee,
            iteration,
            scrutinee: false,
        });
        let Some(Expr::Closure(closure)) = call.args.first_mut() else { return };
        let name = named(closure.inputs.first_mut());
        let (private, at, body) = (self.place.private(), generated(span), &closure.body);
        let look = quote_spanned! {at=>
            #private::met(&#name).candor_meet(#private::mark(), #probe);
        };
        let stmts = vec![exit::statement(&look), Stmt::Expr((**body).clone(), None)];
        let block = syn::Block { brace_token: syn::token::Brace(at), stmts };
        *closure.body = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block });
        self.place.set_near(near);
    }

    /// `find(id).ok().ok_or(Missing)`: what `ok` is to be taken for.
    pub(super) fn recasts_behind_ok(&self, call: &ExprMethodCall) -> Option<Verdict> {
        let claim = match (call.method.to_string().as_str(), call.args.first()?) {
            ("ok_or", error) => Claim::of(error),
            ("ok_or_else", Expr::Closure(made)) => Claim::of(&made.body),
            _ => None,
        };
        let verdict = Verdict { recast: claim, ..Verdict::plain(Disposition::Dropped, call) };
        (claim.is_some() && leads_to_ok(&call.receiver)).then_some(verdict)
    }

    /// `query(id).or(Err(Missing))`, `query(id).or_else(|_| Err(Missing))`
    pub(super) fn recasts_by(name: &str, call: &ExprMethodCall) -> Option<Claim> {
        let other = match (name, call.args.first()?) {
            ("or" | "unwrap_or", other) => other,
            ("or_else" | "unwrap_or_else", Expr::Closure(closure)) => &closure.body,
            _ => return None,
        };
        (shape::callee(other) == "Err").then(|| Claim::of_arm(other)).flatten()
    }

    /// `let Some(id) = query(id).ok() else { return Err(Missing) };`
    pub(super) fn recasts_in_else(init: &Expr, diverge: &Expr) -> Option<Verdict> {
        let verdict =
            Verdict { recast: Claim::of_arm(diverge), ..Verdict::plain(Disposition::Dropped, init) };
        (verdict.recast.is_some() && leads_to_ok(init)).then_some(verdict)
    }

    /// The same for what stands between them.
    pub(super) fn recasts_further(call: &ExprMethodCall, pending: Option<Verdict>) -> Option<Verdict> {
        let keeps = KEEPING.contains(&call.method.to_string().as_str());
        pending.filter(|verdict| keeps && verdict.recast.is_some())
    }
}

fn leads_to_ok(chain: &Expr) -> bool {
    match shape::bare_expr(chain) {
        Expr::MethodCall(call) if call.method == "ok" => true,
        Expr::MethodCall(call) => {
            KEEPING.contains(&call.method.to_string().as_str()) && leads_to_ok(&call.receiver)
        }
        _ => false,
    }
}

/// The name of the error in a closure, which may have none yet.
fn named(input: Option<&mut Pat>) -> proc_macro2::Ident {
    match input {
        Some(Pat::Ident(name)) => name.ident.clone(),
        Some(Pat::Type(typed)) => named(Some(&mut typed.pat)),
        Some(unnamed) => {
            let name = local("__candor_error");
            *unnamed = syn::parse_quote!(#name);
            name
        }
        None => local("__candor_error"),
    }
}

#[cfg(test)]
mod tests {
    use super::Claim;

    #[test]
    fn errors_claim_by_their_names() {
        let of = |text: &str| Claim::of(&syn::parse_str(text).expect("a value"));
        for text in [
            "LookupError::NotFound",
            "StatusCode::NOT_FOUND",
            "Missing",
            "Error::NoSuchUser { id }",
            "ApiError::UnknownUser(id)",
            "ApiError::new(StatusCode::NOT_FOUND, \"gone\")",
            "Status::not_found(\"no\")",
            "\"user not found\".to_owned()",
            "format!(\"no such user: {id}\")",
            "{ warn!(\"down\"); LookupError::NotFound.into() }",
        ] {
            assert_eq!(of(text), Some(Claim::Absence), "{text}");
        }
        for text in ["StatusCode::UNAUTHORIZED", "ApiError::Forbidden", "Login::BadPassword", "AccessDenied"]
        {
            assert_eq!(of(text), Some(Claim::Refusal), "{text}");
        }
        for text in [
            "ApiError::Unknown",
            "ApiError::UnknownError",
            "missing",
            "StoreError::Down",
            "NoRoute",
            "Fault::Timeout",
            "{ warn!(\"not found\"); Fault::Timeout }",
            "format!(\"{field} is no number\")",
            "()",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn arms_claim_with_the_error_they_leave_with() {
        let of = |text: &str| Claim::of_arm(&syn::parse_str(text).expect("a body"));
        assert_eq!(of("return Err(Missing)"), Some(Claim::Absence));
        assert_eq!(of("{ debug!(\"down\"); Err(E::NotFound) }"), Some(Claim::Absence));
        assert_eq!(of("{ return Err(E::NotFound); }"), Some(Claim::Absence));
        assert_eq!(of("Ok(Lookup::Missing)"), Some(Claim::Absence));
        assert_eq!(of("Response { status: 404, body }"), Some(Claim::Absence));
        assert_eq!(of("Ok(Response { status: 502, body })"), None);
        assert_eq!(of("Access::Forbidden"), None);
        assert_eq!(of("not_found()"), Some(Claim::Absence));
        assert_eq!(of("StatusCode::NOT_FOUND.into_response()"), Some(Claim::Absence));
        assert_eq!(of("(StatusCode::NOT_FOUND, \"no such user\")"), Some(Claim::Absence));
        assert_eq!(of("Missing"), None);
        assert_eq!(of("unauthorized()"), None);
        assert_eq!(of("Err(e)"), None);
    }

    #[test]
    fn a_call_that_judges_is_believed() {
        assert_eq!(Claim::Absence.flag("store::get"), 'a');
        assert_eq!(Claim::Absence.flag("Uuid::parse_str"), 'n');
        assert_eq!(Claim::Absence.flag("policy::may_read"), 'n');
        assert_eq!(Claim::Absence.flag("try_into"), 'n');
        assert_eq!(Claim::Refusal.flag("store::get"), 'n');
    }
}

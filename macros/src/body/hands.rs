//! Functions whose value a body hands on: stored, passed, returned, collected. A failed child among them is not swallowed.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, FnArg, GenericArgument, Pat, PathArguments, ReturnType, Signature, Stmt, Type,
    TypeParamBound,
};

use super::{answer, select, shape};

/// The last segments of what is called with its value handed on, and whether the call is given an error, which it tells by the log: it has
/// met none.
pub(crate) fn hands(sig: &Signature, body: &Block) -> (BTreeSet<String>, bool) {
    let mut hands = Hands::default();
    hands.visit_block(body);
    let given = is_given(sig) || hands.tells_itself && makes_of_itself(sig) || says_why(sig, body);
    (hands.named, given)
}

/// `fn from(e: ServiceError) -> Response`, `fn error_response(&self) -> Response`: what becomes of an error that somebody else met.
/// One that returns nothing does no more than log it.
fn is_given(sig: &Signature) -> bool {
    if matches!(sig.output, ReturnType::Default) {
        return false;
    }
    let is_error = |name: &str| name.ends_with("Error") || name.ends_with("Fault") || name == "Report";
    sig.inputs.iter().any(|input| match input {
        FnArg::Receiver(_) => {
            matches!(sig.ident.to_string().as_str(), "into_response" | "error_response" | "from_err")
        }
        FnArg::Typed(typed) => {
            let is_called = matches!(&*typed.pat, Pat::Ident(name)
                if matches!(name.ident.to_string().as_str(), "e" | "err" | "error" | "cause"));
            is_called || is_made_of(&typed.ty, is_error)
        }
    })
}

/// Whether a type is one of these, behind references and boxes. A list of errors, or a `Result`, is none.
fn is_made_of(given: &Type, is_error: impl Fn(&str) -> bool + Copy) -> bool {
    let of_bounds = |bounds: &Punctuated<TypeParamBound, syn::Token![+]>| {
        bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => shape::last_of(&bound.path).is_some_and(|last| is_error(&last)),
            _ => false,
        })
    };
    match given {
        Type::Reference(lent) => is_made_of(&lent.elem, is_error),
        Type::TraitObject(object) => of_bounds(&object.bounds),
        Type::ImplTrait(object) => of_bounds(&object.bounds),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let boxed = match &last.arguments {
                PathArguments::AngleBracketed(inner) if last.ident == "Box" || last.ident == "Arc" => inner,
                _ => return is_error(&last.ident.to_string()),
            };
            matches!(boxed.args.first(), Some(GenericArgument::Type(inner)) if is_made_of(inner, is_error))
        }),
        _ => false,
    }
}

/// `fn go_to_safety(&self) -> Result<(), E> { error!("no temperature"); self.relay.off() }`: a line that stands before anything is done
/// says why the call was made, where the call has no answer of its own that could be wrong.
fn says_why(sig: &Signature, body: &Block) -> bool {
    let is_nothing = |ty: &Type| matches!(ty, Type::Tuple(nothing) if nothing.elems.is_empty());
    let answers_nothing = match &sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, output) => match &**output {
            Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
                PathArguments::AngleBracketed(types) => {
                    matches!(types.args.first(), Some(GenericArgument::Type(payload)) if is_nothing(payload))
                }
                _ => false,
            }),
            other => is_nothing(other),
        },
    };
    answers_nothing && tells_first(body)
}

fn tells_first(body: &Block) -> bool {
    let says = match body.stmts.first() {
        Some(Stmt::Macro(said)) => shape::last_of(&said.mac.path).is_some_and(|name| name == "error"),
        _ => false,
    };
    says && body.stmts.iter().skip(1).any(does_something)
}

fn does_something(statement: &Stmt) -> bool {
    struct Calls(bool);
    impl Visit<'_> for Calls {
        fn visit_expr_method_call(&mut self, _call: &syn::ExprMethodCall) {
            self.0 = true;
        }
        fn visit_expr_call(&mut self, call: &syn::ExprCall) {
            let name = shape::callee(&Expr::Call(call.clone()));
            self.0 |= name.rsplit("::").next().is_some_and(|last| last.starts_with(char::is_lowercase));
            visit::visit_expr_call(self, call);
        }
    }
    let mut calls = Calls(false);
    calls.visit_stmt(statement);
    calls.0
}

/// `fn into_reply(self) -> Reply`: where its variants are told apart, an error in the log is the one that it carries.
fn makes_of_itself(sig: &Signature) -> bool {
    let name = sig.ident.to_string();
    let makes = ["into_", "to_", "as_"].iter().any(|word| name.starts_with(word));
    makes && sig.receiver().is_some() && !matches!(sig.output, ReturnType::Default)
}

#[derive(Default)]
struct Hands {
    named: BTreeSet<String>,
    /// The value itself is told apart.
    tells_itself: bool,
    /// How the next expression's value is used.
    elsewhere: bool,
}

impl Hands {
    /// Visits an expression whose own value is propagated, dropped or watched, not handed on.
    fn watched(&mut self, expr: &Expr) {
        self.elsewhere = true;
        self.visit_expr(expr);
        self.elsewhere = false;
    }

    fn note(&mut self, name: &str, elsewhere: bool) {
        if !elsewhere && let Some(last) = name.rsplit("::").next() {
            self.named.insert(last.to_owned());
        }
    }
}

impl Visit<'_> for Hands {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_macro(&mut self, invocation: &syn::Macro) {
        for (takes, waits, handler) in
            Some(invocation).filter(|mac| select::selects(mac)).map(select::branches).unwrap_or_default()
        {
            match waits {
                Some(waits) if takes => self.visit_expr(&waits),
                Some(waits) => self.watched(&waits),
                None => {}
            }
            self.visit_expr(&handler);
        }
        // What is compared, printed, put in a list or joined is looked at.
        let joined = || invocation.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated).ok();
        let joins = matches!(shape::last_of(&invocation.path).as_deref(), Some("join" | "try_join"));
        let asks = matches!(shape::last_of(&invocation.path).as_deref(), Some("matches" | "assert_matches"));
        let arguments = match (joins, asks) {
            (true, _) => joined(),
            (false, true) => asked(invocation),
            (false, false) => shape::arguments(invocation),
        };
        for argument in arguments.into_iter().flatten() {
            self.visit_expr(&argument);
        }
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Expr(expr, Some(_)) => self.watched(expr),
            Stmt::Local(local) => {
                let wild = matches!(shape::bare(&local.pat), syn::Pat::Wild(_));
                match &local.init {
                    Some(init) if wild || init.diverge.is_some() => self.watched(&init.expr),
                    _ => visit::visit_stmt(self, statement),
                }
            }
            _ => visit::visit_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        let elsewhere = std::mem::take(&mut self.elsewhere);
        match expr {
            Expr::Try(question) => self.watched(&question.expr),
            Expr::Await(inner) => {
                self.elsewhere = elsewhere;
                self.visit_expr(&inner.base);
            }
            Expr::Match(matching) => {
                self.tells_itself |= answer::root(&matching.expr).is_some_and(|root| root == "self");
                self.watched(&matching.expr);
                matching.arms.iter().for_each(|arm| self.visit_arm(arm));
            }
            Expr::Let(binding) => self.watched(&binding.expr),
            Expr::Call(call) => {
                self.note(&shape::callee(expr), elsewhere);
                call.args.iter().for_each(|argument| self.visit_expr(argument));
            }
            Expr::MethodCall(call) => self.method(call, expr, elsewhere),
            _ => visit::visit_expr(self, expr),
        }
    }
}

/// What `matches!(call(), Err(_))` asks about.
fn asked(invocation: &syn::Macro) -> Option<Punctuated<Expr, syn::Token![,]>> {
    let first = invocation.parse_body_with(|input: syn::parse::ParseStream<'_>| {
        let first: Expr = input.parse()?;
        input.parse::<proc_macro2::TokenStream>().map(|_rest| first)
    });
    first.ok().map(|first| Punctuated::from_iter([first]))
}

impl Hands {
    fn method(&mut self, call: &syn::ExprMethodCall, expr: &Expr, elsewhere: bool) {
        let name = call.method.to_string();
        let passes = matches!(
            name.as_str(),
            "map_err" | "map" | "and_then" | "context" | "with_context" | "inspect_err"
        );
        let takes = matches!(
            name.as_str(),
            "ok" | "unwrap_or"
                | "unwrap_or_else"
                | "unwrap_or_default"
                | "map_or"
                | "map_or_else"
                | "or"
                | "or_else"
                | "is_ok"
                | "is_err"
                | "unwrap"
                | "expect"
        );
        if !passes && !takes {
            self.note(&shape::callee(expr), elsewhere);
        }
        if name == "map"
            && let Some(Expr::Path(function)) = call.args.first()
        {
            // `lines.map(parse)`: whoever takes the item has what the function has returned.
            self.note(&shape::last_of(&function.path).unwrap_or_default(), elsewhere);
        }
        self.elsewhere = if passes { elsewhere } else { takes };
        self.visit_expr(&call.receiver);
        self.elsewhere = false;
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }
}

#[cfg(test)]
mod tests {
    use super::is_given;

    #[test]
    fn an_error_is_given_to_what_makes_something_of_it() {
        let given = |text: &str| is_given(&syn::parse_str(text).expect("a signature"));
        for text in [
            "fn from(e: Oops) -> Response",
            "fn answer(&self, problem: &Box<dyn Error + Send>) -> Response",
            "fn page(why: ServiceError, id: u32) -> Page",
            "fn into_response(self) -> Response",
        ] {
            assert!(given(text), "{text}");
        }
        for text in [
            "fn log(e: ServiceError)",
            "fn all(errors: &[ServiceError]) -> u32",
            "fn get(&self, id: u32) -> Page",
        ] {
            assert!(!given(text), "{text}");
        }
    }
}

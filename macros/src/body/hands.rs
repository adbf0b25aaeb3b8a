//! Functions whose value a body hands on: stored, passed, returned, collected. A failed child among them is not swallowed.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

use super::{select, shape};

/// The last segments of what is called with its value handed on.
pub(crate) fn hands(body: &Block) -> BTreeSet<String> {
    let mut hands = Hands::default();
    hands.visit_block(body);
    hands.named
}

#[derive(Default)]
struct Hands {
    named: BTreeSet<String>,
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

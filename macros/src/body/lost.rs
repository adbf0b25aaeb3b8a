//! Errors that are lost in plain sight: told and thrown away before anything could take them, put where only their number is
//! asked, shown in the place of a value, or named by a variant that nothing is done about.

use quote::{ToTokens, quote, quote_spanned};
use syn::{Arm, Expr, Pat, Stmt};

use super::probe::{Disposition, Probe, Verdict};
use super::vague::Known;
use super::{Body, arm, exit, flat, shape, telling};
use crate::span::{generated, local};
use crate::token::First;

impl Body<'_> {
    /// What stands before a `map_err(|e| warn!(..))`, behind which nothing is left of the error.
    pub(super) fn before_telling<'e>(&self, expr: &'e mut Expr) -> &'e mut Expr {
        if !self.tells_away(expr) {
            return expr;
        }
        let Expr::MethodCall(call) = expr else { unreachable!("it was one") };
        &mut call.receiver
    }

    /// Whether nothing is left of an error behind this: `call().map_err(|e| warn!(..))`.
    pub(super) fn tells_away(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::MethodCall(call) if call.method == "map_err" && self.is_told_away(call))
    }

    fn is_told_away(&self, call: &syn::ExprMethodCall) -> bool {
        let Some(Expr::Closure(closure)) = call.args.first() else { return false };
        match &*closure.body {
            Expr::Tuple(nothing) => nothing.elems.is_empty(),
            Expr::Block(block) => block.block.stmts.iter().all(|statement| match statement {
                Stmt::Macro(told) => arm::tells(&told.mac),
                Stmt::Expr(told, _) => arm::only_tells(told, &self.mentions),
                _ => false,
            }),
            told => arm::only_tells(told, &self.mentions),
        }
    }

    /// Learns of a list whose type is not written, or is one of results. Any other may tell a call what to return: looking at
    /// the value before it is in the list would take that away.
    pub(super) fn learn_list(&mut self, pattern: &Pat, init: &Expr) {
        let Pat::Ident(name) = shape::bare(pattern) else { return };
        let is_open = match (pattern, init) {
            (Pat::Type(typed), _) => shape::uses(&typed.ty, |word| word == "Result"),
            // Not `Vec::<i64>::new()`.
            (_, Expr::Call(made)) => matches!(&*made.func, Expr::Path(path)
                if path.path.segments.iter().all(|segment| segment.arguments.is_none())),
            (_, Expr::Macro(_)) => true,
            _ => false,
        };
        if is_open {
            self.untyped_lists.insert(name.ident.to_string());
        }
    }

    /// `results.push(call())`, `results.insert(key, call())`: nothing but how many there are is asked of them.
    pub(super) fn put_away(&self, call: &mut syn::ExprMethodCall) {
        let Expr::Path(list) = &*call.receiver else { return };
        let is_counted =
            list.path.get_ident().map(ToString::to_string).is_some_and(|name| {
                self.untyped_lists.contains(&name) && self.mentions.is_only_counted(&name)
            });
        if !is_counted {
            return;
        }
        if let Some(value) = call.args.last_mut()
            && flat::made(value, self.generic)
        {
            let callee = shape::callee(value);
            let probe = self.probe(&Probe {
                span: value.first(),
                form: "let_unread",
                verdict: Verdict::plain(Disposition::Dropped, value),
                callee: &callee,
                iteration: !self.loops.is_empty(),
                scrutinee: false,
            });
            self.watch_thrown(value, &probe, (Known::Whole, false));
        }
    }

    /// `let results: Vec<_> = ids.iter().map(|id| send(id)).collect();`, of which nothing but how many there are is asked, or
    /// whether any is good.
    pub(super) fn is_collected_in_vain(&self, pattern: &Pat, init: &Expr) -> bool {
        let Pat::Ident(name) = shape::bare(pattern) else { return false };
        let Expr::MethodCall(collect) = init else { return false };
        let Expr::MethodCall(map) = &*collect.receiver else { return false };
        collect.method == "collect"
            && map.method == "map"
            && flat::may_fail(map, self.generic)
            && is_list(pattern, collect)
            && (self.mentions.is_only_measured(&name.ident)
                || self.mentions.is_only_counted(&name.ident.to_string()))
    }

    /// Looks at what was collected.
    pub(super) fn collected(&self, pattern: &Pat, init: &mut Expr) {
        let (Pat::Ident(name), Expr::MethodCall(collect)) = (shape::bare(pattern), &*init) else { return };
        let disposition =
            if self.mentions.is_sampled(&name.ident) { Disposition::Acted } else { Disposition::Dropped };
        let callee = flat::maker(&collect.receiver);
        let probe = self.probe(&Probe {
            span: name.ident.span(),
            form: "let_unread",
            verdict: Verdict::plain(disposition, init),
            callee: &callee,
            iteration: true,
            scrutinee: false,
        });
        let (private, mark) = (self.place.private(), local("__candor_mark"));
        let (all, each) = (local("__candor_seen"), local("__candor_each"));
        let of_type = match pattern {
            Pat::Type(typed) => typed.ty.to_token_stream(),
            _ => quote!(_),
        };
        let inner = init.to_token_stream();
        *init = Expr::Verbatim(quote_spanned! {generated(init.first())=> {
            let #mark = #private::mark();
            let #all: #of_type = #inner;
            for #each in #private::all(&#all).candor_all() {
                #private::look(#each).candor_look(#mark, #probe);
            }
            #all
        }});
    }

    /// Whether the text of an error stands where its value should, in a function that could return the error.
    pub(super) fn is_shown_as_value(&self, name: &str, call: &syn::ExprMethodCall) -> bool {
        let Some(Expr::Closure(closure)) = call.args.first() else { return false };
        name == "unwrap_or_else"
            && shape::is_rvalue(&call.receiver)
            && self.could_return_it()
            && closure.inputs.first().is_some_and(|input| is_text_of(input, &closure.body))
    }

    /// `match read() { Ok(text) => text, Err(e) => e.to_string() }`, and the same where both are put into one place:
    /// `Ok(n) => self.detail = Some(format!("{n} ready")), Err(e) => self.detail = Some(e.to_string())`.
    pub(super) fn is_shown_in_arm(&self, arm: &Arm, others: &[&Arm]) -> bool {
        let gives_itself = |other: &&Arm| {
            let names = shape::names(&other.pat);
            matches!(shape::bare_expr(&other.body), Expr::Path(path)
                if path.path.get_ident().is_some_and(|name| names.contains(&name.to_string())))
        };
        let is_shown = |other: &&Arm| match (put_down(&arm.body), put_down(&other.body)) {
            (Some((own, text)), Some((place, _))) => own == place && is_text_of(&arm.pat, text),
            _ => gives_itself(other) && is_text_of(&arm.pat, &arm.body),
        };
        self.could_return_it() && !others.is_empty() && others.iter().all(is_shown)
    }

    fn could_return_it(&self) -> bool {
        let result = |path: &syn::TypePath| shape::last_of(&path.path).is_some_and(|last| last == "Result");
        self.is_outermost() && !self.telling && matches!(&self.ret, syn::Type::Path(path) if result(path))
    }

    /// `match migrate(table) { Step::Failed(_) => {} .. }`: the variant is called a failure, and nothing is done about it.
    pub(super) fn named_failures(&mut self, matching: &mut syn::ExprMatch) {
        let callee = shape::callee(&matching.expr);
        if !flat::made(&matching.expr, self.generic) || is_state(&callee) {
            return;
        }
        let iteration = self.is_iteration(&matching.expr);
        for arm in &mut matching.arms {
            let Some(name) = failure(&arm.pat) else { continue };
            let verdict = self.arm_verdict(&arm.pat, &arm.body);
            if verdict.disposition != Disposition::Dropped
                || matches!(&*arm.body, Expr::Return(_) | Expr::Break(_))
            {
                continue;
            }
            let span = arm.pat.first();
            let probe = self.probe(&Probe {
                span,
                form: "err_arm",
                verdict,
                callee: &callee,
                iteration,
                scrutinee: false,
            });
            let private = self.place.private();
            exit::prepend_to_arm(arm, &quote_spanned!(generated(span)=> #private::met_named(#name, #probe);));
        }
    }
}

/// Whether a list is collected, and its type is written.
fn is_list(pattern: &Pat, collect: &syn::ExprMethodCall) -> bool {
    let written = match pattern {
        Pat::Type(typed) => typed.ty.to_token_stream(),
        _ => collect.turbofish.as_ref().map(|types| types.args.to_token_stream()).unwrap_or_default(),
    };
    written.to_string().starts_with("Vec <")
}

/// The place to which an arm that does nothing else gives a value, and the value without the `Some` around it.
fn put_down(body: &Expr) -> Option<(String, &Expr)> {
    let assign = match shape::bare_expr(body) {
        Expr::Assign(assign) => assign,
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(Expr::Assign(assign), _)] => assign,
            _ => return None,
        },
        _ => return None,
    };
    let value = match shape::bare_expr(&assign.right) {
        Expr::Call(some) if shape::callee(&assign.right) == "Some" => some.args.first()?,
        value => value,
    };
    Some((assign.left.to_token_stream().to_string(), value))
}

/// `e`, `e.to_string()`, `format!("{e}")`: the text of what this pattern binds, and nothing that says what it is.
fn is_text_of(pattern: &Pat, value: &Expr) -> bool {
    let names = shape::names(pattern);
    let (Some(name), 1) = (names.iter().next(), names.len()) else { return false };
    match shape::bare_expr(value) {
        // A text as it is, where errors are texts.
        Expr::Path(path) => path.path.is_ident(name),
        Expr::MethodCall(call) => {
            call.method == "to_string"
                && matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(name))
        }
        Expr::Macro(invocation) if invocation.mac.path.is_ident("format") => {
            let text = invocation.mac.tokens.to_string();
            text == format!("\"{{{name}}}\"") || text.replace(' ', "") == format!("\"{{}}\",{name}")
        }
        _ => false,
    }
}

/// The name of a variant that is called a failure, and of which nothing is looked at.
fn failure(pattern: &Pat) -> Option<String> {
    // One that carries nothing is a level, a token, or a reason that was asked for.
    let path = match pattern {
        Pat::TupleStruct(tuple) => &tuple.path,
        Pat::Struct(value) => &value.path,
        _ => return None,
    };
    let last = shape::last_of(path)?;
    let is_variant = path.segments.len() > 1 && last.starts_with(char::is_uppercase);
    (is_variant && telling::names_a_failure(&last))
        .then(|| path.to_token_stream().to_string().replace(' ', ""))
}

/// Whether a call asks for a state that was before, and does nothing that could fail.
pub(super) fn is_state(callee: &str) -> bool {
    const STATES: [&str; 18] = [
        "status", "state", "kind", "phase", "result", "outcome", "last", "get", "is", "as", "to", "poll",
        "recv", "next", "event", "clone", "peek", "token",
    ];
    telling::words(callee.rsplit("::").next().unwrap_or_default())
        .iter()
        .any(|word| STATES.contains(&word.as_str()))
}

//! Probes: each expression that can drop an `Err` is looked at, and nothing else about it changes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Arm, Block, Expr, ExprIf, ExprMatch, ExprWhile, Local, Pat};

use super::arm::{self, Verdict};
use super::body::{Body, Use, key, semi};
use super::form::{self, Head, bare, head};
use super::table::{Disposition, Form, Probe, hidden, own};
use crate::source;

/// Methods that consume a `Result` and put a value in the error's place.
const SUBSTITUTES: &[&str] = &["unwrap_or", "unwrap_or_else", "unwrap_or_default", "map_or", "map_or_else", "or", "or_else"];
/// Methods that only ask.
const ASKS: &[&str] = &["is_ok", "is_err", "is_ok_and", "is_err_and"];
/// Methods that give a reason.
const RECOVERS: &[&str] = &["recovered", "recovered_or", "recovered_or_else", "recovered_or_default"];
/// Methods of an `Option` that keep what came before.
const KEEPS: &[&str] = &["map", "and_then", "filter", "flatten", "cloned", "copied", "as_ref", "as_deref", "or", "or_else", "inspect"];
/// Methods whose closures are called once for each item.
const EACH: &[&str] = &[
    "map", "filter_map", "for_each", "flat_map", "filter", "try_for_each", "fold", "try_fold", "inspect", "any", "all", "find_map", "scan",
    "map_while", "take_while", "partition", "for_each_concurrent", "then", "retain", "flat_map_iter", "try_for_each_concurrent",
];

impl Body<'_> {
    /// A probe for an expression, before it is rewritten.
    fn probe(&mut self, subject: &Expr, form: Form, at: Span, verdict: Verdict, end: u32) -> usize {
        self.look_at(subject);
        let at = source::start(at);
        let receives = matches!(form, Form::WhileLet);
        let iteration = !receives && arm::uses_names(subject, &self.items);
        self.table.probe(Probe {
            at,
            end_line: end.max(at.line),
            form,
            disposition: verdict.disposition,
            callee: form::callee(subject),
            iteration,
            ends_loop: verdict.ends_loop,
        })
    }

    /// `match (mark(), E) { (m, t) => ladder.pass(t, m, &PROBE) }` around a value that was walked.
    fn passed(&self, inner: &Expr, probe: usize, is_unknown: bool, at: Span) -> TokenStream {
        let probe = self.table.probe_ref(probe, at);
        self.through(inner, &quote!(pass), &probe, is_unknown, at)
    }

    fn through(&self, inner: &Expr, how: &TokenStream, probes: &TokenStream, is_unknown: bool, at: Span) -> TokenStream {
        let p = &self.table.places.private;
        let (mark, value, span) = (own("m", at), own("t", at), hidden(at));
        let look = if is_unknown { quote!(&&&#p::Guess) } else { quote!(&&&&&&#p::Look) };
        let kind = if is_unknown { quote!(guessed) } else { quote!(kind) };
        quote_spanned! {span=>
            match (#p::mark(), #inner) { (#mark, #value) => (#look(&#value)).#kind().#how(#value, #mark, #probes) }
        }
    }

    /// Rewrites a value in place.
    fn pass(&mut self, expr: &mut Expr, probe: usize, at: Span) {
        let is_unknown = form::is_unknown(expr);
        self.with(Use::operand(), expr);
        *expr = Expr::Verbatim(self.passed(expr, probe, is_unknown, at));
    }

    /// A method call: a probe if it can drop an `Err`.
    pub(crate) fn method(&mut self, expr: &mut Expr, is_statement: bool) {
        let Expr::MethodCall(call) = expr else { return };
        let name = call.method.to_string();
        self.hand(&call.method.clone());
        if let Some(verdict) = self.method_verdict(call, &name) {
            let at = call.method.span();
            let end = source::last_line(call.to_token_stream());
            if form::is_value(&call.receiver) {
                let is_unknown = form::is_unknown(&call.receiver);
                let probe = self.probe(&call.receiver.clone(), Form::Method(name.clone()), at, verdict, end);
                let user = source::first_span(call.receiver.to_token_stream());
                self.with(Use::operand(), &mut call.receiver);
                let tokens = self.passed(&call.receiver, probe, is_unknown, at);
                let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, tokens);
                group.set_span(user);
                *call.receiver = Expr::Verbatim(TokenStream::from(proc_macro2::TokenTree::Group(group)));
                self.arguments(&name, call);
                return;
            }
            if form::is_place(&call.receiver) && !ASKS.contains(&name.as_str()) && call.attrs.is_empty() {
                let probe = self.probe(&call.receiver.clone(), Form::Method(name.clone()), at, verdict, end);
                self.arguments(&name, call);
                let place = call.receiver.clone();
                let tokens = self.peeked(&place, expr, probe, at);
                *expr = Expr::Verbatim(tokens);
                return;
            }
        }
        if self.filter_ok(call, &name) {
            self.operand(&mut call.receiver);
            return;
        }
        self.spawned(&name, &mut call.args, Some(&call.receiver), is_statement);
        self.operand(&mut call.receiver);
        self.arguments(&name, call);
    }

    fn arguments(&mut self, name: &str, call: &mut syn::ExprMethodCall) {
        for arg in &mut call.args {
            self.each_item = EACH.contains(&name);
            self.with(Use::operand(), arg);
        }
        self.each_item = false;
    }

    /// `(peek(&place), place.ok()).1`: a tuple is no scope of its own, and nothing is moved before its time.
    fn peeked(&self, place: &Expr, whole: &Expr, probe: usize, at: Span) -> TokenStream {
        let p = &self.table.places.private;
        let probe = self.table.probe_ref(probe, at);
        let span = hidden(at);
        let pair = quote_spanned!(span=> (&&&&&&#p::Look(&#place)).kind().peek(&#place, #p::mark(), #probe), #whole);
        let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, pair);
        group.set_span(source::first_span(place.to_token_stream()));
        let second = proc_macro2::Literal::u8_unsuffixed(1);
        quote_spanned!(at=> #group.#second)
    }

    /// What a method does with an error; `None` where it has nothing to do with one.
    fn method_verdict(&mut self, call: &syn::ExprMethodCall, name: &str) -> Option<Verdict> {
        let reached = self.verdicts.remove(&key(call.method.span()));
        let verdict = |disposition| Some(Verdict { disposition, ends_loop: false });
        match name {
            "ok" if call.args.is_empty() => reached.or(verdict(Disposition::Dropped)),
            _ if RECOVERS.contains(&name) => verdict(Disposition::Handed),
            // A truth that is used as a value carries the answer on.
            _ if ASKS.contains(&name) => reached.or(verdict(Disposition::Handed)),
            _ if SUBSTITUTES.contains(&name) => {
                if let Some(ok) = ok_below(&call.receiver) {
                    self.verdicts.insert(ok, Verdict { disposition: Disposition::Substituted, ends_loop: false });
                    return None;
                }
                verdict(if hands_error(name, call) { Disposition::Handed } else { Disposition::Substituted })
            }
            _ => {
                if KEEPS.contains(&name)
                    && let Some(outer) = reached
                    && let Some(ok) = ok_below(&call.receiver)
                {
                    self.verdicts.insert(ok, outer);
                }
                None
            }
        }
    }

    /// `filter_map(Result::ok)`: a closure with a probe.
    fn filter_ok(&mut self, call: &mut syn::ExprMethodCall, name: &str) -> bool {
        if !matches!(name, "filter_map" | "flat_map") {
            return false;
        }
        let Some(arg) = call.args.first_mut() else { return false };
        let Expr::Path(path) = bare(arg) else { return false };
        let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if !matches!(segments.as_slice(), [.., result, ok] if result == "Result" && ok == "ok") {
            return false;
        }
        let at = call.method.span();
        let position = source::start(at);
        let index = self.table.probe(Probe {
            at: position,
            end_line: position.line,
            form: Form::FilterMapOk,
            disposition: Disposition::Dropped,
            callee: String::new(),
            iteration: true,
            ends_loop: false,
        });
        let item = own("item", at);
        let p = self.table.places.private.clone();
        let probe = self.table.probe_ref(index, at);
        let span = hidden(at);
        *arg = Expr::Verbatim(quote_spanned! {span=>
            |#item| (&&&&&&#p::Look(&#item)).kind().pass(#item, #p::mark(), #probe).ok()
        });
        true
    }

    /// A call: `drop(call())`, or one that spawns.
    pub(crate) fn call(&mut self, expr: &mut Expr, is_statement: bool) {
        let Expr::Call(call) = expr else { return };
        let name = match bare(&call.func) {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
            _ => None,
        };
        if let Some(name) = &name {
            self.hand(name);
            let text = name.to_string();
            if text == "drop"
                && call.args.len() == 1
                && let Some(arg) = call.args.first_mut()
                && form::is_value(arg)
            {
                let verdict = Verdict { disposition: Disposition::Dropped, ends_loop: false };
                let at = name.span();
                let probe = self.probe(&arg.clone(), Form::DropCall, at, verdict, source::last_line(arg.to_token_stream()));
                self.pass(arg, probe, at);
                return;
            }
            self.spawned(&text, &mut call.args, None, is_statement);
        }
        self.operand(&mut call.func);
        for arg in &mut call.args {
            self.with(Use::operand(), arg);
        }
    }

    /// `_ = call()`.
    pub(crate) fn assign(&mut self, assign: &mut syn::ExprAssign) {
        if matches!(&*assign.left, Expr::Infer(_)) && is_droppable(&assign.right) {
            let verdict = Verdict { disposition: Disposition::Dropped, ends_loop: false };
            let at = source::first_span(assign.left.to_token_stream());
            let end = source::last_line(assign.right.to_token_stream());
            let probe = self.probe(&assign.right.clone(), Form::AssignUnderscore, at, verdict, end);
            self.is_statement = true;
            self.pass(&mut assign.right, probe, at);
            return;
        }
        self.operand(&mut assign.left);
        self.with(Use::operand(), &mut assign.right);
    }

    /// `let _ = call()` and `let Ok(..) = call() else { .. }`. Returns whether the statement was walked.
    pub(crate) fn probe_local(&mut self, local: &mut Local) -> bool {
        let at = local.let_token.span;
        let end = source::last_line(local.to_token_stream());
        let Some(init) = &mut local.init else { return false };
        let pattern = match &local.pat {
            Pat::Type(typed) => &typed.pat,
            other => other,
        };
        match (head(pattern), &mut init.diverge) {
            (Head::Wild, None) if is_droppable(&init.expr) => {
                if matches!(&local.pat, Pat::Type(_)) && form::is_unknown(&init.expr) {
                    return false;
                }
                let verdict = Verdict { disposition: Disposition::Dropped, ends_loop: false };
                let probe = self.probe(&init.expr.clone(), Form::LetUnderscore, at, verdict, end);
                self.is_statement = true;
                self.pass(&mut init.expr, probe, at);
                true
            }
            (Head::Ok, Some((_, otherwise))) if form::is_value(&init.expr) => {
                let verdict = arm::judge(None, otherwise, false);
                let probe = self.probe(&init.expr.clone(), Form::LetElse, at, verdict, end);
                self.pass(&mut init.expr, probe, at);
                self.with(Use::nothing(), otherwise);
                true
            }
            _ => false,
        }
    }

    /// `if`: `if let Ok(..)`, `if let Err(..)`, `if call().is_err()`.
    pub(crate) fn branch(&mut self, branch: &mut ExprIf) {
        let used = self.used;
        let otherwise = branch.else_branch.as_ref().map(|(_, other)| (**other).clone());
        let mut first = Vec::new();
        let then = branch.then_branch.clone();
        self.condition(&mut branch.cond, &then, otherwise.as_ref(), used, &mut first);
        self.block_for(used, &mut branch.then_branch);
        first.append(&mut branch.then_branch.stmts);
        branch.then_branch.stmts = first;
        if let Some((_, other)) = &mut branch.else_branch {
            self.with(used, other);
        }
    }

    /// Walks a condition; `first` receives what has to stand first in the branch that it opens.
    fn condition(&mut self, cond: &mut Expr, then: &Block, otherwise: Option<&Expr>, used: Use, first: &mut Vec<syn::Stmt>) {
        match cond {
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                self.condition(&mut binary.left, then, otherwise, used, first);
                self.condition(&mut binary.right, then, otherwise, used, first);
            }
            Expr::Let(condition) => self.let_condition(condition, then, otherwise, used, first),
            other => {
                self.judge_question(other, then, otherwise);
                self.operand(other);
            }
        }
    }

    fn let_condition(&mut self, condition: &mut syn::ExprLet, then: &Block, otherwise: Option<&Expr>, used: Use, first: &mut Vec<syn::Stmt>) {
        let at = source::first_span(condition.pat.to_token_stream());
        match head(&condition.pat) {
            Head::Ok if form::is_value(&condition.expr) => {
                let dropped = Verdict { disposition: Disposition::Dropped, ends_loop: false };
                let verdict = otherwise.map_or(dropped, |body| arm::judge(None, body, used.value));
                let end = otherwise.map_or(0, |body| source::last_line(body.to_token_stream()));
                let probe = self.probe(&condition.expr.clone(), Form::IfLetOk, at, verdict, end);
                self.pass(&mut condition.expr, probe, at);
            }
            Head::Err => {
                let body = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: then.clone() });
                let verdict = arm::judge(Some(&condition.pat), &body, used.value);
                let end = source::last_line(body.to_token_stream());
                let probe = self.probe(&condition.expr.clone(), Form::ErrArm, at, verdict, end);
                if form::is_value(&condition.expr) {
                    self.put_aside(&mut condition.expr, &[probe], at);
                    first.push(semi(self.settle(probe, at)));
                } else {
                    self.operand(&mut condition.expr);
                    first.extend(self.note(&mut condition.pat, probe, at).map(semi));
                }
            }
            _ => self.operand(&mut condition.expr),
        }
    }

    /// `if call().is_err() { .. }`: the branch tells what becomes of the error.
    fn judge_question(&mut self, cond: &Expr, then: &Block, otherwise: Option<&Expr>) {
        let mut asked = bare(cond);
        let mut negated = false;
        while let Expr::Unary(unary) = asked
            && matches!(unary.op, syn::UnOp::Not(_))
        {
            negated = !negated;
            asked = bare(&unary.expr);
        }
        let Expr::MethodCall(call) = asked else { return };
        let name = call.method.to_string();
        if !ASKS.contains(&name.as_str()) {
            return;
        }
        let fails_first = name.starts_with("is_err") != negated;
        let dropped = Verdict { disposition: Disposition::Dropped, ends_loop: false };
        let verdict = match (fails_first, otherwise) {
            (true, _) => arm::judge_block(then, false),
            (false, Some(body)) => arm::judge(None, body, false),
            (false, None) => dropped,
        };
        self.verdicts.insert(key(call.method.span()), verdict);
    }

    /// `while`: `while let Ok(..)` ends by nature. Returns the names that each pass binds.
    pub(crate) fn while_condition(&mut self, body: &mut ExprWhile) -> Vec<String> {
        let mut first = Vec::new();
        let mut names = Vec::new();
        let block = body.body.clone();
        match &mut *body.cond {
            Expr::Let(condition) if head(&condition.pat) == Head::Ok && form::is_value(&condition.expr) => {
                names = form::bindings(&condition.pat);
                let at = source::first_span(condition.pat.to_token_stream());
                let verdict = Verdict { disposition: Disposition::Ends, ends_loop: true };
                let probe = self.probe(&condition.expr.clone(), Form::WhileLet, at, verdict, 0);
                self.pass(&mut condition.expr, probe, at);
            }
            Expr::MethodCall(call) if ASKS.contains(&call.method.to_string().as_str()) => {
                let verdict = Verdict { disposition: Disposition::Ends, ends_loop: true };
                self.verdicts.insert(key(call.method.span()), verdict);
                self.operand(&mut body.cond);
            }
            other => {
                if let Expr::Let(condition) = &*other
                    && head(&condition.pat) != Head::Err
                {
                    names = form::bindings(&condition.pat);
                }
                self.condition(other, &block, None, Use::nothing(), &mut first);
            }
        }
        if !first.is_empty() {
            first.append(&mut body.body.stmts);
            body.body.stmts = first;
        }
        names
    }

    /// `match`: the arms that take an `Err`.
    pub(crate) fn choice(&mut self, choice: &mut ExprMatch) {
        let used = self.used;
        let is_result = choice.arms.iter().any(|arm| matches!(head(&arm.pat), Head::Ok | Head::Err));
        let has_ok = choice.arms.iter().any(|arm| head(&arm.pat) == Head::Ok);
        let is_value = form::is_value(&choice.expr);
        let takes_err = |arm: &Arm| match head(&arm.pat) {
            Head::Err => true,
            Head::Wild => has_ok,
            Head::Ok => false,
            Head::Other => has_ok && is_value && matches!(&arm.pat, Pat::Ident(_)),
        };
        let mut probes = Vec::new();
        for arm in &choice.arms {
            probes.push((is_result && takes_err(arm)).then(|| {
                let verdict = arm::judge(Some(&arm.pat), &arm.body, used.value);
                let at = source::first_span(arm.pat.to_token_stream());
                self.probe(&choice.expr.clone(), Form::ErrArm, at, verdict, source::last_line(arm.body.to_token_stream()))
            }));
        }
        let indices: Vec<usize> = probes.iter().copied().flatten().collect();
        let at = choice.match_token.span;
        if is_value && !indices.is_empty() {
            self.put_aside(&mut choice.expr, &indices, at);
        } else {
            self.operand(&mut choice.expr);
        }
        for (arm, probe) in choice.arms.iter_mut().zip(probes) {
            let at = source::first_span(arm.pat.to_token_stream());
            let before = probe.and_then(|probe| if is_value { Some(self.settle(probe, at)) } else { self.note(&mut arm.pat, probe, at) });
            if let Some((_, guard)) = &mut arm.guard {
                self.operand(guard);
            }
            self.used = used;
            self.arm_body(arm, before);
        }
        self.used = used;
    }

    fn put_aside(&mut self, expr: &mut Expr, probes: &[usize], at: Span) {
        let is_unknown = form::is_unknown(expr);
        self.with(Use::operand(), expr);
        let probes = self.table.probe_slice(probes, at);
        *expr = Expr::Verbatim(self.through(expr, &quote!(aside), &probes, is_unknown, at));
    }

    fn settle(&self, probe: usize, at: Span) -> TokenStream {
        let p = &self.table.places.private;
        let probe = self.table.probe_ref(probe, at);
        quote_spanned!(hidden(at)=> #p::settle(#probe))
    }

    /// An arm over a place: the error is noted through the pattern's own binding, or through one of ours.
    fn note(&self, pattern: &mut Pat, probe: usize, at: Span) -> Option<TokenStream> {
        let p = &self.table.places.private;
        let probe = self.table.probe_ref(probe, at);
        let span = hidden(at);
        if let [Pat::Ident(binding)] = form::err_inner(pattern).as_slice()
            && !form::is_specific(&Pat::Ident((*binding).clone()))
            && binding.subpat.is_none()
        {
            let name = &binding.ident;
            return Some(quote_spanned!(span=> (&&&&&#p::Note(&#name)).noted().note(&#name, #p::mark(), #probe)));
        }
        if !form::bindings(pattern).is_empty() {
            return None;
        }
        let (whole, error) = (own("r", at), own("e", at));
        let inner = &*pattern;
        *pattern = Pat::Verbatim(quote_spanned!(span=> ref #whole @ (#inner)));
        Some(quote_spanned! {span=>
            if let ::core::option::Option::Some(#error) = (&&&#p::Peel(#whole)).error() {
                (&&&&&#p::Note(#error)).noted().note(#error, #p::mark(), #probe)
            }
        })
    }
}

/// The place of `ok` below an expression, through methods of `Option` that keep what came before.
fn ok_below(expr: &Expr) -> Option<(u32, u32)> {
    let Expr::MethodCall(call) = bare(expr) else { return None };
    let name = call.method.to_string();
    if name == "ok" && call.args.is_empty() {
        return Some(key(call.method.span()));
    }
    if KEEPS.contains(&name.as_str()) { ok_below(&call.receiver) } else { None }
}

/// Whether a closure of the method uses the error, or makes another error of it.
fn hands_error(name: &str, call: &syn::ExprMethodCall) -> bool {
    let makes_err = |expr: &Expr| matches!(bare(expr), Expr::Call(made) if matches!(bare(&made.func), Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Err")));
    match (name, call.args.first().map(bare)) {
        ("or", Some(arg)) => makes_err(arg),
        ("unwrap_or_else" | "map_or_else" | "or_else", Some(Expr::Closure(closure))) => {
            let names: Vec<String> = closure.inputs.iter().flat_map(form::bindings).collect();
            let made = match bare(&closure.body) {
                Expr::Block(block) => matches!(block.block.stmts.last(), Some(syn::Stmt::Expr(last, None)) if makes_err(last)),
                other => makes_err(other),
            };
            made || arm::uses_error(&closure.body, &names)
        }
        ("unwrap_or_else" | "map_or_else" | "or_else", Some(Expr::Path(_))) => true,
        _ => false,
    }
}

/// Whether a value that is dropped as `_` can be an error that a probe has not seen yet.
fn is_droppable(expr: &Expr) -> bool {
    let asks_option = matches!(bare(expr), Expr::MethodCall(call) if matches!(call.method.to_string().as_str(), "ok" | "err" | "is_ok" | "is_err"));
    form::is_value(expr) && !asks_option
}

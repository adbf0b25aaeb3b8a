//! Probes: around each expression that can drop an `Err`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, Pat};

use super::shape::{self, Side};
use super::{Body, arm, exit};
use crate::span::{end_line, generated, local};

/// What becomes of the error, as far as the syntax tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    Dropped,
    Substituted,
    Acted,
    Handed,
    Ends,
}

/// The verdict of the syntax on one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub(super) disposition: Disposition,
    pub(super) ends_loop: bool,
    pub(super) end_line: u32,
}

impl Verdict {
    fn plain(disposition: Disposition, code: &impl ToTokens) -> Verdict {
        Verdict { disposition, ends_loop: false, end_line: end_line(code) }
    }
}

/// Where a value is thrown away.
#[derive(Clone, Copy)]
pub(super) enum Discard {
    LetUnderscore,
    AssignUnderscore,
    DropCall,
}

/// Where a pattern is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    IfLet,
    WhileLet,
}

/// A scrutinee that is watched: its static, for the arms.
pub(super) struct Scrutinee {
    probe: TokenStream,
    span: Span,
    callee: String,
}

/// Methods that take a `Result` apart.
const TAKING: [&str; 13] = [
    "ok", "unwrap_or", "unwrap_or_else", "unwrap_or_default", "map_or", "map_or_else", "or", "or_else", "is_ok_and", "is_ok", "is_err",
    "is_err_and", "err",
];
/// Methods that deal with it for a reason.
const RECOVERING: [&str; 4] = ["recovered", "recovered_or", "recovered_or_else", "recovered_or_default"];
/// Calls whose error type may not be known yet.
const VAGUE: [&str; 6] = ["parse", "try_into", "into", "collect", "sum", "product"];

/// One probe, to be written out.
struct Probe<'a> {
    span: Span,
    form: TokenStream,
    verdict: Verdict,
    callee: &'a str,
    iteration: bool,
    scrutinee: bool,
}

impl Body<'_> {
    fn probe(&self, probe: &Probe<'_>) -> TokenStream {
        let Probe { span, form, verdict, callee, iteration, scrutinee } = probe;
        let (private, site) = (self.place.private(), self.place.site(*span));
        let disposition = Ident::new(&format!("{:?}", verdict.disposition), Span::call_site());
        let (end_line, ends_loop) = (verdict.end_line, verdict.ends_loop);
        quote! {
            &#private::Probe {
                site: #site,
                end_line: #end_line,
                form: #private::Form::#form,
                disposition: #private::Disposition::#disposition,
                callee: #callee,
                iteration: #iteration,
                ends_loop: #ends_loop,
                scrutinee: #scrutinee,
            }
        }
    }

    /// Watches an expression that makes a new value; the value passes through as a temporary.
    fn watch(&self, expr: &mut Expr, probe: &TokenStream) {
        let private = self.place.private();
        let span = generated(expr.span());
        let (mark, value) = (local("__candor_mark"), local("__candor_seen"));
        let ladder = if is_vague(expr) {
            quote_spanned!(span=> (&&&#private::Look(&#value)).guess())
        } else {
            quote_spanned!(span=> (&&&&&&#private::Look(&#value)).look())
        };
        let inner = expr.to_token_stream();
        let watched = quote_spanned! {span=>
            match (#private::mark(), #inner) { (#mark, #value) => #ladder.pass(#value, #mark, #probe) }
        };
        // The parentheses are the user's: an operator before them must not join places of two kinds.
        let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, watched);
        group.set_span(expr.span());
        *expr = Expr::Verbatim(quote!(#group));
    }

    /// Looks at a place before it is consumed.
    fn peek(&self, place: &Expr, probe: &TokenStream) -> TokenStream {
        let private = self.place.private();
        let span = generated(place.span());
        quote_spanned!(span=> (&&&&&&#private::Look(&#place)).look().peek(&#place, #private::mark(), #probe))
    }

    pub(super) fn method(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = expr else { return };
        let name = call.method.to_string();
        let pending = self.ok_is.take();
        let dropped = std::mem::take(&mut self.dropping);
        if is_filter_map_ok(call) {
            self.visit_expr_mut(&mut call.receiver);
            self.filter_map_ok(call);
            return;
        }
        if !TAKING.contains(&name.as_str()) && !RECOVERING.contains(&name.as_str()) {
            let each = shape::is_each(&name, &call.receiver);
            self.visit_expr_mut(&mut call.receiver);
            self.arguments(&mut call.args, each);
            self.spawned(expr, dropped);
            return;
        }
        self.taking(expr, &name, pending);
    }

    /// Arguments of a call; closures among them may get another item at each call.
    fn arguments(&mut self, arguments: &mut syn::punctuated::Punctuated<Expr, syn::Token![,]>, each: bool) {
        for argument in arguments {
            match argument {
                Expr::Closure(closure) if each => {
                    let names = closure.inputs.iter().flat_map(shape::item_names).collect();
                    self.closure(closure, names);
                }
                other => self.visit_expr_mut(other),
            }
        }
    }

    fn taking(&mut self, expr: &mut Expr, name: &str, pending: Option<Verdict>) {
        let span = expr.span();
        let Expr::MethodCall(call) = expr else { return };
        let verdict = pending.unwrap_or_else(|| Verdict::plain(disposition_of(name, call), call));
        let behind_ok = matches!(&*call.receiver, Expr::MethodCall(inner) if inner.method == "ok");
        if behind_ok {
            self.ok_is = Some(verdict);
        }
        let callee = shape::callee(&call.receiver);
        let iteration = self.is_iteration(&call.receiver);
        let rvalue = shape::is_rvalue(&call.receiver);
        let is_place = shape::is_place(&call.receiver) && !matches!(name, "is_ok" | "is_err") && !RECOVERING.contains(&name);
        let form = quote!(Method(#name));
        let at = call.method.span();
        let at = if crate::span::start(at).0 == crate::span::start(span).0 { span } else { at };
        let probe = self.probe(&Probe { span: at, form, verdict, callee: &callee, iteration, scrutinee: false });
        let vague = is_vague(&call.receiver);
        self.visit_expr_mut(&mut call.receiver);
        self.arguments(&mut call.args, false);
        if behind_ok || matches!(*call.receiver, Expr::Verbatim(_)) && vague && !rvalue {
            return;
        }
        if rvalue {
            self.watch_visited(&mut call.receiver, &probe, vague);
        } else if is_place {
            let peek = self.peek(&call.receiver, &probe);
            let whole = expr.to_token_stream();
            let span = generated(span);
            let tokens = quote_spanned!(span=> (#peek, #whole).1);
            let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, tokens);
            group.set_span(expr.span());
            *expr = Expr::Verbatim(quote!(#group));
        }
    }

    /// Like [`Self::watch`], for an expression whose inside was rewritten already.
    fn watch_visited(&self, expr: &mut Expr, probe: &TokenStream, vague: bool) {
        if vague {
            let private = self.place.private();
            let span = generated(expr.span());
            let (mark, value) = (local("__candor_mark"), local("__candor_seen"));
            let inner = expr.to_token_stream();
            let watched = quote_spanned! {span=>
                match (#private::mark(), #inner) {
                    (#mark, #value) => (&&&#private::Look(&#value)).guess().pass(#value, #mark, #probe)
                }
            };
            let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, watched);
            group.set_span(expr.span());
            *expr = Expr::Verbatim(quote!(#group));
        } else {
            self.watch(expr, probe);
        }
    }

    fn filter_map_ok(&mut self, call: &mut syn::ExprMethodCall) {
        let span = call.span();
        let verdict = Verdict::plain(Disposition::Dropped, call);
        let callee = shape::callee(&call.receiver);
        let form = quote!(FilterMapOk);
        let probe = self.probe(&Probe { span: call.method.span(), form, verdict, callee: &callee, iteration: true, scrutinee: false });
        let (private, value) = (self.place.private(), local("__candor_seen"));
        let at = generated(span);
        let closure = quote_spanned! {at=>
            |#value| (&&&&&&#private::Look(&#value)).look().pass(#value, #private::mark(), #probe).ok()
        };
        if let Some(argument) = call.args.first_mut() {
            *argument = Expr::Verbatim(closure);
        }
    }

    /// `drop(call())`, and calls that spawn.
    pub(super) fn call(&mut self, expr: &mut Expr) {
        let Expr::Call(call) = expr else { return };
        let dropped = std::mem::take(&mut self.dropping);
        let span = call.span();
        if shape::callee(&Expr::Call(call.clone())).rsplit("::").next() == Some("drop")
            && let Some(argument) = call.args.first_mut()
        {
            self.discarded(argument, Discard::DropCall, span);
            return;
        }
        self.visit_expr_mut(&mut call.func);
        self.arguments(&mut call.args, false);
        self.spawned(expr, dropped);
    }

    /// A value that is thrown away.
    pub(super) fn discarded(&mut self, expr: &mut Expr, how: Discard, span: Span) {
        let taken = matches!(&*expr, Expr::MethodCall(call) if TAKING.contains(&call.method.to_string().as_str()));
        let watch = shape::is_rvalue(expr) && !taken && !matches!(expr, Expr::Try(_));
        let form = match how {
            Discard::LetUnderscore => quote!(LetUnderscore),
            Discard::AssignUnderscore => quote!(AssignUnderscore),
            Discard::DropCall => quote!(DropCall),
        };
        let verdict = Verdict::plain(Disposition::Dropped, expr);
        let (callee, iteration, vague) = (shape::callee(expr), self.is_iteration(expr), is_vague(expr));
        let probe = self.probe(&Probe { span, form, verdict, callee: &callee, iteration, scrutinee: false });
        let spawning = super::spawn::is_spawn(expr);
        if spawning {
            self.spawn_dropped(expr);
            return;
        }
        self.visit_expr_mut(expr);
        if watch {
            self.watch_visited(expr, &probe, vague);
        }
    }

    /// Watches what a pattern is tried on. Arms then say what becomes of the error.
    pub(super) fn scrutinee(&mut self, expr: &mut Expr, iteration: bool) -> Option<Scrutinee> {
        let (rvalue, vague, callee) = (shape::is_rvalue(expr), is_vague(expr), shape::callee(expr));
        let verdict = Verdict::plain(Disposition::Handed, expr);
        let probe = self.probe(&Probe { span: expr.span(), form: quote!(ErrArm), verdict, callee: &callee, iteration, scrutinee: true });
        let at = expr.span();
        self.visit_expr_mut(expr);
        rvalue.then(|| {
            self.watch_visited(expr, &probe, vague);
            Scrutinee { probe, span: at, callee }
        })
    }

    /// The statement that says what becomes of the error of a scrutinee.
    fn settle(&self, site: &Scrutinee, arm: (Span, TokenStream), verdict: &Verdict, iteration: bool) -> TokenStream {
        let (span, form) = arm;
        let probe = self.probe(&Probe { span, form, verdict: *verdict, callee: &site.callee, iteration, scrutinee: false });
        let (private, scrutinee, at) = (self.place.private(), &site.probe, generated(site.span));
        quote_spanned!(at=> #private::settle(#scrutinee, #probe);)
    }

    pub(super) fn settle_in_arm(&mut self, arm: &mut syn::Arm, site: &Option<Scrutinee>, verdict: &Verdict, iteration: bool) {
        let Some(site) = site else { return };
        let settle = self.settle(site, (arm.pat.span(), quote!(ErrArm)), verdict, iteration);
        exit::prepend(&mut arm.body, &settle);
        if arm.comma.is_none() {
            arm.comma = Some(Default::default());
        }
    }

    /// `let Ok(x) = call() else { .. }`
    pub(super) fn let_else(&mut self, pattern: &Pat, expr: &mut Expr, diverge: &mut Expr, span: Span) {
        if shape::side(pattern).is_none() {
            self.visit_expr_mut(expr);
            self.visit_expr_mut(diverge);
            return;
        }
        let iteration = self.is_iteration(expr);
        let site = self.scrutinee(expr, iteration);
        let verdict = match &*diverge {
            Expr::Block(block) => self.block_verdict(&block.block),
            other => Verdict::plain(Disposition::Dropped, other),
        };
        self.visit_expr_mut(diverge);
        if let (Some(site), Expr::Block(block)) = (site, diverge) {
            let settle = self.settle(&site, (span, quote!(LetElse)), &verdict, iteration);
            block.block.stmts.insert(0, exit::statement(&settle));
        }
    }

    /// The condition of an `if` or `while`: every `let` in it that names a side of a `Result`.
    pub(super) fn condition(&mut self, condition: &mut Expr, place: Place) -> Vec<(Scrutinee, Side, Pat, bool)> {
        match condition {
            Expr::Let(binding) => {
                let span = binding.span();
                let Some(side) = shape::side(&binding.pat) else {
                    self.visit_expr_mut(&mut binding.expr);
                    return Vec::new();
                };
                let iteration = self.is_iteration(&binding.expr);
                if place == Place::WhileLet && side == Side::Ok {
                    self.natural_end(&mut binding.expr, span);
                    return Vec::new();
                }
                let pattern = (*binding.pat).clone();
                let site = self.scrutinee(&mut binding.expr, iteration);
                site.map(|site| (site, side, pattern, iteration)).into_iter().collect()
            }
            Expr::Binary(chain) if matches!(chain.op, syn::BinOp::And(_)) => {
                let mut found = self.condition(&mut chain.left, place);
                found.extend(self.condition(&mut chain.right, place));
                found
            }
            other => {
                self.visit_expr_mut(other);
                Vec::new()
            }
        }
    }

    fn natural_end(&mut self, expr: &mut Expr, span: Span) {
        let (rvalue, vague, callee) = (shape::is_rvalue(expr), is_vague(expr), shape::callee(expr));
        let verdict = Verdict::plain(Disposition::Ends, expr);
        let probe = self.probe(&Probe { span, form: quote!(WhileLet), verdict, callee: &callee, iteration: true, scrutinee: false });
        self.visit_expr_mut(expr);
        if rvalue {
            self.watch_visited(expr, &probe, vague);
        }
    }

    pub(super) fn if_expr(&mut self, condition: &mut syn::ExprIf) {
        let span = condition.cond.span();
        let found = self.condition(&mut condition.cond, Place::IfLet);
        let body = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: condition.then_branch.clone() });
        let in_then: Vec<TokenStream> = found
            .iter()
            .filter(|(_, side, ..)| *side == Side::Err)
            .map(|(site, _, pattern, iteration)| {
                let verdict = self.arm_verdict(pattern, &body);
                self.settle(site, (span, quote!(ErrArm)), &verdict, *iteration)
            })
            .collect();
        let in_else: Vec<TokenStream> = found
            .iter()
            .filter(|(_, side, ..)| *side == Side::Ok)
            .map(|(site, _, _, iteration)| {
                let verdict = match &condition.else_branch {
                    Some((_, branch)) => match &**branch {
                        Expr::Block(block) => self.block_verdict(&block.block),
                        _ => Verdict::plain(Disposition::Acted, branch),
                    },
                    None => Verdict::plain(Disposition::Dropped, &condition.cond),
                };
                self.settle(site, (span, quote!(IfLetOk)), &verdict, *iteration)
            })
            .collect();
        self.visit_block_mut(&mut condition.then_branch);
        if let Some((_, branch)) = &mut condition.else_branch {
            self.visit_expr_mut(branch);
        }
        insert(&mut condition.then_branch, &in_then);
        if !in_else.is_empty() {
            settle_in_else(condition, &in_else);
        }
    }
}

fn insert(block: &mut Block, statements: &[TokenStream]) {
    for (index, statement) in statements.iter().enumerate() {
        block.stmts.insert(index, exit::statement(statement));
    }
}

fn settle_in_else(condition: &mut syn::ExprIf, settles: &[TokenStream]) {
    match &mut condition.else_branch {
        Some((_, branch)) => match &mut **branch {
            Expr::Block(block) => insert(&mut block.block, settles),
            other => {
                let inner = other.to_token_stream();
                **branch = Expr::Block(syn::parse_quote!({ #(#settles)* #inner }));
            }
        },
        None => condition.else_branch = Some((Default::default(), Box::new(Expr::Block(syn::parse_quote!({ #(#settles)* }))))),
    }
}

fn is_vague(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => call.turbofish.is_none() && VAGUE.contains(&call.method.to_string().as_str()),
        Expr::Paren(inner) => is_vague(&inner.expr),
        _ => false,
    }
}

fn is_filter_map_ok(call: &syn::ExprMethodCall) -> bool {
    (call.method == "filter_map" || call.method == "flat_map")
        && call.args.len() == 1
        && call.args.first().is_some_and(|argument| argument.to_token_stream().to_string().replace(' ', "").ends_with("Result::ok"))
}

fn disposition_of(name: &str, call: &syn::ExprMethodCall) -> Disposition {
    if RECOVERING.contains(&name) {
        return Disposition::Handed;
    }
    let uses_error = call.args.iter().any(|argument| matches!(argument, Expr::Closure(closure) if arm::closure_uses_error(closure)));
    match name {
        "ok" | "is_ok" | "is_err" | "is_ok_and" => Disposition::Dropped,
        "err" | "is_err_and" => Disposition::Handed,
        "unwrap_or_else" | "or_else" if uses_error => Disposition::Handed,
        "map_or_else" if matches!(call.args.first(), Some(Expr::Closure(closure)) if arm::closure_uses_error(closure)) => Disposition::Handed,
        _ => Disposition::Substituted,
    }
}

//! Probes: around each expression that can drop an `Err`.

use proc_macro2::Span;
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;

use super::discard::Discard;
use super::excuse::{Excuse, Rank};
use super::recast::Claim;
use super::vague::Known;
use super::watch::peeked;
use super::{Body, flat, form, shape, taken};
use crate::span::{Spot, generated};
use crate::token::{First, Last};

/// What becomes of the error, as far as the syntax tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    Dropped,
    Substituted,
    Acted,
    Handed,
    Ends,
}

impl Disposition {
    fn word(self) -> &'static str {
        match self {
            Disposition::Dropped => "dropped",
            Disposition::Substituted => "substituted",
            Disposition::Acted => "acted",
            Disposition::Handed => "handed",
            Disposition::Ends => "ends",
        }
    }
}

/// The verdict of the syntax on one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub(super) disposition: Disposition,
    pub(super) ends_loop: bool,
    pub(super) end_line: u32,
    /// The error is put where nothing but the log looks.
    pub(super) in_vain: bool,
    /// What the error claims that is passed on in its place.
    pub(super) recast: Option<Claim>,
    /// What the error is no error for.
    pub(super) excuse: Option<Excuse>,
}

impl Verdict {
    pub(super) fn plain(disposition: Disposition, code: &impl Last) -> Verdict {
        Verdict {
            disposition,
            ends_loop: false,
            end_line: code.end_line(),
            in_vain: false,
            recast: None,
            excuse: None,
        }
    }

    /// The same, where nothing is lost if another way leads to the value.
    pub(super) fn or_other_way(self, other_way: bool) -> Verdict {
        match self.disposition {
            Disposition::Dropped if other_way => Verdict { disposition: Disposition::Handed, ..self },
            _ => self,
        }
    }

    /// How an arm with this verdict is told.
    pub(super) fn form(self, form: &str) -> &str {
        if self.in_vain && self.disposition == Disposition::Dropped { "vain_arm" } else { form }
    }
}

/// Methods that take a `Result` apart.
pub(super) const TAKING: [&str; 13] = [
    "ok",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "map_or",
    "map_or_else",
    "or",
    "or_else",
    "is_ok_and",
    "is_ok",
    "is_err",
    "is_err_and",
    "err",
];
/// Methods that deal with it for a reason.
pub(super) const RECOVERING: [&str; 4] =
    ["recovered", "recovered_or", "recovered_or_else", "recovered_or_default"];
/// One probe, to be written out.
pub(super) struct Probe<'a> {
    pub(super) span: Span,
    /// A method with its dot, or the name of another form.
    pub(super) form: &'a str,
    pub(super) verdict: Verdict,
    pub(super) callee: &'a str,
    pub(super) iteration: bool,
    pub(super) scrutinee: bool,
}

impl Body<'_> {
    pub(super) fn probe(&self, probe: &Probe<'_>) -> Spot {
        let Probe { span, form, verdict, callee, iteration, scrutinee } = probe;
        let disposition = self.of_rest(form, *iteration, verdict.disposition);
        let (end, word) = (verdict.end_line, disposition.word());
        if disposition != Disposition::Handed {
            self.leaves_errors.set(true);
        }
        let flags = [(*iteration, 'i'), (verdict.ends_loop, 'l'), (*scrutinee, 's')];
        let flags: String = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| *flag).collect();
        let flags = flags.chars().chain(verdict.excuse.into_iter().flat_map(|excuse| excuse.flags().chars()));
        let flags: String = flags.chain(verdict.recast.map(|claim| claim.flag(callee))).collect();
        let flags = if flags.is_empty() { "-" } else { &flags };
        self.place.probe(*span, &format!("{end} {form} {word} {flags} {callee}"))
    }

    pub(super) fn method(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = expr else { return };
        let is_first = self.opening.take_first();
        let name = call.method.to_string();
        let pending = self.ok_is.take();
        let dropped = std::mem::take(&mut self.dropping);
        // In a function that returns an `Option`, `and_then(Result::ok)` answers for a form, as `parse().ok()?` does.
        if flat::is_filter_map_ok(call) && !(name == "and_then" && form::is_option(&self.ret)) {
            self.visit_expr_mut(&mut call.receiver);
            self.filter_map_ok(call);
            return;
        }
        if !TAKING.contains(&name.as_str()) && !RECOVERING.contains(&name.as_str()) {
            let each = shape::is_each(&name, &call.receiver)
                && !matches!(call.args.first(), Some(Expr::Closure(each)) if self.forms.are_all_needed(each));
            self.ok_is = self
                .asks_behind_ok(call)
                .or_else(|| self.recasts_behind_ok(call))
                .or_else(|| Self::recasts_further(call, pending));
            let recast = self.recasts(call);
            self.opening.set_first(is_first);
            self.visit_expr_mut(&mut call.receiver);
            self.ok_is = None;
            if flat::consumes(&name) {
                self.flattened(&mut call.receiver);
            }
            if flat::counts_tries(call, self.generic) {
                self.watch_items(call);
            }
            self.inside_call(call, (&name, each), recast);
            self.spawned(expr, dropped);
            return;
        }
        self.taking(expr, (&name, is_first), pending);
    }

    /// Walks the arguments of a method that keeps its receiver whole.
    fn inside_call(
        &mut self,
        call: &mut syn::ExprMethodCall,
        (name, each): (&str, bool),
        recast: Option<Claim>,
    ) {
        let inside = usize::from(super::spawn::takes_work(name));
        self.spawned += inside;
        let around = self.ranking;
        self.ranking = Rank::by(name).or(around);
        match name {
            "flat_map" if call.args.len() == 1 => self.flat_mapped(call),
            "extend" if call.args.len() == 1 => self.extended(call),
            "push" | "push_back" | "insert" => {
                self.arguments(&mut call.args, each);
                self.put_away(call);
            }
            _ => self.arguments(&mut call.args, each),
        }
        self.ranking = around;
        if let Some(claim) = recast {
            self.recast(call, claim);
        }
        self.spawned -= inside;
    }

    /// Spawned work whose answer nobody waits for any more has come to its end, as a loop has.
    pub(super) fn in_spawned(&self, verdict: Verdict) -> Verdict {
        Verdict { ends_loop: verdict.ends_loop || self.spawned > 0, ..verdict }
    }

    /// Arguments of a call; closures among them may get another item at each call.
    pub(super) fn arguments(
        &mut self,
        arguments: &mut syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        each: bool,
    ) {
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

    /// Whether a place is taken apart by this method, so that it has to be looked at before.
    fn is_taken(&self, name: &str, receiver: &Expr) -> bool {
        shape::is_place(receiver)
            && !matches!(name, "is_ok" | "is_err")
            && !RECOVERING.contains(&name)
            // What `ok()` made is an option: nothing is dropped here that was not dropped there.
            && self.made_by(receiver) != "ok"
    }

    /// What becomes of an error for which this method asks in a condition.
    fn asked_by(&self, name: &str) -> Option<Verdict> {
        self.asking.and_then(|(holds, not)| match name {
            "is_err" => Some(holds),
            "is_ok" => Some(not),
            _ => None,
        })
    }

    fn taking(&mut self, expr: &mut Expr, (name, is_first): (&str, bool), pending: Option<Verdict>) {
        let span = expr.first();
        let Expr::MethodCall(call) = expr else { return };
        let verdict = self.retaken(name, call).or(pending).or(self.asked_by(name)).unwrap_or_else(|| {
            self.forms.or_formal(Verdict::plain(self.disposition_of(name, call), call), call)
        });
        let verdict = self.or_reply(self.in_spawned(verdict), &call.receiver);
        let verdict = Verdict { recast: verdict.recast.or(Self::recasts_by(name, call)), ..verdict };
        let behind_ok = matches!(&*call.receiver, Expr::MethodCall(inner) if inner.method == "ok");
        if behind_ok {
            self.ok_is = Some(verdict);
        }
        let callee = taken::left_by(&call.receiver);
        let vain = name == "is_ok" && std::mem::take(&mut self.for_the_log);
        let verdict = if vain { Verdict::plain(Disposition::Dropped, call) } else { verdict };
        let finding = name == "is_ok" && std::mem::take(&mut self.finding) || vain;
        let iteration = self.is_iteration(&call.receiver) && !finding;
        let (rvalue, works) = (shape::is_rvalue(&call.receiver), self.asks_try(call, iteration));
        let known = self.known(self.before_telling(&mut call.receiver));
        let is_place = self.is_taken(name, &call.receiver);
        let form = &format!(".{name}");
        let at = call.method.span();
        let at = if crate::span::start(at).0 == crate::span::start(span).0 { span } else { at };
        let probe =
            self.probe(&Probe { span: at, form, verdict, callee: &callee, iteration, scrutinee: false });
        let joined = self.is_surely_joined(&call.receiver);
        self.opening.set_first(is_first);
        self.visit_expr_mut(&mut call.receiver);
        self.arguments(&mut call.args, false);
        if behind_ok {
            return;
        }
        self.passed_over_by(call, joined);
        if rvalue {
            self.opening.set_first(is_first);
            self.watch(self.before_telling(&mut call.receiver), &probe, known);
            self.tried(expr, &probe, works);
        } else if is_place {
            let peek = self.peek(&call.receiver, &probe);
            *expr = peeked(&peek, expr);
        }
    }

    /// Whether an assignment in a loop takes the place of a value that nothing in the loop looks at.
    pub(super) fn overwrites(&self, assign: &syn::ExprAssign) -> bool {
        let Expr::Path(path) = &*assign.left else { return false };
        let Some(name) = path.path.get_ident().map(ToString::to_string) else { return false };
        shape::is_rvalue(&assign.right)
            && !shape::wraps(&assign.right)
            && self.known(&assign.right) == Known::Whole
            && self.loops.last().is_some_and(|mentions| mentions.is_unread(&name))
    }

    /// `result = call();` in a loop: the error waits, and is dropped when the next value comes.
    pub(super) fn overwritten(&mut self, assign: &mut syn::ExprAssign) {
        let span = assign.left.first();
        let value = &mut assign.right;
        let (callee, iteration) = (shape::callee(value), self.is_iteration(value));
        let waits = self.probe(&Probe {
            span,
            form: "overwritten",
            verdict: Verdict::plain(Disposition::Handed, value),
            callee: &callee,
            iteration,
            scrutinee: true,
        });
        let dropped = self.probe(&Probe {
            span,
            form: "overwritten",
            verdict: Verdict::plain(Disposition::Dropped, value),
            callee: &callee,
            iteration,
            scrutinee: false,
        });
        self.visit_expr_mut(value);
        self.watch(value, &waits, Known::Whole);
        let (own, inner) = (self.place.own().receiver(), value.to_token_stream());
        let (waits, dropped) = (waits.number(), dropped.number());
        let settled = quote_spanned!(generated(span)=> { #own.settle(#waits, #dropped); #inner });
        **value = Expr::Verbatim(settled);
    }

    /// `drop(call())`, and calls that spawn.
    pub(super) fn call(&mut self, expr: &mut Expr) {
        let Expr::Call(call) = expr else { return };
        let dropped = std::mem::take(&mut self.dropping);
        let span = call.first();
        if shape::callee(&Expr::Call(call.clone())).rsplit("::").next() == Some("drop")
            && let Some(argument) = call.args.first_mut()
        {
            if let Some(peek) = self.discarded(argument, Discard::DropCall, span) {
                // Around the whole call: its argument stays what it is for those who read it, such as clippy.
                *expr = peeked(&peek, expr);
            }
            return;
        }
        self.visit_expr_mut(&mut call.func);
        let inside = usize::from(super::spawn::is_spawn_name(&shape::callee(&Expr::Call(call.clone()))));
        self.spawned += inside;
        self.arguments(&mut call.args, false);
        self.spawned -= inside;
        self.spawned(expr, dropped);
    }
}

/// `handle.await`, `handle.join()`, `timeout(..).await`: what spawned or limited work has returned.
pub(super) fn is_joined(expr: &Expr) -> bool {
    match expr {
        Expr::Await(waiting) => {
            let callee = shape::callee(&waiting.base);
            shape::is_place(&waiting.base)
                || matches!(
                    callee.rsplit("::").next(),
                    Some("timeout" | "timeout_at" | "spawn" | "spawn_blocking")
                )
        }
        Expr::MethodCall(call) => call.method == "join" && call.args.is_empty(),
        _ => false,
    }
}

/// Whether a condition may ask on which side a value is.
pub(super) fn asks(condition: &Expr) -> bool {
    struct Asks(bool);
    impl Visit<'_> for Asks {
        fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
            // `call().ok().is_none()` asks it too.
            self.0 = self.0 || call.method == "is_ok" || call.method == "is_err" || call.method == "ok";
            visit::visit_expr_method_call(self, call);
        }
        fn visit_macro(&mut self, _invocation: &syn::Macro) {
            self.0 = true;
        }
    }
    let mut asks = Asks(false);
    asks.visit_expr(condition);
    asks.0
}

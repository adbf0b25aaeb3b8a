//! Values that are thrown away: `let _ = call();`, `_ = call();`, `drop(call())`, and names that nothing reads.

use proc_macro2::{Span, TokenStream};
use syn::Expr;
use syn::visit_mut::VisitMut;

use super::mention::Mentions;
use super::probe::{Disposition, Probe, TAKING, Verdict, is_joined};
use super::{Body, arm, asked, shape, spawn};

/// Where a value is thrown away.
#[derive(Clone, Copy)]
pub(super) enum Discard {
    LetUnderscore,
    AssignUnderscore,
    LetUnread,
    DropCall,
}

impl Discard {
    fn form(self) -> &'static str {
        match self {
            Discard::LetUnderscore => "let_underscore",
            Discard::AssignUnderscore => "assign_underscore",
            Discard::LetUnread => "let_unread",
            Discard::DropCall => "drop_call",
        }
    }

    /// Whether what is thrown away may be a future that should have begun. A `drop` means it.
    fn may_begin(self, thrown: &Expr) -> bool {
        matches!(self, Discard::LetUnderscore | Discard::AssignUnderscore)
            && matches!(thrown, Expr::Call(_) | Expr::MethodCall(_))
    }
}

impl Body<'_> {
    /// What is lost with a value that is thrown away.
    fn of_discarded(&self, expr: &Expr) -> Verdict {
        let loses_nothing = self.clears_by_drop(expr) || asked::takes_leave(expr) || self.is_courtesy(expr);
        let becomes = if loses_nothing { Disposition::Handed } else { Disposition::Dropped };
        self.or_reply(self.in_spawned(Verdict::plain(becomes, expr)), expr)
    }

    /// Whether a place that is thrown away can be looked at: it ends here, and is neither drawn in from outside nor gone.
    fn can_be_seen(&self, place: &Expr, takes: bool) -> bool {
        shape::is_place(place)
            && self.mentions.is_last(place)
            && !self.is_vague(place)
            && (takes || self.is_still_here(place))
    }

    /// A value that is thrown away. One that a call takes stays as it is: what is returned looks at it before.
    pub(super) fn discarded(&mut self, expr: &mut Expr, how: Discard, span: Span) -> Option<TokenStream> {
        let is_first = self.opening.take_first();
        // What tells an error away has another type than the call before it.
        let written = self.opening.written.take().filter(|_| !self.tells_away(expr));
        let known = self.known_as(self.before_telling(expr), written.as_ref());
        let (callee, iteration, verdict) =
            (shape::callee(expr), self.is_iteration(expr), self.of_discarded(expr));
        let (form, takes) = (how.form(), matches!(how, Discard::DropCall));
        let probe = self.probe(&Probe { span, form, verdict, callee: &callee, iteration, scrutinee: false });
        if self.can_be_seen(expr, takes) {
            let peek = self.peek(expr, &probe);
            if takes {
                return Some(peek);
            }
            // `let _ = result;` does nothing.
            *expr = Expr::Verbatim(peek);
            return None;
        }
        if spawn::is_spawn(expr) {
            self.spawn_dropped(expr);
            return None;
        }
        let (watch, is_joined, may_begin) = (self.is_watched(expr), is_joined(expr), how.may_begin(expr));
        self.ok_is = thrown_away(expr);
        self.opening.set_first(is_first);
        self.visit_expr_mut(expr);
        self.keep_type(expr, written.as_ref());
        if watch && is_joined {
            self.watch_within(expr, &probe);
        } else if watch {
            self.watch_thrown(self.before_telling(expr), &probe, (known, may_begin));
        }
        None
    }

    /// Whether a value is new, and nothing in it takes it apart or passes its error on.
    fn is_watched(&self, expr: &Expr) -> bool {
        let taken =
            matches!(expr, Expr::MethodCall(call) if TAKING.contains(&call.method.to_string().as_str()));
        let passes = matches!(expr, Expr::Try(_)) && !self.is_joined_question(expr);
        shape::is_rvalue(expr) && !taken && !passes
    }
}

/// `call().err();`, `call().is_ok();`, `call().unwrap_or_else(|e| warn!(..));`: the answer is thrown away, and the error with it.
pub(super) fn thrown_away(expr: &Expr) -> Option<Verdict> {
    match expr {
        Expr::MethodCall(call)
            if matches!(call.method.to_string().as_str(), "err" | "is_ok" | "is_err" | "is_ok_and")
                || call.method == "unwrap_or_else" && !call.args.iter().any(ends_elsewhere) =>
        {
            Some(Verdict::plain(Disposition::Dropped, call))
        }
        _ => None,
    }
}

/// Whether a closure uses the error, or ends in something else than a line of the log.
fn ends_elsewhere(argument: &Expr) -> bool {
    let Expr::Closure(closure) = argument else { return true };
    !arm::only_tells(&closure.body, &Mentions::default())
}

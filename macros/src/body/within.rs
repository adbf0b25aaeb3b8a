//! Errors inside the `Ok` of work that was joined, or whose time was limited: `match handle.await { Ok(_) => done += 1, .. }`
//! looks at the handle's own error only.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprMatch, Pat};

use super::probe::{Disposition, Probe, Verdict, is_joined};
use super::vague::Known;
use super::watch::bind;
use super::{Body, exit, shape};
use crate::span::{Spot, generated};
use crate::token::{First, Last};

impl Body<'_> {
    /// Whether this is work that was joined and whose type is known by now.
    pub(super) fn is_surely_joined(&self, expr: &Expr) -> bool {
        let is_chained = matches!(expr, Expr::MethodCall(call) if !shape::is_place(&call.receiver));
        is_joined(expr) && !is_chained && self.known(expr) == Known::Whole && !self.is_vague(expr)
    }

    /// Whether what stands before a `?` was joined: `spawn_blocking(work).await.map_err(..)?`.
    pub(super) fn is_joined_question(&self, expr: &Expr) -> bool {
        let Expr::Try(question) = expr else { return false };
        let mut inner = &*question.expr;
        while let Expr::MethodCall(call) = inner {
            if !matches!(
                call.method.to_string().as_str(),
                "map_err" | "context" | "with_context" | "inspect_err"
            ) {
                break;
            }
            inner = &call.receiver;
        }
        self.is_surely_joined(inner)
    }

    /// What a `match` passes over with an `Ok(_)`: it was walked already.
    pub(super) fn passed_over(&self, matching: &mut ExprMatch, joined: bool) {
        let Some(arm) = matching.arms.iter_mut().find(|arm| hides(&arm.pat)) else { return };
        if joined {
            let probe = self.hidden((arm.pat.first(), arm.pat.end_line()), "Ok(_)");
            self.look_within(&mut matching.expr, &probe);
        } else if self.is_joined_name(&matching.expr) {
            let probe = self.hidden((arm.pat.first(), arm.pat.end_line()), "Ok(_)");
            let place = matching.expr.to_token_stream();
            let look = self.within(&place, &self.now(), &probe);
            exit::prepend_to_arm(arm, &look);
        }
    }

    /// `if let Ok(_) = handle.await`
    pub(super) fn passed_over_if(&self, pattern: &Pat, value: &mut Expr, joined: bool) {
        if joined && hides(pattern) {
            let probe = self.hidden((pattern.first(), pattern.end_line()), "Ok(_)");
            self.look_within(value, &probe);
        }
    }

    /// `handle.await.is_ok()` asks whether it came to its end, and so does `joined.is_ok()`.
    pub(super) fn passed_over_by(&self, call: &mut syn::ExprMethodCall, joined: bool) {
        let (name, receiver) = (&call.method, &mut *call.receiver);
        if name != "is_ok" && name != "is_err" {
            return;
        }
        if joined {
            let probe = self.hidden((name.span(), receiver.end_line()), &name.to_string());
            self.look_within(receiver, &probe);
        } else if self.is_joined_name(receiver) && self.mentions.is_last(receiver) {
            let probe = self.hidden((name.span(), receiver.end_line()), &name.to_string());
            let place = receiver.to_token_stream();
            let look = self.within(&place, &self.now(), &probe);
            *receiver = Expr::Verbatim(quote_spanned!(generated(receiver.first())=> { #look &#place }));
        }
    }

    /// Learns the names that a loop gives to what was joined: `while let Some(joined) = set.join_next().await`.
    pub(super) fn learn_joined(&mut self, condition: &Expr) {
        let Expr::Let(binding) = condition else { return };
        let Expr::Await(waiting) = &*binding.expr else { return };
        if shape::callee(&waiting.base).rsplit("::").next() == Some("join_next") {
            self.joined_names.extend(shape::names(&binding.pat));
        }
    }

    fn is_joined_name(&self, place: &Expr) -> bool {
        let Expr::Path(path) = shape::bare_expr(place) else { return false };
        !self.is_vague(place)
            && path.path.get_ident().is_some_and(|name| self.joined_names.contains(&name.to_string()))
    }

    /// The probe has a place of its own: what is seen of the work itself does not speak for what is in it.
    fn hidden(&self, at: (Span, u32), form: &str) -> Spot {
        let verdict = Verdict {
            disposition: Disposition::Dropped,
            ends_loop: false,
            end_line: at.1,
            in_vain: false,
            recast: None,
            excuse: None,
        };
        self.probe(&Probe {
            span: at.0,
            form: &format!(".{form}"),
            verdict,
            callee: "",
            iteration: !self.loops.is_empty(),
            scrutinee: false,
        })
    }

    fn look_within(&self, value: &mut Expr, probe: &Spot) {
        bind(value, &self.place.private(), |mark, seen| {
            self.within(&seen.to_token_stream(), &mark.to_token_stream(), probe)
        });
    }

    fn now(&self) -> TokenStream {
        let private = self.place.private();
        quote!(#private::mark())
    }

    /// What looks at the error inside an `Ok`.
    pub(super) fn within(&self, place: &TokenStream, mark: &TokenStream, probe: &Spot) -> TokenStream {
        let private = self.place.private();
        quote_spanned! {Span::mixed_site()=>
            {
                use #private::{WithinAbsent as _, WithinAny as _, WithinDynamic as _, WithinError as _, WithinLike as _, WithinNamed as _};
                (&&&&&&#private::Within(&#place)).candor_within(#mark, #probe);
            }
        }
    }
}

/// `Ok(_)`, `Ok(..)`: whatever is in it.
fn hides(pattern: &Pat) -> bool {
    let Pat::TupleStruct(tuple) = shape::bare(pattern) else { return false };
    shape::side(pattern) == Some(shape::Side::Ok)
        && tuple.elems.iter().all(|inner| match inner {
            Pat::Wild(_) | Pat::Rest(_) => true,
            Pat::Ident(name) => name.ident.to_string().starts_with('_'),
            _ => false,
        })
}

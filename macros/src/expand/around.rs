//! What stands around a body whose value is looked at before it is returned.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use super::function::{Plan, Written};
use crate::body::body_label;
use crate::span::{braced, local};

impl Plan<'_> {
    /// The value is looked at once, behind a closure.
    pub(super) fn finally(&self, ret: &Type, written: &Written, at: Span) -> TokenStream {
        let Written { tail, body, silent, .. } = written;
        let private = self.place.private();
        let rebound = &self.rebound;
        let (value, leave) = (local("__candor_value"), &self.leave);
        let after = self.after(&value);
        let (closure, again) = (quote_spanned!(at=> || -> #ret), self.reach.again());
        let expected = local("__candor_expected");
        let (call, before) = match self.untyped {
            true => (quote!(#expected.call), Some(self.place.expects(&expected, &self.leave))),
            false => (quote!(#private::call_once), None),
        };
        quote! {
            #before
            let #value: #ret = #call(#closure {
                #again
                #rebound
                #silent
                let #value: #ret = #body;
                #[allow(unreachable_code)]
                { #tail }
                #[allow(unreachable_code, clippy::needless_return)]
                return #value;
            });
            #after
            #[allow(unreachable_code, clippy::needless_return)]
            #leave #value;
        }
    }

    /// The value is looked at once, behind a block that the body leaves. `#[track_caller]` does not reach into a closure.
    pub(super) fn broken_off(&self, ret: &Type, written: &Written) -> TokenStream {
        let Written { tail, body, silent, .. } = written;
        let (value, label, again) = (local("__candor_value"), body_label(), self.reach.again());
        let after = self.after(&value);
        quote! {
            #[allow(unreachable_code, unused_labels)]
            let #value: #ret = #label: {
                #again
                #silent
                let #value: #ret = #body;
                { #tail }
                #value
            };
            #after
            #[allow(unreachable_code, clippy::needless_return)]
            return #value;
        }
    }

    /// The value is looked at once, behind an async block.
    pub(super) fn awaited(&self, ret: &Type, written: &Written, at: Span) -> TokenStream {
        let Written { tail, body, silent, .. } = written;
        let (value, hint) = (local("__candor_value"), hint(ret));
        let after = self.after(&value);
        let (again, rebound) = (self.reach.again(), &self.rebound);
        let inner = quote! {
            #hint
            #again
            #rebound
            #silent
            let #value: #ret = #body;
            #[allow(unreachable_code)]
            { #tail }
            #[allow(unreachable_code, clippy::needless_return)]
            return #value;
        };
        let (lending, block) = (quote_spanned!(at=> async), braced(inner, at));
        quote! {
            let #value: #ret = #lending #block.await;
            #after
            #[allow(unreachable_code, clippy::needless_return)]
            return #value;
        }
    }
}

/// Tells an async block its type before its first `return`.
pub(super) fn hint(ret: &Type) -> TokenStream {
    let hint = local("__candor_hint");
    quote! {
        #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::let_unit_value)]
        { if false { let #hint: #ret = loop {}; return #hint; } }
    }
}

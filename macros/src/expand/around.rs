//! What stands around a body whose value is looked at before it is returned.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Lifetime, Type};

use super::function::{Plan, Written};
use super::{names_a_lifetime, unbound};
use crate::body::body_label;
use crate::span::{braced, local};

impl Written {
    /// The value of the body, where its tail stands: what is wrong with it is told there.
    pub(super) fn value(&self) -> Ident {
        Ident::new("__candor_value", self.at)
    }

    /// Binds the value of the body, which a `return` leaves by this label, to the type of the function, so that coercions stay.
    pub(super) fn bound(&self, ret: &Type, label: Option<Lifetime>) -> TokenStream {
        let Written { body, silent, lengthens, .. } = self;
        let value = local("__candor_value");
        let without_names = names_a_lifetime(ret).then(|| unbound(ret));
        let ret = without_names.as_ref().unwrap_or(ret);
        // A block is of the edition of its label, and the edition says when what a tail makes is dropped: so the body is a block in
        // it. In parentheses, since a lint takes braces in braces for those of the user.
        let body = label.map_or_else(|| body.clone(), |label| quote!(#label: { (#body) }));
        if *lengthens {
            // An assignment keeps nothing alive.
            return quote!(let #value: #ret; #value = (#body););
        }
        quote!(#silent let #value: #ret = #body;)
    }
}

impl Plan<'_> {
    /// The value is looked at once, behind a closure.
    pub(super) fn finally(&self, ret: &Type, written: &Written, at: Span) -> TokenStream {
        let (tail, bound) = (&written.tail, written.bound(ret, None));
        let private = self.place.private();
        let rebound = &self.rebound;
        let (value, leave) = (local("__candor_value"), &self.leave);
        let after = self.after(&value);
        let moving = self.moves.then(|| quote_spanned!(at=> move));
        let (closure, again, last) =
            (quote_spanned!(at=> #moving || -> #ret), self.reach.again(), written.value());
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
                #bound
                #[allow(unreachable_code)]
                { #tail }
                #[allow(unreachable_code, clippy::needless_return)]
                return #last;
            });
            #after
            #[allow(unreachable_code, clippy::needless_return)]
            #leave #last;
        }
    }

    /// The value is looked at once, behind a block that the body leaves. `#[track_caller]` does not reach into a closure.
    pub(super) fn broken_off(&self, ret: &Type, written: &Written) -> TokenStream {
        let (tail, bound) = (&written.tail, written.bound(ret, None));
        let (value, label, again) = (local("__candor_value"), body_label(), self.reach.again());
        let (after, last) = (self.after(&value), written.value());
        quote! {
            #[allow(unreachable_code, unused_labels)]
            let #value: #ret = #label: {
                #again
                #bound
                { #tail }
                #last
            };
            #after
            #[allow(unreachable_code, clippy::needless_return)]
            return #last;
        }
    }

    /// The value is looked at once, behind an async block.
    pub(super) fn awaited(&self, ret: &Type, written: &Written, at: Span) -> TokenStream {
        let (tail, bound) = (&written.tail, written.bound(ret, None));
        let (value, hint) = (local("__candor_value"), hint(ret));
        let after = self.after(&value);
        let (again, rebound, last) = (self.reach.again(), &self.rebound, written.value());
        let inner = quote! {
            #hint
            #again
            #rebound
            #bound
            #[allow(unreachable_code)]
            { #tail }
            #[allow(unreachable_code, clippy::needless_return)]
            return #last;
        };
        let moving = self.moves.then(|| quote_spanned!(at=> move));
        let (lending, block) = (quote_spanned!(at=> async #moving), braced(inner, at));
        quote! {
            let #value: #ret = #lending #block.await;
            #after
            #[allow(unreachable_code, clippy::needless_return)]
            return #last;
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

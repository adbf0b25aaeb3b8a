//! What stands at the edges of a call: statements at its start, and the look at its value.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::function::Plan;
use super::tracing;
use crate::span::{generated, local, text};

impl Plan<'_> {
    /// Statements at the start of the call; `is_on` tells whether it may be recorded.
    pub(super) fn entry(&self, is_on: &TokenStream) -> TokenStream {
        let private = self.place.private();
        let key = self.attr.key.as_ref().map(|key| {
            let at = generated(key.span());
            quote_spanned!(at=>
                #[allow(clippy::used_underscore_binding)]
                #private::key_by(#is_on, || (&&&&#private::Cap(&(#key))).candor_value());)
        });
        let requires = self.clauses.requires.iter().zip(&self.attr.requires).map(|(resolved, clause)| {
            resolved.check("C109", Some(self.place.site(clause.span)), &self.place)
        });
        let tracked = self.tracked.places.iter().filter(|place| self.reach.has(place)).map(|place| {
            let name = text(place);
            quote!(
                #[allow(clippy::used_underscore_binding)]
                if #private::has_frame()
                    && let #private::core::option::Option::Some(__candor_now) = #private::guarded(#name, || (&&&&#private::Cap(&#place)).candor_value())
                {
                    #private::tracked(#name, __candor_now);
                })
        });
        let gathered = self.clauses.gathered.entry(&self.place);
        quote!(#key #gathered #(#requires)* #(#tracked)*)
    }

    /// What is checked at the end of a call that needs no value for it.
    pub(super) fn invariants_at_exit(&self) -> TokenStream {
        let reachable = |places: &Vec<usize>| self.reach.has_all(&self.tracked, places);
        let private = self.place.private();
        let unknown = quote!(#private::Site::UNKNOWN);
        let checks = self.tracked.invariants.iter().filter(|(places, _)| reachable(places));
        checks.map(|(_, invariant)| invariant.check(&self.place, &unknown)).collect()
    }

    /// The call that reads the outcome of a value, decided by its type, and does this with it; its arguments are to follow.
    pub(super) fn reader(&self, value: &proc_macro2::Ident, what: &str) -> TokenStream {
        self.reader_by("read", value, what)
    }

    fn reader_by(&self, read: &str, value: &proc_macro2::Ident, what: &str) -> TokenStream {
        let private = self.place.private();
        let named = if self.place.tells() { "named_" } else { "" };
        let (read, method) = (local(read), local(&format!("candor_{named}{what}")));
        quote!(#private::#read(&#value).candor_half().#method)
    }

    /// Everything that looks at the whole value.
    pub(super) fn after(&self, value: &proc_macro2::Ident) -> TokenStream {
        let private = self.place.private();
        let (reader, fulfilled, outcome) = (
            self.reader_by("read_open", value, "outcome"),
            local("__candor_fulfilled"),
            local("__candor_outcome"),
        );
        let read = quote!(#reader(&#value));
        let outcome_of = if self.attr.outcome.is_empty() {
            read
        } else {
            let arms = self.attr.outcome.iter().map(|arm| {
                let (pattern, class, reason) = (&arm.pattern, &arm.class, &arm.reason);
                quote!(#pattern => #private::Outcome::new(#private::Class::#class, #reason),)
            });
            quote!(match &#value { #(#arms)* _ => #read })
        };
        let checks = self.clauses.end(self.attr, value, &fulfilled, &self.place);
        let (said, invariants) =
            (tracing::said(&self.attr.span, value, &self.place), self.invariants_at_exit());
        quote! {
            #[allow(unreachable_code, unreachable_patterns, clippy::match_single_binding)]
            {
                if #private::has_frame() {
                    let #outcome: #private::Outcome = #outcome_of;
                    let #fulfilled = #outcome.is_fulfilled();
                    #private::outcome(#outcome);
                    #checks
                    #invariants
                }
                #said
            }
        }
    }
}

//! When an invariant is checked, and what is still there at the end of the call.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Block, Expr, FnArg, Pat, Receiver, ReceiverKind, ReturnType, Signature, Type};

use crate::body::Tracked;

/// The places that exist at both ends of a call: rooted in `self` or in a parameter, where the function only borrows it and
/// its value does not borrow it on.
#[derive(Default)]
pub(super) struct Reach {
    borrows_self: bool,
    /// Parameters that are references.
    shared: Vec<Ident>,
    /// Parameters that are mutable references, and are needed at the end: the body gets them lent once more.
    lent: Vec<Ident>,
}

impl Reach {
    pub(super) fn of(signature: &Signature, tracked: &Tracked) -> Reach {
        let keeps = may_borrow(&signature.output);
        let mut reach = Reach {
            borrows_self: signature.receiver().is_some_and(|receiver| borrows(receiver, keeps)),
            ..Reach::default()
        };
        for input in &signature.inputs {
            let FnArg::Typed(typed) = input else { continue };
            let (Pat::Ident(name), Type::Reference(reference)) = (&*typed.pat, &*typed.ty) else { continue };
            let is_needed = tracked.places.iter().any(|place| is_rooted_in(place, &name.ident));
            match (reference.mutability.is_some(), name.mutability.is_none() && is_needed) {
                (false, true) => reach.shared.push(name.ident.clone()),
                (true, true) if !keeps && !tracked.invariants.is_empty() => {
                    reach.lent.push(name.ident.clone())
                }
                _ => {}
            }
        }
        reach
    }

    /// Whether a place exists at both ends.
    pub(super) fn has(&self, place: &Expr) -> bool {
        let own: Ident = quote::format_ident!("self");
        self.borrows_self && is_rooted_in(place, &own)
            || self.shared.iter().chain(&self.lent).any(|name| is_rooted_in(place, name))
    }

    /// Whether all of these places do.
    pub(super) fn has_all(&self, tracked: &Tracked, places: &[usize]) -> bool {
        places.iter().filter_map(|index| tracked.places.get(*index)).all(|place| self.has(place))
    }

    /// Whether the body has to stand apart, so that what is lent to it comes back.
    pub(super) fn lends(&self) -> bool {
        !self.lent.is_empty()
    }

    /// Lends the body what it may move away.
    pub(super) fn again(&self) -> TokenStream {
        let lent = self.lent.iter().map(|name| {
            quote!(#[allow(clippy::borrow_deref_ref, clippy::shadow_reuse, clippy::shadow_same)] let #name = &mut *#name;)
        });
        lent.collect()
    }
}

/// For each invariant, when it is checked, if not after a statement that writes all of its places.
pub(super) fn moments(tracked: &Tracked, block: &Block, reach: &Reach) -> Vec<&'static str> {
    let moment = |places: &Vec<usize>| {
        if tracked.is_written_at_once(block, places) {
            ""
        } else if reach.has_all(tracked, places) {
            "checked at exit"
        } else {
            "not checked: no statement here writes all of its places, and they are gone or lent out at the exit"
        }
    };
    tracked.invariants.iter().map(|(places, _)| moment(places)).collect()
}

fn is_rooted_in(place: &Expr, name: &Ident) -> bool {
    match place {
        Expr::Field(field) => is_rooted_in(&field.base, name),
        Expr::Unary(unary) => is_rooted_in(&unary.expr, name),
        Expr::Path(path) => path.path.is_ident(name),
        _ => false,
    }
}

/// `&self`, `self: &mut Self`, `self: Pin<&mut Self>`; a mutable one only when the value does not keep it.
fn borrows(receiver: &Receiver, keeps: bool) -> bool {
    #[derive(Default)]
    struct Borrows {
        any: bool,
        mutable: bool,
    }
    impl Visit<'_> for Borrows {
        fn visit_type_reference(&mut self, reference: &syn::TypeReference) {
            self.any = true;
            self.mutable |= reference.mutability.is_some();
        }
    }
    let mut found = Borrows::default();
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => {
            found.any = true;
            found.mutable = mutability.is_some();
        }
        ReceiverKind::Typed(_, receiver) => found.visit_type(receiver),
        _ => {}
    }
    found.any && !(found.mutable && keeps)
}

/// Whether a returned value may borrow from a parameter, as far as its type tells.
fn may_borrow(output: &ReturnType) -> bool {
    struct Borrowing(bool);
    impl Visit<'_> for Borrowing {
        fn visit_type_reference(&mut self, reference: &syn::TypeReference) {
            let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
            self.0 |= !is_static;
            visit::visit_type(self, &reference.elem);
        }
        fn visit_lifetime(&mut self, lifetime: &syn::Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        fn visit_type_impl_trait(&mut self, _opaque: &syn::TypeImplTrait) {
            self.0 = true;
        }
        fn visit_type_infer(&mut self, _inferred: &syn::TypeInfer) {
            self.0 = true;
        }
        fn visit_path_segment(&mut self, segment: &syn::PathSegment) {
            let name = segment.ident.to_string();
            // Types of the standard library that borrow, whose lifetime need not be written.
            let lends = name.ends_with("Guard")
                || name.starts_with("Iter")
                || matches!(
                    name.as_str(),
                    "Ref"
                        | "RefMut"
                        | "Drain"
                        | "Cow"
                        | "Chars"
                        | "Bytes"
                        | "Lines"
                        | "Keys"
                        | "Values"
                        | "Entry"
                );
            self.0 |= lends;
            visit::visit_path_segment(self, segment);
        }
    }
    let mut found = Borrowing(false);
    found.visit_return_type(output);
    found.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(signature: &str) -> (bool, usize, usize) {
        let signature: Signature = syn::parse_str(signature).unwrap();
        let places = vec![syn::parse_quote!(self.total), syn::parse_quote!(stock.on_hand)];
        let invariant =
            crate::body::Invariant { expr: syn::parse_quote!(stock.on_hand >= 0), text: String::new() };
        let tracked = Tracked { places, invariants: vec![(vec![1], invariant)] };
        let reach = Reach::of(&signature, &tracked);
        (reach.borrows_self, reach.shared.len(), reach.lent.len())
    }

    #[test]
    fn what_is_borrowed_and_not_kept_is_there_at_the_end() {
        assert_eq!(reach("fn f(&mut self, stock: &mut Stock) -> Result<u32, Error>"), (true, 0, 1));
        assert_eq!(reach("fn f(&self, stock: &Stock) -> &u32"), (true, 1, 0));
        assert_eq!(reach("fn f(&mut self, stock: &mut Stock) -> &mut u32"), (false, 0, 0));
        assert_eq!(reach("fn f(self, stock: Stock)"), (false, 0, 0));
        assert_eq!(reach("fn f(&mut self, stock: &mut Stock) -> MutexGuard<u32>"), (false, 0, 0));
        assert_eq!(reach("fn f(other: &mut Stock)"), (false, 0, 0));
    }
}

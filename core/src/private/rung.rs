//! Ladders: what a value is, decided by its type at the place of use.
//!
//! A ladder is a value in wrappers. A method call looks for the method on the outermost one first, and goes one in when
//! its bounds do not hold; so the first rung that fits is taken. No trait has to be in scope for it, and the compiler finds
//! a method of a type itself much faster than one of a trait.

use std::ops::Deref;

/// One rung; the next one is inside.
pub struct Rung<L>(pub(super) L);

impl<L> Deref for Rung<L> {
    type Target = L;
    #[inline(always)]
    fn deref(&self) -> &L {
        &self.0
    }
}

/// Ladders by their height.
pub(super) type Rung2<L> = Rung<Rung<L>>;
pub(super) type Rung3<L> = Rung<Rung2<L>>;
pub(super) type Rung4<L> = Rung<Rung3<L>>;
pub(super) type Rung5<L> = Rung<Rung4<L>>;
pub(super) type Rung6<L> = Rung<Rung5<L>>;

#[inline(always)]
pub(super) const fn two<L>(inner: L) -> Rung2<L> {
    Rung(Rung(inner))
}
#[inline(always)]
pub(super) const fn three<L>(inner: L) -> Rung3<L> {
    Rung(two(inner))
}
#[inline(always)]
pub(super) const fn five<L>(inner: L) -> Rung5<L> {
    Rung(Rung(three(inner)))
}
#[inline(always)]
pub(super) const fn six<L>(inner: L) -> Rung6<L> {
    Rung(five(inner))
}

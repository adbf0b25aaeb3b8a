//! Ladders: what a value is, decided by its type at the place of use.
//!
//! A ladder has methods of one name, one for each rung, and the compiler takes the first whose bounds hold. They differ in how
//! they take the ladder: as it is, by reference, by mutable reference, and then the same one wrapper further in. That is the
//! order in which a method call tries them. The rung is a parameter of the type that nothing else decides, so all of them
//! fit one value.
//!
//! No trait has to be in scope for it, the compiler finds a method of a type itself much faster than one of a trait, and on the
//! first three rungs nothing is called to get there. So what is usual stands on those.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// The rung before the first.
pub struct Zeroth;
/// The rungs, from the one that is tried first.
pub struct First;
/// By reference.
pub struct Second;
/// By mutable reference.
pub struct Third;
/// One further in.
pub struct Fourth;
/// One further in, by reference, or by mutable reference where the fourth is by reference.
pub struct Fifth;
/// Two further in.
pub struct Sixth;

/// The rung before the first: for what may never be there.
pub struct Top<Q, R>(High<Q, R>);
/// The first three rungs.
pub struct High<Q, R>(Middle<Q, R>);
/// The fourth and the fifth rung.
pub struct Middle<Q, R>(Low<Q, R>);
/// The sixth rung.
pub struct Low<Q, R>(Q, PhantomData<R>);

/// A question to a type, on a rung that is still open.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) const fn ladder<Q, R>(question: Q) -> High<Q, R> {
    High(Middle(Low(question, PhantomData)))
}

/// The same for what may never be there.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) const fn top<Q, R>(question: Q) -> Top<Q, R> {
    Top(ladder(question))
}

/// The types of what is never there. An expression that never ends has a type which is still open where a ladder is climbed, as
/// `forever().await` has, and becomes one of these two, by the edition. Whatever is open may be one, and what is known is none,
/// so a rung for these is taken by the first and passed by the second.
pub trait Absent {}
impl Absent for () {}
impl Absent for <fn() -> ! as Returns>::Value {}

/// The same where only a `Result` is looked at: what never ends may have been given one of these types by the code behind it.
pub trait Unseen {}
macro_rules! unseen {
    ($($type:ty),+) => { $(impl Unseen for $type {})+ };
}
unseen!(
    (),
    <fn() -> ! as Returns>::Value,
    bool,
    char,
    String,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64
);
impl<T: ?Sized> Unseen for &T {}
impl<T: ?Sized> Unseen for Box<T> {}
impl<T> Unseen for Option<T> {}
impl<T> Unseen for Vec<T> {}

/// What a function returns: the only way to name `!` as a type.
pub trait Returns {
    /// Its type.
    type Value;
}
impl<T> Returns for fn() -> T {
    type Value = T;
}

impl<Q, R> Deref for Top<Q, R> {
    type Target = High<Q, R>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &High<Q, R> {
        &self.0
    }
}

impl<Q, R> DerefMut for Top<Q, R> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref_mut(&mut self) -> &mut High<Q, R> {
        &mut self.0
    }
}

impl<Q, R> Deref for High<Q, R> {
    type Target = Middle<Q, R>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &Middle<Q, R> {
        &self.0
    }
}

impl<Q, R> Deref for Middle<Q, R> {
    type Target = Low<Q, R>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &Low<Q, R> {
        &self.0
    }
}

/// For what cannot be copied out: it is taken by reference instead of as it is, and by mutable reference instead of by reference.
impl<Q, R> DerefMut for High<Q, R> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref_mut(&mut self) -> &mut Middle<Q, R> {
        &mut self.0
    }
}

macro_rules! copied {
    ($($ladder:ident),+) => { $(
        impl<Q: Copy, R> Copy for $ladder<Q, R> {}
        impl<Q: Copy, R> Clone for $ladder<Q, R> {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn clone(&self) -> Self {
                *self
            }
        }
    )+ };
}
copied!(High, Middle, Low);

impl<Q: Copy, R> High<Q, R> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) const fn question(&self) -> Q {
        self.0.question()
    }
}

impl<Q: Copy, R> Middle<Q, R> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) const fn question(&self) -> Q {
        self.0.question()
    }
}

impl<Q: Copy, R> Low<Q, R> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) const fn question(&self) -> Q {
        self.0
    }
}

impl<Q, R> Low<Q, R> {
    /// What is asked, where it lies.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) const fn asked(&self) -> &Q {
        &self.0
    }
}

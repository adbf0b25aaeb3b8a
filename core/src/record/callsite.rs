//! Static places: an observed function and a declared event.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::model::{EventMeta, Operation, Site};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// An observed function; one static each.
#[derive(Debug)]
pub struct Callsite {
    /// What it declares.
    pub operation: Operation,
    /// Its number among the operations that were called; 0 before the first call.
    slot: AtomicU32,
}

impl Callsite {
    /// The callsite of this operation.
    #[must_use]
    pub const fn new(operation: Operation) -> Callsite {
        Callsite { operation, slot: AtomicU32::new(0) }
    }

    /// The callsite of an operation that declares nothing: its name, its module, and its place.
    #[must_use]
    pub const fn bare(
        name: &'static str,
        target: &'static str,
        (file, line, column, function): (&'static str, u32, u32, &'static str),
        hands: &'static [&'static str],
    ) -> Callsite {
        Callsite::new(Operation {
            name,
            target,
            site: Site { file, line, column, function },
            intent: &[],
            recovers: &[],
            allows: &[],
            hands,
            cancel_safe: false,
            accounts: None,
        })
    }

    /// The number of this callsite, given at its first call. Relaxed is enough: the number is all that is shared.
    #[inline]
    pub(super) fn slot(&self) -> u32 {
        match self.slot.load(Ordering::Relaxed) {
            0 => self.register(),
            slot => slot,
        }
    }

    #[cold]
    #[inline(never)]
    fn register(&self) -> u32 {
        let fresh = NEXT.fetch_add(1, Ordering::Relaxed);
        match self.slot.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => fresh,
            Err(earlier) => earlier,
        }
    }
}

/// A declared event, for the catalog.
#[derive(Clone, Copy, Debug)]
pub struct EventSite(pub &'static EventMeta);

inventory::collect!(&'static Callsite);
inventory::collect!(EventSite);

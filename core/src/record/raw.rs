//! The only unsafe code of the workspace: the processor's time stamp, C's `atexit`, the short way to what belongs to a
//! thread, the text of a message without arguments, and the list of callsites that the linker makes.
#![expect(
    unsafe_code,
    reason = "the time-stamp counter, `atexit`, a pointer into thread-local memory, a value behind a `dyn Debug` and what the linker has joined have no safe interface; nothing else stands here"
)]

use std::cell::Cell;
use std::fmt;
use std::ptr;

use super::callsite::Callsite;
use super::place::At;
use super::thread::Thread;

use self::room::at_hand;
pub(super) use self::room::own;

/// What belongs to a thread, where the linker gives it a place: that is there as long as the thread, and is not destroyed unless
/// something says so. Reading it takes no look at whether it still lives.
#[cfg(any(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")), target_vendor = "apple"))]
mod room {
    use std::mem::ManuallyDrop;

    use super::super::thread::Thread;

    thread_local! {
        static OWN: ManuallyDrop<Thread> = const { ManuallyDrop::new(Thread::new()) };
        /// Ends with the thread. Reading it takes a look at whether it has.
        static END: End = const { End };
    }

    /// Empties what belongs to a thread when that ends.
    struct End;

    impl Drop for End {
        fn drop(&mut self) {
            OWN.with(|own| own.empty());
        }
    }

    /// What belongs to this thread, even while it ends.
    #[inline(always)]
    pub(super) fn at_hand<T>(work: impl FnOnce(&Thread) -> T) -> Option<T> {
        Some(OWN.with(|own| work(own)))
    }

    /// Runs `work` on what belongs to this thread, hidden or not; nothing on a thread that is ending.
    pub(in crate::record) fn own<T>(work: impl FnOnce(&Thread) -> T) -> Option<T> {
        END.try_with(|_| OWN.with(|own| work(own))).ok()
    }
}

/// The same where thread-local memory may be a box behind a key of the system: that is destroyed in an order of its own, and with
/// it what is there.
#[cfg(not(any(
    all(target_os = "linux", any(target_env = "gnu", target_env = "musl")),
    target_vendor = "apple"
)))]
mod room {
    use super::super::thread::Thread;

    thread_local! {
        static OWN: Own = const { Own(Thread::new()) };
    }

    /// Is emptied before it is destroyed.
    struct Own(Thread);

    impl Drop for Own {
        fn drop(&mut self) {
            self.0.empty();
        }
    }

    /// What belongs to this thread, until it ends.
    #[inline(always)]
    pub(super) fn at_hand<T>(work: impl FnOnce(&Thread) -> T) -> Option<T> {
        own(work)
    }

    /// Runs `work` on what belongs to this thread, hidden or not; nothing on a thread that is ending.
    #[inline]
    pub(in crate::record) fn own<T>(work: impl FnOnce(&Thread) -> T) -> Option<T> {
        OWN.try_with(|own| work(&own.0)).ok()
    }
}

/// The short way to what belongs to a thread. It stands there itself, so that no other line of memory is read for it. Where it
/// leads to, while that is not empty and not hidden: reading this is one load, and calls nothing.
pub(super) struct Short(Cell<*const Thread>);

/// What stands in the place of an address while candor itself is at work. Nothing lies there: it is no address of memory.
const HIDDEN: *const Thread = ptr::without_provenance(1);

impl Short {
    pub(super) const fn new() -> Short {
        Short(Cell::new(ptr::null()))
    }

    /// Nothing is reached by it any more.
    pub(super) fn close(&self) {
        self.0.set(ptr::null());
    }

    #[inline(always)]
    fn get() -> *const Thread {
        at_hand(|own| own.short.0.get()).unwrap_or(ptr::null())
    }

    #[inline(always)]
    fn replace(to: *const Thread) -> *const Thread {
        at_hand(|own| own.short.0.replace(to)).unwrap_or(ptr::null())
    }
}

/// Runs `work` on what belongs to this thread by the short way; nothing while that is hidden, and before [`open`].
#[inline(always)]
pub(super) fn short<T>(work: impl FnOnce(&Thread) -> T) -> Option<T> {
    let own = Short::get();
    if own.addr() <= HIDDEN.addr() {
        return None;
    }
    // SAFETY: it is neither null nor `HIDDEN`, so `open` took it from `OWN`, in which it stands: what is there has a place of its own
    // as long as it can be read. It never leaves this thread. The reference does not outlive `work`, and no destructor of
    // thread-local memory runs within `work`, whatever that calls, unless `work` runs within one: they run one after another.
    Some(work(unsafe { &*own }))
}

/// Notes where the observed code is now, whether the short way is open or not: that takes no look at it. [`open`] forgets what was
/// noted before, [`hidden`] puts back what was there, and whoever comes by [`own`] meanwhile does not read it.
#[inline(always)]
pub(super) fn note_at(spot: At) {
    at_hand(|own| own.at.set(spot));
}

/// Opens the short way, after `work` on what it leads to. Returns false on a thread that is ending.
pub(super) fn open(work: impl FnOnce(&Thread)) -> bool {
    let opened = own(|own| {
        // What was noted there before was in calls that are not recorded.
        own.at.clear();
        work(own);
        Short::replace(own);
    });
    opened.is_some()
}

/// Whether the short way was opened on this thread, be it hidden now or not.
pub(super) fn is_known() -> bool {
    !Short::get().is_null()
}

/// Whether the short way is closed because candor itself is at work.
#[inline]
pub(super) fn is_hidden() -> bool {
    Short::get().addr() == HIDDEN.addr()
}

/// Runs `work`, which must not panic, with the short way closed; afterwards the code is where it was. What it may destroy of this
/// thread, it destroys after having returned: destructors of thread-local memory do not run within it.
#[inline]
pub(super) fn hidden<T>(work: impl FnOnce() -> T) -> T {
    let (before, at) = (Short::replace(HIDDEN), at_hand(|own| own.at.get()));
    let done = work();
    at.map(|at| at_hand(|own| own.at.put(at)));
    Short::replace(before);
    done
}

/// The raw time stamp: the counter of the processor, or nanoseconds since the first call where there is none.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline]
pub(crate) fn ticks() -> u64 {
    // SAFETY: `rdtsc` exists on every x86_64 processor and touches no memory.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// The raw time stamp: the counter of the processor, or nanoseconds since the first call where there is none, as under Miri.
#[cfg(any(not(target_arch = "x86_64"), miri))]
#[inline]
pub(crate) fn ticks() -> u64 {
    super::clock::fallback_ticks()
}

/// The guise in which a `fmt::Arguments` is shown to others: the table of functions behind its `&dyn Debug`.
#[derive(Clone, Copy, Debug)]
pub struct Guise(Option<*const dyn fmt::Debug>);

// SAFETY: nothing is read or written through the pointer: only its table is compared with those of others.
unsafe impl Send for Guise {}
// SAFETY: as above.
unsafe impl Sync for Guise {}

impl Guise {
    /// In this guise nothing is recognised.
    pub const NONE: Guise = Guise(None);

    /// Learns the guise in which `show` shows what it is given; nothing if that is not the thing itself.
    pub fn learn(show: impl FnOnce(&fmt::Arguments<'_>, &mut dyn FnMut(&dyn fmt::Debug))) -> Guise {
        let (text, mut guise) = (format_args!(""), Guise::NONE);
        show(&text, &mut |seen| {
            if ptr::addr_eq(seen, &raw const text) && size_of_val(seen) == size_of_val(&text) {
                // SAFETY: the types differ in nothing but a lifetime. The pointer is never followed.
                guise = Guise(Some(unsafe {
                    std::mem::transmute::<*const (dyn fmt::Debug + '_), *const (dyn fmt::Debug + 'static)>(
                        seen,
                    )
                }));
            }
        });
        guise
    }

    /// The text of a value that is a `fmt::Arguments` without arguments, in this guise. No code of others runs.
    #[inline(always)]
    #[must_use]
    pub fn literal(self, value: &dyn fmt::Debug) -> Option<&'static str> {
        let value = ptr::from_ref(value);
        if !ptr::eq(self.0?.with_addr(value.addr()), value) {
            return None;
        }
        // SAFETY: the value is shown by the very table by which a `fmt::Arguments` was shown: it has the size and the alignment
        // of one, and the function that formats it, which takes what it is given for one, is told to take this. The reference
        // to it is valid, as `value` was one, and does not outlive this block: what `as_str` returns lives as long as the process.
        unsafe { &*value.cast::<fmt::Arguments<'_>>() }.as_str()
    }
}

/// Asks the C library to call `hook` when the process ends. Returns whether it agreed.
pub(crate) fn at_exit(hook: extern "C" fn()) -> bool {
    // SAFETY: `hook` is a plain function that lives as long as the program, as `atexit` requires.
    unsafe { libc::atexit(hook) == 0 }
}

/// Ends the process at once, without running the hooks that are still registered.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` may be called at any time; it does not return.
    unsafe { libc::_exit(code) }
}

/// Makes the static of an observed function, and lets the linker join it with all others. Elsewhere a constructor does that,
/// which is four bodies more for the compiler in each observed function.
#[doc(hidden)]
#[macro_export]
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
macro_rules! __candor_callsite {
    ($name:ident = $callsite:expr) => {
        #[used]
        #[unsafe(link_section = "candor_0_1_0")]
        static $name: $crate::__private::Callsite = $callsite;
    };
}
#[doc(hidden)]
#[macro_export]
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
macro_rules! __candor_callsite {
    ($name:ident = $callsite:expr) => {
        static $name: $crate::__private::Callsite = $callsite;
        $crate::__private::inventory::submit! { &$name }
    };
}

/// The method by which a layer of `tracing-subscriber` tells that a part of it filters for it alone, once it does. It belongs into
/// the layer's own `impl`, and its caller upholds nothing.
macro_rules! filters_by {
    ($part:ident once $does:ident) => {
        unsafe fn downcast_raw(&self, id: std::any::TypeId) -> Option<*const ()> {
            if id == std::any::TypeId::of::<Self>() {
                return Some(std::ptr::from_ref(self).cast());
            }
            if !self.$does {
                return None;
            }
            // SAFETY: the part is a layer too, and what it points to lives in it and so as long as `self`.
            unsafe { self.$part.downcast_raw(id) }
        }
    };
}
pub(crate) use filters_by;

/// Every callsite of this binary. Under Miri, which knows no sections, none.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub(super) fn callsites() -> impl Iterator<Item = &'static Callsite> {
    // The section has to be there although nothing is observed.
    __candor_callsite!(NONE = Callsite::unnamed(""));
    // SAFETY: the linker defines both names for a section that is there, and `NONE` is in it; only their addresses are
    // taken. The section has the version in its name, and nothing but the macro above puts anything into it.
    unsafe extern "Rust" {
        #[link_name = "__start_candor_0_1_0"]
        static FIRST: [Callsite; 0];
        #[link_name = "__stop_candor_0_1_0"]
        static BEHIND: [Callsite; 0];
    }
    let all: &[Callsite] = if cfg!(miri) {
        &[]
    } else {
        let (first, behind) = ((&raw const FIRST).cast::<Callsite>(), &raw const BEHIND);
        let bytes = behind.addr().saturating_sub(first.addr());
        // Something between them that is no callsite, as a sanitizer puts there, makes the list unreadable: it is empty then.
        let readable = bytes.is_multiple_of(size_of::<Callsite>());
        let many = if readable { bytes / size_of::<Callsite>() } else { 0 };
        // SAFETY: from the first on, `many` statics of this type lie one behind the other, and live as long as the process.
        unsafe { std::slice::from_raw_parts(first, many) }
    };
    all.iter().filter(|callsite| !ptr::eq(*callsite, &raw const NONE))
}

/// Every callsite of this binary.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
pub(super) fn callsites() -> impl Iterator<Item = &'static Callsite> {
    inventory::iter::<&'static Callsite>.into_iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_before_a_thread_is_known_is_nowhere() {
        static PLACE: Callsite = Callsite::unnamed("of a test");
        let noted = || {
            note_at(PLACE.spot(0));
            assert!(open(|_thread| ()));
            assert_eq!(short(|thread| thread.position().is_some()), Some(false));
        };
        std::thread::scope(|scope| scope.spawn(noted).join().unwrap());
    }

    #[test]
    fn what_is_noted_while_candor_is_at_work_is_put_back() {
        static PLACES: [Callsite; 2] = [Callsite::unnamed("of a test"), Callsite::unnamed("of another one")];
        let [own, other] = &PLACES;
        let noted = || {
            assert!(open(|_thread| ()));
            note_at(own.spot(0));
            hidden(|| note_at(other.spot(0)));
            let at = short(|thread| thread.position().map(|at| ptr::eq(at.callsite(), own)));
            assert_eq!(at, Some(Some(true)));
        };
        std::thread::scope(|scope| scope.spawn(noted).join().unwrap());
    }

    /// One place that shows texts: another one may have a table of its own.
    #[inline(never)]
    fn shown<'a>(text: &'a fmt::Arguments<'_>) -> &'a dyn fmt::Debug {
        text
    }

    #[test]
    #[cfg_attr(
        miri,
        ignore = "a table of functions has another address each time it is asked for, so nothing is recognised"
    )]
    fn a_literal_is_recognised_in_its_guise() {
        let guise = Guise::learn(|text, look| look(shown(text)));
        assert_eq!(guise.literal(shown(&format_args!("as it is"))), Some("as it is"));
        assert_eq!(guise.literal(shown(&format_args!(""))), Some(""));
        let n = std::hint::black_box(7);
        assert_eq!(guise.literal(shown(&format_args!("{n} of them"))), None);
        let others: [&dyn fmt::Debug; 4] = [&"as it is", &(1_usize, 2_usize), &[0_u64; 2], &n];
        assert!(others.iter().all(|other| guise.literal(*other).is_none()));
        assert_eq!(Guise::NONE.literal(shown(&format_args!("as it is"))), None);
    }

    #[test]
    fn only_the_thing_itself_is_learned() {
        let wrapped = Guise::learn(|text, look| look(&text));
        assert_eq!(wrapped.literal(&&format_args!("as it is")), None);
        let another = Guise::learn(|_, look| look(shown(&format_args!("another"))));
        assert_eq!(another.literal(shown(&format_args!("as it is"))), None);
    }

    #[test]
    fn the_section_is_that_of_this_version() {
        let name = format!("candor_{}", env!("CARGO_PKG_VERSION").replace('.', "_"));
        let (file, uses) = (include_str!("raw.rs"), ["\"", "__start_", "__stop_"]);
        assert!(uses.iter().all(|before| file.contains(&format!("{before}{name}\""))), "not {name}");
    }
}

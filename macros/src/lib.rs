//! The macros of candor. Use them through the `candor` crate, which explains them.

mod attr;
mod body;
mod event;
mod expand;
mod outcome;
mod span;
mod test;
mod token;

use proc_macro::TokenStream;

/// Watches a function: what it does against what it means.
///
/// Bare, it finds errors that are swallowed, fallbacks without a reason, lost tasks, work that is abandoned half-way,
/// and log lines that mislead. With declarations it checks them too:
///
/// | word | means |
/// |---|---|
/// | `key = expr` | what the call is about, in reports |
/// | `emits(A, B?, C \| D, E * 2, at_most 1 F by field, failed => G)` | events that a fulfilled (or failed, refused, `any`) call promises |
/// | `emits(only, ..)` | and no others |
/// | `never(A)` | events that must not happen |
/// | `at_most(1 A by field idempotent field)` | at most so many of one key; those with the same idempotency key are one |
/// | `claims(A)` | events that speak for the whole operation |
/// | `before(A, B)` · `together(A, B)` · `compensates(A => B)` · `via(A)` | order, completeness, undoing, path |
/// | `requires(expr)` · `ensures(expr)` · `always(expr)` | contracts, with `ret`, `old(..)`, `count(A)`, `sum(A.field)`, `last(A).field` |
/// | `accounts(ret.failed)` | the returned claim counts the errors |
/// | `track(place)` · `maintains(expr)` | intermediate state: checked after each write and at the exit |
/// | `recovers(PATTERN in callee => "why" by Event max 3)` | errors that are dealt with here |
/// | `outcome(pattern => refused)` | which returned values are refused or failed |
/// | `cancel_safe` | dropping the future does no harm |
/// | `agrees(field)` · `retries(max = 3)` | log lines and events give the same value; how often a thing may fail in a call |
/// | `idempotent` | calls with the same `key` are one effect |
/// | `allow(C103 = "reason", until = "2027-01-31")` | a reasoned exception |
/// | `crate = path` | where candor is |
///
/// It takes the arguments of `tracing::instrument` too (`name`, `target`, `level`, `parent`, `follows_from`, `skip(..)`,
/// `skip_all`, `fields(..)`, `err`, `ret`); arguments of the function are recorded only with `args` or `fields(..)`.
/// `#[observe(skip)]` leaves a function out. It has to stand above `#[tracing::instrument]`.
///
/// The function expands to its own body, with a guard in front, probes around the expressions that can drop an `Err`,
/// and a note at each exit:
///
/// ```text
/// fn pay(id: u64) -> Result<(), E> {            fn pay(id: u64) -> Result<(), E> {
///     audit(id).ok();                               let guard = enter(&OPERATION, &PLAN);
///     charge(id)?;                        →         probe(audit(id)).ok();
///     Ok(())                                        question(charge(id))?;
/// }                                                 let value = { Ok(()) };
///                                                   outcome_of(&value);
///                                                   return value;
///                                               }
/// ```
#[proc_macro_attribute]
pub fn observe(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::observe(arguments.into(), item.into()).into()
}

/// A block, an async block or a closure as an operation of its own: a name, words of [`macro@observe`], and the body.
///
/// `operation!("import rows", emits(RowInserted), { .. })` runs the block and has its value; a `?` in it leaves the block.
/// With `async { .. }` it is a future, with `|row| { .. }` a closure whose calls are operations.
#[proc_macro]
pub fn operation(input: TokenStream) -> TokenStream {
    expand::operation(input.into()).into()
}

/// Makes a struct an event: a typed domain fact in the past tense.
///
/// `#[event(skip)]` leaves a field out of the record. With `#[event(crate = path)]` candor is found there.
#[proc_macro_derive(Event, attributes(event))]
pub fn event(item: TokenStream) -> TokenStream {
    event::derive(item.into()).into()
}

/// Lets a type say what it means for the outcome: `#[outcome(refused)]`, `failed`, `fulfilled` or `abandoned` on a
/// variant, or on the type. Unmarked variants are failed in an `Err` and fulfilled elsewhere.
#[proc_macro_derive(Outcome, attributes(outcome))]
pub fn outcome(item: TokenStream) -> TokenStream {
    outcome::derive(item.into()).into()
}

/// A test that fails when a violation happens beneath it, even if its own assertions pass.
///
/// Stands above `#[tokio::test]` and the like; alone it is a `#[test]`. `#[candor::test(strict)]` fails on suspicions too.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(arguments.into(), item.into()).into()
}

/// The words with which a name says that something did not succeed, as a list: for `candor` itself, which has no list of its own.
#[doc(hidden)]
#[proc_macro]
pub fn failure_words(_nothing: TokenStream) -> TokenStream {
    let words = body::FAILURE;
    quote::quote!([#(#words),*]).into()
}

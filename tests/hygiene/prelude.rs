//! Nothing at all is in scope.
#![no_implicit_prelude]
#![deny(warnings)]

#[::candor::observe(key = id, emits(Done?), ensures(count(Done) == 0u64), at_most(1 Done by id))]
fn bare(id: u32) -> ::std::result::Result<u32, ::std::string::String> {
    let text = ::std::string::ToString::to_string(&id);
    let parsed: u32 = text.parse().unwrap_or(0);
    ::std::iter::Iterator::for_each(0..1, |_| {});
    ::std::result::Result::Ok(parsed)
}

#[derive(::candor::Event)]
struct Done {
    id: u32,
}

#[derive(::candor::Outcome, ::std::fmt::Debug)]
enum Refusal {
    #[outcome(refused)]
    Full,
}

#[::candor::observe]
fn refuse() -> ::std::result::Result<(), Refusal> {
    ::std::result::Result::Err(Refusal::Full)
}

#[::std::prelude::v1::test]
pub(super) fn no_prelude_is_needed() {
    ::std::assert_eq!(bare(3), ::std::result::Result::Ok(3));
    ::std::assert!(refuse().is_err());
    let done = Done { id: 1 };
    ::std::assert_eq!(done.id, 1);
}

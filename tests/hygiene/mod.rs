//! Ordinary functions under `#[observe]`: they compile without a warning and do what they did before.

mod asynchronous;
mod attribute;
mod generic;
mod lint;
mod method;
mod name;
mod place;
mod prelude;
mod published;
mod shadow;
mod value;
mod written;

/// Off, each test runs by itself; here all run once more while everything is recorded.
#[test]
fn everything_is_the_same_when_it_is_recorded() {
    candor::record::set_on(true);
    asynchronous::futures_stay_what_they_are();
    attribute::attributes_stay_where_they_are();
    generic::generics_stay_what_they_are();
    lint::no_lint_fires();
    method::methods_stay_what_they_are();
    name::names_do_not_meet();
    place::drops_come_in_the_same_order();
    place::places_stay_what_they_are();
    place::what_an_operand_makes_lives_as_long_as_it_did();
    prelude::no_prelude_is_needed();
    published::published_code_compiles_as_it_was();
    shadow::shadowed_names_mean_what_the_user_means();
    value::values_stay_what_they_are();
    written::whatever_is_written_passes_as_it_is();
}

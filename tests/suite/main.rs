//! The specification as tests: each rule has a case that fires and a look-alike that stays silent.
#![allow(
    clippy::all,
    clippy::indexing_slicing,
    clippy::unused_result_ok,
    clippy::let_underscore_must_use,
    clippy::map_err_ignore,
    clippy::let_underscore_future,
    reason = "swallowed errors are what is tested"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of tests"
)]

mod catalog;
mod code;
mod form;
mod future;
mod http;
mod kit;
mod layer;
mod ledger;
mod metric;
mod operation;
mod parallel;
mod place;
mod readme;
mod robust;

#[test]
fn the_front_page_shows_the_tests_that_run_here() {
    let tests = include_str!("readme.rs").split_once("\n\n").map(|(_, tests)| tests);
    assert!(include_str!("../../README.md").contains(tests.unwrap_or("no tests")));
}

use candor::observe;

#[observe(emit(A), ensure(true), requires(true))]
fn two_words_that_do_not_exist() {}

fn main() {}

use std::future::Future;
use std::pin::Pin;

use candor::observe;

#[observe(err)]
fn nothing() {}

#[observe(err(Debug))]
fn an_option() -> Option<u32> {
    None
}

#[observe(ret, err)]
async fn a_number() -> u32 {
    1
}

#[observe(err)]
fn a_boxed_text() -> Pin<Box<dyn Future<Output = String>>> {
    Box::pin(async move { String::new() })
}

type Answer = Result<u8, String>;

#[observe(err)]
fn an_alias_of_a_result() -> Answer {
    Ok(1)
}

struct Custom;

#[observe(err)]
fn only_the_compiler_knows() -> Custom {
    Custom
}

fn main() {
    let _ = an_alias_of_a_result();
}

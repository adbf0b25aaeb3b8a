use candor::observe;

#[observe(level = "inof")]
fn misspelt() {}

#[observe(level = "loud")]
fn unknown() {}

#[observe(level = 6)]
fn no_such_number() {}

#[observe(level = true)]
fn no_level_at_all() {}

#[observe(err(level = "wran"), ret(level = 0))]
fn of_the_value() -> Result<u8, String> {
    Ok(1)
}

#[observe(err(Debg))]
fn of_the_format() -> Result<u8, String> {
    Ok(1)
}

#[observe(level = "INFO", ret(Debug, level = Level::DEBUG), err(level = "warn", Display))]
fn these_exist() -> Result<u8, String> {
    Ok(1)
}

use tracing::Level;

fn main() {
    let _ = these_exist();
}

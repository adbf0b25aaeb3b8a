use candor::observe;

#[observe(allow(C103 = "the cache is optional", until = "31.01.2027"))]
fn wrong_date() {}

#[observe(allow(C103 = "the cache is optional", until = "2027-13-01"))]
fn no_such_month() {}

#[observe(allow(C103 = "the cache is optional", until = "2027-01-32"))]
fn no_such_day() {}

#[observe(allow(C103 = "the cache is optional", until = "2027-02-30"))]
fn no_such_day_in_february() {}

#[observe(allow(C999 = "no such code"))]
fn wrong_code() {}

#[observe(allow(C103))]
fn no_reason() {}

fn main() {}

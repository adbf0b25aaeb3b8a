// Functions that are written badly on purpose, behind those of `functions.rs`: what clippy says of them, it says with the
// attribute too.

#[observe]
fn needless_return_of_the_user(number: u32) -> u32 {
    return number;
}

#[observe]
fn let_and_return_of_the_user(number: u32) -> u32 {
    let doubled = number * 2;
    doubled
}

#[observe]
fn float_comparison_of_the_user(a: f64, b: f64) -> bool {
    a == b
}

#[observe]
fn cast_of_the_user(number: u64) -> u32 {
    number as u32
}

#[observe]
fn redundant_clone_of_the_user(list: &Vec<u32>) -> usize {
    let copy = list.clone();
    copy.len().clone()
}

#[observe]
fn single_match_of_the_user(text: &str) -> u32 {
    match text.parse::<u32>() {
        Ok(number) => number,
        _ => 0,
    }
}

#[observe]
fn unit_value_of_the_user() {
    let value = unit();
    drop(value);
}

#[observe]
fn redundant_closure_of_the_user(list: &[&str]) -> Vec<usize> {
    list.iter().map(|text| tell(text)).collect()
}

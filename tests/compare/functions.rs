// Functions as people write them, each observed. The attribute stands alone on its line, so that it can be taken away.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::num::ParseIntError;
use std::pin::Pin;

use candor::{Event, Recover as _, emit, observe, recovered, sometimes};

#[derive(Debug, Clone, Copy, PartialEq, Event)]
struct Paid {
    order: u64,
    amount: f64,
}

#[derive(Debug, Clone, Event)]
struct Shipped {
    order: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, candor::Outcome)]
enum ShopError {
    #[outcome(refused)]
    Declined,
    Broken(String),
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined => f.write_str("declined"),
            Self::Broken(what) => write!(f, "{what} is broken"),
        }
    }
}

impl std::error::Error for ShopError {}

#[observe]
fn unit() {}

#[observe]
fn sum(numbers: &[u32]) -> u32 {
    numbers.iter().sum()
}

#[observe]
fn parse(text: &str) -> Result<u32, ParseIntError> {
    let number = text.trim().parse::<u32>()?;
    Ok(number)
}

#[observe]
fn parse_all(texts: &[&str]) -> Result<Vec<u32>, ParseIntError> {
    texts.iter().map(|text| text.parse()).collect()
}

#[observe]
fn parse_some(texts: &[&str]) -> Vec<u32> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

#[observe]
fn parse_or_zero(text: &str) -> u32 {
    text.parse().unwrap_or(0)
}

#[observe]
fn parse_or_else(text: &str) -> u32 {
    text.parse().unwrap_or_else(|_| text.chars().count().try_into().unwrap_or(u32::MAX))
}

#[observe]
fn parse_or_default(text: &str) -> u32 {
    text.parse().unwrap_or_default()
}

#[observe]
fn dropped(text: &str) {
    let _ = text.parse::<u32>();
}

#[observe]
fn dropped_as_option(text: &str) -> Option<u32> {
    text.parse().ok()
}

#[observe]
fn early(number: u32) -> Option<u32> {
    if number > 10 {
        return None;
    }
    Some(number)
}

#[observe]
fn early_unit(list: &mut Vec<u32>) {
    if list.is_empty() {
        return;
    }
    list.clear();
}

#[observe]
fn matched(text: &str) -> u32 {
    match text.parse::<u32>() {
        Ok(number) if number > 5 => number,
        Ok(number) => number + 1,
        Err(error) => {
            tell(&error.to_string());
            0
        }
    }
}

#[observe]
fn tell(text: &str) -> usize {
    text.len()
}

#[observe]
fn if_let(text: &str) -> u32 {
    if let Ok(number) = text.parse::<u32>() {
        return number;
    }
    if let Err(error) = text.parse::<u8>() {
        recovered!(error, "zero is as good");
    }
    0
}

#[observe]
fn let_else(text: &str) -> u32 {
    let Ok(number) = text.parse::<u32>() else { return 0 };
    number
}

#[observe]
fn looped(texts: &[&str]) -> u32 {
    let mut total = 0;
    for text in texts {
        match text.parse::<u32>() {
            Ok(number) => total += number,
            Err(_) => continue,
        }
        while let Ok(number) = text.parse::<u32>() {
            total += number;
            if total > 100 {
                break;
            }
        }
    }
    total
}

#[observe]
fn forever(mut number: u32) -> u32 {
    loop {
        number += 1;
        if number > 10 {
            return number;
        }
    }
}

#[observe]
fn diverges(number: u32) -> ! {
    panic!("{number}")
}

#[observe]
fn boxed(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse::<u32>()? + u32::from(text.parse::<u8>()?))
}

#[observe]
fn mapped(text: &str) -> Result<u32, ShopError> {
    text.parse::<u32>().map_err(|error| ShopError::Broken(error.to_string()))
}

#[observe(requires(amount > 0.0), ensures(ret > 0.0, ret == amount * 2.0), always(ret != 0.5))]
fn compares_floats(amount: f64) -> f64 {
    amount * 2.0
}

#[observe(requires(true), ensures(count(Paid) == 0), always(true))]
fn returns_unit_with_clauses() {
    unit();
}

#[observe(key = order, emits(Paid * 1, failed => Shipped?), at_most(1 Paid by order), ensures(sum(Paid.amount) == amount))]
fn pay(order: u64, amount: f64) -> Result<(), ShopError> {
    if amount > 100.0 {
        return Err(ShopError::Declined);
    }
    emit!(Paid { order, amount });
    Ok(())
}

#[observe(emits(Paid?), before(Paid, Shipped), compensates(Paid => Shipped), at_most(1 Shipped by order idempotent order))]
fn ship(order: u64) -> Result<(), ShopError> {
    pay(order, 1.0)?;
    emit!(Shipped { order });
    Ok(())
}

#[observe(key = order, idempotent)]
fn ship_again(order: u64) -> Result<(), ShopError> {
    ship(order)
}

#[observe(ensures(ret == old(*total) + by), always(old(by) == by))]
fn add(total: &mut u32, by: u32) -> u32 {
    *total += by;
    *total
}

#[observe(track(total), maintains(total >= 0, total <= 1_000))]
fn tracked(items: &[i64]) -> i64 {
    let mut total = 0_i64;
    for item in items {
        total += item;
    }
    total = total.abs();
    total
}

#[observe(outcome(None => refused, Some(0) => failed))]
fn declared_outcome(number: u32) -> Option<u32> {
    number.checked_sub(1)
}

#[observe(accounts(ret.1))]
fn counted(texts: &[&str]) -> (u32, usize) {
    let numbers: Vec<u32> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    (numbers.iter().sum(), texts.len() - numbers.len())
}

#[observe(recovers(_ in pay => "paid tomorrow" max 3), allow(C103 = "one is right", until = "2099-01-31"))]
fn recovers_declared(order: u64) -> u32 {
    if pay(order, 200.0).is_err() { 1 } else { 0 }
}

#[observe(level = "debug", fields(order), err, ret)]
fn spans(order: u64) -> Result<u64, ShopError> {
    pay(order, 1.0)?;
    Ok(order)
}

#[observe(args, skip(amount), err(Debug, level = "warn"))]
fn spans_arguments(order: u64, amount: f64) -> Result<u64, ShopError> {
    pay(order, amount)?;
    Ok(order)
}

#[observe]
fn recovers_on_the_spot(order: u64) -> u32 {
    pay(order, 1.0).recovered("the receipt is best effort");
    sometimes!("an order is big", order > 100);
    parse("7").recovered_or("seven it is", 7)
}

#[observe]
fn underscored(_order: u64, _: u32, (_left, right): (u32, u32)) -> u32 {
    right
}

#[observe(requires(_order > 0))]
fn underscored_and_used(_order: u64) -> u32 {
    1
}

#[observe(key = _order, ensures(old(_order) == ret), track(_amount), maintains(_amount == 0.5))]
fn underscored_everywhere(_order: u64, mut _amount: f64) -> u64 {
    1
}

#[observe]
fn generic<T: fmt::Display + Send>(value: T, list: &[T]) -> String
where
    T: Clone,
{
    format!("{value} of {}", list.len())
}

#[observe]
fn opaque(list: &[u32]) -> impl Iterator<Item = u32> + '_ {
    list.iter().map(|number| number * 2)
}

#[observe]
fn opaque_argument(list: impl IntoIterator<Item = u32>) -> u32 {
    list.into_iter().max().unwrap_or(0)
}

#[observe]
fn closures(list: &[&str]) -> Option<u32> {
    let parse = |text: &str| -> Option<u32> { text.parse().ok() };
    list.first().and_then(|text| parse(text)).filter(|number| *number > 1)
}

#[observe]
fn nested(table: &HashMap<String, String>) -> Result<u32, ShopError> {
    let text = table.get("key").ok_or_else(|| ShopError::Broken("the table".to_owned()))?;
    let number = match text.as_str() {
        "" => return Err(ShopError::Declined),
        "one" => 1,
        other => other.parse().map_err(|_| ShopError::Declined)?,
    };
    Ok(number)
}

#[observe]
async fn awaits(order: u64) -> Result<u64, ShopError> {
    let ready = std::future::ready(order).await;
    spans(ready)?;
    Ok(ready)
}

#[observe]
async fn awaits_unit(order: u64) {
    let _ = awaits(order).await;
}

#[observe(ensures(ret > 0), cancel_safe)]
async fn awaits_with_clauses(order: u64) -> u64 {
    if order > 10 {
        return order;
    }
    std::future::ready(order + 1).await
}

#[observe]
fn boxed_future(order: u64) -> Pin<Box<dyn Future<Output = Result<u64, ShopError>> + Send>> {
    Box::pin(async move {
        let order = awaits(order).await?;
        Ok(order + 1)
    })
}

#[observe]
fn spawns(order: u64) {
    drop(std::thread::spawn(move || parse(&order.to_string()).is_ok()));
}

#[observe]
async fn awaits_nothing(order: u64) -> u64 {
    order
}

#[observe]
#[must_use]
fn must_be_used(order: u64) -> Result<u64, ShopError> {
    if order == 0 {
        Err(ShopError::Declined)
    } else {
        Ok(order)
    }
}

#[observe(always(ret.is_ok()), ensures(ret == ()))]
fn unit_in_ok(order: u64) -> Result<(), ShopError> {
    must_be_used(order)?;
    pay(order, 1.0)
}

#[observe(ensures(ret == ()))]
async fn unit_with_clauses(order: u64) {
    awaits_unit(order).await;
}

#[observe]
fn unit_of_a_type_parameter<T, F: FnOnce() -> T>(work: F) -> T {
    work()
}

#[observe]
fn unwraps(text: &str) -> u32 {
    let number = text.parse::<u32>().expect("a number");
    assert!(number > 0, "a positive number");
    unit_of_a_type_parameter(|| unit());
    number
}

#[observe]
fn borrows<'a>(first: &'a str, second: &str) -> Option<&'a str> {
    first.strip_prefix(second)
}

#[observe]
fn reads(path: &std::path::Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    if let Some((head, _)) = text.split_once('\n') {
        return Ok(head.to_owned());
    }
    Ok(text)
}

struct Store {
    rows: Vec<u64>,
    total: f64,
}

#[observe]
impl Store {
    fn new() -> Self {
        Self { rows: Vec::new(), total: 0.0 }
    }

    fn insert(&mut self, row: u64) -> &mut Self {
        self.rows.push(row);
        self
    }

    fn last(&self) -> Option<&u64> {
        self.rows.last()
    }

    fn last_mut(&mut self) -> Result<&mut u64, ShopError> {
        self.rows.last_mut().ok_or(ShopError::Declined)
    }

    fn into_rows(self) -> Vec<u64> {
        self.rows
    }
}

impl Store {
    #[observe(track(self.total), maintains(self.total >= 0.0), ensures(self.total == old(self.total) + amount))]
    fn book(&mut self, amount: f64) {
        self.total += amount;
    }

    #[observe]
    async fn save(&mut self, row: u64) -> Result<usize, ShopError> {
        std::future::ready(()).await;
        self.insert(row);
        Ok(self.rows.len())
    }
}

#[observe]
trait Weigh {
    fn weight(&self) -> Result<u32, ShopError>;

    fn doubled(&self) -> u32 {
        self.weight().map_or(0, |weight| weight * 2)
    }
}

impl Weigh for Store {
    #[observe]
    fn weight(&self) -> Result<u32, ShopError> {
        u32::try_from(self.rows.len()).map_err(|error| ShopError::Broken(error.to_string()))
    }
}

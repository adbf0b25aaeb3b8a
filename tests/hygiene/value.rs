//! Errors and values of every kind pass the probes; types that are no `Result` are left alone.
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use candor::observe;

/// Neither `Debug` nor `Display`.
struct Mute;

/// A `Result` in all but name.
enum Verdict {
    Ok(u32),
    Err(u32),
}

/// With methods that share a name with those of `Result`.
#[derive(Clone, Copy)]
struct Builder(u32);

impl Builder {
    fn ok(self) -> Builder {
        Builder(self.0 + 1)
    }
    fn or(&mut self, n: u32) -> &mut Builder {
        self.0 |= n;
        self
    }
    fn unwrap_or_default(&self) -> u32 {
        self.0
    }
    fn kind(&self) -> u32 {
        self.0
    }
}

#[observe]
fn mute(result: Result<u32, Mute>) -> u32 {
    let again = || -> Result<u32, Mute> { Err(Mute) };
    let _ = again();
    if let Ok(n) = again() {
        return n;
    }
    match again() {
        Ok(n) => n,
        Err(_) => result.unwrap_or(3),
    }
}

#[observe]
fn question(result: Result<u32, Mute>) -> Result<u32, Mute> {
    let n = result?;
    Ok(n)
}

#[observe]
fn verdict(verdict: Verdict) -> u32 {
    use Verdict::{Err, Ok};
    match verdict {
        Ok(n) => n,
        Err(n) => n + 1,
    }
}

#[observe]
fn builder(mut builder: Builder) -> u32 {
    let next = builder.ok();
    builder.or(4).or(8);
    builder.unwrap_or_default() + next.ok().kind()
}

#[observe]
fn inferred(text: &str) -> (u32, f64, Vec<u32>, u8) {
    let a = text.parse().unwrap_or(0);
    let b = text.parse().unwrap_or_default();
    let c = text.split(',').map(str::parse).collect::<Result<_, _>>().unwrap_or_default();
    let d = a.try_into().unwrap_or(u8::MAX);
    (a, b, c, d)
}

#[observe]
fn asked(text: &str) -> Result<(u32, u8), Box<dyn std::error::Error>> {
    let a: u32 = text.parse()?;
    let b = a.try_into()?;
    let _c: Vec<u32> = text.split(',').map(|n| n.parse()).collect::<Result<_, _>>()?;
    Ok((a, b))
}

#[observe]
fn mapped(text: &str) -> Result<u32, String> {
    let n = text.parse::<u32>().map_err(|error| error.to_string())?;
    let m = text.parse::<u32>().or_else(|_| Err("bad"))?;
    let k = Some(1)
        .ok_or_else(|| "none".into())
        .and_then(|n: u32| if n == 1 { Ok(n) } else { Err(String::new()) })?;
    Ok(n + m + k)
}

#[observe]
fn anyhow_too(text: &str) -> anyhow::Result<u32> {
    use anyhow::Context as _;
    let n: u32 = text.parse().context("not a number")?;
    anyhow::ensure!(n < 10, "too big");
    let _ = anyhow_inner().ok();
    Ok(n)
}

fn anyhow_inner() -> anyhow::Result<()> {
    anyhow::bail!("inner")
}

#[observe]
fn options(map: &HashMap<String, u32>) -> Option<u32> {
    let a = map.get("a").copied().unwrap_or(1);
    let b = map.get("b").or(map.get("c")).map_or(2, |n| *n);
    let c = map.get("d").or_else(|| map.get("a"))?;
    Some(a + b + c)
}

#[observe]
fn flow(n: u32) -> ControlFlow<u32, u32> {
    let n = if n > 5 { ControlFlow::Break(n) } else { ControlFlow::Continue(n) }?;
    ControlFlow::Continue(n)
}

#[observe]
fn searched(items: &[u32], map: &mut BTreeMap<u32, u32>) -> usize {
    let at = match items.binary_search(&3) {
        Ok(at) | Err(at) => at,
    };
    let _ = map.insert(1, 2);
    items.binary_search(&9).unwrap_or_else(|at| at) + at
}

#[observe]
fn iterated(lines: &[&str]) -> Vec<u32> {
    let numbers = lines.iter().map(|line| line.parse::<u32>());
    let mut all: Vec<u32> = numbers.clone().filter_map(Result::ok).collect();
    all.extend(numbers.flat_map(Result::ok));
    all.extend(lines.iter().flat_map(|line| line.parse::<u32>()));
    all
}

#[observe]
fn formatted(text: &str) -> String {
    println!("{}", text.parse::<u32>().unwrap_or(0));
    assert!(text.parse::<u32>().is_ok() || text.len() < 100, "{text}");
    let all = vec![text.parse::<u32>().unwrap_or(0); 2];
    format!("{:?} {} {n}", all, text.parse::<f32>().unwrap_or_default(), n = text.parse::<u8>().unwrap_or(0))
}

#[observe]
fn nested(outer: Result<Result<u32, String>, String>) -> u32 {
    match outer {
        Ok(Ok(n)) => n,
        Ok(Err(inner)) => inner.len() as u32,
        Err(outer) => outer.len() as u32,
    }
}

#[observe]
fn chained(a: &str, b: &str) -> u32 {
    if let Ok(a) = a.parse::<u32>()
        && let Ok(b) = b.parse::<u32>()
        && a < b
    {
        a + b
    } else if let Err(error) = a.parse::<u32>()
        && !error.to_string().is_empty()
    {
        1
    } else {
        0
    }
}

#[observe]
fn labelled(lines: &[&str]) -> Result<u32, std::num::ParseIntError> {
    let mut sum = 0;
    let found = 'outer: loop {
        for line in lines {
            if line.parse::<u32>().is_err() {
                break 'outer 7;
            }
            sum += line.parse::<u32>()?;
        }
        break 1;
    };
    Ok('block: {
        if found == 1 {
            break 'block sum;
        }
        found
    })
}

/// What is not decided by more impls on the types of std: candor adds none.
#[observe]
fn undecided(n: u64, text: &str) -> bool {
    let sum: usize = 1 + text.len();
    n <= text.parse().unwrap()
        && sum == text.split(',').map(str::len).sum::<usize>() + 1
        && sum > "1".parse().unwrap()
}

#[test]
pub(super) fn values_stay_what_they_are() {
    assert_eq!(mute(Err(Mute)), 3);
    assert!(question(Err(Mute)).is_err());
    assert_eq!(verdict(Verdict::Err(1)) + verdict(Verdict::Ok(1)), 3);
    assert_eq!(builder(Builder(1)), 16);
    assert_eq!(inferred("7"), (7, 7.0, vec![7], 7));
    assert_eq!(asked("7").ok(), Some((7, 7)));
    assert!(asked("x").is_err());
    assert_eq!(mapped("1"), Ok(3));
    assert!(mapped("x").is_err());
    assert_eq!(anyhow_too("1").ok(), Some(1));
    assert!(anyhow_too("11").is_err());
    assert_eq!(options(&HashMap::from([("a".to_owned(), 1)])), Some(4));
    assert_eq!(flow(6), ControlFlow::Break(6));
    assert_eq!(searched(&[1, 2, 3], &mut BTreeMap::new()), 5);
    assert_eq!(iterated(&["1", "x"]), [1, 1, 1]);
    assert_eq!(formatted("1"), "[1, 1] 1 1");
    assert!(undecided(12, "12"));
    assert_eq!(nested(Ok(Err("ab".into()))), 2);
    assert_eq!((chained("1", "2"), chained("x", "2"), chained("3", "2")), (3, 1, 0));
    assert_eq!((labelled(&["1", "2"]), labelled(&["1", "x"])), (Ok(3), Ok(7)));
}

//! Places, temporaries, moves and drops are what they were.
#![deny(warnings)]

use std::cell::RefCell;
use std::sync::Mutex;

use candor::observe;

struct Loud<'a>(&'a str, &'a RefCell<Vec<String>>);

impl Drop for Loud<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0.to_owned());
    }
}

impl Loud<'_> {
    fn ok(&self) -> Option<&str> {
        Some(self.0)
    }
    fn try_it(&self, ok: bool) -> Result<usize, String> {
        if ok { Ok(self.0.len()) } else { Err(self.0.to_owned()) }
    }
}

fn loud<'a>(name: &'a str, log: &'a RefCell<Vec<String>>) -> Loud<'a> {
    Loud(name, log)
}

fn trace(log: &RefCell<Vec<String>>, fail: bool) -> Result<usize, String> {
    let _a = loud("a", log);
    let n = loud("b", log).ok().map(str::len).unwrap_or(0);
    let m = loud("c", log).try_it(!fail).unwrap_or(loud("d", log).0.len());
    let _ = loud("e", log).try_it(!fail);
    if let Ok(k) = loud("f", log).try_it(!fail) {
        let _inner = loud("g", log);
        return Ok(k + n + m);
    }
    match loud("h", log).try_it(fail) {
        Ok(_) => log.borrow_mut().push("ok".to_owned()),
        Err(_) => return Err(String::new()),
    }
    let k = loud("i", log).try_it(!fail)?;
    Ok(k)
}

#[observe]
fn observed(log: &RefCell<Vec<String>>, fail: bool) -> Result<usize, String> {
    let _a = loud("a", log);
    let n = loud("b", log).ok().map(str::len).unwrap_or(0);
    let m = loud("c", log).try_it(!fail).unwrap_or(loud("d", log).0.len());
    let _ = loud("e", log).try_it(!fail);
    if let Ok(k) = loud("f", log).try_it(!fail) {
        let _inner = loud("g", log);
        return Ok(k + n + m);
    }
    match loud("h", log).try_it(fail) {
        Ok(_) => log.borrow_mut().push("ok".to_owned()),
        Err(_) => return Err(String::new()),
    }
    let k = loud("i", log).try_it(!fail)?;
    Ok(k)
}

#[observe(ensures(true))]
fn contracted(log: &RefCell<Vec<String>>, fail: bool) -> Result<usize, String> {
    let _a = loud("a", log);
    let n = loud("b", log).ok().map(str::len).unwrap_or(0);
    let m = loud("c", log).try_it(!fail).unwrap_or(loud("d", log).0.len());
    let _ = loud("e", log).try_it(!fail);
    if let Ok(k) = loud("f", log).try_it(!fail) {
        let _inner = loud("g", log);
        return Ok(k + n + m);
    }
    match loud("h", log).try_it(fail) {
        Ok(_) => log.borrow_mut().push("ok".to_owned()),
        Err(_) => return Err(String::new()),
    }
    let k = loud("i", log).try_it(!fail)?;
    Ok(k)
}

#[observe]
fn moved(result: Result<String, String>, held: (Option<u32>, Result<u8, u8>)) -> (String, u32, u8) {
    let text = result.unwrap_or(String::from("none"));
    let number = held.0.unwrap_or(1);
    (text, number, held.1.unwrap_or_default())
}

#[observe]
fn borrowed(result: &Result<String, String>) -> usize {
    match result {
        Ok(text) => text.len(),
        Err(_) => 0,
    }
}

#[observe]
fn kept(result: Result<String, String>) -> Result<String, String> {
    if let Err(why) = &result {
        println!("{why}");
    }
    if result.is_err() {
        return result;
    }
    result
}

#[observe]
fn locked(count: &Mutex<Vec<u32>>) -> usize {
    count.lock().unwrap().push(1);
    let first = count.lock().map(|count| count.len()).unwrap_or(0);
    match count.lock() {
        Ok(mut count) => count.push(2),
        Err(poisoned) => poisoned.into_inner().push(3),
    }
    first + count.lock().unwrap().len()
}

#[observe]
fn taken(result: Result<Box<u32>, String>) -> u32 {
    match result {
        Ok(number) => *number,
        Err(text) if text.is_empty() => 0,
        Err(text) => u32::try_from(text.len()).unwrap_or(u32::MAX),
    }
}

#[observe]
fn coerced(which: bool) -> Box<dyn Fn(u32) -> u32> {
    if which { Box::new(|n| n + 1) } else { Box::new(|n| n) }
}

#[observe]
fn deferred(flag: bool) -> Result<u32, String> {
    let value;
    if flag {
        value = Err("no".to_owned());
    } else {
        value = Ok(1);
    }
    value.or(Err("still no".to_owned()))
}

#[observe]
fn asked(names: &Mutex<Vec<String>>) -> Option<usize> {
    let first = names.lock().unwrap().first()?.len();
    let part = String::from(" a-b ").trim().split_once('-')?.0.to_owned();
    Some(first + part.len() + *names.lock().unwrap().iter().map(String::len).collect::<Vec<_>>().last()?)
}

#[observe]
async fn asked_later(names: &Mutex<Vec<String>>) -> Option<usize> {
    Some(names.lock().unwrap().first()?.len())
}

/// What the operand of a `?` makes lives as long as the statement, or the match.
macro_rules! lives {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        fn $name(log: &RefCell<Vec<String>>) -> Result<usize, String> {
            let note = |text: &str| log.borrow_mut().push(text.to_owned());
            let pair = (loud("a", log).try_it(true)?, note("in the statement"));
            match loud("b", log).try_it(true)? {
                1 => note("in the arm"),
                _ => {}
            }
            Ok(pair.0 + loud("c", log).try_it(false)?)
        }
    };
}
lives!(lives);
lives!(
    #[observe]
    lives_observed
);

#[test]
pub(super) fn what_an_operand_makes_lives_as_long_as_it_did() {
    let names = Mutex::new(vec!["abc".to_owned()]);
    assert_eq!(asked(&names), Some(7));
    drop(asked_later(&names));
    let logs = [RefCell::new(Vec::new()), RefCell::new(Vec::new())];
    assert_eq!(lives(&logs[0]), lives_observed(&logs[1]));
    assert_eq!(logs[0], logs[1]);
}

#[test]
pub(super) fn drops_come_in_the_same_order() {
    for fail in [false, true] {
        let logs = [RefCell::new(Vec::new()), RefCell::new(Vec::new()), RefCell::new(Vec::new())];
        let values = [trace(&logs[0], fail), observed(&logs[1], fail), contracted(&logs[2], fail)];
        assert_eq!(values[0], values[1]);
        assert_eq!(values[0], values[2]);
        assert_eq!(logs[0], logs[1]);
        assert_eq!(logs[0], logs[2]);
    }
}

#[test]
pub(super) fn places_stay_what_they_are() {
    assert_eq!(moved(Err(String::new()), (None, Err(1))), ("none".to_owned(), 1, 0));
    assert_eq!(borrowed(&Err(String::new())), 0);
    assert_eq!(kept(Ok("a".into())), Ok("a".to_owned()));
    assert_eq!(locked(&Mutex::new(vec![])), 3);
    assert_eq!(taken(Err("abc".into())), 3);
    assert_eq!(coerced(true)(1), 2);
    assert_eq!(deferred(false), Ok(1));
}

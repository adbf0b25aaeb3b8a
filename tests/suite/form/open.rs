//! Locals whose error the compiler learns only from what becomes of them: with them it compiles as without candor.

use candor::observe;

use crate::kit::{Fault, NOTHING, block_on, codes, fails, found};

#[observe]
fn value() -> Result<u32, Fault> {
    let one = Ok(1);
    let one: u32 = one?;
    Ok(one)
}

#[observe]
fn written_half() -> Result<u32, Fault> {
    let one: Result<_, _> = Ok(1);
    let copy = &one;
    assert!(copy.is_ok());
    Ok(one.map(|one: u32| one + 1)?)
}

#[observe]
fn chain() -> Result<bool, Fault> {
    let had = Ok(false);
    let had = had.and_then(|had: bool| Ok(had && fails()? > 1));
    let had = had?;
    Ok(had)
}

#[observe]
fn replaced() -> Result<bool, Fault> {
    let mut had = Ok(false);
    for _ in 0..2 {
        had = had.and_then(|had: bool| Ok(had && fails()? > 1));
    }
    let had = had?;
    Ok(had)
}

#[observe]
fn closure() -> Result<bool, Fault> {
    let more = |had: bool| Ok(had || fails()? > 1);
    let had = more(true)?;
    Ok(had)
}

#[observe]
async fn future() -> Result<bool, Fault> {
    let more = async |had: bool| Ok(had || fails()? > 1);
    let had = more(true).await?;
    Ok(had)
}

/// What is asked of them besides must not decide them either.
#[observe]
fn looked_at() -> Result<u32, Fault> {
    let more = |had: bool| Ok(if had { 2 } else { fails()? });
    let two = more(true).ok().filter(|two| *two > 1);
    let none = match more(true) {
        Ok(_) => 0,
        Err(_) => 1,
    };
    Ok(two.unwrap_or(more(true)?) + none)
}

#[test]
fn a_question_mark_decides_it() {
    let operations = || {
        assert_eq!(value().ok(), Some(1));
        assert_eq!(written_half().ok(), Some(2));
        assert_eq!(chain().ok(), Some(false));
        assert_eq!(replaced().ok(), Some(false));
        assert_eq!(closure().ok(), Some(true));
        assert_eq!(block_on(future()).ok(), Some(true));
        assert_eq!(looked_at().ok(), Some(2));
    };
    assert_eq!(codes(&found(operations)), NOTHING);
}

/// That it fails is seen as without a local.
#[test]
fn and_what_becomes_of_it_is_seen() {
    #[observe]
    fn operation() -> u32 {
        let more = |had: bool| Ok::<u32, Fault>(if had { fails()? } else { 2 });
        let line = line!() + 1;
        let _two = more(true).unwrap_or(1);
        line
    }
    super::seen(operation, "C103 S");
}

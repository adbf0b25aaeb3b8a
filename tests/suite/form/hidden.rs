//! Exits that stand inside macros are ends of the call like any other.
#![allow(clippy::needless_pass_by_value, reason = "the forms are what is tested")]

use candor::{Event, emit, observe, testing};

use crate::kit::{NOTHING, block_on, codes_of, fails};

#[derive(Event)]
struct Checked;

macro_rules! bail {
    ($($text:tt)*) => { return Err(format!($($text)*)) };
}

#[observe(emits(Checked))]
fn bails(works: bool) -> Result<u32, String> {
    if !works {
        bail!("it does not work");
    }
    emit!(Checked);
    Ok(1)
}

#[observe(emits(Checked))]
fn ensures(works: bool) -> anyhow::Result<u32> {
    anyhow::ensure!(works, "it does not work");
    emit!(Checked);
    Ok(1)
}

#[observe(emits(Checked))]
async fn selects(works: bool) -> Result<bool, String> {
    let value = tokio::select! {
        value = std::future::ready(works) => if value { value } else { return Err("it does not work".to_owned()) }
    };
    emit!(Checked);
    Ok(value)
}

/// The same without a way out: a macro that stays.
#[observe(emits(Checked))]
fn stays(works: bool) -> Result<u32, String> {
    let text = if matches!(works, true) { format!("{works}") } else { String::new() };
    Ok(text.len() as u32)
}

#[test]
fn an_end_inside_a_macro_is_a_failure() {
    let scope = testing::scope();
    assert!(bails(false).is_err() && ensures(false).is_err() && block_on(selects(false)).is_err());
    for name in ["bails", "ensures", "selects"] {
        assert_eq!(scope.outcomes_of(name)[0].class, candor::Class::Failed, "{name}");
    }
    assert!(scope.divergences().is_empty());
    assert!(bails(true).is_ok() && ensures(true).is_ok() && block_on(selects(true)).is_ok());
    assert!(scope.divergences().is_empty());
}

#[test]
fn a_macro_that_stays_hides_nothing() {
    assert_eq!(codes_of(|| _ = stays(true)), ["C106 V"]);
}

#[test]
fn an_error_that_leaves_inside_a_macro_is_not_swallowed() {
    #[observe]
    fn wraps() -> Result<u32, String> {
        if fails().is_err() {
            bail!("wrapped");
        }
        Ok(1)
    }
    #[observe]
    fn goes_on() -> Result<u32, String> {
        if fails().is_err() {
            println!("wrapped");
        }
        Ok(1)
    }
    assert_eq!(codes_of(|| _ = wraps()), NOTHING);
    assert_eq!(codes_of(|| _ = goes_on()), ["C101 V"]);
}

#[test]
fn an_error_that_leaves_by_a_question_to_a_poll() {
    use std::task::Poll;

    type Step = Poll<Result<u32, crate::kit::Fault>>;

    #[observe]
    fn read(fault: Option<crate::kit::Fault>) -> Step {
        fault.map_or(Poll::Pending, |fault| Poll::Ready(Err(fault)))
    }
    #[observe]
    fn frame(fault: Option<crate::kit::Fault>) -> Poll<Option<Result<u32, crate::kit::Fault>>> {
        match read(fault)? {
            Poll::Ready(value) => Poll::Ready(Some(Ok(value))),
            Poll::Pending => Poll::Pending,
        }
    }
    #[observe]
    fn ends(fault: Option<crate::kit::Fault>) -> Poll<Option<Result<u32, crate::kit::Fault>>> {
        match read(fault) {
            Poll::Ready(Ok(value)) => Poll::Ready(Some(Ok(value))),
            Poll::Ready(Err(_)) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
    let fault = || Some(crate::kit::Fault::Timeout);
    let scope = testing::scope();
    assert!(frame(fault()).is_ready() && frame(None).is_pending());
    assert_eq!(scope.outcomes_of("frame")[0].class, candor::Class::Failed);
    assert!(scope.divergences().is_empty());
    assert_eq!(codes_of(|| _ = ends(fault())).len(), 1);
}

//! Values that are thrown away, beside such as never come, learn their type from the `let`, or stay where they are.
#![allow(clippy::let_underscore_must_use, unreachable_code, reason = "the forms are what is tested")]

use std::convert::Infallible;
use std::thread;
use std::time::Duration;

use candor::observe;
use tokio::time::timeout;

use crate::kit::{Fault, NOTHING, block_on, codes_of, fails};

async fn forever() -> ! {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn tried(works: bool) -> Result<u32, Fault> {
    if works { Ok(1) } else { Err(Fault::Timeout) }
}

/// Waits for work that never ends, and gives up.
fn wait_for(work: impl Future) {
    block_on(async { assert!(timeout(Duration::from_secs(5), work).await.is_err()) });
}

#[test]
fn what_never_comes_is_no_error_and_hides_none() {
    #[observe]
    async fn serve() {
        let _ = forever().await;
    }
    #[observe]
    async fn serve_after(works: bool) {
        let _ = tried(works).await;
        if !works {
            return;
        }
        let _unused = forever().await;
    }
    #[observe]
    async fn limited() -> Result<Infallible, Fault> {
        let _ = timeout(Duration::from_secs(1), forever()).await;
        Err(Fault::Timeout)
    }
    assert_eq!(codes_of(|| wait_for(serve())), NOTHING);
    assert_eq!(codes_of(|| wait_for(serve_after(true))), NOTHING);
    assert_eq!(codes_of(|| block_on(serve_after(false))), ["C101 V"]);
    assert_eq!(codes_of(|| assert!(block_on(limited()).is_err())), NOTHING);
}

#[test]
fn a_thread_that_never_returns_may_still_panic() {
    #[observe]
    fn run(panics: bool) -> bool {
        let handle = thread::spawn(move || {
            if panics {
                std::panic::resume_unwind(Box::new("no"));
            }
        });
        let _ = handle.join();
        panics
    }
    #[observe]
    fn runs_out() {
        let _ = thread::spawn(|| std::panic::resume_unwind(Box::new("no"))).join();
    }
    assert_eq!(codes_of(|| assert!(!run(false))), NOTHING);
    assert_eq!(codes_of(|| assert!(run(true))), ["C101 V"]);
    assert_eq!(codes_of(runs_out), ["C101 V"]);
}

#[test]
fn a_type_that_is_written_beside_it_hides_nothing() {
    #[observe]
    fn typed(text: &str) {
        let _: Result<u32, _> = text.parse();
    }
    #[observe]
    fn named() {
        let _: Result<u32, Fault> = fails();
    }
    #[observe]
    fn told() {
        let _: Result<u32, ()> = fails().map_err(|e| tracing::warn!("{e:?}"));
    }
    #[observe]
    fn no_result(text: &str) {
        let _: Vec<char> = text.chars().collect();
        let _: u64 = 3u32.into();
        let _: Box<dyn Fn(&str) -> usize> = Box::new(|text| text.len());
    }
    assert_eq!(codes_of(|| typed("7")), NOTHING);
    assert_eq!(codes_of(|| typed("x")), ["C101 V"]);
    assert_eq!(codes_of(named), ["C101 V"]);
    assert_eq!(codes_of(told), ["C101 V"]);
    assert_eq!(codes_of(|| no_result("x")), NOTHING);
}

#[test]
fn a_closure_throws_away_what_is_its_own() {
    #[observe]
    fn own() {
        let closure = || {
            let result = fails();
            let _ = result;
        };
        closure();
    }
    #[observe]
    fn from_outside() -> Result<u32, Fault> {
        let result = fails();
        let closure = || {
            let _ = result;
        };
        closure();
        result
    }
    assert_eq!(codes_of(own), ["C101 V"]);
    assert_eq!(codes_of(|| assert!(from_outside().is_err())), NOTHING);
}

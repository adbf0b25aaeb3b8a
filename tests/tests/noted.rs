//! What is noted of a call while candor reads the user's values, and what counts where a call says more than once how it ends.

use std::fmt;
use std::future::Future;
use std::hint::black_box;
use std::task::{Context, Waker};

use candor::{Class, Code, Outcome, observe};
use tracing::error;
use tracing_subscriber::prelude::*;

/// Its text is made by observed code.
struct Loud;

impl fmt::Debug for Loud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(volume())
    }
}

#[observe]
fn volume() -> &'static str {
    let text = black_box("loud");
    black_box(text)
}

#[observe]
fn print() {
    error!(noise = ?Loud, "the printer is on fire");
}

#[test]
fn a_line_is_where_it_is_said_though_observed_code_makes_its_values() {
    let scope = candor::testing::scope();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(candor::layer()), print);
    let found = scope.divergences();
    scope.expect_divergence(Code::C101);
    let lines = found.iter().flat_map(|found| &found.story.lines);
    let said: Vec<_> = lines.filter(|line| line.text.contains("fire")).filter_map(|line| line.site).collect();
    assert!(!said.is_empty() && said.iter().all(|site| site.function.contains("print")), "{said:?}");
}

#[observe]
async fn takes_back(times: u8) -> Result<u8, String> {
    candor::record::outcome(Outcome::new(Class::Failed, "at first"));
    if black_box(times) == 1 {
        return Ok(1);
    }
    Ok(2)
}

#[test]
fn the_last_word_counts_where_a_future_ends_as_fulfilled() {
    let scope = candor::testing::scope();
    for times in [1, 2] {
        let mut call = Box::pin(takes_back(times));
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    }
    let outcomes = scope.outcomes_of("takes_back");
    assert!(outcomes.len() == 2 && outcomes.iter().all(Outcome::is_fulfilled), "{outcomes:?}");
}

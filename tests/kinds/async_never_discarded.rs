//! What never comes: the value of a future that never ends is thrown away, replaced, returned and chosen.
#![allow(unreachable_code, unused_assignments, unused_must_use, unused_variables, unused_mut)]

use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Context, Waker};

fn poll_once<F: Future>(future: F) -> bool {
    pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

async fn forever() -> ! {
    loop {
        pending::<()>().await;
    }
}

async fn tried<F: Future>(work: F) -> Result<F::Output, String> {
    Ok(work.await)
}

struct Server;

impl Server {
    async fn run(&self) -> ! {
        forever().await
    }
}

// @attribute mute
// @declared(requires(n < 9))
async fn thrown_away(n: u32) {
    match n {
        0 => {
            let _ = forever().await;
        }
        1 => {
            let _unused = forever().await;
        }
        2 => _ = forever().await,
        3 => drop(forever().await),
        4 => {
            let _: () = forever().await;
        }
        5 => {
            let _ = Server.run().await;
        }
        6 => {
            let _ = tried(forever()).await;
            tried(forever()).await.ok();
        }
        7 => loop {
            let _ = forever().await;
        },
        _ => {
            let _ = async { panic!() }.await;
        }
    }
}

// @attribute mute
// @declared(always(true))
async fn replaced() {
    let mut last = forever().await;
    last = forever().await;
    last
}

// @attribute
// @declared(always(ret > 0))
async fn chosen(n: u32) -> u32 {
    let closure = async || forever().await;
    if n == 1 {
        let _ = closure().await;
    }
    let taken = match tried(forever()).await {
        Ok(never) => never,
        Err(_) => forever().await,
    };
    let Err(_text) = tried(forever()).await;
    taken
}

// @attribute mute
// @declared(key = n)
async fn never(n: u32) -> ! {
    let _ = tried(async { n }).await;
    let _ = forever().await;
    loop {}
}

fn main() {
    for n in 0..8 {
        assert!(!poll_once(thrown_away(n)));
    }
    assert!(!poll_once(replaced()) && !poll_once(chosen(0)) && !poll_once(chosen(1)) && !poll_once(never(2)));
}

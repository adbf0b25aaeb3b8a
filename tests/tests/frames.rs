//! Frames of futures that end on another thread than they began on, in a process of their own: what becomes of them is
//! counted for the whole process.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use candor::{observe, record};

type Running = Pin<Box<dyn Future<Output = u64> + Send>>;

/// Pending at the first poll, ready at the second.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// It has a frame because of its key, which is a text.
#[observe(key = x.to_string())]
async fn hop(x: u64) -> u64 {
    Yield(false).await;
    x
}

fn poll(future: &mut Running) -> Poll<u64> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Begins so many calls on this thread and leaves them suspended.
fn begin(count: u64) -> Vec<Running> {
    let one = |x| {
        let mut future: Running = Box::pin(hop(x));
        assert_eq!(poll(&mut future), Poll::Pending);
        future
    };
    (0..count).map(one).collect()
}

fn end(futures: Vec<Running>) {
    for (x, mut future) in (0..).zip(futures) {
        assert_eq!(poll(&mut future), Poll::Ready(x));
    }
}

/// How many frames went back and how many were given up meanwhile.
fn counted(work: impl FnOnce()) -> (u64, u64) {
    let before = record::memory_use();
    work();
    let after = record::memory_use();
    (after.returned - before.returned, after.missed - before.missed)
}

#[test]
fn frames_go_back_to_the_thread_that_they_came_from_and_none_is_lost_uncounted() {
    let guard = candor::builder().quiet().install().unwrap();
    let elsewhere =
        |futures: Vec<Running>| thread::scope(|scope| scope.spawn(|| end(futures)).join().unwrap());

    assert_eq!(counted(|| end(begin(64))), (0, 0), "what ends where it began goes nowhere");
    // Another thread keeps the first sixteen for itself.
    assert_eq!(counted(|| elsewhere(begin(16))), (0, 0));
    assert_eq!(counted(|| elsewhere(begin(40))), (24, 0));
    // No more than so many wait for their thread; it has taken those of before in the meantime.
    assert_eq!(counted(|| elsewhere(begin(64))), (32, 16));
    assert_eq!(counted(|| elsewhere(begin(64))), (32, 16));
    // Their thread has ended.
    let orphans = thread::scope(|scope| scope.spawn(|| begin(20)).join().unwrap());
    assert_eq!(counted(|| elsewhere(orphans)), (0, 4));

    let memory = guard.finish().memory;
    assert_eq!((memory.returned, memory.missed), (88, 36));
    let hop = record::totals().into_iter().find(|total| total.callsite.operation().name == "hop").unwrap();
    assert_eq!((hop.calls, hop.by_class, hop.active), (268, [268, 0, 0, 0], 0));
    assert_eq!(record::lost_totals(), []);
}

//! One sample: calls in bursts, with pauses in which what was exported can leave, so that nothing is lost.

use std::hint::black_box;
use std::io;
use std::thread;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::contender::Contender;

/// Calls of one burst: what one batch of the SDK holds, and a fourth of the queues of both.
const BURST: u64 = 512;
/// Bursts of one sample.
const BURSTS: u64 = 60;
/// How many pauses the first burst has, with which the connection is opened.
const FIRST: u32 = 20;

/// What one process took, in nanoseconds for each call.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// How many calls there were, those before the measurement included.
    pub(crate) calls: u64,
    /// On the thread that calls: the least of all bursts.
    pub(crate) caller_ns: f64,
    /// On all threads, until everything was sent.
    pub(crate) process_ns: f64,
}

/// Takes a sample of this contender in this process.
pub(crate) fn take(contender: &Contender, endpoint: &str) -> io::Result<Sample> {
    let finish = (contender.install)(endpoint)?;
    // The connection is opened and memory is allocated by the first burst.
    burst(contender);
    thread::sleep(contender.pause * FIRST);
    let before = clock(ClockId::ProcessCPUTime);
    let mut least = f64::MAX;
    for _ in 0..BURSTS {
        least = least.min(burst(contender));
        thread::sleep(contender.pause);
    }
    finish()?;
    let process = clock(ClockId::ProcessCPUTime) - before;
    Ok(Sample {
        calls: BURST * (BURSTS + 1),
        caller_ns: each(least, BURST),
        process_ns: each(process, BURST * BURSTS),
    })
}

/// What a burst took on this thread.
fn burst(contender: &Contender) -> f64 {
    let before = clock(ClockId::ThreadCPUTime);
    for x in 0..BURST {
        // Whether it fails is no matter here.
        let _done = black_box((contender.call)(black_box(x)));
    }
    clock(ClockId::ThreadCPUTime) - before
}

#[expect(clippy::cast_precision_loss, reason = "a number of calls")]
fn each(ns: f64, calls: u64) -> f64 {
    ns / calls as f64
}

fn clock(which: ClockId) -> f64 {
    let now = clock_gettime(which);
    #[expect(clippy::cast_precision_loss, reason = "seconds of one process")]
    let ns = now.tv_sec as f64 * 1e9 + now.tv_nsec as f64;
    ns
}

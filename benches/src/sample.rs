//! What a child process does: one sample of one case.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::case::Case;

/// How many slices a sample has; each is a measurement of its own.
const SLICES: usize = 16;
/// How long a slice is meant to be, in nanoseconds: short enough to fit between two turns of a busy scheduler.
const SLICE: f64 = 1e6;

/// The function in which a profiler collects.
pub(crate) const PROFILED: &str = "sample::profiled";

/// One sample.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Nanoseconds of thread CPU time for each call, one for each slice in which all threads ran.
    pub(crate) ns: Vec<f64>,
    /// Bytes allocated for each call by the calling thread.
    pub(crate) bytes: f64,
}

/// Takes a sample and prints it.
pub(crate) fn print(case: &Case, threads: usize, out: &mut impl Write) -> io::Result<()> {
    case.world.install()?;
    let sample = take(case.calls, threads);
    serde_json::to_writer(out, &sample).map_err(io::Error::other)
}

/// Makes the calls and nothing else.
pub(crate) fn repeat(case: &Case, calls: u64) -> io::Result<()> {
    // A profiler makes short calls long, and what is done for long ones is not to be counted on a slow machine only.
    candor::__private::brisk_below(1_000_000);
    case.world.install()?;
    profiled(case.calls, calls);
    // What is installed would report at the end, which no case is about.
    std::process::exit(0)
}

/// What a profiler collects, by its name: the clocks of fastrace and candor are measured at the start, for as many
/// instructions as happen to fit into that time.
#[inline(never)]
fn profiled(calls: fn(u64), n: u64) {
    calls(n);
    std::hint::black_box(n);
}

fn take(calls: fn(u64), threads: usize) -> Sample {
    let counted = 1_000;
    calls(counted);
    let bytes = ratio(allocation_counter::measure(|| calls(counted)).bytes_total, counted);
    let mut ns = Vec::new();
    allocation_counter::opt_out(|| ns = timed(calls, threads));
    Sample { ns, bytes }
}

/// The slices: what all threads together took for each call.
fn timed(calls: fn(u64), threads: usize) -> Vec<f64> {
    let n = calibrated(calls);
    let gate = Gate { threads, arrived: AtomicUsize::new(0) };
    let one = || {
        calls(n / 4);
        let slice = |number| {
            // All start together, so that they meet on whatever they share.
            gate.pass(number);
            Slice::of(calls, n)
        };
        (0..SLICES).map(slice).collect::<Vec<_>>()
    };
    let all = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(uncounted(&one))).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect::<Vec<_>>()
    });
    let beside = |number: usize| all.iter().filter_map(|slices| slices.get(number)).collect::<Vec<_>>();
    (0..SLICES).filter_map(|number| mean(&beside(number), n)).collect()
}

/// Lets all threads through at once. It spins: a thread that sleeps would be late.
struct Gate {
    threads: usize,
    arrived: AtomicUsize,
}

impl Gate {
    fn pass(&self, slice: usize) {
        self.arrived.fetch_add(1, Ordering::AcqRel);
        let mut spins = 0_u32;
        // Pairs with the addition of the threads that come later.
        while self.arrived.load(Ordering::Acquire) < (slice + 1) * self.threads {
            spins += 1;
            if spins.is_multiple_of(1 << 14) {
                thread::yield_now();
            }
            std::hint::spin_loop();
        }
    }
}

/// What one thread took for one slice, in nanoseconds.
struct Slice {
    cpu: f64,
    begun: f64,
    ended: f64,
}

impl Slice {
    fn of(calls: fn(u64), n: u64) -> Slice {
        let begun = clock(ClockId::Monotonic);
        let cpu = clock(ClockId::ThreadCPUTime);
        calls(n);
        let cpu = clock(ClockId::ThreadCPUTime) - cpu;
        Slice { cpu, begun, ended: clock(ClockId::Monotonic) }
    }
}

/// The time of one call; nothing if the threads did not run beside each other for nearly all of it. A machine that is
/// busy runs them in turn, and then they meet on nothing.
fn mean(beside: &[&Slice], n: u64) -> Option<f64> {
    let begun = beside.iter().map(|slice| slice.begun).fold(f64::MIN, f64::max);
    let ended = beside.iter().map(|slice| slice.ended).fold(f64::MAX, f64::min);
    let cpu: f64 = beside.iter().map(|slice| slice.cpu).sum();
    let longest = beside.iter().map(|slice| slice.ended - slice.begun).fold(0.0, f64::max);
    let together = beside.len() == 1
        || (ended - begun > 0.9 * longest && cpu > 0.9 * longest * ratio(beside.len() as u64, 1));
    together.then(|| cpu / ratio(beside.len() as u64, 1) / ratio(n, 1))
}

/// The counter of allocations is off on the thread that runs this.
fn uncounted<T: Default>(work: impl Fn() -> T) -> impl Fn() -> T {
    move || {
        let mut done = T::default();
        allocation_counter::opt_out(|| done = work());
        done
    }
}

/// How many calls fill a slice.
fn calibrated(calls: fn(u64)) -> u64 {
    let mut n = 1_000_u64;
    loop {
        let each = cost(calls, n);
        if each * ratio(n, 1) > SLICE / 4.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a number of calls"
            )]
            return ((SLICE / each) as u64).max(100);
        }
        n = n.saturating_mul(2);
    }
}

/// Nanoseconds of this thread's CPU time for each call.
fn cost(calls: fn(u64), n: u64) -> f64 {
    Slice::of(calls, n).cpu / ratio(n, 1)
}

fn clock(which: ClockId) -> f64 {
    let now = clock_gettime(which);
    #[expect(clippy::cast_precision_loss, reason = "seconds of one process")]
    let ns = now.tv_sec as f64 * 1e9 + now.tv_nsec as f64;
    ns
}

#[expect(clippy::cast_precision_loss, reason = "counts of one process")]
fn ratio(of: u64, by: u64) -> f64 {
    of as f64 / by as f64
}

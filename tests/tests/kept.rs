//! Operations that are kept for export, in a process of their own: every healthy one is chosen.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::cell::Cell;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;

use candor::model::{Brief, Divergence, Kept, Link, Run, Why};
use candor::{Exporter, Keep, Timeline, observe};

/// What arrived: of a brief, and of an operation that came whole.
enum Arrived {
    Brief(Brief),
    Whole(Kept),
}

/// Takes everything, and passes it on.
struct Everything(Sender<Arrived>);

impl Exporter for Everything {
    fn divergence(&mut self, _divergence: &Divergence) {}

    fn finish(&mut self, _run: &Run) {}

    fn keeps(&self) -> Option<Box<dyn Keep>> {
        Some(Box::new(All))
    }

    fn operations(&mut self, kept: &[Kept], _timeline: &Timeline) {
        kept.iter().for_each(|kept| self.0.send(Arrived::Whole(kept.clone())).unwrap());
    }

    fn briefs(&mut self, briefs: &[Brief], _timeline: &Timeline) {
        briefs.iter().for_each(|brief| self.0.send(Arrived::Brief(*brief)).unwrap());
    }
}

struct All;

thread_local! {
    static OUTER: Cell<Option<Link>> = const { Cell::new(None) };
}

impl Keep for All {
    fn has_sampling(&self) -> bool {
        true
    }

    fn has_all(&self) -> bool {
        true
    }

    fn outer(&self) -> Option<Link> {
        OUTER.get()
    }
}

/// One run at a time: what is kept is a matter of the process.
fn alone() -> MutexGuard<'static, ()> {
    static RUN: Mutex<()> = Mutex::new(());
    RUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What came of a run of its own.
fn run<T>(work: impl FnOnce() -> T) -> (T, Run, Receiver<Arrived>) {
    let _alone = alone();
    let (sender, receiver) = mpsc::channel();
    let guard = candor::builder().exporter(Everything(sender)).install().unwrap();
    let done = work();
    (done, guard.finish(), receiver)
}

fn briefs_of(arrived: &Receiver<Arrived>, operation: &str) -> Vec<Brief> {
    let brief = |arrived| match arrived {
        Arrived::Brief(brief) => Some(brief),
        Arrived::Whole(_) => None,
    };
    arrived.try_iter().filter_map(brief).filter(|brief| brief.operation.name == operation).collect()
}

#[observe]
fn add(x: u64) -> u64 {
    x + 1
}

#[observe(key = x)]
fn add_with_key(x: u64) -> u64 {
    x + 1
}

#[observe]
fn add_twice(x: u64) -> u64 {
    add(add(x))
}

fn call(x: u64) {
    std::hint::black_box(add(x));
}

#[test]
fn each_healthy_call_arrives_or_is_counted_as_lost_be_its_thread_at_its_end_idle_or_at_work() {
    const CALLS: u64 = 5_003;
    let ready = Barrier::new(2);
    let (calls, run, arrived) = thread::scope(|scope| {
        let done = run(|| {
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| (0..CALLS).for_each(call))).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            // It lives until the run is over, and leaves less than fills its ring.
            let idle = || {
                (0..7).for_each(call);
                ready.wait();
                ready.wait();
            };
            scope.spawn(idle);
            ready.wait();
            3 * CALLS + 7
        });
        ready.wait();
        done
    });
    let briefs = briefs_of(&arrived, "add");
    let lost: u64 = run.unsent.iter().map(|unsent| unsent.count).sum();
    assert_eq!((briefs.len() as u64 + lost, run.lost), (calls, Vec::new()));
    assert!(briefs.len() >= 7);
    let mut spans: Vec<u64> = briefs.iter().map(|brief| brief.span).collect();
    spans.sort_unstable();
    spans.dedup();
    assert_eq!(spans.len(), briefs.len(), "each has a span of its own");
    let is_plain = |brief: &Brief| {
        brief.why == Why::Sampled
            && brief.is_sampled
            && brief.parent().is_none()
            && brief.started < brief.ended
    };
    assert!(briefs.iter().all(is_plain));
}

#[test]
fn a_brief_stands_in_the_trace_of_what_encloses_it() {
    let (_, _, arrived) = run(|| std::hint::black_box(add_twice(1)));
    let all: Vec<Arrived> = arrived.try_iter().collect();
    let [Arrived::Whole(outer)] =
        &all.iter().filter(|one| matches!(one, Arrived::Whole(_))).collect::<Vec<_>>()[..]
    else {
        panic!("one operation has lines: those of its children");
    };
    assert_eq!((outer.operation.name, outer.lines.len(), outer.why), ("add_twice", 2, Why::Sampled));
    for one in &all {
        if let Arrived::Brief(brief) = one {
            assert_eq!(
                (brief.trace, brief.parent, brief.is_outer),
                (outer.link.trace, outer.link.span, false)
            );
        }
    }
    assert_eq!(all.len(), 3);
}

#[test]
fn a_brief_joins_the_trace_around_it() {
    let around = Link { trace: 1 << 90 | 5, span: 77, sampled: false };
    let (_, _, arrived) = run(|| {
        OUTER.set(Some(around));
        std::hint::black_box(add(1));
        OUTER.set(None);
        std::hint::black_box(add(2));
    });
    let briefs = briefs_of(&arrived, "add");
    let of = |brief: &Brief| (brief.trace == around.trace, brief.parent, brief.is_outer);
    assert_eq!(briefs.iter().map(of).collect::<Vec<_>>(), [(true, 77, true), (false, 0, false)]);
}

#[test]
fn an_operation_with_a_key_comes_whole() {
    let (_, _, arrived) = run(|| std::hint::black_box(add_with_key(41)));
    let all: Vec<Arrived> = arrived.try_iter().collect();
    let [Arrived::Whole(kept)] = &all[..] else { panic!("one operation") };
    assert_eq!(
        (kept.operation.name, kept.key.as_ref().map(ToString::to_string)),
        ("add_with_key", Some("41".to_owned()))
    );
}

/// Waits in the middle of the end of its run, after the last briefs were fetched.
struct AtTheEnd(Barrier);

impl Exporter for &'static AtTheEnd {
    fn divergence(&mut self, _divergence: &Divergence) {}

    fn finish(&mut self, _run: &Run) {
        self.0.wait();
        self.0.wait();
    }

    fn keeps(&self) -> Option<Box<dyn Keep>> {
        Some(Box::new(All))
    }
}

#[observe]
fn add_too_late(x: u64) -> u64 {
    x + 1
}

#[test]
fn what_a_thread_leaves_after_the_end_of_a_run_is_not_told_to_the_next_one() {
    static END: AtTheEnd = AtTheEnd(Barrier::new(2));
    let _alone = alone();
    let guard = candor::builder().exporter(&END).install().unwrap();
    let (over, is_over) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let late = scope.spawn(move || {
            END.0.wait();
            (0..3).for_each(|x| _ = std::hint::black_box(add_too_late(x)));
            END.0.wait();
            // It ends, and hands over what it has left, between the two runs.
            is_over.recv().unwrap_err();
        });
        drop(guard.finish());
        drop(over);
        late.join().unwrap();
    });
    let (sender, arrived) = mpsc::channel();
    let guard = candor::builder().exporter(Everything(sender)).install().unwrap();
    drop(guard.finish());
    assert_eq!(briefs_of(&arrived, "add_too_late").len(), 0);
}

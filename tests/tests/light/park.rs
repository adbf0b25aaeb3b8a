//! Light futures that are suspended: what they have told goes along with them, to whichever thread polls them again.

use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Waker};
use std::thread;

use candor::model::Run;
use candor::{emit, observe, record};

use super::{Captured, Once, Reserved, alone, around, counted, fails, layered, run, told, was_framed};

type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Polls it once, and says whether it is ready.
fn step(waiting: &mut Waiting) -> bool {
    waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// Begins it and polls it so often, each time in vain.
fn begun(work: impl Future<Output = ()> + Send + 'static, times: usize) -> Waiting {
    let mut waiting: Waiting = Box::pin(work);
    (0..times).for_each(|_| assert!(!step(&mut waiting)));
    waiting
}

/// The findings of an operation, each as it is told.
fn found(run: &Run, name: &str) -> Vec<Vec<String>> {
    run.divergences.iter().filter(|found| found.operation == name).map(told).collect()
}

/// How many calls of it began, fulfilled and are running.
fn counts(run: &Run, name: &str) -> (u64, u64, u64) {
    let own = run.operations.iter().find(|total| total.operation == name);
    own.map_or((0, 0, 0), |own| (own.calls, own.fulfilled, own.active))
}

const WELL: u64 = 0;
const MISSING: u64 = 1;
const DROPPED: u64 = 2;

#[observe(emits(Reserved, Captured))]
async fn pack(x: u64) {
    tracing::info!("began to pack");
    emit!(Reserved { item: x });
    Once(false).await;
    Once(false).await;
    if x == DROPPED {
        let _dropped = fails("the box is torn");
    }
    if x != MISSING {
        emit!(Captured { amount: 3 });
    }
}

/// The first call of its kind has a frame, on each thread.
fn is_known(work: impl Fn() -> Waiting) {
    for _ in 0..2 {
        let mut waiting = work();
        while !step(&mut waiting) {}
    }
}

/// What is found where each poll is done like that.
fn packed(x: u64, end: impl Fn(Waiting)) -> (Vec<Vec<String>>, (u64, u64, u64)) {
    let run = run(|| {
        is_known(|| begun(pack(WELL), 0));
        end(begun(pack(x), 1));
    });
    assert!(run.lost.is_empty(), "{:?}", run.lost);
    (found(&run, "pack"), counts(&run, "pack"))
}

/// On the thread on which it began.
fn here(mut waiting: Waiting) {
    while !step(&mut waiting) {}
}

/// On others, of which the first one knows the operation and the last one does not.
fn elsewhere(waiting: Waiting) {
    let knows = |mut waiting: Waiting| {
        is_known(|| begun(pack(WELL), 0));
        assert!(!step(&mut waiting));
        waiting
    };
    let waiting = thread::spawn(move || knows(waiting)).join().unwrap();
    thread::spawn(move || here(waiting)).join().unwrap();
}

/// Within a call that has a frame.
fn within_a_frame(waiting: Waiting) {
    let waiting = Mutex::new(Some(waiting));
    HANDED.with(|handed| *handed.borrow_mut() = waiting.into_inner().unwrap());
    around(|_| here(HANDED.take().unwrap()), 1);
}

thread_local! {
    static HANDED: std::cell::RefCell<Option<Waiting>> = const { std::cell::RefCell::new(None) };
}

#[test]
fn what_it_said_before_counts_and_is_told_wherever_it_goes_on() {
    layered(|| {
        for (end, more) in [(here as fn(Waiting), 0), (elsewhere, 2), (within_a_frame, 0)] {
            let (found, counts) = packed(WELL, end);
            assert_eq!((found.len(), counts), (0, (3 + more, 3 + more, 0)), "{found:?}");
            let (found, _) = packed(MISSING, end);
            assert!(found.len() == 1 && found[0][0].starts_with("C106"), "{found:?}");
            assert!(found[0].iter().any(|line| line.contains("Reserved { item: 1 }")), "{found:?}");
            let (found, _) = packed(DROPPED, end);
            assert!(found.len() == 1 && found[0][0].starts_with("C101"), "{found:?}");
            let place = |text: &str| found[0].iter().position(|line| line.contains(text)).unwrap();
            assert!(place("began to pack") < place("Reserved { item: 2 }"), "{found:?}");
            assert!(place("Reserved { item: 2 }") < place("Captured { amount: 3 }"), "{found:?}");
        }
    });
}

#[test]
fn one_that_is_given_up_tells_what_it_did() {
    layered(|| {
        let (found, counts) = packed(WELL, drop);
        assert_eq!(counts, (3, 2, 0));
        assert!(found.len() == 1 && found[0][0].starts_with("C105"), "{found:?}");
        assert!(found[0].iter().any(|line| line.contains("Reserved { item: 0 }")), "{found:?}");
    });
}

/// A customer whose number is the key of the call, as of the one within it, which waits as well.
#[observe(key = customer, emits(Reserved), at_most(1 Reserved by item))]
async fn serves(customer: u64) {
    tracing::info!("serves");
    weighs(customer + 100).await;
    emit!(Reserved { item: customer });
    Once(false).await;
    if customer == 9 {
        let _dropped = fails("the scales are broken");
    }
}

#[observe(key = part)]
async fn weighs(part: u64) {
    tracing::info!("puts it down");
    Once(false).await;
    Once(false).await;
}

#[test]
fn keys_and_limits_go_along_and_nothing_of_it_needs_a_frame() {
    layered(|| {
        let run = run(|| {
            is_known(|| begun(weighs(1), 0));
            (1..5).for_each(|customer| here(begun(serves(customer), 2)));
            assert_eq!(["serves", "weighs"].map(was_framed), [Some(false); 2]);
            thread::spawn(|| is_known(|| begun(serves(5), 0))).join().unwrap();
            let waiting = begun(serves(9), 1);
            thread::spawn(move || here(waiting)).join().unwrap();
        });
        let [found] = run.divergences.as_slice() else { panic!("{:?}", run.divergences) };
        assert_eq!((found.operation, found.key.as_deref()), ("serves", Some("9")));
        assert_eq!((counts(&run, "serves"), counts(&run, "weighs")), ((7, 7, 0), (9, 9, 0)));
    });
}

#[observe]
async fn ships(looks: usize) {
    inspects(looks).await;
}

#[observe]
async fn inspects(looks: usize) {
    (0..looks).for_each(|_| tracing::info!("looks into the box"));
    Once(false).await;
}

#[test]
fn after_one_that_needed_frames_futures_within_each_other_have_none_again() {
    layered(|| {
        let run = run(|| {
            is_known(|| begun(ships(1), 0));
            assert_eq!(["ships", "inspects"].map(was_framed), [Some(false); 2]);
            // More than light calls can tell.
            here(begun(ships(20), 1));
            assert_eq!(["ships", "inspects"].map(was_framed), [Some(true); 2]);
            // Only one now and then tries to have none, and none of those in a call that has one.
            here(begun(ships(1), 1));
            around(|_| (0..200).for_each(|_| here(begun(ships(1), 1))), 1);
            assert_eq!(["ships", "inspects"].map(was_framed), [Some(true); 2]);
            (0..200).for_each(|_| here(begun(ships(1), 1)));
            assert_eq!(["ships", "inspects"].map(was_framed), [Some(false); 2]);
            (0..200).for_each(|_| here(begun(ships(20), 1)));
            assert_eq!(["ships", "inspects"].map(was_framed), [Some(true); 2]);
        });
        assert_eq!((run.divergences.len(), counts(&run, "ships")), (0, (604, 604, 0)));
    });
}

/// No future, and those in it.
#[observe]
fn sends(looks: usize) {
    here(begun(ships(looks), 1));
}

#[test]
fn futures_in_a_call_that_is_none_try_as_rarely_as_others() {
    layered(|| {
        let run = run(|| {
            (0..3).for_each(|_| sends(1));
            let all = || ["sends", "ships", "inspects"].map(was_framed);
            assert_eq!(all(), [Some(false); 3]);
            sends(20);
            assert_eq!(all(), [Some(true); 3]);
            sends(1);
            assert_eq!(all(), [Some(true); 3]);
            (0..200).for_each(|_| sends(1));
            assert_eq!(all(), [Some(false); 3]);
        });
        assert_eq!((run.divergences.len(), counts(&run, "ships")), (0, (205, 205, 0)));
    });
}

#[observe(emits(Reserved), emits(Captured))]
fn finishes(mut waiting: Waiting) {
    while !step(&mut waiting) {}
}

/// Says the same, and is never suspended: `pack` is to have no frame from the beginning.
#[observe]
async fn stow() {
    emit!(Reserved { item: 1 });
    emit!(Captured { amount: 3 });
}

#[test]
fn what_it_said_elsewhere_does_not_count_for_the_call_in_which_it_ends() {
    let run = run(|| {
        is_known(|| begun(pack(WELL), 0));
        (0..2).for_each(|_| finishes(begun(stow(), 0)));
        finishes(begun(pack(WELL), 1));
    });
    let found = found(&run, "finishes");
    assert!(found.len() == 1 && found[0][0].contains("Reserved"), "{found:?}");
    assert!(!found[0][0].contains("Captured"), "{found:?}");
}

#[observe(key = place)]
async fn queues(place: usize) {
    Once(false).await;
    queues_on(place).await;
    Once(false).await;
}

#[observe]
async fn queues_on(_place: usize) {
    Once(false).await;
}

/// More than a thread keeps boxes for, which so come and go; on another thread each comes to where there was none.
#[test]
fn however_many_are_suspended_beside_each_other_none_needs_a_frame() {
    layered(|| {
        let knows = || is_known(|| begun(queues(0), 0));
        let queue = || (0..20).map(|place| begun(queues(place), 2)).collect::<Vec<_>>();
        let run = run(|| {
            let waiting = thread::spawn(move || {
                knows();
                (0..3).for_each(|_| queue().into_iter().for_each(here));
                queue()
            });
            let waiting = waiting.join().unwrap();
            let ends = move || {
                knows();
                waiting.into_iter().for_each(here);
            };
            thread::spawn(ends).join().unwrap();
            assert_eq!(["queues", "queues_on"].map(was_framed), [Some(false); 2]);
        });
        assert_eq!((run.divergences.len(), run.lost.len()), (0, 0));
        assert_eq!(["queues", "queues_on"].map(|name| counts(&run, name)), [(84, 84, 0); 2]);
    });
}

#[observe]
async fn looks(shelf: u64) {
    tracing::info!("looked at the shelf");
    Once(false).await;
    if shelf == 2 {
        tracing::info!("looked again");
    }
    Once(false).await;
}

#[observe]
async fn compares(x: u64) {
    let (mut one, mut other) = (begun(looks(1), 0), begun(looks(2), 0));
    tracing::info!("compares");
    while !(step(&mut one) | step(&mut other)) {
        Once(false).await;
    }
    if x == DROPPED {
        let _dropped = fails("nothing to compare");
    }
}

#[test]
fn children_that_wait_beside_each_other_tell_each_their_own() {
    layered(|| {
        let of = |within: bool| {
            let run = run(|| {
                for x in [WELL, WELL, DROPPED] {
                    HANDED.with(|handed| *handed.borrow_mut() = Some(begun(compares(x), 0)));
                    let end = |_| here(HANDED.take().unwrap());
                    if within { around(end, 1) } else { end(1) }
                }
            });
            assert_eq!((counts(&run, "looks"), counts(&run, "compares")), ((6, 6, 0), (3, 3, 0)));
            found(&run, "compares")
        };
        let found = of(false);
        assert!(found.len() == 1 && found[0][0].starts_with("C101"), "{found:?}");
        let of_shelf = |text: &str| found[0].iter().filter(|line| line.contains(text)).count();
        assert_eq!((of_shelf("looked at the shelf"), of_shelf("looked again")), (2, 1), "{found:?}");
        assert_eq!(found, of(true));
    });
}

/// Holds a future that was begun in it.
#[observe]
fn begins(waiting: &mut Waiting) {
    assert!(!step(waiting));
}

/// Its child gets its frame after something was told.
#[observe]
fn breaks() {
    emit!(Captured { amount: 1 });
    broken();
}

#[observe]
fn broken() {
    let _dropped = fails("the scales are broken");
}

#[observe(emits(Reserved))]
async fn returns(x: u64) {
    Once(false).await;
    emit!(Reserved { item: x });
    if x == DROPPED {
        let _dropped = fails("the box is torn");
    }
}

#[test]
fn a_child_that_goes_on_alone_tells_all_it_does_whatever_ran_there_before() {
    let run = run(|| {
        is_known(|| begun(returns(WELL), 0));
        (0..2).for_each(|_| begins(&mut begun(looks(1), 0)));
        for x in [WELL, DROPPED] {
            let mut waiting = begun(returns(x), 0);
            begins(&mut waiting);
            (0..2).for_each(|_| breaks());
            here(waiting);
        }
    });
    let found = found(&run, "returns");
    assert!(found.len() == 1 && found[0][0].starts_with("C101"), "{found:?}");
    assert!(found[0].iter().any(|line| line.contains("Reserved { item: 2 }")), "{found:?}");
}

/// Goes on in another run than that in which it began; the counts of both.
fn in_two_runs(within: bool) -> [(u64, u64, u64); 2] {
    let _alone = alone();
    let install = || candor::builder().quiet().install().unwrap();
    let first = install();
    is_known(|| begun(pack(WELL), 0));
    HANDED.with(|handed| *handed.borrow_mut() = Some(begun(pack(WELL), 0)));
    let once =
        |_| HANDED.with(|handed| handed.borrow_mut().iter_mut().for_each(|waiting| assert!(!step(waiting))));
    if within {
        around(once, 1)
    } else {
        once(1)
    }
    let first = first.finish();
    let second = install();
    is_known(|| begun(pack(WELL), 0));
    here(HANDED.take().unwrap());
    [first, second.finish()].map(|run| counts(&run, "pack"))
}

#[test]
fn one_that_outlives_its_run_counts_as_one_with_a_frame() {
    assert_eq!(in_two_runs(false), in_two_runs(true));
}

#[observe]
async fn declines() -> Result<(), String> {
    Once(false).await;
    fails("the shop is closed")
}

#[observe]
async fn takes_it(mut waiting: Pin<Box<dyn Future<Output = Result<(), String>> + Send>>) {
    let said = waiting.as_mut().await;
    if let Err(error) = said {
        std::hint::black_box(error.len());
    }
}

/// One that began before anything was recorded says nothing of whoever waits for it later.
#[test]
fn what_is_not_followed_does_not_speak_for_whoever_waits_for_it() {
    for _ in 0..2 {
        let mut waiting: Pin<Box<dyn Future<Output = Result<(), String>> + Send>> = {
            let _alone = alone();
            Box::pin(declines())
        };
        {
            let _alone = alone();
            // Where there was a test scope before, recording stays on between runs.
            record::set_on(false);
            assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            assert!(counted("declines").is_none_or(|totals| totals.active == 0));
        }
        let run = run(|| {
            let mut outer: Waiting = Box::pin(takes_it(waiting));
            assert!(step(&mut outer));
        });
        assert_eq!(counts(&run, "takes_it"), (1, 1, 0));
    }
}

type Declining = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

#[observe]
fn descends(depth: u32, waiting: &mut Declining) -> bool {
    if depth > 0 {
        return descends(depth - 1, waiting);
    }
    waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// Nor does one that was nested too deeply when it began.
#[test]
fn what_began_too_deeply_does_not_speak_for_whoever_waits_for_it() {
    let run = run(|| {
        let work = || {
            let mut waiting: Declining = Box::pin(declines());
            assert!(!descends(600, &mut waiting));
            let mut outer: Waiting = Box::pin(takes_it(waiting));
            assert!(step(&mut outer));
        };
        thread::Builder::new().stack_size(1 << 28).spawn(work).unwrap().join().unwrap();
    });
    assert_eq!(counts(&run, "takes_it"), (1, 1, 0));
}

#[test]
fn what_comes_back_too_deeply_does_not_run_for_good() {
    let run = run(|| {
        let work = || {
            let mut waiting: Declining = Box::pin(declines());
            assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            assert!(descends(600, &mut waiting));
        };
        thread::Builder::new().stack_size(1 << 28).spawn(work).unwrap().join().unwrap();
    });
    let (_, _, active) = counts(&run, "declines");
    assert_eq!(active, 0, "{:?}", run.operations);
}

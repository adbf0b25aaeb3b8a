//! Futures that are polled, dropped and cut off wherever that may happen: one that is light as far as it can be, and one that
//! has a frame from the beginning because its key is a text. Whatever is concluded, told and counted is the same.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Waker};
use std::thread;

use candor::model::Run;
use candor::{emit, observe, record};
use tracing::dispatcher::{Dispatch, get_default, with_default};

use super::{Captured, Once, Reserved, fails, layered, run, told};

pub(super) type Waiting = Pin<Box<dyn Future<Output = Result<u64, String>> + Send + Sync>>;

/// Polls it once, and says whether it is over.
pub(super) fn step(waiting: &mut Waiting) -> bool {
    waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// What a future does beside waiting.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Nothing,
    /// It keeps its promise after it has waited.
    Keeps,
    /// It says one thing twice, once before it waits.
    Repeats,
    /// It has a child that waits and says something.
    HasChild,
    /// It has a child that waits and fails.
    HasFailing,
    Fails,
    Boasts,
    Drops,
    Panics,
    /// The last word about its key is a text.
    Renames,
    /// It hands work on to another thread.
    Carries,
    /// It says more than there is room for, and its calls are nested more deeply.
    SaysMuch,
    /// It has children that wait beside each other.
    Joins,
}

pub(super) const DEEDS: [Deed; 13] = [
    Deed::Nothing,
    Deed::Keeps,
    Deed::Repeats,
    Deed::HasChild,
    Deed::HasFailing,
    Deed::Fails,
    Deed::Boasts,
    Deed::Drops,
    Deed::Panics,
    Deed::Renames,
    Deed::Carries,
    Deed::SaysMuch,
    Deed::Joins,
];

/// Says something once it is dropped, with what it is in.
struct Says;

impl Drop for Says {
    fn drop(&mut self) {
        emit!(Captured { amount: -1 });
        below(1);
    }
}

#[observe]
fn below(x: u64) {
    tracing::info!(items = x, "looked below");
    emit!(Captured { amount: 2 });
}

#[observe(key = depth as u8)]
fn deep(depth: u64) {
    tracing::info!(depth, "deep");
    if depth > 0 {
        deep(depth - 1);
    }
}

#[observe(key = depth as i32 - 2)]
async fn deep_later(depth: u64) {
    tracing::info!(depth, "deep later");
    Once(false).await;
    if depth > 0 {
        Box::pin(deep_later(depth - 1)).await;
    }
    tracing::info!("was there");
}

async fn says_much(x: u64) {
    (0..5).for_each(|n| tracing::info!(n, "much"));
    Once(false).await;
    (0..5).for_each(|n| tracing::warn!(n, shelf = -1, "much more"));
    Once(false).await;
    deep(5);
    deep_later(4).await;
    if x == 2 {
        let _dropped = fails("that was too much");
    }
}

/// Polls all of them in turn, until one is left.
async fn joins(works: [Waiting; 3]) {
    let mut works = Vec::from(works);
    while works.len() > 1 {
        works.retain_mut(|work| !step(work));
        below(1);
        Once(false).await;
    }
}

/// Each of them is written once, so that its lines are in one place.
macro_rules! twins {
    ($($name:ident: |$x:ident| $key:expr,)+) => {$(
        pub(super) mod $name {
            use super::*;

            #[observe(key = { let $x = x; $key }, emits(Reserved), at_most(1 Reserved by item))]
            pub(in super::super) async fn acts(x: u64, deed: Deed) -> Result<u64, String> {
                let _says = if x == 3 { Some(Says) } else { None };
                tracing::info!(order = x, total = -1, "acts");
                if !matches!(deed, Deed::Nothing | Deed::Keeps | Deed::HasChild) {
                    emit!(Reserved { item: 1 });
                }
                Once(false).await;
                below(x);
                match deed {
                    Deed::Nothing => {}
                    Deed::Keeps => emit!(Reserved { item: x }),
                    Deed::Repeats => emit!(Reserved { item: 1 }),
                    Deed::HasChild => return child(x, false).await,
                    Deed::HasFailing => drop(child(x, true).await),
                    Deed::Fails => return Err("no stock".to_owned()),
                    Deed::Boasts => {
                        tracing::info!(order = 1, "stored the order");
                        Once(false).await;
                        return Err("no stock".to_owned());
                    }
                    Deed::Drops => {
                        let _dropped = fails("the label is lost");
                    }
                    Deed::Panics => resume_unwind(Box::new("all is lost")),
                    Deed::Carries => thread::spawn(candor::carry(|| below(7))).join().unwrap(),
                    Deed::SaysMuch => says_much(x).await,
                    Deed::Joins => joins([5, 6, 7].map(|x| Box::pin(child(x, x == 6)) as Waiting)).await,
                    Deed::Renames => candor::__private::key(candor::model::Value::Text("another".into())),
                }
                Once(false).await;
                tracing::info!("acted");
                Ok(x)
            }

            #[observe(key = x + 100, emits(Reserved))]
            pub(super) async fn child(x: u64, failing: bool) -> Result<u64, String> {
                tracing::info!("a child");
                Once(false).await;
                emit!(Reserved { item: x });
                Once(false).await;
                if failing { Err("no child".to_owned()) } else { Ok(x) }
            }
        }
    )+};
}

twins!(light: |x| x, framed: |x| x.to_string(),);

/// Where it is polled, or dropped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Here,
    WithinLight,
    WithinTwo,
    WithinFramed,
    OnAnother,
    OnFresh,
    Panicking,
    Scoped,
    WithinFailing,
}

pub(super) const PLACES: [Place; 9] = [
    Place::Here,
    Place::WithinLight,
    Place::WithinTwo,
    Place::WithinFramed,
    Place::OnAnother,
    Place::OnFresh,
    Place::Panicking,
    Place::Scoped,
    Place::WithinFailing,
];

#[observe(emits(Captured), at_most(1 Reserved by item))]
fn holds(work: &mut (dyn FnMut() + Send)) {
    tracing::info!("holds");
    emit!(Captured { amount: 1 });
    work();
    tracing::info!(items = 7, "held");
}

#[observe(key = 8)]
pub(super) fn holds_two(work: &mut (dyn FnMut() + Send)) {
    emit!(Captured { amount: 9 });
    holds(work);
    holds(&mut || {});
}

/// Its story tells what happened in it.
#[observe]
pub(super) fn drops(is_failing: bool, work: &mut (dyn FnMut() + Send)) {
    tracing::info!(items = 7, "drops");
    work();
    tracing::info!("dropped");
    if is_failing {
        let _dropped = fails("the shelf is broken");
    }
}

struct OnUnwinding<'a>(&'a mut (dyn FnMut() + Send));

impl Drop for OnUnwinding<'_> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Does it there; a panic goes no further.
pub(super) fn at(place: Place, work: &mut (dyn FnMut() + Send)) {
    let mut work = || drop(catch_unwind(AssertUnwindSafe(&mut *work)));
    match place {
        Place::Here => work(),
        Place::Scoped => scoped(&mut work),
        Place::WithinLight => holds(&mut work),
        Place::WithinTwo => holds_two(&mut work),
        Place::WithinFailing => drops(true, &mut || holds_two(&mut work)),
        Place::WithinFramed => framed_holds(&mut work),
        Place::OnAnother => elsewhere(&mut || {
            (0..2).for_each(|_| holds_two(&mut || below(1)));
            work();
        }),
        Place::OnFresh => elsewhere(&mut work),
        Place::Panicking => drop(catch_unwind(AssertUnwindSafe(|| {
            let _unwinding = OnUnwinding(&mut work);
            resume_unwind(Box::new("on its way"));
        }))),
    }
}

thread_local! {
    /// What test scopes were told in a run of this test.
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Within a test scope.
fn scoped(work: &mut dyn FnMut()) {
    let scope = candor::testing::scope();
    work();
    let found = scope.divergences();
    found.iter().for_each(|found| scope.expect_divergence(found.code));
    let events = (scope.events::<Captured>().len(), scope.events::<Reserved>().len());
    let found: Vec<_> = found.iter().map(told).collect();
    let seen = format!("scope {found:?} {:?} {events:?}", scope.outcomes());
    SEEN.with_borrow_mut(|all| all.push(seen));
}

#[observe(key = "a text")]
fn framed_holds(work: &mut (dyn FnMut() + Send)) {
    holds_two(work);
}

fn elsewhere(work: &mut (dyn FnMut() + Send)) {
    let subscriber = get_default(Dispatch::clone);
    thread::scope(|scope| {
        scope.spawn(|| with_default(&subscriber, work)).join().unwrap();
    });
}

/// What a call has told, and behind it that work which it handed on has finished: that is noted when the call asks for it, at the
/// time when it happened, and notes of calls that are short enough bear no time, so its place among them depends on the clock.
pub(super) fn in_place(mut told: Vec<String>) -> Vec<String> {
    told.sort_by_key(|line| {
        line.ends_with("spawned work finished") || line.contains("Task spawned work finished")
    });
    told
}

/// What a run has found, told and counted.
pub(super) fn all_of(run: &Run) -> Vec<String> {
    let found = run.divergences.iter().map(|found| {
        format!(
            "{} {:?} {:?} {}",
            found.operation,
            found.key,
            found.site.to_string(),
            in_place(told(found)).join("\n    ")
        )
    });
    let totals = run.operations.iter().map(|total| {
        let ends = [total.fulfilled, total.refused, total.failed, total.abandoned, total.active];
        format!("{} {} {ends:?} {:?}", total.operation, total.calls, total.reasons)
    });
    let events = run.events.iter().map(|event| format!("{event:?}"));
    let lost = run.lost.iter().map(|lost| format!("lost {lost:?}"));
    let mut all: Vec<String> = found.chain(totals).chain(events).chain(lost).collect();
    all.sort();
    all.extend(SEEN.take());
    all
}

/// Polls it once, if it is not over.
pub(super) fn poll(waiting: &mut Option<Waiting>) {
    if let Some(own) = waiting
        && catch_unwind(AssertUnwindSafe(|| step(own))).unwrap_or(true)
    {
        *waiting = None;
    }
}

/// The same where a future is begun, and polled or dropped in these places.
fn done(
    begin: fn(u64, Deed) -> Waiting,
    child: fn() -> Waiting,
    (deed, x): (Deed, u64),
    way: &[Place],
) -> Vec<String> {
    let run = run(|| {
        // The first call of its kind has a frame.
        for _ in 0..2 {
            [begin(1, Deed::Keeps), child()].iter_mut().for_each(|well| while !step(well) {});
            drops(false, &mut || holds_two(&mut || {}));
        }
        let mut waiting = Some(begin(x, deed));
        for (index, place) in way.iter().enumerate() {
            let is_last = index + 1 == way.len();
            at(*place, &mut || {
                if is_last {
                    waiting = None;
                } else {
                    poll(&mut waiting);
                }
            });
        }
    });
    all_of(&run)
}

pub(super) fn assert_same(light: &[String], framed: &[String], of: &str) {
    assert!(light == framed, "{of}, light:\n{}\nframed:\n{}", light.join("\n"), framed.join("\n"));
}

fn same(deed: Deed, x: u64, way: &[Place]) {
    let work = (deed, x);
    let light =
        done(|x, deed| Box::pin(light::acts(x, deed)), || Box::pin(light::child(1, false)), work, way);
    let framed =
        done(|x, deed| Box::pin(framed::acts(x, deed)), || Box::pin(framed::child(1, false)), work, way);
    assert_same(&light, &framed, &format!("{deed:?} {x} {way:?}"));
}

/// Whether a call of it had a frame since recording was switched on.
fn was_framed() -> bool {
    record::totals()
        .iter()
        .any(|totals| totals.callsite.operation().name == "acts" && totals.callsite.was_framed())
}

#[test]
fn one_that_keeps_what_it_promises_has_no_frame() {
    layered(|| {
        let run = run(|| {
            for _ in 0..3 {
                let mut waiting: Option<Waiting> = Some(Box::pin(light::acts(2, Deed::Keeps)));
                (0..3).for_each(|_| poll(&mut waiting));
                assert!(waiting.is_none());
            }
            assert!(!was_framed());
        });
        assert!(run.divergences.is_empty() && run.lost.is_empty());
    });
}

#[test]
fn wherever_a_future_is_polled_and_dropped_it_is_as_one_with_a_frame() {
    layered(|| {
        for deed in DEEDS {
            for one in PLACES {
                for other in [Place::Here, Place::WithinLight, Place::WithinFailing] {
                    same(deed, 3, &[Place::Here, one, other, one]);
                }
                same(deed, 2, &[Place::Here, one]);
                let long = [[one; 4], [Place::Here; 4], [one; 4]].concat();
                same(deed, 2, &long);
            }
        }
    });
}

use super::*;

/// Calls that took so long, one after the other.
fn take(figures: &mut ThreadFigures, callsite: &'static Callsite, times: &[u64]) {
    for ticks in times {
        figures.began(callsite);
        figures.ended(callsite, &Outcome::FULFILLED, Some(*ticks));
    }
}

/// How many calls of it began, and how many are in buckets, over all threads.
fn sums(callsite: &'static Callsite) -> (u64, u64) {
    let totals = totals().into_iter().filter(|totals| std::ptr::eq(totals.callsite, callsite));
    totals.fold((0, 0), |(calls, counted), totals| {
        (calls + totals.calls, counted + totals.buckets.iter().map(|(_, calls)| calls).sum::<u64>())
    })
}

#[test]
fn each_bucket_that_is_needed_is_made_and_accounted_for() {
    static OWN: Callsite = Callsite::unnamed("of a test");
    let mut figures = ThreadFigures::new();
    figures.began(&OWN);
    let (rest, bytes) = (figures.rest(), figures.known(&OWN).map_or(0, Cells::bytes));
    take(&mut figures, &OWN, &[1_000, 900_000, 40, 1_000]);
    let grown = figures.known(&OWN).map_or(0, Cells::bytes) - bytes;
    assert!(grown > 0 && rest - figures.rest() == grown, "{grown} bytes are to be accounted for");
    assert_eq!(sums(&OWN), (5, 4));
    drop(figures);
    assert_eq!(sums(&OWN), (5, 4), "the thread has ended");
}

#[test]
fn what_is_in_a_full_bucket_goes_to_the_counters_that_threads_share() {
    static OWN: Callsite = Callsite::unnamed("of a test");
    const ALMOST: u32 = (1 << 31) - 1;
    let mut figures = ThreadFigures::new();
    take(&mut figures, &OWN, &[1_000; 2]);
    let cells = figures.known(&OWN).unwrap();
    assert!(cells.put(bucket(1_000), ALMOST - 1));
    cells.placed(&Untold { ticks: 1_000, calls: ALMOST - 1, next: 0 }, false);
    let before = 2 + u64::from(ALMOST - 1);
    assert_eq!(sums(&OWN), (2, before));
    for calls in 1..=3 {
        take(&mut figures, &OWN, &[1_000]);
        assert_eq!(sums(&OWN), (2 + calls, before + calls));
    }
    let here: u64 = figures.known(&OWN).unwrap().counted().iter().map(|(_, calls)| calls).sum();
    assert!(here < 4, "{here} are still here");
}

#[test]
fn where_there_is_no_room_for_a_bucket_its_calls_are_shared() {
    static OWN: Callsite = Callsite::unnamed("of a test");
    let mut figures = ThreadFigures::new();
    take(&mut figures, &OWN, &[1_000; 3]);
    figures.is_full = true;
    take(&mut figures, &OWN, &[900_000; 20]);
    take(&mut figures, &OWN, &[1_000; 2]);
    assert!(!figures.known(&OWN).unwrap().has(bucket(900_000)));
    assert_eq!(sums(&OWN), (25, 25));
}

#[test]
fn a_call_that_is_longer_than_any_bucket_is_in_the_last_one() {
    static OWN: Callsite = Callsite::unnamed("of a test");
    let mut figures = ThreadFigures::new();
    take(&mut figures, &OWN, &[(1 << 42) - 1, 1 << 50, 1_000, 1 << 60, 1_000, 1 << 43, 1_000]);
    let counted = figures.known(&OWN).unwrap().counted();
    assert_eq!(counted, [(bucket(1_000), 3), (BUCKETS - 1, 4)]);
}

//! Each call ends once and as it does, be its value moved or lent when it ends, and whoever keeps its future.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Waker};

use candor::model::Run;
use candor::{observe, operation, record};

use super::{Once, run};

macro_rules! sized {
    ($($name:ident $bytes:literal)*) => {$(
        #[observe]
        fn $name(x: u64) -> Result<[u8; $bytes], String> {
            match black_box(x) {
                1 => return Err("no".to_owned()),
                2 => return $name(1),
                3 => {
                    if let Ok(whole) = $name(1) {
                        return Ok(whole);
                    }
                }
                4 => return $name(0),
                _ => {}
            }
            Ok([7; $bytes])
        }
    )*

        const SIZED: &[fn(u64) -> bool] = &[$(|x| $name(x).is_ok()),*];
    };
}
sized! { of_a_byte 1 of_two_words 16 of_a_few 40 of_many 128 of_more 129 of_most 300 }

/// How many calls failed and how many fulfilled, of those that are observed under these names.
fn ended(run: &Run) -> (u64, u64) {
    let all = || run.operations.iter().filter(|total| total.operation.starts_with("of_"));
    assert!(all().all(|total| (total.active, total.abandoned) == (0, 0)));
    (all().map(|total| total.failed).sum(), all().map(|total| total.fulfilled).sum())
}

#[test]
fn a_call_within_one_of_its_own_ends_for_itself() {
    for call in SIZED {
        for (x, failed, fulfilled) in [(0, 0, 1), (1, 1, 0), (2, 2, 0), (3, 1, 1), (4, 0, 2)] {
            let run = run(|| {
                let _each: Vec<bool> = [0, 0, x].into_iter().map(call).collect();
            });
            assert_eq!(ended(&run), (failed, fulfilled + 2), "{x}");
        }
    }
}

#[test]
fn a_block_that_panics_is_abandoned_though_its_future_is_kept() {
    let run = run(|| {
        let mut kept: Vec<Pin<Box<dyn Future<Output = u64>>>> = Vec::new();
        for n in 0_u64..140 {
            let mut block: Pin<Box<dyn Future<Output = u64>>> =
                Box::pin(operation!("kept block", async move {
                    Once(n % 2 == 0).await;
                    if black_box(n) < 140 {
                        resume_unwind(Box::new("boom"));
                    }
                    n
                }));
            let mut poll = || block.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
            while matches!(catch_unwind(AssertUnwindSafe(&mut poll)), Ok(true)) {}
            kept.push(block);
        }
        let totals = record::totals();
        let total = totals.iter().find(|total| total.callsite.operation().name == "kept block").unwrap();
        let [.., abandoned] = total.by_class;
        assert_eq!((abandoned, total.active), (140, 0));
        drop(kept);
    });
    assert!(run.operations.iter().any(|total| total.operation == "kept block" && total.abandoned == 140));
}

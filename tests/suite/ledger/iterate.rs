//! Results that are taken for collections: `flat_map`, `extend` and `for` see nothing in an `Err`.

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, works};

fn read(n: u32) -> Result<u32, Fault> {
    if n == 0 { fails() } else { works().map(|_| n) }
}

fn words(n: u32) -> Vec<u32> {
    vec![n; 2]
}

struct Reader(u32);

impl Reader {
    fn read(n: u32) -> Result<u32, Fault> {
        read(n)
    }

    #[observe]
    fn by_path(&self, rows: &[u32]) -> u32 {
        self.0 + rows.iter().copied().flat_map(Self::read).sum::<u32>()
    }
}

/// The type of the function shows in that of the iterator, and what is called `flat_map` may take something else.
mod by_a_name_that_shows {
    use std::iter::FlatMap;
    use std::vec::IntoIter;

    use candor::observe;

    use super::{Fault, read};

    pub(super) struct Sum(pub(super) u32);

    impl Sum {
        fn flat_map(self, other: u32) -> u32 {
            self.0 + other
        }
    }

    #[observe]
    pub(super) fn pointer(
        rows: Vec<u32>,
    ) -> FlatMap<IntoIter<u32>, Result<u32, Fault>, fn(u32) -> Result<u32, Fault>> {
        rows.into_iter().flat_map(read)
    }

    #[observe]
    pub(super) fn parameter<F: FnMut(u32) -> Vec<u32>>(
        rows: Vec<u32>,
        twice: F,
    ) -> FlatMap<IntoIter<u32>, Vec<u32>, F> {
        rows.into_iter().flat_map(twice)
    }

    #[observe]
    pub(super) fn sum(one: Sum, other: u32) -> u32 {
        one.flat_map(other)
    }
}

#[test]
fn an_iterator_keeps_its_type() {
    use by_a_name_that_shows::{Sum, parameter, pointer, sum};
    assert_eq!(pointer(vec![1]).count() + parameter(vec![1], |row| vec![row, row]).count(), 3);
    assert_eq!(sum(Sum(1), 2), 3);
}

#[observe]
fn by_closure(rows: &[u32]) -> u32 {
    rows.iter().flat_map(|row| read(*row)).sum()
}

#[observe]
fn by_block(rows: &[u32]) -> Vec<u32> {
    let kept = rows.iter().flat_map(|row| {
        let row = *row;
        read(row)
    });
    kept.collect()
}

#[observe]
fn by_extend(rows: &[u32]) -> Vec<u32> {
    let mut all = Vec::new();
    for row in rows {
        all.extend(read(*row));
    }
    all
}

#[observe]
#[expect(for_loops_over_fallibles, reason = "it is the mistake")]
fn by_loop(rows: &[u32]) -> u32 {
    let mut sum = 0;
    for row in rows {
        for value in read(*row) {
            sum += value;
        }
    }
    sum
}

#[observe]
fn by_map_while(rows: &[u32]) -> u32 {
    rows.iter().map(|row| read(*row)).map_while(Result::ok).sum()
}

#[test]
fn an_error_that_counts_as_nothing_is_dropped() {
    let rows = [1, 0, 2];
    assert_eq!(codes_of(|| assert_eq!(Reader(0).by_path(&rows), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(by_closure(&rows), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(by_block(&rows), [1, 2])), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(by_extend(&rows), [1, 2])), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(by_loop(&rows), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(by_map_while(&rows), 1)), ["C114 V"]);
}

#[test]
fn results_that_are_all_there_and_other_collections_are_silent() {
    #[observe]
    fn others(rows: &[u32]) -> usize {
        let mut all: Vec<u32> = rows.iter().flat_map(|row| words(*row)).collect();
        all.extend(words(7));
        all.extend(rows.first());
        for row in words(1) {
            all.push(row);
        }
        all.extend(rows.iter().copied().flat_map(words));
        all.len()
    }
    let rows = [1, 2];
    let all = || {
        assert_eq!((Reader(0).by_path(&rows), by_closure(&rows), by_loop(&rows)), (3, 3, 3));
        assert_eq!((by_block(&rows), by_extend(&rows), by_map_while(&rows)), (vec![1, 2], vec![1, 2], 3));
        assert_eq!(others(&rows), 13);
    };
    assert_eq!(codes_of(all), NOTHING);
}

#[test]
fn an_item_of_an_observed_function_that_is_left_out_is_one_finding() {
    #[observe]
    fn row(n: &u32) -> Result<u32, Fault> {
        read(*n)
    }
    #[observe]
    fn sum(rows: &[u32]) -> u32 {
        rows.iter().map(row).filter_map(Result::ok).sum()
    }
    assert_eq!(codes_of(|| assert_eq!(sum(&[1, 0, 2]), 3)), ["C114 V"]);
}

mod replaced {
    use super::*;

    #[test]
    #[expect(unused_assignments, reason = "it is the mistake")]
    fn a_value_that_another_replaces_is_dropped() {
        #[observe]
        fn save() -> Result<u32, Fault> {
            let mut result = read(0);
            result = read(1);
            result
        }
        #[observe]
        fn save_twice(mut result: Result<u32, Fault>) -> Result<u32, Fault> {
            result = read(0);
            result = read(2);
            result
        }
        assert_eq!(codes_of(|| assert_eq!(save(), Ok(1))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(save_twice(Ok(0)), Ok(2))), ["C101 V"]);
    }

    #[test]
    fn one_that_is_looked_at_or_stays_in_another_way_is_not() {
        #[observe]
        fn save(again: bool) -> Result<u32, Fault> {
            let mut result = read(0);
            if again {
                result = read(1);
            }
            result
        }
        #[observe]
        fn retried() -> Result<u32, Fault> {
            let mut result = read(0);
            result = result.or_else(|_fault| Err(Fault::Declined(2)));
            result
        }
        assert_eq!(codes_of(|| assert!(save(false).is_err() && retried().is_err())), NOTHING);
    }
}

mod poisoned {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    fn poisoned() -> Arc<Mutex<Vec<u32>>> {
        let list = Arc::new(Mutex::new(Vec::new()));
        let held = Arc::clone(&list);
        let panics = move || {
            let _held = held.lock();
            panic!("while it is held");
        };
        assert!(std::thread::spawn(panics).join().is_err());
        list
    }

    #[test]
    fn a_poisoned_lock_that_is_passed_over_is_an_error() {
        #[observe]
        fn award(list: &Mutex<Vec<u32>>) -> Result<(), Fault> {
            if let Ok(mut list) = list.lock() {
                list.push(7);
            }
            Ok(())
        }
        let list = poisoned();
        assert_eq!(codes_of(|| assert_eq!(award(&list), Ok(()))), ["C101 V"]);
    }

    #[test]
    fn one_whose_inside_is_taken_is_none() {
        #[observe]
        fn award(list: &Mutex<Vec<u32>>) {
            list.lock().unwrap_or_else(PoisonError::into_inner).push(7);
            list.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(8);
            match list.lock() {
                Ok(mut list) => list.push(9),
                Err(poisoned) => poisoned.into_inner().push(9),
            }
        }
        let list = poisoned();
        assert_eq!(codes_of(|| award(&list)), NOTHING);
    }
}

//! `operation!`: blocks, async blocks and closures as operations of their own.

use candor::{Class, Event, emit, operation, testing};

use crate::kit::{Fault, NOTHING, block_on, codes_of, fails, found, works};

#[derive(Event)]
struct RowStored {
    row: u32,
}

fn store(row: u32) -> Result<u32, Fault> {
    if row == 2 {
        return fails();
    }
    emit!(RowStored { row });
    Ok(row)
}

#[test]
fn a_block_is_an_operation_with_its_name_and_its_value() {
    let rows = [1_u32, 3];
    let import = || {
        operation!("import rows", key = rows.len(), emits(RowStored), {
            let mut sum = 0;
            for row in rows {
                sum += store(row).map_or(0, |row| row);
            }
            sum
        })
    };
    assert_eq!(codes_of(|| assert_eq!(import(), 4)), NOTHING);
    let scope = testing::scope();
    assert_eq!(import(), 4);
    assert!(scope.outcomes_of("import rows")[0].is_fulfilled());
}

#[test]
fn what_is_dropped_in_a_block_is_found_at_its_line() {
    let mut line = 0;
    let found = found(|| {
        operation!("import rows", {
            line = line!() + 1;
            store(2).ok();
        });
    });
    assert_eq!(
        (found[0].code.as_str(), found[0].operation, found[0].site.line),
        ("C101", "import rows", line)
    );
}

#[test]
fn a_block_may_have_no_name() {
    assert_eq!(codes_of(|| operation!("", { drop(store(1)) })), NOTHING);
    assert_eq!(codes_of(|| operation!("", { drop(store(2)) })), ["C101 V"]);
}

#[test]
fn a_block_is_left_by_a_question_with_its_error() {
    fn sum() -> Result<u32, Fault> {
        let two: Result<u32, Fault> = operation!("two rows", { Ok(store(1)? + store(2)?) });
        two.map(|sum| sum + 1)
    }
    let scope = testing::scope();
    assert!(sum().is_err());
    assert_eq!(scope.outcomes_of("two rows")[0].class, Class::Failed);
    assert_eq!(codes_of(|| assert!(sum().is_err())), NOTHING);
}

#[test]
fn each_call_of_a_closure_is_an_operation() {
    let mut offset = 10;
    let mut each = operation!("one row", ensures(ret >= row), |row: u32| -> u32 {
        offset += 1;
        if row == 2 {
            return 1;
        }
        row + offset
    });
    assert_eq!(codes_of(|| assert_eq!(each(1), 12)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(each(2), 1)), ["C109 V"]);
    let sum: u32 = [1, 3].into_iter().map(operation!("double", move |row: u32| row * 2)).sum();
    assert_eq!(sum, 8);
}

#[test]
fn an_async_block_is_an_operation_until_it_ends() {
    let name = "row".to_owned();
    let good = operation!("later", emits(RowStored), async {
        tokio::task::yield_now().await;
        store(1)?;
        Ok::<usize, Fault>(name.len())
    });
    let scope = testing::scope();
    assert_eq!(block_on(good).unwrap(), 3);
    assert_eq!(name, "row");
    assert!(scope.outcomes_of("later")[0].is_fulfilled());
    let bad = async { operation!("later", emits(RowStored), async move { works().map(|_| ()) }).await };
    assert_eq!(codes_of(|| assert!(block_on(bad).is_ok())), ["C106 V"]);
    let each = operation!("row later", async |row: u32| store(row).is_ok());
    assert_eq!(codes_of(|| assert!(block_on(each(3)))), NOTHING);
}

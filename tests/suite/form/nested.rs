//! Inside of arguments, closures and async blocks.

use candor::observe;

use crate::kit::{Fault, block_on, codes, fails, found, none, reject};

#[test]
fn println_argument() {
    #[observe]
    fn result() -> u32 {
        let line = line!() + 1;
        println!("{}", fails().unwrap_or(1));
        line
    }
    #[observe]
    fn option() -> u32 {
        println!("{}", none().unwrap_or(1));
        0
    }
    super::seen(result, "C103 S");
    super::unseen(option);
}

#[test]
fn format_argument() {
    #[observe]
    fn result() -> u32 {
        let line = line!() + 1;
        let _text = format!("{value:?} of {}", 7, value = fails().ok());
        line
    }
    #[observe]
    fn option() -> u32 {
        let _text = format!("{value:?} of {}", 7, value = none());
        0
    }
    super::seen(result, "C101 V");
    super::unseen(option);
}

#[test]
fn assert_and_vec_arguments() {
    #[observe]
    fn asserted() -> u32 {
        let line = line!() + 1;
        assert!(fails().unwrap_or(1) == 1, "it is the default");
        line
    }
    #[observe]
    fn listed() -> u32 {
        let line = line!() + 1;
        let _list = vec![fails().unwrap_or(1), 2];
        line
    }
    super::seen(asserted, "C103 S");
    super::seen(listed, "C103 S");
}

#[test]
fn call_and_field_arguments() {
    struct Order {
        id: u32,
    }
    fn twice(id: u32) -> u32 {
        id * 2
    }
    #[observe]
    fn passed() -> u32 {
        let line = line!() + 1;
        let _twice = twice(fails().unwrap_or(1));
        line
    }
    #[observe]
    fn stored() -> u32 {
        let line = line!() + 1;
        let order = Order { id: fails().unwrap_or(1) };
        line + order.id - 1
    }
    #[observe]
    fn compared() -> u32 {
        let line = line!() + 1;
        if fails().unwrap_or(1) == 1 && !fails_and_says().is_empty() {
            return line;
        }
        0
    }
    super::seen(passed, "C103 S");
    super::seen(stored, "C103 S");
    super::seen(compared, "C103 S");
}

fn fails_and_says() -> String {
    fails().map_or_else(|fault| fault.to_string(), |value| value.to_string())
}

#[test]
fn closure() {
    #[observe]
    fn called() -> u32 {
        let line = line!() + 1;
        let ignore = || fails().ok();
        ignore();
        line
    }
    #[observe]
    fn not_called() -> u32 {
        let _ignore = || fails().ok();
        0
    }
    super::seen(called, "C101 V");
    super::unseen(not_called);
}

#[test]
fn closure_over_items() {
    #[observe]
    fn each() -> u32 {
        let line = line!() + 2;
        [1, 2].iter().for_each(|id| {
            reject(*id).ok();
        });
        line
    }
    #[observe]
    fn mapped() -> u32 {
        let line = line!() + 1;
        let _sum: u32 = [1, 2].iter().map(|id| reject(*id).unwrap_or(0)).sum();
        line
    }
    super::seen(each, "C114 V 2");
    super::seen(mapped, "C103 S 2");
}

/// The body of a closure that is given to a combinator belongs to the call.
#[test]
fn closure_of_a_combinator() {
    #[observe]
    fn operation() -> u32 {
        let line = line!() + 1;
        let _both = Some(1).and_then(|id| reject(id).ok());
        line
    }
    super::seen(operation, "C101 V");
}

#[test]
fn async_block() {
    #[observe]
    async fn awaited() -> u32 {
        let line = line!() + 2;
        let work = async {
            let _ = fails();
        };
        work.await;
        line
    }
    #[observe]
    async fn not_awaited() -> u32 {
        let _work = async {
            let _ = fails();
        };
        0
    }
    super::seen(|| block_on(awaited()), "C101 V");
    super::unseen(|| block_on(not_awaited()));
}

#[test]
fn await_and_question_in_an_async_fn() {
    async fn later(id: u32) -> Result<u32, Fault> {
        tokio::task::yield_now().await;
        reject(id)
    }
    #[observe]
    async fn dropped() -> u32 {
        let line = line!() + 1;
        later(1).await.ok();
        line
    }
    #[observe]
    async fn matched() -> u32 {
        let line = line!() + 3;
        match later(1).await {
            Ok(_) => {}
            Err(fault) => println!("{fault}"),
        }
        line
    }
    super::seen(|| block_on(dropped()), "C101 V");
    super::seen(|| block_on(matched()), "C101 V");
}

/// An error that is dropped in one closure and one that is returned by another are two things.
#[test]
fn question_mark_in_a_closure() {
    #[observe]
    fn operation() -> u32 {
        let attempt = || -> Result<u32, Fault> {
            let value = fails()?;
            Ok(value + 1)
        };
        let line = line!() + 1;
        attempt().ok();
        line
    }
    super::seen(operation, "C101 V");
}

/// A nested item is a function of its own: it is not observed.
#[test]
fn nested_function() {
    #[observe]
    fn operation() -> u32 {
        fn inner() {
            fails().ok();
        }
        inner();
        0
    }
    super::unseen(operation);
}

/// Observed functions that a `macro_rules!` writes: the expressions come in as they are.
#[test]
fn written_by_a_macro() {
    macro_rules! operation {
        ($name:ident, $value:expr) => {
            #[observe]
            fn $name() {
                let _ = $value;
            }
        };
    }
    operation!(swallows, fails());
    let found = found(swallows);
    assert_eq!(codes(&found), ["C101 V"]);
}

/// The body of a method, an associated function, a trait's default method.
#[test]
fn methods() {
    struct Shop;
    trait Sell {
        #[observe]
        fn sell(&self) -> u32 {
            let line = line!() + 1;
            fails().ok();
            line
        }
    }
    impl Sell for Shop {}
    #[observe]
    impl Shop {
        fn close(&mut self) -> u32 {
            let line = line!() + 1;
            fails().ok();
            line
        }
        fn open() -> u32 {
            let line = line!() + 1;
            let _ = fails();
            line
        }
    }
    super::seen(|| Shop.sell(), "C101 V");
    super::seen(|| Shop.close(), "C101 V");
    super::seen(Shop::open, "C101 V");
}

/// Work that never returns has an output whose type is decided by what becomes of it: it compiles as without candor.
#[test]
fn work_that_never_returns() {
    #[observe]
    async fn spawns() -> bool {
        let endless = tokio::spawn(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
        endless.abort();
        let failed = tokio::spawn(async { panic!("on purpose") });
        failed.await.is_err_and(|error| error.is_panic())
    }
    #[observe]
    fn joins() -> bool {
        std::thread::spawn(|| panic!("on purpose")).join().is_err()
    }
    assert_eq!(codes(&found(|| assert!(block_on(spawns())))), crate::kit::NOTHING);
    let _ = found(|| assert!(joins()));
}

/// A constant of an unknown type is no place that could be looked at twice.
#[test]
fn none_of_an_unknown_type() {
    #[observe]
    fn operation() -> Option<u32> {
        None.or(Some(7))
    }
    assert_eq!(codes(&found(|| assert_eq!(operation(), Some(7)))), crate::kit::NOTHING);
}

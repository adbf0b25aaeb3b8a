//! C108, C109: invariants, checkpoints, contracts.

use candor::{Event, checkpoint, emit, observe};

use crate::kit::{Fault, NOTHING, block_on, codes, codes_of, fails, found};

struct Account {
    balance: i64,
}

mod c108 {
    use super::*;

    impl Account {
        #[observe(track(self.balance), maintains(self.balance >= 0))]
        fn transfer(&mut self, out: i64, back: i64) {
            self.balance -= out;
            self.balance += back;
        }

        #[observe(track(self.balance), maintains(self.balance >= 0))]
        async fn transfer_later(&mut self, out: i64, back: i64) {
            self.balance -= out;
            tokio::task::yield_now().await;
            self.balance += back;
        }
    }

    #[test]
    fn fires_even_when_it_holds_again() {
        let mut account = Account { balance: 5 };
        let found = found(|| account.transfer(7, 7));
        assert_eq!(account.balance, 5);
        assert_eq!(codes(&found), ["C108 V"]);
        assert!(found[0].observed.contains("-2"), "{}", found[0].observed);
        assert_eq!(codes_of(|| block_on(account.transfer_later(7, 7))), ["C108 V"]);
    }

    #[test]
    fn stays_silent() {
        let mut account = Account { balance: 9 };
        assert_eq!(codes_of(|| account.transfer(7, 7)), NOTHING);
        assert_eq!(codes_of(|| block_on(account.transfer_later(7, 7))), NOTHING);
    }

    struct Stock {
        on_hand: i64,
    }

    fn take(stock: &mut Stock, n: i64) {
        stock.on_hand -= n;
    }

    #[observe(track(stock.on_hand), maintains(stock.on_hand >= 0))]
    fn sell(stock: &mut Stock, n: i64) -> i64 {
        let taken = stock;
        take(taken, n);
        n
    }

    #[observe(track(stock.on_hand), maintains(stock.on_hand >= 0))]
    async fn sell_later(stock: &mut Stock, n: i64) -> Option<i64> {
        tokio::task::yield_now().await;
        take(stock, n);
        Some(n)
    }

    #[observe(track(stock.on_hand), maintains(stock.on_hand >= 0))]
    fn lend(stock: &mut Stock) -> &mut i64 {
        &mut stock.on_hand
    }

    #[test]
    fn a_parameter_that_a_callee_changes_is_looked_at_when_the_call_ends() {
        let mut stock = Stock { on_hand: 3 };
        assert_eq!(codes_of(|| assert_eq!(sell(&mut stock, 3), 3)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(sell(&mut stock, 1), 1)), ["C108 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(sell_later(&mut stock, 1)), Some(1))), ["C108 V"]);
        *lend(&mut stock) = 5;
        assert_eq!(codes_of(|| assert_eq!(block_on(sell_later(&mut stock, 1)), Some(1))), NOTHING);
    }

    #[test]
    fn stands_at_the_write_that_broke_it() {
        #[observe(track(left), maintains(left >= 0))]
        fn count_down() -> u32 {
            let mut left: i32 = 1;
            left -= 1;
            let line = line!() + 1;
            left -= 1;
            left += 1;
            assert_eq!(left, 0);
            line
        }
        let mut line = 0;
        let found = found(|| line = count_down());
        assert_eq!(codes(&found), ["C108 V"]);
        assert_eq!(found[0].site.line, line);
    }

    #[test]
    fn a_checkpoint_fires_and_the_code_goes_on() {
        #[observe]
        fn book(debit: i64, credit: i64) -> i64 {
            checkpoint!(debit == credit);
            checkpoint!(debit + credit > 0, "{debit} and {credit}");
            debit
        }
        assert_eq!(codes_of(|| assert_eq!(book(3, 3), 3)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(book(3, 4), 3)), ["C108 V"]);
        let found = found(|| assert_eq!(book(0, 0), 0));
        assert_eq!(codes(&found), ["C108 V"]);
        assert_eq!(found[0].observed, "0 and 0");
    }

    #[test]
    fn a_checkpoint_outside_any_operation_belongs_to_the_test() {
        assert_eq!(codes_of(|| checkpoint!(1 > 2)), ["C108 V"]);
        assert_eq!(codes_of(|| checkpoint!(2 > 1)), NOTHING);
    }

    #[derive(Event)]
    struct Debited;
    #[derive(Event)]
    struct Credited;

    #[observe(track(sum), maintains(sum == 10), together(Debited, Credited))]
    fn between(excused: bool) {
        let mut sum = 10;
        if excused {
            emit!(Debited);
        }
        sum -= 3;
        if !excused {
            emit!(Debited);
        }
        sum += 3;
        emit!(Credited);
        assert_eq!(sum, 10);
    }

    #[test]
    fn stays_silent_between_the_two_halves_of_a_pair() {
        assert_eq!(codes_of(|| between(true)), NOTHING);
        assert_eq!(codes_of(|| between(false)), ["C108 V"]);
    }

    #[test]
    fn a_transition_is_judged_against_the_value_before() {
        struct Sequence {
            next: u64,
        }
        impl Sequence {
            #[observe(track(self.next), maintains(self.next > 0))]
            fn step(&mut self, by: u64) {
                self.next += by;
            }
        }
        let mut sequence = Sequence { next: 0 };
        assert_eq!(codes_of(|| sequence.step(1)), NOTHING);
    }
}

mod c109 {
    use super::*;

    #[observe(requires(!ids.is_empty()), ensures(ret >= 1))]
    fn count(ids: &[u32], lies: bool) -> Result<usize, Fault> {
        if lies {
            return Ok(0);
        }
        Ok(ids.len())
    }

    #[observe(ensures(ret == old(total) + 1))]
    async fn add(total: u32, step: u32) -> u32 {
        tokio::task::yield_now().await;
        total + step
    }

    #[test]
    fn requires_fires() {
        let found = found(|| assert!(count(&[], false).is_ok()));
        assert_eq!(codes(&found), ["C109 V", "C109 V"], "what was required, and what follows from it");
    }

    #[test]
    fn ensures_fires() {
        assert_eq!(codes_of(|| assert!(count(&[1], true).is_ok())), ["C109 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(add(1, 2)), 3)), ["C109 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(count(&[1], false).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(block_on(add(1, 1)), 2)), NOTHING);
    }

    #[test]
    fn ensures_is_for_fulfilled_calls_and_always_for_all() {
        #[observe(ensures(ret > 100))]
        fn ensured() -> Result<u32, Fault> {
            fails()
        }
        #[observe(always(ret.is_ok()))]
        fn always() -> Result<u32, Fault> {
            fails()
        }
        assert_eq!(codes_of(|| assert!(ensured().is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(always().is_err())), ["C109 V"]);
    }
}

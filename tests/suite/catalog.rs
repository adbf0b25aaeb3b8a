//! What the catalog tells of a declaration before anything runs.

use candor::observe;

struct Account {
    debit: i64,
    credit: i64,
    log: Vec<String>,
}

impl Account {
    #[observe(
        track(self.debit, self.credit),
        maintains(self.debit >= 0, self.debit == self.credit)
    )]
    fn book(&mut self, amount: i64) {
        self.debit += amount;
        self.credit += amount;
    }

    #[observe(track(self.debit, self.credit), maintains(self.debit == self.credit))]
    fn book_at_once(&mut self, amount: i64) {
        if amount > 0 {
            (self.debit, self.credit) = (self.debit + amount, self.credit + amount);
        }
    }
}

#[observe(key = amount, idempotent, track(debit, credit), maintains(debit == credit, credit >= 0))]
fn local(amount: i64) -> i64 {
    let (mut debit, mut credit) = (0, 0);
    debit += amount;
    match amount {
        0 => {}
        _ => credit += amount,
    }
    debit - credit
}

/// The clauses of an operation of this file, as the catalog prints them.
fn clauses(name: &str) -> Vec<String> {
    let catalog = candor::catalog();
    let own = |declared: &&candor::DeclaredOperation| {
        declared.name == name && declared.target.ends_with("::catalog")
    };
    let declared = catalog.operations.iter().find(own).expect("it is declared in this binary");
    declared.intent.iter().map(ToString::to_string).collect()
}

#[test]
fn an_invariant_that_is_checked_at_the_exit_only_says_so() {
    let mut account = Account { debit: 0, credit: 0, log: Vec::new() };
    account.book(1);
    account.book_at_once(1);
    assert_eq!((account.debit, account.log.len()), (2, 0));
    assert_eq!(
        clauses("book"),
        [
            "track(self.debit, self.credit)",
            "maintains(self.debit >= 0)",
            "maintains(self.debit == self.credit) [checked at exit]",
        ]
    );
    assert_eq!(
        clauses("book_at_once"),
        ["track(self.debit, self.credit)", "maintains(self.debit == self.credit)"]
    );
}

#[test]
fn an_invariant_over_locals_that_no_statement_writes_together_says_that_it_is_not_checked() {
    assert_eq!(local(1), 0);
    let not_checked = "maintains(debit == credit) [not checked: no statement here writes all of its places, \
        and they are gone or lent out at the exit]";
    let declared =
        ["key(amount)", "idempotent", "track(debit, credit)", not_checked, "maintains(credit >= 0)"];
    assert_eq!(clauses("local"), declared);
}

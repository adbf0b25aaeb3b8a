use crate::world::{Accounts, BankError, MAX_BALANCE};
use tracing::info;

pub struct Bank {
    pub accounts: Accounts,
}

impl Bank {
    #[candor::observe]
    fn withdraw(&mut self, who: &str, amount: u64) -> Result<u64, BankError> {
        let balance = self.accounts.0.get_mut(who).ok_or_else(|| BankError::NoAccount(who.into()))?;
        if *balance < amount {
            return Err(BankError::InsufficientFunds { balance: *balance });
        }
        *balance -= amount;
        Ok(*balance)
    }

    #[candor::observe]
    fn deposit(&mut self, who: &str, amount: u64) -> Result<u64, BankError> {
        let balance = self.accounts.0.get_mut(who).ok_or_else(|| BankError::NoAccount(who.into()))?;
        if *balance + amount > MAX_BALANCE {
            return Err(BankError::BalanceTooHigh { account: who.into(), max: MAX_BALANCE });
        }
        *balance += amount;
        Ok(*balance)
    }

    #[candor::observe]
    pub fn transfer(&mut self, from: &str, to: &str, amount: u64) -> Result<(), BankError> {
        self.withdraw(from, amount)?;
        if let Err(refused) = self.deposit(to, amount) {
            self.deposit(from, amount)?;
            return Err(refused);
        }
        info!(from, to, amount, "transfer done");
        Ok(())
    }

    /// The chat command: `bank transfer @to amount`.
    pub fn transfer_command(&mut self, from: &str, to: &str, amount: u64) -> String {
        match self.transfer(from, to, amount) {
            Ok(()) => format!("{from} transferred {amount} credits to {to}"),
            Err(BankError::BalanceTooHigh { account, max }) => {
                info!(from, to, amount, "transfer refused: receiver at maximum");
                format!("{account}'s balance cannot rise above {max} credits.")
            }
            Err(BankError::InsufficientFunds { balance }) => format!("You only have {balance} credits."),
            Err(BankError::NoAccount(who)) => format!("{who} has no bank account."),
        }
    }
}

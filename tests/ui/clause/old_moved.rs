use candor::observe;

#[observe(ensures(ret.len() == old(text).len()))]
fn old_of_a_moved_value(text: String) -> String {
    text
}

#[observe(ensures(ret.len() == old(text.clone()).len()))]
fn old_of_a_clone(text: String) -> String {
    text
}

#[observe(ensures(ret == old(text.into_bytes()).len()))]
fn old_moves_it(text: String) -> usize {
    text.len()
}

#[observe(ensures(ret == old(text.into_bytes()).len()))]
async fn old_moves_it_in_a_future(text: String) -> usize {
    text.len()
}

struct Account {
    owner: String,
    balance: i64,
}

impl Account {
    #[observe(ensures(old(self.owner) == self.owner, old(self.balance) == self.balance))]
    async fn old_of_a_field(&mut self) {
        self.owner.clear();
    }
}

fn main() {
    old_of_a_clone(String::new());
}

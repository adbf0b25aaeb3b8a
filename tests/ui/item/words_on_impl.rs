use candor::observe;

struct Store;

#[observe(requires(true))]
impl Store {
    fn save(&self) {}
}

fn main() {
    Store.save();
}

use candor::observe;

struct Store {
    rows: Vec<u64>,
}

#[observe]
impl Store {
    fn save(&mut self, row: u64) {
        self.
    }
}

#[observe(requires(row > 0))]
fn save(store: &mut Store, row: u64) {
    store.rows.push(row);
    store.
}

fn main() {
    let mut store = Store { rows: Vec::new() };
    store.save(1);
    save(&mut store, 2);
}

use candor::observe;

#[observe]
struct Order {
    id: u64,
}

fn main() {
    let order = Order { id: 1 };
    assert_eq!(order.id, 1);
}

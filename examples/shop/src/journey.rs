//! What the customers and the staff do: a few hundred requests, the same ones in every run.

use serde_json::{Value, json};

/// A card that always works. The others are described in `service::gateway`.
const GOOD: &str = "4111-1111";
const DECLINED: &str = "4000-0002";
const STALLS: &str = "4000-0119";
const BUSY: &str = "4000-0503";
const NO_VOID: &str = "4000-0086";
const NO_PAYOUT: &str = "4000-0087";

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Text(String),
}

/// One request. `{id}` in the path stands for the order that the journey placed.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) method: &'static str,
    /// The route, for the summary.
    pub(crate) route: &'static str,
    pub(crate) path: String,
    pub(crate) body: Body,
}

impl Step {
    fn post(route: &'static str, body: Value) -> Self {
        Self { method: "POST", route, path: route.to_owned(), body: Body::Json(body) }
    }

    fn on_order(route: &'static str) -> Self {
        Self { method: "POST", route, path: route.to_owned(), body: Body::Nothing }
    }

    fn on_stock(route: &'static str, sku: u64, body: Value) -> Self {
        Self { path: route.replace("{sku}", &sku.to_string()), ..Self::post(route, body) }
    }
}

/// What one visitor does, one step after the other; a journey whose order is refused ends there.
pub(crate) type Journey = Vec<Step>;

struct Visit {
    customer: u64,
    card: &'static str,
    coupon: Option<&'static str>,
    skus: Vec<u64>,
    qty: i64,
}

impl Visit {
    fn new(customer: u64, card: &'static str, sku: u64) -> Self {
        Self { customer, card, coupon: None, skus: vec![sku], qty: 1 }
    }

    fn cart(&self) -> Value {
        let lines: Vec<Value> = self.skus.iter().map(|sku| json!({ "sku": sku, "qty": self.qty })).collect();
        json!({ "customer": self.customer, "card": self.card, "coupon": self.coupon, "lines": lines })
    }

    fn order(&self) -> Step {
        Step::post("/orders", self.cart())
    }
}

/// All journeys that run one after the other.
pub(crate) fn plan() -> Vec<Journey> {
    let mut all = Vec::new();
    purchases(&mut all);
    coupons(&mut all);
    cancellations(&mut all);
    refunds(&mut all);
    stock(&mut all);
    office(&mut all);
    interleave(all)
}

/// Quotes: they do not depend on one another, so they run several at a time.
pub(crate) fn quotes() -> Vec<Journey> {
    (0..40).map(|n| vec![Step::post("/quotes", Visit::new(1 + n % 20, GOOD, 100 + n % 30).cart())]).collect()
}

fn confirm() -> Step {
    Step::on_order("/orders/{id}/confirm")
}

fn purchases(all: &mut Vec<Journey>) {
    for n in 0..60_u64 {
        let visit = Visit {
            skus: vec![100 + n % 40, 110 + n % 25],
            qty: 1 + (n % 3).cast_signed(),
            ..Visit::new(1 + n % 20, GOOD, 0)
        };
        let mut journey = vec![visit.order(), confirm()];
        if n % 5 == 0 {
            journey.push(Step::on_order("/orders/{id}/invoice"));
        }
        all.push(journey);
    }
    for n in 0..12 {
        all.push(vec![Visit::new(1 + n, DECLINED, 120 + n).order()]);
    }
    for n in 0..8 {
        all.push(vec![Visit::new(2 + n, BUSY, 101 + n).order(), confirm()]);
    }
    for n in 0..2 {
        all.push(vec![Visit::new(5 + n, STALLS, 103 + n).order(), confirm()]);
    }
    for n in 0..5 {
        all.push(vec![Visit { qty: 50, ..Visit::new(7 + n, GOOD, 150 + n) }.order()]);
    }
    for n in 0..4 {
        all.push(vec![Visit::new(21 + n % 2, GOOD, 105 + n).order(), confirm()]);
    }
    for n in 0..3 {
        all.push(vec![Visit::new(9, GOOD, 900 + n).order(), confirm()]);
    }
    for n in 31..34 {
        all.push(vec![Visit::new(n, GOOD, 107).order(), confirm()]);
    }
    // The mail provider is busy for 35 and 36, and 31 has no mailbox any more.
    for n in [35, 36, 31] {
        all.push(vec![Visit::new(n, GOOD, 108).order(), Step::on_order("/orders/{id}/invoice")]);
    }
}

fn coupons(all: &mut Vec<Journey>) {
    let codes =
        ["WELCOME10", "SPRING20", "GIFT-7001", "NO-SUCH", "WELCOME10", "GIFT-7002", "NO-SUCH", "SPRING20"];
    for (n, code) in (0_u64..).zip(codes) {
        all.push(vec![Visit { coupon: Some(code), ..Visit::new(3 + n, GOOD, 111 + n) }.order(), confirm()]);
    }
}

fn cancellations(all: &mut Vec<Journey>) {
    let cancel = || Step::on_order("/orders/{id}/cancel");
    for n in 0..8 {
        all.push(vec![Visit::new(4 + n, GOOD, 113 + n).order(), confirm(), cancel()]);
    }
    for n in 0..2 {
        all.push(vec![Visit::new(6 + n, NO_VOID, 115 + n).order(), cancel()]);
    }
    // Called off twice: the second time is refused.
    all.push(vec![Visit::new(8, GOOD, 117).order(), cancel(), cancel()]);
}

fn refunds(all: &mut Vec<Journey>) {
    let refund = |skus: &[u64]| Step::post("/orders/{id}/refund", json!(skus));
    for n in 0..10 {
        let visit = Visit { skus: vec![100 + n, 120 + n], ..Visit::new(10 + n, GOOD, 0) };
        all.push(vec![visit.order(), confirm(), refund(&[100 + n])]);
    }
    // The second product of these is a final sale.
    for n in 0..3 {
        let visit = Visit { skus: vec![102 + n, 140 + n], ..Visit::new(11 + n, GOOD, 0) };
        all.push(vec![visit.order(), confirm(), refund(&[102 + n, 140 + n])]);
    }
    for n in 0..2 {
        all.push(vec![Visit::new(14 + n, NO_PAYOUT, 104 + n).order(), confirm(), refund(&[104 + n])]);
    }
    all.push(vec![Visit::new(16, GOOD, 145).order(), confirm(), refund(&[145])]);
}

fn stock(all: &mut Vec<Journey>) {
    let sell = |sku, qty| vec![Step::on_stock("/stock/{sku}/sell", sku, json!({ "qty": qty }))];
    for n in 0..20 {
        all.push(sell(130 + n % 10, 1 + n.cast_signed() % 4));
    }
    for sku in [150, 151, 152] {
        all.push(sell(sku, 5));
    }
    let adjust = |sku, delta, reason| {
        vec![Step::on_stock("/stock/{sku}/adjust", sku, json!({ "delta": delta, "reason": reason }))]
    };
    for n in 0..12 {
        all.push(adjust(155 + n % 5, 3 - n.cast_signed() % 5, "count of the week"));
    }
    all.push(adjust(156, 4, ""));
    all.push(adjust(157, -2, ""));
    let reorder = |sku| vec![Step::on_stock("/stock/{sku}/reorder", sku, json!({ "qty": 100 }))];
    for n in 0..8 {
        all.push(reorder(133 + n));
    }
    all.push(reorder(801));
    all.push(reorder(802));
}

fn office(all: &mut Vec<Journey>) {
    for _ in 0..20 {
        all.push(vec![Step {
            method: "GET",
            route: "/products",
            path: "/products".to_owned(),
            body: Body::Nothing,
        }]);
    }
    let import = |rows: &[String]| {
        vec![Step {
            method: "POST",
            route: "/import",
            path: "/import".to_owned(),
            body: Body::Text(rows.join("\n")),
        }]
    };
    let row = |sku: u64, name: &str| format!("{sku};{name};{}", 900 + sku % 7);
    all.push(import(&(300..340).map(|sku| row(sku, "spring")).collect::<Vec<_>>()));
    all.push(import(&(400..420).map(|sku| row(400 + sku % 12, "summer")).collect::<Vec<_>>()));
    all.push(import(&[row(500, "autumn"), "501;autumn".to_owned()]));
    all.push(import(&[row(510, "winter"), "511;winter;twelve".to_owned()]));
    for (issue, list) in [(1, "regulars"), (2, "all"), (3, "regulars")] {
        all.push(vec![Step::post("/newsletters", json!({ "list": list, "issue": issue }))]);
    }
}

/// Mixes the kinds of visitors, the same way in every run: a stride that shares no factor with the length visits each once.
fn interleave(all: Vec<Journey>) -> Vec<Journey> {
    let len = all.len();
    let stride = [61, 67, 71].into_iter().find(|stride| !len.is_multiple_of(*stride)).unwrap_or(1);
    let mut slots: Vec<Option<Journey>> = all.into_iter().map(Some).collect();
    (0..len).filter_map(|n| slots.get_mut(n * stride % len)?.take()).collect()
}

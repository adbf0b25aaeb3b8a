//! Money back for goods that came back.

use candor::observe;
use tracing::info;

use crate::app::Shop;
use crate::error::RefundError;
use crate::event::{LineRefunded, PaymentRefunded};
use crate::model::{Cents, Line, Order, Refund, Status};
use crate::world::{bank, order};

/// Refunds those of the named lines that can be given back.
#[observe(
    key = id,
    emits(PaymentRefunded * 1, LineRefunded),
    ensures(ret.total == sum(LineRefunded.amount)),
)]
pub(crate) async fn refund_order(shop: &Shop, id: u64, skus: &[u64]) -> Result<Refund, RefundError> {
    let order = order::find(shop, id)?;
    if !matches!(order.status, Status::Placed | Status::Confirmed) {
        return Err(RefundError::WrongState);
    }
    let named: Vec<&Line> = order.lines.iter().filter(|line| skus.contains(&line.sku)).collect();
    let back: Vec<&Line> = named.iter().copied().filter(|line| !line.is_final && !line.is_refunded).collect();
    if back.is_empty() {
        return Err(RefundError::NothingToRefund);
    }
    // bug: refund-total
    let total = named.iter().map(|line| line.amount()).sum();
    pay_out(shop, &order, total).await?;
    for line in back {
        order::refund_line(shop, &order, line)?;
    }
    Ok(Refund { order: id, total })
}

#[observe(key = order.id, emits(PaymentRefunded))]
pub(crate) async fn pay_out(shop: &Shop, order: &Order, amount: Cents) -> Result<(), RefundError> {
    let key = shop.fresh_key(order.id);
    let answer = bank::refund(shop, order, amount, &key).await;
    // bug: refund-log
    info!(order = order.id, amount, "refund completed");
    answer?;
    Ok(())
}

use crate::world::{BookingStatus, SagaStatus, Services};
use tracing::{error, info, warn};

#[candor::observe]
async fn mark_seats_booked(svc: &Services, id: u32, seats: u32) -> Result<(), String> {
    svc.hold_seats(seats).await?;
    info!(booking = id, seats, "seats booked");
    Ok(())
}

#[candor::observe]
async fn confirm_booking(svc: &Services, id: u32) -> Result<(), String> {
    if let Err(e) = svc.set_booking(BookingStatus::Confirmed).await {
        error!(booking = id, error = %e, "failed to update booking status after payment");
        return Err(e);
    }
    Ok(())
}

async fn compensate(svc: &Services, id: u32, seats: u32) -> Result<(), String> {
    svc.refund().await?;
    svc.state.lock().unwrap().seats_held -= seats;
    svc.set_booking(BookingStatus::Failed).await?;
    warn!(booking = id, "saga compensated");
    Ok(())
}

/// Runs the steps that follow a successful payment.
#[candor::observe]
pub async fn run_saga(svc: &Services, id: u32, seats: u32) -> Result<SagaStatus, String> {
    mark_seats_booked(svc, id, seats).await?;
    let rest = async {
        confirm_booking(svc, id).await?;
        svc.reduce_availability(seats).await
    };
    if let Err(e) = rest.await {
        error!(booking = id, error = %e, "saga step failed, compensating");
        compensate(svc, id, seats).await?;
        return Ok(SagaStatus::Failed);
    }
    info!(booking = id, "saga completed");
    Ok(SagaStatus::Completed)
}

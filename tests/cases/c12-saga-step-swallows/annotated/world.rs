use candor::{Event, emit};
use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BookingStatus {
    Pending,
    Confirmed,
    Failed,
}

#[derive(Event)]
pub struct BookingConfirmed;
#[derive(Event)]
pub struct SeatsBooked {
    pub seats: u32,
}
#[derive(Event)]
pub struct AvailabilityReduced {
    pub seats: u32,
}
#[derive(Event)]
pub struct PaymentRefunded;
#[derive(Event)]
pub struct SeatsReleased {
    pub seats: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SagaStatus {
    Completed,
    Failed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub booking: BookingStatus,
    pub paid: bool,
    pub seats_held: u32,
    pub available: u32,
}

/// The three remote services of the booking flow.
pub struct Services {
    pub state: Mutex<State>,
    pub booking_service_down: Mutex<u32>,
}

impl Services {
    pub async fn set_booking(&self, to: BookingStatus) -> Result<(), String> {
        tokio::task::yield_now().await;
        let mut down = self.booking_service_down.lock().unwrap();
        if *down > 0 {
            *down -= 1;
            return Err("booking service: connection refused".into());
        }
        self.state.lock().unwrap().booking = to;
        if to == BookingStatus::Confirmed {
            emit!(BookingConfirmed);
        }
        Ok(())
    }
    pub async fn hold_seats(&self, n: u32) -> Result<(), String> {
        tokio::task::yield_now().await;
        self.state.lock().unwrap().seats_held += n;
        emit!(SeatsBooked { seats: n });
        Ok(())
    }
    pub async fn reduce_availability(&self, n: u32) -> Result<(), String> {
        let mut s = self.state.lock().unwrap();
        s.available = s.available.checked_sub(n).ok_or("sold out")?;
        emit!(AvailabilityReduced { seats: n });
        Ok(())
    }
    pub async fn refund(&self) -> Result<(), String> {
        self.state.lock().unwrap().paid = false;
        emit!(PaymentRefunded);
        Ok(())
    }
}

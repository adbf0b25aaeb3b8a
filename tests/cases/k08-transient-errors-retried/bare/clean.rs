use crate::world::{Block, Rpc, RpcError};
use std::time::Duration;
use tracing::{debug, error, warn};

/// Fetches a block; transient errors are retried with a growing pause.
#[candor::observe]
pub async fn fetch_block(rpc: &Rpc, height: u64, max_attempts: u32) -> Result<Block, RpcError> {
    let mut pause = Duration::from_millis(1);
    for attempt in 1..=max_attempts {
        match rpc.block(height).await {
            Ok(block) => {
                debug!(height, attempt, "block fetched");
                return Ok(block);
            }
            Err(RpcError::Transient(reason)) if attempt < max_attempts => {
                warn!(height, attempt, reason, "transient error, will retry");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(e) => {
                error!(height, attempt, error = ?e, "giving up");
                return Err(e);
            }
        }
    }
    Err(RpcError::Permanent("no attempts allowed"))
}

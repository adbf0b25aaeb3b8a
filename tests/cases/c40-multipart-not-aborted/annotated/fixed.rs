use crate::world::{ObjectStore, UploadAborted, UploadCompleted};
use candor::observe;
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

pub struct WriteMultipart {
    store: ObjectStore,
    id: u32,
    key: String,
    parts: usize,
    in_flight: JoinSet<Result<(), String>>,
}

impl WriteMultipart {
    pub async fn start(store: &ObjectStore, key: &str) -> Self {
        let id = store.create().await;
        debug!(key, upload = id, "multipart upload started");
        WriteMultipart { store: store.clone(), id, key: key.to_string(), parts: 0, in_flight: JoinSet::new() }
    }

    /// Queues one chunk as a part; runs in the background.
    pub fn write(&mut self, chunk: &[u8]) {
        let part = self.parts;
        self.parts += 1;
        self.in_flight.spawn(self.store.clone().put_part(self.id, part, chunk.len()));
    }

    /// Waits until at most `max` parts are in flight.
    #[observe]
    pub async fn wait_for_capacity(&mut self, max: usize) -> Result<(), String> {
        while self.in_flight.len() > max {
            if let Some(done) = self.in_flight.join_next().await {
                done.map_err(|e| e.to_string())??;
            }
        }
        Ok(())
    }

    /// Flushes everything and makes the object visible.
    #[observe(emits(any => UploadCompleted | UploadAborted))]
    pub async fn finish(mut self) -> Result<usize, String> {
        if let Err(e) = self.wait_for_capacity(0).await {
            warn!(key = %self.key, error = %e, "a part failed, aborting the upload");
            self.in_flight.shutdown().await;
            self.store.abort(self.id).await?;
            return Err(e);
        }
        match self.store.complete(self.id, &self.key).await {
            Ok(()) => {
                info!(key = %self.key, parts = self.parts, "upload completed");
                Ok(self.parts)
            }
            Err(e) => {
                warn!(key = %self.key, error = %e, "completing failed, aborting the upload");
                self.store.abort(self.id).await?;
                Err(e)
            }
        }
    }
}

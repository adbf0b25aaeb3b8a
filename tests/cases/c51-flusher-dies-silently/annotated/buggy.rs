use crate::world::{Disk, Sample, SampleRecorded, encode};
use candor::{emit, observe};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tracing::{debug, info};

#[derive(Default)]
pub struct Metrics {
    pending: Mutex<Vec<Sample>>,
    recorded: Mutex<u64>,
}

impl Metrics {
    #[observe(emits(SampleRecorded))]
    pub fn record(&self, name: &'static str, value: f64) {
        let sample = Sample { name, value };
        self.pending.lock().unwrap().push(sample);
        *self.recorded.lock().unwrap() += 1;
        emit!(SampleRecorded { name });
    }

    pub fn recorded(&self) -> u64 {
        *self.recorded.lock().unwrap()
    }

    pub fn health(&self) -> &'static str {
        "ok"
    }
}

#[observe(recovers(_ in encode => "only valid samples are persisted"))]
async fn flush_once(metrics: &Metrics, disk: &Disk) {
    let batch = std::mem::take(&mut *metrics.pending.lock().unwrap());
    let n = batch.len();
    for sample in batch {
        let line = encode(&sample).expect("sample can be encoded");
        disk.append(line);
    }
    debug!(samples = n, "metrics flushed");
}

/// Starts the task that persists the metrics at every tick.
#[observe]
pub fn spawn_flusher(metrics: Arc<Metrics>, disk: Arc<Disk>, mut ticks: mpsc::Receiver<()>) {
    tokio::spawn(async move {
        while ticks.recv().await.is_some() {
            flush_once(&metrics, &disk).await;
        }
        info!("metrics flusher stopped");
    });
}

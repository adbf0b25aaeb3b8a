use candor::{Event, emit};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

#[derive(Debug, Default)]
pub struct Bucket {
    pub objects: BTreeMap<String, usize>,
    pub open_uploads: BTreeMap<u32, Vec<usize>>,
    pub failing_part: Option<usize>,
    next_id: u32,
}

#[derive(Event)]
pub struct UploadCompleted {
    pub id: u32,
}
#[derive(Event)]
pub struct UploadAborted {
    pub id: u32,
}

#[derive(Clone, Default)]
pub struct ObjectStore(pub Arc<Mutex<Bucket>>);

impl ObjectStore {
    pub async fn create(&self) -> u32 {
        let mut b = self.0.lock().unwrap();
        b.next_id += 1;
        let id = b.next_id;
        b.open_uploads.insert(id, vec![]);
        id
    }
    pub async fn put_part(self, id: u32, part: usize, bytes: usize) -> Result<(), String> {
        tokio::task::yield_now().await;
        let mut b = self.0.lock().unwrap();
        if b.failing_part == Some(part) {
            return Err(format!("part {part}: 503 SlowDown"));
        }
        b.open_uploads.get_mut(&id).ok_or("no such upload")?.push(bytes);
        Ok(())
    }
    pub async fn complete(&self, id: u32, key: &str) -> Result<(), String> {
        let mut b = self.0.lock().unwrap();
        let parts = b.open_uploads.remove(&id).ok_or("no such upload")?;
        b.objects.insert(key.into(), parts.iter().sum());
        emit!(UploadCompleted { id });
        Ok(())
    }
    pub async fn abort(&self, id: u32) -> Result<(), String> {
        self.0.lock().unwrap().open_uploads.remove(&id);
        emit!(UploadAborted { id });
        Ok(())
    }
}

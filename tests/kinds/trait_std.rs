//! Methods of traits of std: `Display`, `Drop`, `Iterator`, `From`, `Index`, `Deref`.

use std::fmt;
use std::ops::{Add, Deref, Index, IndexMut};
use std::sync::atomic::{AtomicU32, Ordering};

static DROPPED: AtomicU32 = AtomicU32::new(0);

struct Counter {
    at: u32,
}

impl fmt::Display for Counter {
    // @attribute
    // @declared(requires(self.at < 100))
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}", self.at)?;
        f.write_str("!")
    }
}

impl Drop for Counter {
    // @attribute
    // @declared(requires(self.at < 100))
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

impl Iterator for Counter {
    type Item = u32;

    // @attribute
    // @declared(track(self.at), maintains(self.at < 100), ensures(ret > 0))
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= 3 {
            return None;
        }
        self.at += 1;
        Some(self.at)
    }
}

impl From<u32> for Counter {
    // @attribute mute
    // @declared(ensures(ret.at == old(at)))
    fn from(at: u32) -> Self {
        Counter { at }
    }
}

impl Index<&str> for Counter {
    type Output = u32;

    // @attribute
    // @declared(key = name)
    fn index(&self, name: &str) -> &Self::Output {
        assert_eq!(name, "at");
        &self.at
    }
}

impl IndexMut<&str> for Counter {
    // @attribute
    // @declared(key = name)
    fn index_mut(&mut self, name: &str) -> &mut u32 {
        assert_eq!(name, "at");
        &mut self.at
    }
}

impl Deref for Counter {
    type Target = u32;

    // @attribute
    // @declared(ensures(**ret < 100))
    fn deref(&self) -> &u32 {
        &self.at
    }
}

impl Add<u32> for &Counter {
    type Output = u32;

    // @attribute
    // @declared(ensures(ret >= self.at))
    fn add(self, more: u32) -> u32 {
        self.at + more
    }
}

fn main() {
    let before = DROPPED.load(Ordering::Relaxed);
    let mut counter = Counter::from(1);
    assert_eq!(counter.to_string(), "at 1!");
    assert_eq!(&counter + 4, 5);
    assert_eq!(counter.by_ref().sum::<u32>(), 5);
    counter["at"] += 1;
    assert_eq!((counter["at"], *counter), (4, 4));
    drop(counter);
    assert!(DROPPED.load(Ordering::Relaxed) > before);
}

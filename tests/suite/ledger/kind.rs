//! What is an error: by type, not by name.

use std::borrow::Cow;
use std::error::Error;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};

use candor::{Outcome, observe};

use crate::kit::{Fault, NOTHING, codes_of, io_error};

/// One test for each call whose result is dropped.
macro_rules! dropped {
    ($expected:expr; $($call:ident)+) => { $(
        #[test]
        fn $call() {
            #[observe]
            fn operation() {
                let _ = super::$call();
            }
            assert_eq!(codes_of(operation), $expected);
        }
    )+ };
}

#[derive(Outcome)]
enum Refusal {
    #[outcome(refused)]
    SoldOut,
}

struct Opaque;

fn std_error() -> Result<u32, Fault> {
    Err(Fault::Timeout)
}
fn std_io_error() -> std::io::Result<u32> {
    io_error(ErrorKind::NotFound)
}
fn string() -> Result<(), String> {
    Err("disk full".to_owned())
}
fn str() -> Result<(), &'static str> {
    Err("disk full")
}
fn cow() -> Result<(), Cow<'static, str>> {
    Err(Cow::Borrowed("disk full"))
}
fn boxed() -> Result<(), Box<dyn Error>> {
    Err("disk full".into())
}
fn boxed_send_sync() -> Result<(), Box<dyn Error + Send + Sync>> {
    Err("disk full".into())
}
fn arc() -> Result<(), Arc<dyn Error + Send + Sync>> {
    Err(Arc::new(Fault::Timeout))
}
fn anyhow() -> anyhow::Result<()> {
    Err(anyhow::anyhow!("disk full"))
}
fn declared_outcome() -> Result<(), Refusal> {
    Err(Refusal::SoldOut)
}
fn panicked_thread() -> std::thread::Result<()> {
    Err(Box::new("worker panicked"))
}

mod errors {
    use super::*;

    dropped!(["C101 V"]; std_error std_io_error string str cow boxed boxed_send_sync arc anyhow declared_outcome panicked_thread);
}

fn unit() -> Result<u32, ()> {
    Err(())
}
fn integer() -> Result<u32, u64> {
    Err(404)
}
fn boolean() -> Result<(), bool> {
    Err(false)
}
fn opaque() -> Result<(), Opaque> {
    Err(Opaque)
}
fn binary_search() -> Result<usize, usize> {
    [1, 3, 5].binary_search(&4)
}
fn compare_exchange() -> Result<u32, u32> {
    AtomicU32::new(1).compare_exchange(2, 3, Ordering::SeqCst, Ordering::SeqCst)
}
fn try_unwrap() -> Result<String, Arc<String>> {
    let first = Arc::new("shared".to_owned());
    let second = Arc::clone(&first);
    let result = Arc::try_unwrap(first);
    drop(second);
    result
}
fn once_lock_set() -> Result<(), u32> {
    let lock = OnceLock::from(1);
    lock.set(2)
}

mod answers {
    use super::*;

    dropped!(NOTHING; unit integer boolean opaque binary_search compare_exchange try_unwrap once_lock_set);

    /// What could not be set is given back; it is no error, whatever its type.
    #[test]
    fn once_lock_set_of_a_string() {
        #[observe]
        fn operation() {
            let name: OnceLock<String> = OnceLock::from("first".to_owned());
            let _ = name.set("second".to_owned());
        }
        assert_eq!(codes_of(operation), NOTHING);
    }

    #[test]
    fn by_every_method() {
        #[observe]
        fn operation() -> (bool, usize, Option<u32>) {
            let found = [1, 3, 5].binary_search(&4).is_ok();
            let at = [1, 3, 5].binary_search(&4).unwrap_or_else(|at| at);
            (found, at, super::unit().ok())
        }
        assert_eq!(codes_of(|| assert_eq!(operation(), (false, 2, None))), NOTHING);
    }
}

fn would_block() -> std::io::Result<u32> {
    io_error(ErrorKind::WouldBlock)
}
fn interrupted() -> std::io::Result<u32> {
    io_error(ErrorKind::Interrupted)
}
fn format_error() -> std::fmt::Result {
    Err(std::fmt::Error)
}
fn empty_channel() -> Result<u32, mpsc::TryRecvError> {
    let (sender, receiver) = mpsc::channel();
    let result = receiver.try_recv();
    drop(sender);
    result
}
fn closed_channel() -> Result<u32, mpsc::RecvError> {
    let (sender, receiver) = mpsc::channel();
    drop(sender);
    receiver.recv()
}
fn missing_variable() -> Result<String, std::env::VarError> {
    Err(std::env::VarError::NotPresent)
}

mod ends {
    use super::*;

    dropped!(NOTHING; would_block interrupted format_error empty_channel closed_channel missing_variable);

    /// The look-alikes of the six above: real errors of the same types, or in the same place.
    #[test]
    fn other_errors_of_the_same_types_fire() {
        #[observe]
        fn broken_pipe() {
            let _ = io_error(ErrorKind::BrokenPipe);
        }
        #[observe]
        fn not_unicode() {
            let variable: Result<String, _> = Err(std::env::VarError::NotUnicode("x".into()));
            variable.ok();
        }
        #[observe]
        fn nobody_receives() {
            let (sender, receiver) = mpsc::channel();
            drop(receiver);
            let _ = sender.send(1);
        }
        assert_eq!(codes_of(broken_pipe), ["C101 V"]);
        assert_eq!(codes_of(not_unicode), ["C101 V"]);
        assert_eq!(codes_of(nobody_receives), ["C101 V"]);
    }

    #[test]
    fn a_disconnected_channel_ends_a_while_let() {
        #[observe]
        fn drain(receiver: &mpsc::Receiver<u32>) -> u32 {
            let mut sum = 0;
            while let Ok(more) = receiver.recv() {
                sum += more;
            }
            sum
        }
        let (sender, receiver) = mpsc::channel();
        sender.send(3).unwrap();
        drop(sender);
        assert_eq!(codes_of(|| assert_eq!(drain(&receiver), 3)), NOTHING);
    }

    #[test]
    fn while_let_ok_ends_naturally_with_any_error() {
        #[observe]
        fn drain() {
            while let Ok(more) = std_error() {
                assert!(more > 0);
            }
        }
        assert_eq!(codes_of(drain), NOTHING);
    }

    #[test]
    fn nobody_receives_any_more_and_the_loop_ends() {
        #[observe]
        fn produce(sender: &mpsc::Sender<u32>) -> u32 {
            let mut sent = 0;
            loop {
                if sender.send(sent).is_err() {
                    break;
                }
                sent += 1;
            }
            sent
        }
        let (sender, receiver) = mpsc::channel();
        drop(receiver);
        assert_eq!(codes_of(|| assert_eq!(produce(&sender), 0)), NOTHING);
    }

    #[test]
    fn nobody_receives_any_more_and_an_arm_ends_the_loop() {
        #[observe]
        fn produce(sender: &mpsc::Sender<u32>) {
            loop {
                match sender.send(1) {
                    Ok(()) => {}
                    Err(_) => break,
                }
            }
        }
        let (sender, receiver) = mpsc::channel();
        drop(receiver);
        assert_eq!(codes_of(|| produce(&sender)), NOTHING);
    }

    #[test]
    fn a_poisoned_lock_is_taken_all_the_same() {
        #[observe]
        fn read(lock: &Mutex<u32>) -> u32 {
            *lock.lock().unwrap_or_else(PoisonError::into_inner)
        }
        let lock = Arc::new(Mutex::new(7));
        let other = Arc::clone(&lock);
        let poison = move || {
            let _held = other.lock();
            panic!("poison it");
        };
        std::thread::spawn(poison).join().unwrap_err();
        assert!(lock.is_poisoned());
        assert_eq!(codes_of(|| assert_eq!(read(&lock), 7)), NOTHING);
    }
}

mod bounced {
    use candor::observe;

    use crate::kit::{Flaky, NOTHING, block_on, codes_of};

    /// No error, and not called one.
    #[derive(Debug, PartialEq, Eq)]
    struct Bounced(&'static str);

    #[derive(Debug, PartialEq, Eq)]
    struct Level;

    impl std::str::FromStr for Level {
        type Err = Bounced;

        #[observe]
        fn from_str(_text: &str) -> Result<Level, Bounced> {
            Err(Bounced("level"))
        }
    }

    #[observe]
    async fn deliver(channel: &'static str) -> Result<u32, Bounced> {
        tokio::task::yield_now().await;
        if channel == "push" { Err(Bounced(channel)) } else { Ok(1) }
    }

    fn search(channel: &'static str) -> Result<u32, Bounced> {
        if channel == "push" { Err(Bounced(channel)) } else { Ok(1) }
    }

    #[test]
    fn what_a_call_failed_with_is_an_error_wherever_it_is_dropped() {
        #[observe]
        async fn digest(other: &'static str) -> Result<u32, Bounced> {
            let (mail, push) = tokio::join!(deliver("mail"), deliver(other));
            let mut sent = mail?;
            if let Ok(more) = push {
                sent += more;
            }
            Ok(sent)
        }
        #[observe]
        async fn later(other: &'static str) -> u32 {
            let sent = deliver(other).await;
            tokio::task::yield_now().await;
            sent.unwrap_or(0)
        }
        #[observe]
        async fn twice(call: &Flaky) -> Result<u32, Bounced> {
            let first = patient(call).await;
            if let Ok(sent) = first {
                return Ok(sent);
            }
            patient(call).await
        }
        #[observe]
        async fn patient(call: &Flaky) -> Result<u32, Bounced> {
            tokio::task::yield_now().await;
            call.call().map_err(|_| Bounced("push"))
        }
        #[observe]
        async fn told(other: &'static str) -> Result<u32, Bounced> {
            let (mail, push) = tokio::join!(deliver("mail"), deliver(other));
            Ok(mail? + push?)
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(digest("push")), Ok(1))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(later("push")), 0)), ["C103 S"]);
        assert_eq!(codes_of(|| assert!(block_on(told("push")).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(block_on(twice(&Flaky::new(1))).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(block_on(digest("sms")), Ok(2))), NOTHING);
    }

    #[test]
    fn what_no_call_failed_with_is_an_answer() {
        #[observe]
        fn place(other: &'static str) -> u32 {
            let found = search(other);
            let mut at = 0;
            if let Ok(more) = found {
                at += more;
            }
            at
        }
        #[observe]
        fn level(text: &str) -> Level {
            let level = text.parse::<Level>();
            level.unwrap_or(Level)
        }
        assert_eq!(codes_of(|| assert_eq!(place("push"), 0)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(level("loud"), Level)), NOTHING);
    }

    /// A line with it speaks of what is kept.
    #[test]
    fn what_is_logged_and_kept_is_told() {
        #[observe]
        fn all(channels: &[&'static str]) -> (u32, Vec<Bounced>) {
            let (mut sent, mut bounced) = (0, Vec::new());
            for channel in channels {
                match search(channel) {
                    Ok(more) => sent += more,
                    Err(e) => {
                        tracing::warn!(channel, error = ?e, "not sent");
                        bounced.push(e);
                    }
                }
            }
            (sent, bounced)
        }
        #[observe]
        fn those_that_went(channels: &[&'static str]) -> u32 {
            let mut sent = 0;
            for channel in channels {
                match search(channel) {
                    Ok(more) => sent += more,
                    Err(e) => tracing::warn!(channel, error = ?e, "not sent"),
                }
            }
            sent
        }
        #[observe]
        fn elsewhere(channels: &[&'static str]) -> (u32, Vec<Bounced>) {
            let found = all(channels);
            tracing::error!(error = "the disk is full", "cannot write");
            found
        }
        let channels = ["mail", "push"];
        assert_eq!(codes_of(|| assert_eq!(all(&channels).0, 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(those_that_went(&channels), 1)), ["C101 S"]);
        assert_eq!(codes_of(|| assert_eq!(elsewhere(&channels).0, 1)), ["C101 S"]);
    }
}

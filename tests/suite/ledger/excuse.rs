//! Errors that are none where the code has them in view: a form that was asked for before, whoever does not wait any more, a key.

use std::any::Any;
use std::io::ErrorKind;
use std::sync::mpsc::{Receiver, Sender, channel};

use candor::observe;
use tokio::sync::oneshot;

use crate::kit::{Flaky, NOTHING, codes_of, io_error};

#[test]
fn a_form_that_an_iterator_asked_for() {
    #[observe]
    fn days(date: &str) -> Option<u32> {
        let mut parts = date.splitn(2, '-').map(str::parse::<u32>);
        let (year, month) = (parts.next()?.ok()?, parts.next()?.ok()?);
        Some(year * 12 + month)
    }
    #[observe]
    fn stored(calls: &[Flaky]) -> Option<u32> {
        let mut parts = calls.iter().map(Flaky::call);
        let (year, month) = (parts.next()?.ok()?, parts.next()?.ok()?);
        Some(year * 12 + month)
    }
    #[observe]
    fn guessed(date: &str) -> u32 {
        let mut parts = date.splitn(2, '-').map(str::parse::<u32>);
        parts.next().and_then(|year| year.ok()).unwrap_or(1970)
    }
    assert_eq!(codes_of(|| assert_eq!(days("2026-x"), None)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(stored(&[Flaky::new(1)]), None)), ["C101 V"]);
    assert!(!codes_of(|| assert_eq!(guessed("x"), 1970)).is_empty(), "something else stands for it");
}

#[test]
fn none_where_the_error_says_that_there_is_none() {
    fn read(kind: ErrorKind) -> std::io::Result<u32> {
        io_error(kind)
    }
    #[observe]
    fn by_ok(kind: ErrorKind) -> Option<u32> {
        let id = read(kind).ok()?;
        Some(id + 1)
    }
    #[observe]
    fn by_arm(kind: ErrorKind) -> Result<Option<u32>, String> {
        match read(kind) {
            Ok(id) => Ok(Some(id)),
            Err(_) => Ok(None),
        }
    }
    #[observe]
    fn first(kind: ErrorKind) -> Option<u32> {
        let Ok(id) = read(kind) else { return None };
        Some(id)
    }
    #[observe]
    fn zero(kind: ErrorKind) -> u32 {
        read(kind).unwrap_or(0)
    }
    for kind in [ErrorKind::NotFound, ErrorKind::ConnectionRefused] {
        let found = [
            codes_of(|| assert_eq!(by_ok(kind), None)),
            codes_of(|| assert_eq!(by_arm(kind), Ok(None))),
            codes_of(|| assert_eq!(first(kind), None)),
        ];
        let is_none = kind == ErrorKind::NotFound;
        assert!(found.iter().all(|codes| codes.is_empty() == is_none), "{kind:?} {found:?}");
        assert_eq!(codes_of(|| assert_eq!(zero(kind), 0)), ["C103 S"]);
    }
}

#[test]
fn none_of_a_call_that_says_so() {
    #[observe]
    fn query(id: u32) -> Result<u32, String> {
        match id {
            0 => Err("no row".to_owned()),
            1 => Err("the connection is gone".to_owned()),
            id => Ok(id),
        }
    }
    #[observe]
    fn find(id: u32) -> Option<u32> {
        query(id).ok()
    }
    assert_eq!(codes_of(|| assert_eq!(find(0), None)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(find(1), None)), ["C101 V"]);
}

#[test]
fn a_payload_that_is_something_else() {
    #[observe]
    fn text_of(payload: Box<dyn Any + Send>) -> String {
        payload
            .downcast::<String>()
            .map(|text| *text)
            .or_else(|payload| payload.downcast::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|_| "a panic without a text".to_owned())
    }
    #[observe]
    fn joined() -> u32 {
        std::thread::spawn(|| -> u32 { std::panic::resume_unwind(Box::new(7)) }).join().unwrap_or(0)
    }
    assert_eq!(codes_of(|| assert_eq!(text_of(Box::new(7)), "a panic without a text")), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(joined(), 0)), ["C103 S"]);
}

struct Question {
    id: u64,
    reply: Sender<u64>,
}

fn gone() -> Sender<u64> {
    channel().0
}

fn questions() -> Receiver<Question> {
    let (asking, questions) = channel();
    for id in 0..2 {
        asking.send(Question { id, reply: gone() }).unwrap();
    }
    questions
}

#[test]
fn whoever_asked_may_have_gone() {
    #[observe]
    fn answers(questions: &Receiver<Question>) -> u64 {
        let mut asked = 0;
        while let Ok(question) = questions.recv() {
            let _ = question.reply.send(question.id * 2);
            asked += 1;
        }
        asked
    }
    #[observe]
    fn answers_its_parts(questions: &Receiver<Question>) -> u64 {
        let mut asked = 0;
        loop {
            let Ok(question) = questions.recv() else { break asked };
            let Question { id, reply } = question;
            reply.send(id).ok();
            asked += 1;
        }
    }
    #[observe]
    fn passes_on(questions: &Receiver<Question>, next: &Sender<u64>) -> u64 {
        let mut asked = 0;
        while let Ok(question) = questions.recv() {
            let _ = next.send(question.id);
            asked += 1;
        }
        asked
    }
    #[observe]
    fn tells_all(listeners: &[Sender<u64>]) -> usize {
        for listener in listeners {
            let _ = listener.send(1);
        }
        listeners.len()
    }
    assert_eq!(codes_of(|| assert_eq!(answers(&questions()), 2)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(answers_its_parts(&questions()), 2)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(passes_on(&questions(), &gone()), 2)), ["C114 V 2"]);
    assert_eq!(codes_of(|| assert_eq!(tells_all(&[gone()]), 1)), ["C114 V"]);
}

#[test]
fn a_text_that_nobody_waits_for_is_no_error() {
    #[observe]
    fn names(questions: &Receiver<oneshot::Sender<String>>) -> u64 {
        let mut asked = 0;
        while let Ok(reply) = questions.recv() {
            let _ = reply.send("ann".to_owned());
            asked += 1;
        }
        asked
    }
    let (asking, questions) = channel();
    asking.send(oneshot::channel().0).unwrap();
    drop(asking);
    assert_eq!(codes_of(|| assert_eq!(names(&questions), 1)), NOTHING);
}

#[test]
fn what_has_no_number_stands_behind_the_others() {
    #[observe]
    fn newest<'v>(versions: &[&'v str]) -> Option<&'v str> {
        versions.iter().copied().max_by_key(|version| {
            version.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>()
        })
    }
    #[observe]
    fn sorted<'v>(mut texts: Vec<&'v str>) -> Vec<&'v str> {
        texts.sort_by_key(|text| text.parse::<u32>().unwrap_or(u32::MAX));
        texts
    }
    #[observe]
    fn cheapest<'v>(prices: &[&'v str]) -> Option<&'v str> {
        prices.iter().copied().min_by_key(|price| price.parse::<u32>().unwrap_or(0))
    }
    #[observe]
    fn by_priority(mut calls: Vec<Flaky>) -> usize {
        calls.sort_by_key(|call| call.call().unwrap_or(0));
        calls.len()
    }
    #[observe]
    fn total(prices: &[&str]) -> u32 {
        prices.iter().map(|price| price.parse::<u32>().unwrap_or(0)).sum()
    }
    assert_eq!(codes_of(|| assert_eq!(newest(&["1.2", "1.x"]), Some("1.2"))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(sorted(vec!["x", "2"]), ["2", "x"])), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(cheapest(&["3", "x"]), Some("x"))), ["C103 S"]);
    assert!(!codes_of(|| assert_eq!(by_priority(vec![Flaky::new(9), Flaky::new(9)]), 2)).is_empty());
    assert_eq!(codes_of(|| assert_eq!(total(&["3", "x"]), 3)), ["C103 S"]);
}

#[test]
fn whoever_may_listen_may_leave() {
    struct Pool {
        jobs: Option<Sender<u64>>,
    }
    impl Pool {
        #[observe]
        fn submit(&self, job: u64) -> u64 {
            if let Some(jobs) = &self.jobs {
                let _ = jobs.send(job);
            }
            job
        }
    }
    #[observe]
    fn copy(parts: u64, progress: Option<&Sender<u64>>) -> u64 {
        for part in 0..parts {
            if let Some(progress) = progress {
                let _ = progress.send(part);
            }
        }
        parts
    }
    #[observe]
    fn store(part: u64, journal: &Sender<u64>) -> u64 {
        let _ = journal.send(part);
        part
    }
    assert_eq!(codes_of(|| assert_eq!(copy(2, Some(&gone())), 2)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(store(2, &gone()), 2)), ["C101 V"]);
    assert_eq!(codes_of(|| assert_eq!(Pool { jobs: Some(gone()) }.submit(7), 7)), ["C101 V"]);
}

/// What is asked on the way to the answer is answered as well.
#[test]
fn an_answer_may_be_an_error() {
    #[observe]
    fn look_up(id: u64) -> Result<u64, String> {
        if id == 0 { Err("no such row".to_owned()) } else { Ok(id) }
    }
    #[observe]
    fn serve(questions: &Receiver<(u64, oneshot::Sender<Result<u64, String>>)>) -> u64 {
        let mut asked = 0;
        while let Ok((id, reply)) = questions.recv() {
            if reply.send(look_up(id)).is_err() {
                tracing::debug!(id, "nobody waits any more");
            }
            asked += 1;
        }
        asked
    }
    let (asking, questions) = channel();
    for id in 0..2 {
        asking.send((id, oneshot::channel().0)).unwrap();
    }
    drop(asking);
    assert_eq!(codes_of(|| assert_eq!(serve(&questions), 2)), NOTHING);
}

mod limit {
    use std::future::pending;
    use std::time::Duration;

    use candor::observe;
    use tokio::task::JoinSet;
    use tokio::time::{Instant, timeout_at};
    use tracing::warn;

    use crate::kit::{NOTHING, block_on, codes_of};

    fn sessions() -> JoinSet<u32> {
        let mut sessions = JoinSet::new();
        sessions.spawn(async { 1 });
        sessions.spawn(pending());
        sessions
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(5)
    }

    #[test]
    fn what_is_asked_again_behind_it_is_dealt_with_there() {
        #[observe]
        async fn drains(mut sessions: JoinSet<u32>) -> (usize, usize) {
            let (deadline, mut ended) = (soon(), 0);
            loop {
                match timeout_at(deadline, sessions.join_next()).await {
                    Ok(Some(_)) => ended += 1,
                    Ok(None) => return (ended, 0),
                    Err(_) => break,
                }
            }
            sessions.abort_all();
            let mut cut = 0;
            while let Some(end) = sessions.join_next().await {
                cut += usize::from(end.is_err());
            }
            (ended, cut)
        }
        #[observe]
        async fn leaves(mut sessions: JoinSet<u32>) -> usize {
            let (deadline, mut ended) = (soon(), 0);
            loop {
                match timeout_at(deadline, sessions.join_next()).await {
                    Ok(Some(_)) => ended += 1,
                    Ok(None) => return ended,
                    Err(_) => break,
                }
            }
            warn!(left = sessions.len(), "sessions did not end in time");
            sessions.abort_all();
            ended
        }
        #[observe]
        async fn returns(mut sessions: JoinSet<u32>) -> usize {
            let (deadline, mut ended) = (soon(), 0);
            while ended < 2 {
                match timeout_at(deadline, sessions.join_next()).await {
                    Ok(Some(_)) => ended += 1,
                    Ok(None) => break,
                    Err(_) => return ended,
                }
            }
            sessions.join_next().await.map_or(ended, |_| ended + 1)
        }
        let drained = || assert_eq!(block_on(async { drains(sessions()).await }), (1, 1));
        let left = || assert_eq!(block_on(async { leaves(sessions()).await }), 1);
        let returned = || assert_eq!(block_on(async { returns(sessions()).await }), 1);
        assert_eq!(codes_of(drained), NOTHING);
        assert_eq!(codes_of(left), ["C101 V"]);
        assert!(!codes_of(returned).is_empty(), "nothing stands behind it");
    }
}

//! Calls after which nothing is lost, and lines that show what somebody else gets.
#![allow(clippy::let_underscore_must_use, reason = "the forms are what is tested")]

use std::sync::mpsc::{Sender, channel};

use candor::observe;
use tracing::{error, info};

use crate::kit::{Fault, Flaky, NOTHING, block_on, codes, codes_of, found};

mod onlooker {
    use super::*;

    struct Agent {
        trace: Option<Sender<u32>>,
        orders: Option<Sender<u32>>,
    }

    impl Agent {
        #[observe]
        fn call(&self, id: u32) -> u32 {
            if let Some(trace) = &self.trace {
                let _ = trace.send(id);
                trace.send(id).ok();
            }
            id
        }

        #[observe]
        fn order(&self, id: u32) -> u32 {
            if let Some(orders) = &self.orders {
                let _ = orders.send(id);
            }
            id
        }

        #[observe]
        fn both(&self, id: u32) -> u32 {
            if let Some(trace) = &self.trace {
                let _ = self.orders.as_ref().unwrap_or(trace).send(id);
            }
            id
        }
    }

    #[observe]
    fn one_that_is_there(trace: &Sender<u32>, id: u32) -> u32 {
        let _ = trace.send(id);
        id
    }

    #[test]
    fn nobody_need_look_on() {
        let gone = || Some(channel().0);
        let agent = Agent { trace: gone(), orders: gone() };
        assert_eq!(codes_of(|| assert_eq!(agent.call(7), 7)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(agent.order(7), 7)), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(agent.both(7), 7)), ["C101 V"], "that is an order");
        let alone = gone().into_iter().map(|trace| one_that_is_there(&trace, 7));
        assert_eq!(codes_of(|| assert_eq!(alone.sum::<u32>(), 7)), ["C101 V"]);
    }
}

mod goodbye {
    use super::*;

    struct Conn {
        old: bool,
        end: Flaky,
    }

    impl Conn {
        fn new() -> Conn {
            Conn { old: true, end: Flaky::new(1) }
        }

        async fn close(&self) -> Result<u32, Fault> {
            self.end.call()
        }

        fn write_all(&self, _text: &str) -> Result<u32, Fault> {
            Ok(1)
        }

        fn shutdown(&self) -> Result<u32, Fault> {
            self.end.call()
        }
    }

    #[observe]
    async fn healthy(idle: &mut Vec<Conn>) -> Option<Conn> {
        loop {
            let conn = idle.pop()?;
            if conn.old {
                let _ = conn.close().await;
                continue;
            }
            return Some(conn);
        }
    }

    #[observe]
    async fn file(idle: &mut Vec<Conn>) -> Option<u32> {
        let file = idle.pop()?;
        let _ = file.close().await;
        Some(1)
    }

    #[observe]
    async fn lent(conn: &Conn) -> u32 {
        let _ = conn.close().await;
        1
    }

    #[observe]
    async fn borrowed(idle: &[Conn]) -> u32 {
        for conn in idle.iter() {
            let _ = conn.close().await;
        }
        1
    }

    #[observe]
    async fn written(idle: &mut Vec<Conn>) -> Result<u32, Fault> {
        let Some(conn) = idle.pop() else { return Ok(0) };
        conn.write_all("bye")?;
        let _ = conn.shutdown();
        Ok(1)
    }

    fn answer(_conn: &mut Conn) -> Result<u32, Fault> {
        Ok(1)
    }

    #[observe]
    async fn lent_before(idle: &mut Vec<Conn>) -> Result<u32, Fault> {
        let Some(mut conn) = idle.pop() else { return Ok(0) };
        answer(&mut conn)?;
        let _ = conn.close().await;
        Ok(1)
    }

    #[observe]
    async fn kept(idle: &mut Vec<Conn>) -> Option<Conn> {
        let conn = idle.pop()?;
        let _ = conn.close().await;
        Some(conn)
    }

    #[test]
    fn a_connection_that_is_given_up_is_closed_as_well_as_can_be() {
        let mut idle = vec![Conn::new()];
        assert_eq!(codes_of(|| assert!(block_on(healthy(&mut idle)).is_none())), NOTHING);
    }

    #[test]
    fn what_is_written_when_it_is_closed_is_not() {
        let idle = || vec![Conn::new()];
        assert_eq!(codes_of(|| assert_eq!(block_on(file(&mut idle())), Some(1))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(lent(&Conn::new())), 1)), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(borrowed(&idle())), 1)), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(written(&mut idle())), Ok(1))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(lent_before(&mut idle())), Ok(1))), ["C101 V"]);
        assert_eq!(codes_of(|| assert!(block_on(kept(&mut idle())).is_some())), ["C101 V"]);
    }
}

mod shown {
    use super::*;

    #[derive(Clone, Debug)]
    enum Run {
        Succeeded,
        Failed(String),
    }

    fn run(works: bool) -> Run {
        if works { Run::Succeeded } else { Run::Failed("the relay is down".to_owned()) }
    }

    #[observe]
    fn tick(works: bool, history: &mut Vec<(u32, Run)>) -> u32 {
        let state = run(works);
        match &state {
            Run::Succeeded => info!("job succeeded"),
            failed => error!(state = ?failed, "job failed"),
        }
        history.push((1, state));
        1
    }

    #[observe]
    fn part(works: bool, history: &mut Vec<Run>) -> usize {
        let state = run(works);
        if let Run::Failed(why) = &state {
            error!("job failed: {why}");
        }
        history.push(state);
        history.len()
    }

    #[test]
    fn whoever_gets_it_knows_what_the_line_says() {
        assert_eq!(codes_of(|| assert_eq!(tick(false, &mut Vec::new()), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(tick(true, &mut Vec::new()), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(part(false, &mut Vec::new()), 1)), NOTHING);
    }

    #[test]
    fn the_story_has_the_line_and_nothing_else_of_it() {
        #[observe]
        fn tick_and_lose(works: bool, history: &mut Vec<Run>) {
            let state = run(works);
            match &state {
                Run::Succeeded => info!("job succeeded"),
                failed => error!(state = ?failed, "job failed"),
            }
            history.push(state);
            let _ = Flaky::new(1).call();
        }
        let found = found(|| tick_and_lose(false, &mut Vec::new()));
        let story: Vec<&str> =
            found.iter().flat_map(|one| &one.story.lines).map(|line| &*line.text).collect();
        assert_eq!(codes(&found), ["C101 V"]);
        assert!(story.iter().any(|line| line.contains("job failed")), "{story:?}");
        assert_eq!(story.iter().filter(|line| line.contains("met Err(")).count(), 1, "{story:?}");
    }

    #[observe]
    fn dropped(works: bool) -> u32 {
        let state = run(works);
        match &state {
            Run::Succeeded => info!("job succeeded"),
            failed => error!(state = ?failed, "job failed"),
        }
        drop(state);
        1
    }

    #[observe]
    fn only_logged(works: bool) -> u32 {
        let state = run(works);
        match &state {
            Run::Succeeded => info!("job succeeded"),
            failed => error!(state = ?failed, "job failed"),
        }
        info!(?state, "ended");
        1
    }

    #[observe]
    fn kept_for_their_number(works: bool) -> usize {
        let mut all = Vec::new();
        let state = run(works);
        match &state {
            Run::Succeeded => info!("job succeeded"),
            failed => error!(state = ?failed, "job failed"),
        }
        all.push(state);
        all.len()
    }

    #[observe]
    fn another(works: bool, history: &mut Vec<Run>) -> usize {
        let state = run(works);
        match &state {
            Run::Succeeded => info!("job succeeded"),
            Run::Failed(_) => error!(mail = "not sent", "nobody was told"),
        }
        history.push(state);
        history.len()
    }

    #[test]
    fn what_nobody_gets_is_lost_and_so_is_what_another_line_says() {
        let ends: [fn() -> usize; 4] = [
            || usize::try_from(dropped(false)).unwrap_or(0),
            || usize::try_from(only_logged(false)).unwrap_or(0),
            || kept_for_their_number(false),
            || another(false, &mut Vec::new()),
        ];
        for (at, end) in ends.into_iter().enumerate() {
            assert_eq!(codes_of(|| assert_eq!(end(), 1)), ["C101 S"], "{at}");
        }
    }
}

//! Questions: whether one may, whether anything is left to clear away, how much was left out, and which variant it is. No is an
//! answer where somebody hears it.
#![allow(clippy::single_match, reason = "the forms are what is tested")]

use candor::observe;
use tracing::{info, warn};

use crate::kit::{Fault, Flaky, NOTHING, block_on, codes_of, fails, reject, works};

fn authorize(role: &str) -> Result<u32, Fault> {
    if role == "admin" { Ok(1) } else { reject(1) }
}

#[test]
fn leave_for_what_stands_in_a_list() {
    #[observe]
    fn buttons(role: &str) -> Vec<&'static str> {
        let mut buttons = vec!["view"];
        if authorize(role).is_ok() {
            buttons.push("edit");
        }
        buttons
    }
    #[observe]
    fn delete(role: &str) -> Result<u32, Fault> {
        if authorize(role).is_ok() {
            works()?;
        }
        Ok(1)
    }
    assert_eq!(codes_of(|| assert_eq!(buttons("guest"), ["view"])), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(delete("guest"), Ok(1))), ["C101 V"], "told as if it were gone");
}

mod clearing {
    use super::*;

    struct Dir(Flaky);
    impl Dir {
        fn remove_all(&self) -> Result<u32, Fault> {
            self.0.call()
        }
    }

    #[test]
    fn what_was_temporary() {
        #[observe]
        fn unpack(temp_dir: &Dir) -> Result<u32, Fault> {
            if let Err(error) = temp_dir.remove_all() {
                warn!(%error, "the temporary directory was left behind");
            }
            Ok(1)
        }
        #[observe]
        fn forget(profile: &Dir) -> Result<u32, Fault> {
            if let Err(error) = profile.remove_all() {
                warn!(%error, "the profile was left behind");
            }
            Ok(1)
        }
        #[observe]
        fn unseen(temp_dir: &Dir) -> Result<u32, Fault> {
            if temp_dir.remove_all().is_err() {}
            Ok(1)
        }
        let dir = || Dir(Flaky::new(1));
        assert_eq!(codes_of(|| assert_eq!(unpack(&dir()), Ok(1))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(forget(&dir()), Ok(1))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(unseen(&dir()), Ok(1))), ["C101 V"]);
    }

    #[test]
    fn where_a_value_is_dropped() {
        struct Scratch(Dir);
        impl Drop for Scratch {
            #[observe]
            fn drop(&mut self) {
                if let Err(error) = self.0.remove_all() {
                    warn!(%error, "files were left behind");
                }
            }
        }
        struct File(Dir);
        impl Drop for File {
            #[observe]
            fn drop(&mut self) {
                let _ = self.0.remove_all();
            }
        }
        struct Page(Flaky);
        impl Drop for Page {
            #[observe]
            fn drop(&mut self) {
                let _ = self.0.call();
            }
        }
        struct Batch(Flaky);
        impl Drop for Batch {
            #[observe]
            fn drop(&mut self) {
                if let Err(error) = self.0.call() {
                    warn!(%error, "the batch was not written");
                }
            }
        }
        assert_eq!(codes_of(|| drop(Scratch(Dir(Flaky::new(1))))), NOTHING);
        assert_eq!(codes_of(|| drop(File(Dir(Flaky::new(1))))), NOTHING);
        assert_eq!(codes_of(|| drop(Page(Flaky::new(1)))), ["C101 V"]);
        assert_eq!(codes_of(|| drop(Batch(Flaky::new(1)))), ["C101 V"]);
    }
}

mod rest {
    use super::*;

    struct Import {
        values: Vec<u32>,
        skipped: usize,
    }

    #[test]
    fn how_much_was_left_out_is_told() {
        #[observe]
        fn told(lines: &[&str]) -> Import {
            let values: Vec<u32> = lines.iter().filter_map(|line| line.parse().ok()).collect();
            let skipped = lines.len() - values.len();
            Import { values, skipped }
        }
        #[observe]
        fn logged(lines: &[&str]) -> Import {
            let values: Vec<u32> = lines.iter().filter_map(|line| line.parse().ok()).collect();
            let skipped = lines.len() - values.len();
            info!(skipped, "imported");
            Import { values, skipped: 0 }
        }
        let sum = |import: &Import| import.values.len() + import.skipped;
        assert_eq!(codes_of(|| assert_eq!(sum(&told(&["1", "x"])), 2)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(sum(&logged(&["1", "x"])), 1)), ["C114 V"]);
    }

    #[test]
    fn a_text_that_is_taken_in_another_way_at_the_end_of_the_chain() {
        #[observe]
        fn cell(text: &str) -> String {
            text.parse::<bool>().ok().map(|flag| flag.to_string()).unwrap_or_else(|| text.to_owned())
        }
        #[observe]
        fn is_on(text: &str) -> bool {
            text.parse::<bool>()
                .or_else(|_| text.parse::<u8>().map(|number| number != 0))
                .unwrap_or_else(|_| matches!(text, "yes" | "on"))
        }
        #[observe]
        fn flag(text: &str) -> String {
            text.parse::<bool>().ok().map(|flag| flag.to_string()).unwrap_or_else(|| {
                info!(text, "no flag");
                "false".to_owned()
            })
        }
        assert_eq!(codes_of(|| assert_eq!(cell("seven"), "seven")), NOTHING);
        assert_eq!(codes_of(|| assert!(is_on("yes") && !is_on("0"))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(flag("seven"), "false")), ["C101 V"]);
    }
}

mod asked_for_the_log {
    use super::*;

    #[test]
    fn whether_any_has_worked() {
        #[observe]
        fn alert(channels: &[Flaky]) -> Result<(), Fault> {
            let reached = channels.iter().any(|channel| channel.call().is_ok());
            if !reached {
                info!("nobody was reachable");
            }
            Ok(())
        }
        #[observe]
        fn asked(channels: &[Flaky]) -> Result<(), Fault> {
            let reached = channels.iter().any(|channel| channel.call().is_ok());
            if reached { Ok(()) } else { Err(Fault::Timeout) }
        }
        #[observe]
        fn health(channels: &[Flaky]) {
            let ping = |channel: &Flaky| channel.call();
            let up = channels.iter().any(|channel| ping(channel).is_ok());
            info!(up, "looked at all channels");
        }
        let down = || [Flaky::new(1), Flaky::new(1)];
        assert_eq!(codes_of(|| health(&down())), NOTHING, "it only looks");
        assert_eq!(codes_of(|| assert_eq!(alert(&down()), Ok(()))), ["C101 V 2"]);
        assert_eq!(codes_of(|| assert_eq!(alert(&[Flaky::new(1), Flaky::new(0)]), Ok(()))), NOTHING);
        assert_eq!(codes_of(|| assert!(asked(&down()).is_err())), NOTHING);
    }
}

mod variants {
    use super::*;

    #[derive(Debug)]
    enum Push {
        Delivered { id: u32 },
        Queued(u32),
        Rejected(u32),
    }

    fn push(token: u32) -> Push {
        match token {
            1 => Push::Rejected(token),
            2 => Push::Queued(token),
            _ => Push::Delivered { id: token },
        }
    }

    #[test]
    fn one_that_is_called_a_failure_where_another_was_asked_for() {
        #[observe]
        fn notify(token: u32) -> u32 {
            let mut last = 0;
            if let Push::Delivered { id } = push(token) {
                last = id;
            }
            last
        }
        assert_eq!(codes_of(|| assert_eq!(notify(1), 0)), ["C101 S"]);
        assert_eq!(codes_of(|| assert_eq!(notify(2), 0)), NOTHING, "not a failure");
        assert_eq!(codes_of(|| assert_eq!(notify(3), 3)), NOTHING);
    }

    #[test]
    fn one_that_has_an_else_or_is_told() {
        #[observe]
        fn notify(token: u32) -> Result<u32, Fault> {
            if let Push::Delivered { id } = push(token) { Ok(id) } else { Err(Fault::Timeout) }
        }
        #[observe]
        fn first_of(all: &[Push]) -> u32 {
            if let Some(Push::Queued(id)) = all.first() { *id } else { 0 }
        }
        #[observe]
        fn last(status: &Push) -> u32 {
            let mut last = 0;
            if let Push::Delivered { id } = status {
                last = *id;
            }
            last
        }
        assert_eq!(codes_of(|| assert!(notify(1).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(first_of(&[Push::Rejected(1)]), 0)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(last(&Push::Rejected(1)), 0)), NOTHING, "a state that was before");
    }

    #[test]
    fn one_that_no_arm_is_for() {
        #[observe]
        fn notify(token: u32) -> u32 {
            let mut last = 0;
            match push(token) {
                Push::Delivered { id } => last = id,
                Push::Queued(id) => last = id + 10,
                _ => {}
            }
            last
        }
        #[observe]
        fn answer(token: u32) -> Option<u32> {
            match push(token) {
                Push::Delivered { id } => Some(id),
                _ => None,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(notify(1), 0)), ["C101 S"]);
        assert_eq!(codes_of(|| assert_eq!(notify(2) + notify(3), 15)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(answer(1), None)), NOTHING, "whoever asked has the answer");
    }

    /// Where nothing is done but to decide, the variant is the answer.
    #[test]
    fn one_that_answers_a_question() {
        #[observe]
        fn underwrite(token: u32) -> u32 {
            let decide = push;
            let mut last = 0;
            if let Push::Delivered { id } = decide(token) {
                last = id;
            }
            match decide(token) {
                Push::Queued(id) => last = id,
                _ => {}
            }
            last
        }
        assert_eq!(codes_of(|| assert_eq!(underwrite(1), 0)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(underwrite(3), 3)), NOTHING);
    }

    #[test]
    fn one_that_was_looked_for() {
        #[observe]
        fn first(token: u32) -> Option<u32> {
            if let Push::Delivered { id } = push(token) {
                return Some(id);
            }
            None
        }
        assert_eq!(codes_of(|| assert_eq!(first(1), None)), NOTHING);
        assert!(matches!(push(1), Push::Rejected(1)));
    }

    #[test]
    fn one_that_cannot_be_printed() {
        enum Quiet {
            Done(u32),
            Failed(u32),
        }
        fn quiet(works: bool) -> Quiet {
            if works { Quiet::Done(1) } else { Quiet::Failed(2) }
        }
        #[observe]
        fn count(works: bool) -> u32 {
            let mut done = 0;
            if let Quiet::Done(n) = quiet(works) {
                done = n;
            }
            done
        }
        assert_eq!(codes_of(|| assert_eq!(count(true) + count(false), 1)), NOTHING);
        assert!(matches!(quiet(false), Quiet::Failed(2)));
    }
}

mod side_by_side {
    use super::*;

    async fn ask(works_out: bool) -> Result<u32, Fault> {
        if works_out { works() } else { fails() }
    }

    #[test]
    fn whichever_has_an_answer_gives_it() {
        #[observe]
        async fn race() -> Result<u32, Fault> {
            let (near, far) = tokio::join!(ask(false), ask(true));
            near.or(far)
        }
        #[observe]
        async fn guess() -> Result<u32, Fault> {
            let (near, far) = tokio::join!(ask(false), ask(true));
            far?;
            near.or(Ok(0))
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(race()), Ok(7))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(block_on(guess()), Ok(0))), ["C103 S"]);
    }
}

mod generic {
    use std::fmt::Display;

    use super::*;

    /// A text stands for an error where nothing but its name says so.
    #[test]
    fn a_retry_with_texts() {
        #[observe]
        fn retry<T, E: Display>(times: u32, mut call: impl FnMut() -> Result<T, E>) -> Result<T, E> {
            let mut attempt = 1;
            loop {
                match call() {
                    Ok(value) => return Ok(value),
                    Err(error) if attempt >= times => return Err(error),
                    Err(error) => warn!(attempt, %error, "will retry"),
                }
                attempt += 1;
            }
        }
        #[observe]
        fn once<T: Default, E: Display>(call: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
            match call() {
                Ok(value) => Ok(value),
                Err(error) => {
                    warn!(%error, "no value");
                    Ok(T::default())
                }
            }
        }
        let flaky = Flaky::new(2);
        let text = || flaky.call().map_err(|error| error.to_string());
        assert_eq!(codes_of(|| assert_eq!(retry(4, text), Ok(7))), NOTHING);
        let text = || fails().map_err(|error| error.to_string());
        assert_eq!(codes_of(|| assert_eq!(once(text), Ok(0))), ["C103 S"]);
    }
}

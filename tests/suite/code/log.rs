//! C111: a log line whose words and the outcome part ways.

use candor::{Event, emit, observe};
use tracing::{debug, info, warn};

use crate::kit::{Fault, NOTHING, block_on, codes, codes_of, fails, found, works};

#[derive(Event)]
struct MailSent;

mod c111 {
    use super::*;

    #[observe]
    fn send_mail(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        info!("mail sent");
        end()
    }

    #[observe]
    async fn send_mail_later(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        tokio::task::yield_now().await;
        info!("mail sent to {}", 7);
        end()
    }

    #[observe]
    fn pay(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        info!(auth = 7, "payment completed");
        end()
    }

    #[observe]
    fn ship_all(failed: u32, end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        info!(failed, "shipping run finished");
        end()
    }

    #[test]
    fn fires_for_the_noun_of_the_verb_and_not_beside_a_count_of_failures() {
        assert_eq!(codes_of(|| assert!(pay(fails).is_err())), ["C111 S"]);
        assert_eq!(codes_of(|| assert!(pay(works).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(ship_all(0, fails).is_err())), ["C111 S"]);
        assert_eq!(codes_of(|| assert!(ship_all(2, fails).is_err())), NOTHING);
    }

    struct Summary {
        open: u32,
    }

    #[observe(accounts(ret.open))]
    fn reconcile(open: u32) -> Summary {
        if open < 3 {
            info!("all {} entries reconciled", 12);
        } else {
            info!("{} entries reconciled, {} are open", 12 - open, open);
        }
        Summary { open }
    }

    #[test]
    fn fires_for_all_when_the_returned_value_counts_failures() {
        assert_eq!(codes_of(|| assert_eq!(reconcile(1).open, 1)), ["C111 S"]);
        assert_eq!(codes_of(|| assert_eq!(reconcile(0).open, 0)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(reconcile(3).open, 3)), NOTHING);
    }

    #[test]
    fn success_in_words_and_a_failure_fires() {
        let found = found(|| assert!(send_mail(fails).is_err()));
        assert_eq!(codes(&found), ["C111 S"]);
        assert_eq!(codes_of(|| assert!(block_on(send_mail_later(fails)).is_err())), ["C111 S"]);
    }

    /// A story keeps the first and the last lines; what is evidence is kept in any case.
    #[test]
    fn success_in_words_amid_many_lines_fires_once() {
        #[observe]
        fn send_mail(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
            for number in 0..200 {
                if number == 100 {
                    info!("mail sent");
                }
                debug!("looking at letter {number}");
            }
            end()
        }
        let found = found(|| assert!(send_mail(fails).is_err()));
        assert_eq!(codes(&found), ["C111 S"]);
        assert_eq!(found[0].evidence[0].what, "logged \"mail sent\"");
        assert_eq!(codes_of(|| assert!(send_mail(works).is_ok())), NOTHING);
    }

    /// What a child says is its own affair, and what the call says after it is not.
    #[test]
    fn success_in_the_words_of_a_child_is_no_claim_of_its_parent() {
        #[observe]
        fn send_mail() {
            info!("mail sent");
        }
        #[observe]
        fn mail_twice(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
            send_mail();
            end()
        }
        #[observe]
        fn mail_once(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
            send_mail();
            info!("mail sent");
            end()
        }
        assert_eq!(codes_of(|| assert!(mail_twice(fails).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(mail_once(fails).is_err())), ["C111 S"]);
    }

    #[test]
    fn success_in_words_and_a_success_stays_silent() {
        assert_eq!(codes_of(|| assert!(send_mail(works).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(block_on(send_mail_later(works)).is_ok())), NOTHING);
    }

    #[test]
    fn negated_conditional_and_planned_words_stay_silent() {
        #[observe]
        fn send_mail() -> Result<u32, Fault> {
            info!("mail not sent");
            info!("mail will be sent");
            info!("once the mail is sent, the order is closed");
            info!("no mail was sent");
            fails()
        }
        assert_eq!(codes_of(|| assert!(send_mail().is_err())), NOTHING);
    }

    #[test]
    fn words_about_a_step_stay_silent() {
        #[observe]
        fn place_order() -> Result<u32, Fault> {
            info!("customer 7 saved");
            fails()
        }
        assert_eq!(codes_of(|| assert!(place_order().is_err())), NOTHING);
    }

    #[test]
    fn failure_in_words_below_warn_and_a_fulfilment_fires() {
        #[observe]
        fn hushed() {
            info!("sending the receipt failed");
        }
        #[observe]
        fn loud() {
            warn!("sending the receipt failed");
        }
        assert_eq!(codes_of(hushed), ["C111 S"]);
        assert_eq!(codes_of(loud), NOTHING);
    }

    #[test]
    fn failure_in_words_and_a_failure_stays_silent() {
        #[observe]
        fn honest() -> Result<u32, Fault> {
            debug!("sending the receipt failed");
            fails()
        }
        assert_eq!(codes_of(|| assert!(honest().is_err())), NOTHING);
    }

    #[test]
    fn the_failure_that_the_ledger_knows_is_reported_there() {
        #[observe]
        fn swallowed() {
            if let Err(fault) = fails() {
                info!("sending failed: {fault}");
            }
        }
        #[observe]
        fn recovered() {
            if let Err(fault) = fails() {
                info!("sending failed: {fault}");
                candor::recovered!(fault, "a receipt can be printed again");
            }
        }
        assert_eq!(codes_of(swallowed), ["C101 V"]);
        assert_eq!(codes_of(recovered), NOTHING);
    }

    #[test]
    fn a_promised_event_that_the_line_tells_of_and_did_not_happen_fires() {
        #[observe(emits(MailSent))]
        fn checkout(sends: bool) -> Result<u32, Fault> {
            if sends {
                emit!(MailSent);
            }
            info!("mail sent");
            fails()
        }
        assert_eq!(codes_of(|| assert!(checkout(false).is_err())), ["C111 S"]);
        assert_eq!(codes_of(|| assert!(checkout(true).is_err())), NOTHING);
    }

    #[test]
    fn a_number_that_the_effects_refute_fires() {
        #[observe(ensures(ret == count(MailSent)))]
        fn send_all(said: u64) -> u64 {
            emit!(MailSent);
            info!("sent {said} mails");
            said
        }
        assert_eq!(codes_of(|| assert_eq!(send_all(3), 3)), ["C110 V", "C111 S"]);
        assert_eq!(codes_of(|| assert_eq!(send_all(1), 1)), NOTHING);
    }
}

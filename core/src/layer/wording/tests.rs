use super::*;
use Wording::{Failure, Neutral, Success};

/// What is said, and what it claims.
const TABLE: &[(&str, Wording)] = &[
    // Completion.
    ("payment captured", Success),
    ("Order 17 placed", Success),
    ("email sent to bob@example.org", Success),
    ("confirmation email sent", Success),
    ("imported 100 rows", Success),
    ("Import finished: 100 rows", Success),
    ("import complete", Success),
    ("Import completed successfully.", Success),
    ("successfully uploaded file", Success),
    ("upload successful", Success),
    ("upload succeeded", Success),
    ("refund has been issued", Success),
    ("booking was confirmed", Success),
    ("booking confirmed by the hotel", Success),
    ("all orders processed", Success),
    ("saved order 7 to disk", Success),
    ("done", Success),
    ("Done!", Success),
    ("OK", Success),
    ("health check: ok", Success),
    ("status=ok", Success),
    ("sync done in 3s", Success),
    ("committed 5 offsets", Success),
    ("customer paid 12.50 EUR", Success),
    ("sent 5/5 mails", Success),
    ("sent 5 of 5 mails", Success),
    ("100% uploaded", Success),
    ("completed without errors", Success),
    ("no errors, import done", Success),
    ("finished with 0 errors", Success),
    ("the saved order was shipped", Success),
    ("stock reserved, order placed", Success),
    ("refund done after retrying", Success),
    // Not, never, none.
    ("email not sent", Neutral),
    ("email was never sent", Neutral),
    ("mail hasn't been delivered", Neutral),
    ("nothing sent", Neutral),
    ("no rows imported", Neutral),
    ("0 rows imported", Neutral),
    ("sent 0 mails", Neutral),
    ("imported: 0", Neutral),
    ("success: false", Neutral),
    ("not ok", Neutral),
    ("mail not sent but order saved", Neutral),
    // Planned, ongoing, possible, conditional.
    ("email will be sent tomorrow", Neutral),
    ("order to be shipped", Neutral),
    ("sending confirmation", Neutral),
    ("order is being processed", Neutral),
    ("waiting for the order to be paid", Neutral),
    ("if sent, mark the order", Neutral),
    ("once delivered we close the case", Neutral),
    ("receipt should be sent by now", Neutral),
    ("receipt sent if possible", Neutral),
    ("after order placed, start shipping", Neutral),
    ("order already paid", Neutral),
    ("starting import", Neutral),
    ("import started", Neutral),
    ("request received", Neutral),
    ("payment captured?", Neutral),
    // In part.
    ("half done", Neutral),
    ("import partially completed", Neutral),
    ("sent 3/5 mails", Neutral),
    ("processed 3 of 5 rows", Neutral),
    ("40% uploaded", Neutral),
    ("dry run: 10 rows imported", Neutral),
    ("only 3 mails sent", Neutral),
    ("not all rows were saved", Neutral),
    ("order confirmed? no", Neutral),
    // Descriptions of nouns.
    ("loading saved search", Neutral),
    ("list of paid invoices", Neutral),
    ("the saved order is empty", Neutral),
    ("success rate 0.97", Neutral),
    ("updated_at is missing", Neutral),
    ("order placed on hold", Neutral),
    ("marking order as paid", Neutral),
    ("OrderPlaced", Neutral),
    // Failure.
    ("payment failed", Failure),
    ("failed to send email", Failure),
    ("Failed to send: connection refused", Failure),
    ("error saving order 7", Failure),
    ("Error: disk full", Failure),
    ("could not reach the gateway", Failure),
    ("couldn't reach the gateway", Failure),
    ("cannot open database", Failure),
    ("can't open database", Failure),
    ("unable to open database", Failure),
    ("order could not be saved", Failure),
    ("gateway timed out", Failure),
    ("worker crashed", Failure),
    ("unhandled exception in worker", Failure),
    ("task panicked", Failure),
    ("import failed: 3 rows invalid", Failure),
    ("sending failed for order 7", Failure),
    ("all retries failed", Failure),
    ("failed after 3 retries, giving up", Failure),
    ("update unsuccessful", Failure),
    ("it did fail", Failure),
    ("3 errors in file", Failure),
    // No failure.
    ("no errors", Neutral),
    ("without error", Neutral),
    ("0 errors", Neutral),
    ("0 failed", Neutral),
    ("errors: 0", Neutral),
    ("failed=0", Neutral),
    ("error: none", Neutral),
    ("never failed", Neutral),
    ("did not fail", Neutral),
    ("no longer failing", Neutral),
    // Conditional, general, harmless.
    ("if the payment fails we cancel", Neutral),
    ("notify on failure", Neutral),
    ("on error the job is dropped", Neutral),
    ("in case of error call support", Neutral),
    ("this may fail", Neutral),
    ("request would have failed", Neutral),
    ("error handler registered", Neutral),
    ("error rate 0.1", Neutral),
    ("processing failed jobs", Neutral),
    ("the failed order is shown", Neutral),
    ("recovered from error", Neutral),
    ("fail over to replica", Neutral),
    ("timeout set to 5s", Neutral),
    // Tried again.
    ("send failed, will retry", Neutral),
    ("send failed, retrying in 3s", Neutral),
    ("attempt 2/5 failed, trying again", Neutral),
    ("attempt 1 failed", Neutral),
    ("attempt 2 of 3 failed: timeout", Neutral),
    ("attempt 3 of 3 failed: timeout", Failure),
    ("attempt 3/3 failed", Failure),
    // The business says no, and mixtures.
    ("card declined", Neutral),
    ("payment refused", Neutral),
    ("payment failed: card declined", Neutral),
    ("order rejected", Neutral),
    ("access denied", Neutral),
    ("imported 97 rows, 3 failed", Neutral),
    ("completed with errors", Neutral),
    // Nothing about either.
    ("", Neutral),
    ("order 17", Neutral),
    ("listening on 0.0.0.0:80", Neutral),
    ("--- ::: ===", Neutral),
];

#[test]
fn every_message_is_read_as_it_is_meant() {
    let wrong: Vec<String> = TABLE
        .iter()
        .filter(|(message, meant)| classify(message) != *meant)
        .map(|(message, meant)| format!("{message:?}: meant {meant:?}, read {:?}", classify(message)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), TABLE.len(), wrong.join("\n"));
}

#[test]
fn typographic_apostrophes_and_capitals_are_read_alike() {
    assert_eq!(classify("COULDN’T SEND"), Failure);
    assert_eq!(classify("The order WASN’T placed"), Neutral);
}

#[test]
fn other_numbers_are_no_other_text() {
    assert_eq!(shape("order 17 placed"), shape("order 18 placed"));
    assert_eq!(shape("took 1.5s"), shape("took 2.5s"));
}

#[test]
fn what_changes_the_meaning_changes_the_shape() {
    assert_ne!(shape("sent 5 mails"), shape("sent 0 mails"));
    assert_ne!(shape("sent 3/5 mails"), shape("sent 5/5 mails"));
    assert_ne!(shape("sent 3 of 5"), shape("sent 5 of 5"));
    assert_ne!(shape("payment succeeded"), shape("payment failed"));
}

#[test]
fn messages_of_one_shape_are_classified_alike() {
    for (message, _) in TABLE {
        let other: String =
            message.chars().map(|c| if c.is_ascii_digit() && c != '0' { '7' } else { c }).collect();
        if shape(message) == shape(&other) {
            assert_eq!(classify(message), classify(&other), "{message:?} and {other:?}");
        }
    }
}

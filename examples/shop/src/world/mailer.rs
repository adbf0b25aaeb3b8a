//! Mails, through the mail provider, and the outbox for those that did not get through.

use candor::emit;
use reqwest::StatusCode;
use rusqlite::params;
use serde_json::json;

use crate::app::Shop;
use crate::error::{BadStatus, DbError, MailError};
use crate::event::{MailAccepted, MailKept};

/// Sends one mail. The provider sends once per receiver and message id.
pub(crate) async fn send(shop: &Shop, to: &str, message: &str) -> Result<(), MailError> {
    let url = format!("{}/messages", shop.urls.mailer);
    let answer = shop.http.post(url).json(&json!({ "to": to, "message": message })).send().await?;
    match answer.status() {
        StatusCode::CREATED | StatusCode::OK => {
            emit!(MailAccepted { size: message.len() });
            Ok(())
        }
        StatusCode::UNPROCESSABLE_ENTITY => Err(MailError::Bounced),
        other => Err(BadStatus(other.as_u16()).into()),
    }
}

/// Keeps a mail that did not get through, with the cause, for the people in the office.
pub(crate) fn keep(shop: &Shop, order: u64, to: &str, why: MailError) -> Result<(), DbError> {
    let why = why.to_string();
    shop.db.with(|c| c.execute("INSERT INTO outbox VALUES (?, ?, ?)", params![order, to, why]))?;
    emit!(MailKept { order_id: order });
    Ok(())
}

//! What a device is told of what is due: one thing in its own words, or how many there are.

use std::time::Duration;

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use entity::{enums::NotificationPriority as Priority, notification};
use serde::Serialize;

use crate::due;

/// So much is shown. All of it has at most 2,200 bytes, of the 3,993 that every push service takes (RFC 8291).
const TITLE_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 300;
/// Of several so many are named.
const NAMED_MAX: usize = 3;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What the service worker is told (`push-worker.js`).
#[derive(Debug, Serialize)]
pub(super) struct Message {
    title: String,
    text: String,
    /// Where it leads, inside this server.
    path: String,
    /// What is told again takes the place of itself.
    tag: String,
    language: &'static str,
}

impl Message {
    /// Nothing if there is nothing to tell.
    pub(super) fn of(rows: &[notification::Model], french: bool) -> Option<Self> {
        let first = rows.first()?;
        let (title, text, path) = match rows {
            [one] => (one.title.clone(), one.message.clone(), due::place(one)),
            more => {
                let title = match french {
                    false => format!("{} things happened in NonLinear", more.len()),
                    true => format!("{} nouvelles de NonLinear", more.len()),
                };
                let titles = more.iter().rev().take(NAMED_MAX);
                let titles: Vec<&str> = titles.map(|row| row.title.as_str()).collect();
                (title, titles.join("\n"), "/notifications".to_owned())
            }
        };
        Some(Self {
            title: title.chars().take(TITLE_CHARS_MAX).collect(),
            text: text.chars().take(TEXT_CHARS_MAX).collect(),
            path,
            tag: first.id.to_string(),
            language: if french { "fr" } else { "en" },
        })
    }
}

/// How a push service is to handle it: how long it waits for the device, and whether it wakes it (RFC 8030).
pub(super) fn handling(rows: &[notification::Model]) -> HeaderMap {
    let rank = |row: &&notification::Model| match row.priority {
        Priority::Low => 0,
        Priority::Medium => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    };
    let first = rows.iter().max_by_key(rank).map(|row| row.priority);
    let (waits, urgency) = match first {
        None | Some(Priority::Low) => (4 * HOUR, "low"),
        Some(Priority::Medium) => (24 * HOUR, "normal"),
        Some(Priority::High) => (72 * HOUR, "normal"),
        Some(Priority::Urgent) => (72 * HOUR, "high"),
    };
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("ttl"), waits.as_secs().into());
    let urgency = HeaderValue::from_static(urgency);
    headers.insert(HeaderName::from_static("urgency"), urgency);
    // What is sent again takes the place of what the device has not got yet: 32 letters, as RFC 8030 allows.
    let topic = rows.first().map(|row| row.id.simple().to_string());
    if let Some(topic) = topic.and_then(|topic| topic.parse().ok()) {
        headers.insert(HeaderName::from_static("topic"), topic);
    }
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
    let kind = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, kind);
    headers
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::enums::NotificationType;
    use uuid::Uuid;

    use super::*;

    fn row(priority: Priority, title: &str) -> notification::Model {
        notification::Model {
            id: Uuid::now_v7(),
            user_id: Uuid::nil(),
            kind: NotificationType::Mention,
            priority,
            title: title.to_owned(),
            message: "\"".repeat(1_000),
            data: None,
            project_id: Some(Uuid::nil()),
            node_id: None,
            cause: String::new(),
            read: false,
            read_at: None,
            mail_at: None,
            mailed_at: None,
            push_at: None,
            pushed_at: None,
            created_at: DateTime::UNIX_EPOCH,
            expires_at: None,
        }
    }

    #[test]
    fn one_thing_is_told_in_its_words_and_several_by_their_number_within_what_services_take() {
        let long = "🌍".repeat(1_000);
        let one = Message::of(&[row(Priority::High, &long)], false).unwrap();
        let bytes = serde_json::to_vec(&one).unwrap().len();
        assert!(bytes <= 2_200, "{bytes}");
        let names = ["a", "b", "c", "d"].map(|title| row(Priority::Low, title));
        let several = Message::of(&names, true).unwrap();
        assert_eq!(several.title, "4 nouvelles de NonLinear");
        assert_eq!(several.text, "d\nc\nb");
        assert_eq!(several.path, "/notifications");
        assert!(Message::of(&[], false).is_none());
    }

    #[test]
    fn the_most_important_says_how_long_it_waits_and_whether_it_wakes() {
        let said = |priorities: &[Priority]| {
            let rows: Vec<_> = priorities.iter().map(|one| row(*one, "x")).collect();
            let headers = handling(&rows);
            let word = |name: &str| headers[name].to_str().unwrap().to_owned();
            assert_eq!(word("topic").len(), 32);
            (word("ttl"), word("urgency"))
        };
        let pair = |ttl: &str, urgency: &str| (ttl.to_owned(), urgency.to_owned());
        assert_eq!(said(&[Priority::Low]), pair("14400", "low"));
        assert_eq!(said(&[Priority::Medium]), pair("86400", "normal"));
        let mixed = [Priority::Low, Priority::Urgent];
        assert_eq!(said(&mixed), pair("259200", "high"));
    }
}

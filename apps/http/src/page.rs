//! Lists: limits and cursors.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Result};
use platform::Platform;
use protocol::page::{PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, Page};
use serde::{Serialize, de::DeserializeOwned};

const TAG_CHARS: usize = 16;

/// The number of items to give, within bounds.
pub fn limit(asked: Option<u64>) -> Result<u64> {
    limit_within(asked, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX)
}

pub fn limit_within(asked: Option<u64>, default: u64, max: u64) -> Result<u64> {
    match asked.unwrap_or(default) {
        limit if (1..=max).contains(&limit) => Ok(limit),
        _ => Err(Error::invalid("limit", format!("must be from 1 to {max}"))),
    }
}

/// Where a page ends, as text that cannot be made up: signed, for the list it came from.
pub fn cursor<K: Serialize>(platform: &Platform, list: &str, key: &K) -> Result<String> {
    let key = serde_json::to_vec(key).map_err(Error::internal)?;
    let whole = platform.keys.derived_token(&purpose(list), &key);
    Ok(format!("{}.{}", URL_SAFE_NO_PAD.encode(key), tag(&whole)))
}

/// What `cursor` was made from.
pub fn after<K: DeserializeOwned>(
    platform: &Platform,
    list: &str,
    cursor: Option<&str>,
) -> Result<Option<K>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let (key, given) = cursor.split_once('.').ok_or(Error::BadCursor)?;
    let key = URL_SAFE_NO_PAD.decode(key).map_err(|_| Error::BadCursor)?;
    let tags = platform.keys.derived_tokens(&purpose(list), &key);
    if !tags.iter().any(|whole| tag(whole) == given) {
        return Err(Error::BadCursor);
    }
    serde_json::from_slice(&key)
        .map(Some)
        .map_err(|_| Error::BadCursor)
}

fn purpose(list: &str) -> String {
    format!("cursor {list}")
}

fn tag(whole: &str) -> String {
    whole.chars().take(TAG_CHARS).collect()
}

/// Makes a page of rows that were read with one more than asked for.
pub fn page<R, T, K: Serialize>(
    platform: &Platform,
    list: &str,
    limit: u64,
    mut rows: Vec<R>,
    key: impl Fn(&R) -> K,
    view: impl Fn(R) -> T,
) -> Result<Page<T>> {
    let limit = usize::try_from(limit).map_err(Error::internal)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = match rows.last() {
        Some(last) if more => Some(cursor(platform, list, &key(last))?),
        _ => None,
    };
    Ok(Page {
        items: rows.into_iter().map(view).collect(),
        next_cursor,
    })
}

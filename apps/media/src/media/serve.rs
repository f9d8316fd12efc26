//! Giving a file out: whole or in part, and so that a browser never runs it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{
    enums::{MediaType, ProcessingStatus},
    media,
};
use kernel::{Error, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{Ctx, blobs::BlobId};

use super::row;

/// A file never changes, so whoever has it may keep it; whether they may still see it is asked again after a while.
const KEPT: &str = "private, max-age=900";
/// Whatever a file holds, it is not a page of this server.
const SANDBOX: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

/// Refuses what does harm, and what may: with a virus scanner that is everything it has not seen.
pub(super) fn require_scanned(ctx: &Ctx, row: &media::Model) -> Result<()> {
    row::require_harmless(row)?;
    let is_waiting = match row.processing_status {
        ProcessingStatus::Pending | ProcessingStatus::Processing => true,
        ProcessingStatus::Completed | ProcessingStatus::Failed => false,
    };
    if is_waiting && ctx.platform.settings.storage.scanner.is_some() {
        let sentence = "the file is being scanned for viruses; ask again in a moment";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    Ok(())
}

/// Bytes that are kept, and as what they are given out.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    pub blob: BlobId,
    pub size: u64,
    pub mime: &'a str,
    pub filename: &'a str,
    /// Everything else is saved.
    pub is_picture: bool,
}

/// The bytes that somebody uploaded.
pub(super) async fn content(
    ctx: &Ctx,
    row: &media::Model,
    headers: &HeaderMap,
) -> Result<Response> {
    require_scanned(ctx, row)?;
    let kept = Kept {
        blob: blob_id(&row.sha256)?,
        size: row.size.unsigned_abs(),
        mime: &row.mime_type,
        filename: &row.filename,
        is_picture: row.kind == MediaType::Image,
    };
    serve(ctx, kept, headers).await
}

/// Gives bytes out, whole or a part.
pub async fn serve(ctx: &Ctx, kept: Kept<'_>, headers: &HeaderMap) -> Result<Response> {
    let Kept { blob, size, .. } = kept;
    let etag = format!("\"{}\"", hex::encode(blob));
    if is_known(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let range = match asked_range(headers, size, &etag) {
        Asked::Whole => None,
        Asked::Part(first, last) => Some((first, last)),
        Asked::Nothing => {
            let size = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, size).into_response());
        }
    };
    let bytes = range.map(|(first, last)| first..last + 1);
    let length = range.map_or(size, |(first, last)| last - first + 1);
    let body = Body::from_stream(ctx.platform.blobs.read(&blob, bytes).await?);
    let mut response = body.into_response();
    let head = response.headers_mut();
    put(head, header::CONTENT_TYPE, served_as(kept.mime));
    put(head, header::CONTENT_LENGTH, &length.to_string());
    put(head, header::ACCEPT_RANGES, "bytes");
    put(head, header::ETAG, &etag);
    put(
        head,
        header::CONTENT_DISPOSITION,
        &disposition(kept.filename, kept.is_picture),
    );
    safe(head);
    if let Some((first, last)) = range {
        put(
            head,
            header::CONTENT_RANGE,
            &format!("bytes {first}-{last}/{size}"),
        );
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// The small picture.
pub(super) async fn thumbnail(
    ctx: &Ctx,
    row: &media::Model,
    headers: &HeaderMap,
) -> Result<Response> {
    let thumbnail = row.thumbnail.as_deref().ok_or(Error::NotFound("picture"))?;
    let blob = blob_id(thumbnail)?;
    let etag = format!("\"{}\"", hex::encode(blob));
    if is_known(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let bytes = ctx.platform.blobs.whole(&blob, THUMBNAIL_BYTES_MAX).await?;
    let is_png = bytes.starts_with(b"\x89PNG");
    let mut response = Body::from(bytes).into_response();
    let head = response.headers_mut();
    put(
        head,
        header::CONTENT_TYPE,
        if is_png { "image/png" } else { "image/jpeg" },
    );
    put(head, header::ETAG, &etag);
    safe(head);
    Ok(response)
}

/// Bytes of a small picture.
const THUMBNAIL_BYTES_MAX: usize = 2 * 1024 * 1024;

pub fn blob_id(stored: &[u8]) -> Result<BlobId> {
    BlobId::try_from(stored).map_err(Error::internal)
}

fn put(head: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        head.insert(name, value);
    }
}

/// What all of it is given out with.
pub fn safe(head: &mut HeaderMap) {
    put(head, header::CACHE_CONTROL, KEPT);
    put(head, header::CONTENT_SECURITY_POLICY, SANDBOX);
    put(head, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
}

/// Pages for browsers are given as what they are written in.
fn served_as(mime: &str) -> &str {
    match mime {
        "text/html" => "text/plain; charset=utf-8",
        "text/plain" => "text/plain; charset=utf-8",
        "text/markdown" => "text/markdown; charset=utf-8",
        "text/csv" => "text/csv; charset=utf-8",
        mime => mime,
    }
}

/// Only pictures are shown where they are; everything else is saved.
fn disposition(filename: &str, is_picture: bool) -> String {
    let kind = if is_picture { "inline" } else { "attachment" };
    let plain: String = filename
        .chars()
        .map(|letter| match letter {
            ' '..='~' if letter != '"' && letter != '\\' => letter,
            _ => '_',
        })
        .collect();
    let exact = utf8_percent_encode(filename, NON_ALPHANUMERIC);
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH);
    let known = known.and_then(|value| value.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag))
}

enum Asked {
    Whole,
    Part(u64, u64),
    Nothing,
}

/// One range; of several, the whole is sent, as anybody may.
fn asked_range(headers: &HeaderMap, size: u64, etag: &str) -> Asked {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if text(header::IF_RANGE).is_some_and(|seen| seen != etag) {
        return Asked::Whole;
    }
    let range = text(header::RANGE).and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = range
        .filter(|range| !range.contains(','))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Asked::Whole;
    };
    let (first, last): (Option<u64>, Option<u64>) = (first.parse().ok(), last.parse().ok());
    match (first, last) {
        (None, Some(0)) => Asked::Nothing,
        (None, Some(length)) => Asked::Part(size.saturating_sub(length), size - 1),
        (Some(first), _) if first >= size => Asked::Nothing,
        (Some(first), Some(last)) if last < first => Asked::Whole,
        (Some(first), Some(last)) => Asked::Part(first, last.min(size - 1)),
        (Some(first), None) => Asked::Part(first, size - 1),
        (None, None) => Asked::Whole,
    }
}

//! Reading links in the background: what they lead to is fetched under the rules for addresses that people name, and
//! read by a process that has no rights.

use bytes::Bytes;
use kernel::{Error, Result};
use platform::{
    Ctx,
    blobs::BlobId,
    jobs::JobContext,
    outbound::{Failure, Got, Outbound},
};
use protocol::media::{LinkUrl, MediaFault, MediaType};

use crate::{
    exif,
    job::ReadLink,
    kinds::{self, HEAD_BYTES, Kind},
    media::{Led, LinkRead, Read, ReadBegan},
    reader::{About, Format, Found},
    reading::{in_process, kept},
    scanner,
};

/// Bytes of a page, and of the picture that it names.
const PAGE_BYTES_MAX: usize = 10 * 1024 * 1024;
const PICTURE_BYTES_MAX: usize = 5 * 1024 * 1024;
const TITLE_CHARS_MAX: usize = 255;
const DESCRIPTION_CHARS_MAX: usize = 500;

/// What is read of what links lead to.
const KINDS: [(&str, Format); 7] = [
    ("text/html", Format::Web),
    ("application/xhtml+xml", Format::Web),
    ("text/plain", Format::Text),
    ("text/markdown", Format::Markdown),
    ("text/csv", Format::Text),
    ("application/json", Format::Text),
    ("application/pdf", Format::Pdf),
];

pub(crate) async fn read(job: ReadLink, context: JobContext) -> Result<()> {
    let ReadLink { project, media } = job;
    let server = Ctx::server(context.platform);
    let began = match server.write(project, ReadBegan { media }).await {
        Ok(began) => began.output,
        // The project is gone.
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let Some(url) = began.and_then(|row| row.url) else {
        return Ok(());
    };
    let url = LinkUrl::try_from(url).map_err(Error::internal)?;
    let led = fetch(&server, &url).await?;
    let owner_bytes_max = server.platform.settings.storage.owner_file_bytes_max;
    let read = LinkRead {
        media,
        led: led.map(Box::new),
        owner_bytes_max,
    };
    match server.write(project, read).await {
        Ok(_) | Err(Error::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn fetch(server: &Ctx, url: &LinkUrl) -> Result<Result<Led, MediaFault>> {
    if !server.platform.settings.links.enabled {
        // It was turned off while this one waited.
        return Ok(Err(MediaFault::AddressRefused));
    }
    let outbound = Outbound::new(&server.platform.settings.links)?;
    let got = match outbound.get(url.url(), PAGE_BYTES_MAX).await {
        Ok(got) => got,
        Err(failure) => return Ok(Err(fault(failure))),
    };
    if got.content_type.starts_with("image/") {
        return picture(server, got.bytes).await;
    }
    let known = KINDS.iter().find(|(mime, _)| *mime == got.content_type);
    let Some((mime, format)) = known else {
        return Ok(Err(MediaFault::UnknownKind));
    };
    page(server, &outbound, got, mime, *format).await
}

/// A picture becomes a file like one that somebody uploads: cleaned, and seen by models.
async fn picture(server: &Ctx, bytes: Vec<u8>) -> Result<Result<Led, MediaFault>> {
    let Some((kind, format)) = picture_in(&bytes) else {
        return Ok(Err(MediaFault::UnknownKind));
    };
    let cleaning = move || match exif::cleaner(format) {
        Some(clean) => exif::without(clean, &bytes).unwrap_or(bytes),
        None => bytes,
    };
    let bytes = tokio::task::spawn_blocking(cleaning);
    let bytes = bytes.await.map_err(Error::internal)?;
    let length = bytes.len();
    let (blob, found) = match looked_at(server, bytes, format).await? {
        Ok(looked) => looked,
        Err(fault) => return Ok(Err(fault)),
    };
    let [thumbnail, preview] = Read::pictures(&found);
    Ok(Ok(Led {
        found,
        title: None,
        media_type: MediaType::Image,
        mime: kind.mime,
        blob,
        bytes: length,
        thumbnail: kept(server, thumbnail).await?,
        preview: kept(server, preview).await?,
    }))
}

/// What kind of picture this is, if it is one.
fn picture_in(bytes: &[u8]) -> Option<(Kind, Format)> {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let kind = kinds::of(head, "").ok()?;
    let kind = Some(kind).filter(|kind| kind.media_type == MediaType::Image)?;
    Some((kind, kind.format?))
}

/// Keeps what was fetched, once a scanner has passed it, and reads it.
async fn looked_at(
    server: &Ctx,
    bytes: Vec<u8>,
    format: Format,
) -> Result<Result<(BlobId, Found), MediaFault>> {
    let blobs = &server.platform.blobs;
    let blob = blobs.put(Bytes::from(bytes), server.now()).await?;
    if let Err(fault) = scanner::scan(server, &blob).await? {
        return Ok(Err(fault));
    }
    let found = in_process(server, &blob, format).await?;
    Ok(found.map(|found| (blob, found)))
}

async fn page(
    server: &Ctx,
    outbound: &Outbound,
    got: Got,
    mime: &'static str,
    format: Format,
) -> Result<Result<Led, MediaFault>> {
    let Got { url, bytes, .. } = got;
    if bytes.is_empty() {
        return Ok(Err(MediaFault::NoText));
    }
    let length = bytes.len();
    let (blob, mut found) = match looked_at(server, bytes, format).await? {
        Ok(looked) => looked,
        Err(fault) => return Ok(Err(fault)),
    };
    let About {
        title,
        description,
        picture,
    } = std::mem::take(&mut found.about);
    found.metadata.description = description.and_then(|said| line(&said, DESCRIPTION_CHARS_MAX));
    let thumbnail = match picture.and_then(|picture| url.join(&picture).ok()) {
        Some(picture) => small(server, outbound, picture).await?,
        None => None,
    };
    Ok(Ok(Led {
        found,
        title: title.and_then(|said| line(&said, TITLE_CHARS_MAX)),
        media_type: MediaType::Link,
        mime,
        blob,
        bytes: length,
        thumbnail,
        preview: None,
    }))
}

/// The picture of a page in small, if there is one. It is drawn anew, and kept here: nobody who looks at it is seen by
/// whoever has the page.
async fn small(server: &Ctx, outbound: &Outbound, at: reqwest::Url) -> Result<Option<BlobId>> {
    let Ok(Got { bytes, .. }) = outbound.get(at, PICTURE_BYTES_MAX).await else {
        return Ok(None);
    };
    let Some((_, format)) = picture_in(&bytes) else {
        return Ok(None);
    };
    let blob = server
        .platform
        .blobs
        .put(Bytes::from(bytes), server.now())
        .await?;
    let Ok(found) = in_process(server, &blob, format).await? else {
        return Ok(None);
    };
    let [thumbnail, _] = Read::pictures(&found);
    kept(server, thumbnail).await
}

fn fault(failure: Failure) -> MediaFault {
    match failure {
        Failure::Refused => MediaFault::AddressRefused,
        Failure::Unreachable => MediaFault::Unreachable,
        Failure::TooSlow => MediaFault::TooSlow,
        Failure::TooManyRedirects => MediaFault::TooManyRedirects,
        Failure::Denied => MediaFault::Denied,
        Failure::TooLarge => MediaFault::TooLarge,
    }
}

/// What a page says of itself, on one line and without what would change how others are read.
fn line(said: &str, chars_max: usize) -> Option<String> {
    let is_kept = |letter: &char| !letter.is_control() && !is_invisible(*letter);
    let words = said.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let line: String = words
        .join(" ")
        .chars()
        .filter(is_kept)
        .take(chars_max)
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// What has no width, and what turns the direction of what follows.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_without_what_nobody_sees() {
        let said = |text: &str| line(text, 10);
        assert_eq!(said(" Rain\r\n\tfalls ").as_deref(), Some("Rain falls"));
        assert_eq!(said("Ra\u{0}in\u{7}").as_deref(), Some("Ra in"));
        assert_eq!(said("\u{202e}gpj.\u{200b}x").as_deref(), Some("gpj.x"));
        assert_eq!(said(&"x".repeat(99)).map(|text| text.len()), Some(10));
        assert_eq!(said(" \u{200b}\n"), None);
    }
}

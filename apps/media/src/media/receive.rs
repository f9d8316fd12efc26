//! Taking a file in.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use futures::{Stream, StreamExt};
use kernel::{Error, MediaId, NodeId, Permission, ProjectId, Result, UploadId, UserId};
use platform::{
    Ctx,
    blobs::{Blobs, Incoming, Received},
};
use protocol::media::{AltText, MediaType, MediaView};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

use super::commands::Add;
use crate::{
    exif,
    kinds::{self, HEAD_BYTES},
    reader,
};

/// How long nothing may come before an upload is given up.
const STALL_MAX: Duration = Duration::from_secs(30);
/// Files that come in at once in this process.
const AT_ONCE_MAX: usize = 32;
/// Of these, so many of one person.
const OF_ONE_PERSON_MAX: usize = 4;
const BUSY_WITH_OWN: Duration = Duration::from_secs(2);
/// The slowest pace at which a file may come in, and for how long nobody looks at it.
const BYTES_PER_SECOND_MIN: u64 = 4 * 1024;
const GRACE_SECONDS: u64 = 60;
const FILENAME_CHARS_MAX: usize = 255;
/// A picture is held whole for a moment, twice, and so many of them at once.
const PICTURE_BYTES_MAX: u64 = 100 * 1024 * 1024;
const CLEANED_AT_ONCE_MAX: usize = 2;

/// Pictures that are held whole, to leave out what stands beside them.
static CLEANED: Semaphore = Semaphore::const_new(CLEANED_AT_ONCE_MAX);
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE_MAX);
/// How many files of each person come in.
static OF_PEOPLE: LazyLock<Mutex<HashMap<UserId, usize>>> = LazyLock::new(Mutex::default);

/// A place among the files that come in; whoever finds none tries again.
#[derive(Debug)]
pub(crate) struct Turn {
    of: UserId,
    _place: SemaphorePermit<'static>,
}

pub(crate) fn turn(of: UserId) -> Result<Turn> {
    let place = TURNS.try_acquire().map_err(|_| Error::Busy)?;
    let mut people = OF_PEOPLE.lock().unwrap_or_else(PoisonError::into_inner);
    let own = people.entry(of).or_default();
    if *own >= OF_ONE_PERSON_MAX {
        return Err(Error::RateLimited {
            retry_after: BUSY_WITH_OWN,
        });
    }
    *own += 1;
    Ok(Turn { of, _place: place })
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut people = OF_PEOPLE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = people.get_mut(&self.of) {
            *own -= 1;
            if *own == 0 {
                people.remove(&self.of);
            }
        }
    }
}

/// Whether what comes is so slow that it only holds a place: after a minute, less than so much a second on the whole.
fn is_dribbling(bytes: u64, since: Instant) -> bool {
    let seconds = since.elapsed().as_secs();
    seconds > GRACE_SECONDS && bytes < (seconds - GRACE_SECONDS) * BYTES_PER_SECOND_MIN
}

/// What came in of a stream: how it begins, and whether that was all.
pub(crate) struct Taken {
    pub(crate) incoming: Incoming,
    pub(crate) head: Vec<u8>,
    /// Why there was no more, if that was not its end.
    pub(crate) cut: Option<Error>,
}

/// Takes a stream in as far as it comes; no more than so many bytes.
pub(crate) async fn stream<E>(
    ctx: &Ctx,
    bytes_max: u64,
    stream: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Taken> {
    let mut taken = Taken {
        incoming: ctx.platform.blobs.incoming().await?,
        head: Vec::new(),
        cut: None,
    };
    let mut stream = std::pin::pin!(stream);
    let since = Instant::now();
    loop {
        let next = tokio::time::timeout(STALL_MAX, stream.next()).await;
        let bytes = match next {
            Ok(None) => return Ok(taken),
            Ok(Some(Ok(bytes))) => bytes,
            Ok(Some(Err(_))) => {
                taken.cut = Some(Error::BadRequest(
                    "the file did not arrive whole".to_owned(),
                ));
                return Ok(taken);
            }
            Err(_) => {
                taken.cut = Some(Error::RequestTimeout);
                return Ok(taken);
            }
        };
        if is_dribbling(taken.incoming.bytes(), since) {
            taken.cut = Some(Error::RequestTimeout);
            return Ok(taken);
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if taken.incoming.bytes().saturating_add(length) > bytes_max {
            taken.incoming.abort().await;
            return Err(too_large(bytes_max));
        }
        let missing = HEAD_BYTES.saturating_sub(taken.head.len());
        taken.head.extend(bytes.iter().take(missing));
        if let Err(error) = taken.incoming.write(bytes).await {
            taken.incoming.abort().await;
            return Err(error);
        }
    }
}

pub(crate) fn too_large(bytes_max: u64) -> Error {
    Error::PayloadTooLarge {
        bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
    }
}

/// A file that came in whole.
pub(crate) struct NewFile {
    pub(crate) project: ProjectId,
    pub(crate) node: Option<NodeId>,
    pub(crate) filename: String,
    pub(crate) alt: Option<AltText>,
    pub(crate) received: Received,
    pub(crate) head: Vec<u8>,
    pub(crate) upload: Option<UploadId>,
}

impl NewFile {
    /// Keeps it and says what it is; a file that is refused leaves nothing.
    pub(crate) async fn add(self, ctx: &Ctx) -> Result<MediaView> {
        let blobs = &ctx.platform.blobs;
        let Self {
            project,
            node,
            filename,
            alt,
            received,
            head,
            upload,
        } = self;
        let kind = match check(&head, &filename, received.bytes) {
            Ok(kind) => kind,
            Err(error) => {
                blobs.forget(received).await;
                return Err(error);
            }
        };
        let received = cleaned(blobs, kind, received).await?;
        let add = Add {
            id: MediaId::generate(),
            node,
            filename,
            url: None,
            alt: alt.map(String::from).filter(|text| !text.is_empty()),
            kind,
            blob: received.id,
            bytes: received.bytes,
            owner_bytes_max: ctx.platform.settings.storage.owner_file_bytes_max,
            is_scanned: ctx.platform.settings.storage.scanner.is_some(),
            upload,
        };
        blobs.keep(received, ctx.now()).await?;
        Ok(ctx.write(project, add).await?.output)
    }
}

/// A picture without where and with what it was taken; any other file as it came.
async fn cleaned(blobs: &Blobs, kind: kinds::Kind, received: Received) -> Result<Received> {
    let Some(clean) = kind.format.and_then(exif::cleaner) else {
        return Ok(received);
    };
    let _place = CLEANED.acquire().await.map_err(Error::internal)?;
    let mut pieces = blobs.part(received.part()).await?;
    let mut file = Vec::with_capacity(usize::try_from(received.bytes).unwrap_or_default());
    while let Some(piece) = pieces.next().await {
        file.extend_from_slice(&piece?);
    }
    let cleaning = tokio::task::spawn_blocking(move || exif::without(clean, &file));
    let Some(kept) = cleaning.await.map_err(Error::internal)? else {
        return Ok(received);
    };
    let mut incoming = blobs.incoming().await?;
    incoming.write(kept.into()).await?;
    let kept = incoming.finish().await?;
    blobs.forget(received).await;
    Ok(kept)
}

/// Refuses what is nothing, what is of no known kind, and pictures that say they are too large.
fn check(head: &[u8], filename: &str, bytes: u64) -> Result<kinds::Kind> {
    if bytes == 0 {
        return Err(Error::invalid("/file", "must not be empty"));
    }
    let kind = kinds::of(head, filename)?;
    if kind.media_type == MediaType::Image && bytes > PICTURE_BYTES_MAX {
        return Err(too_large(PICTURE_BYTES_MAX));
    }
    let said = kind
        .format
        .and_then(|format| reader::said_size(format, head));
    match said {
        Some((width, height)) if !reader::is_small_enough(width, height) => {
            Err(Error::invalid("/file", reader::too_large()))
        }
        _ => Ok(kind),
    }
}

/// Who may not add a file is not read.
pub(crate) async fn may_add(ctx: &Ctx, project: ProjectId) -> Result<()> {
    ctx.user_id()?;
    ctx.project(project, Permission::MEDIA_WRITE)
        .await
        .map(drop)
}

/// A name as it is kept: without folders and what terminals and headers would take for their own.
pub(crate) fn filename(given: &str) -> Result<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|letter| !letter.is_control()).collect();
    let kept = kept.trim();
    if kept.is_empty() || kept.trim_matches('.').is_empty() {
        return Err(Error::invalid("/filename", "must be the name of a file"));
    }
    if kept.chars().count() > FILENAME_CHARS_MAX {
        let sentence = format!("must have at most {FILENAME_CHARS_MAX} characters");
        return Err(Error::invalid("/filename", sentence));
    }
    Ok(kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_no_folders_and_no_line_ends() {
        assert_eq!(filename("../../x").unwrap(), "x");
        assert_eq!(filename("C:\\sea\\été.png").unwrap(), "été.png");
        assert_eq!(
            filename("a\r\nSet-Cookie: b.png").unwrap(),
            "aSet-Cookie: b.png"
        );
        assert!(filename("..").is_err());
        assert!(filename("a/").is_err());
        assert!(filename(&"x".repeat(256)).is_err());
    }
}

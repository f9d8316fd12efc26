//! Blobs: bytes that are kept once under their SHA-256, in a folder or in a bucket.
//!
//! What comes in is written beside them first, so that nothing is ever seen in part.

mod pieces;

use std::{collections::HashSet, fmt, future::ready, ops::Range, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use kernel::{Error, Result};
use object_store::{
    GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt, WriteMultipart,
    local::LocalFileSystem, path::Path, prefix::PrefixStore,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{private, settings::Settings, wrong_setting::WrongSetting};

/// The folder of files, in the data folder.
const FOLDER: &str = "files";
/// Below it stands what comes in, and what is kept.
const INCOMING: &str = "incoming";
const KEPT: &str = "kept";
/// Bytes that are sent to the store at once: no bucket takes smaller parts.
const PART_BYTES: usize = 5 * 1024 * 1024;
/// Parts that are here at once: one is written while the next one comes in.
const PARTS_AT_ONCE: usize = 2;
/// How long what nobody names stays: whoever is about to name it has so much time.
const UNNAMED_HOURS: i64 = 48;
/// What is written again while it is younger than this is not written: it is no candidate for removal yet.
const FRESH_HOURS: i64 = 12;

/// Whether they are named is asked of so many at once.
const ASKED_AT_ONCE: usize = 500;

/// The SHA-256 of what is kept, which is its name.
pub type BlobId = [u8; 32];

#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blobs").field(&self.store).finish()
    }
}

/// Something that came in whole and has no name yet.
#[derive(Debug)]
pub struct Received {
    path: Path,
    pub id: BlobId,
    pub bytes: u64,
}

impl Received {
    /// Its name, for whoever puts it together with others.
    #[must_use]
    pub fn part(&self) -> &str {
        self.path.as_ref()
    }
}

/// Something that is coming in.
pub struct Incoming {
    path: Path,
    upload: WriteMultipart,
    hash: Sha256,
    bytes: u64,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Incoming").field(&self.path).finish()
    }
}

impl Incoming {
    /// Takes more of it, and waits while the store is slower than whoever sends.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.upload
            .wait_for_capacity(PARTS_AT_ONCE)
            .await
            .map_err(failed)?;
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.hash.update(&bytes);
        self.upload.put(bytes);
        Ok(())
    }

    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub async fn finish(self) -> Result<Received> {
        self.upload.finish().await.map_err(failed)?;
        Ok(Received {
            path: self.path,
            id: self.hash.finalize().into(),
            bytes: self.bytes,
        })
    }

    /// Forgets what came; a failure is of no consequence, since what has no name is swept.
    pub async fn abort(self) {
        let _ = self.upload.abort().await;
    }
}

impl Blobs {
    /// Opens the folder, or the bucket that the settings name.
    pub fn open(settings: &Settings) -> Result<Self, WrongSetting> {
        let wrong = |error: &dyn fmt::Display| {
            WrongSetting::new("storage.files_url", &format!("cannot be used: {error}"))
        };
        let Some(url) = &settings.storage.files_url else {
            let folder = settings.data_dir.join(FOLDER);
            private::make_folder(&folder).map_err(|error| wrong(&error))?;
            let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| wrong(&error))?;
            // Folders stay when they are empty: one that is cleaned up may be needed by who writes there at that moment.
            let store = store.with_fsync(true).with_automatic_cleanup(false);
            return Ok(Self {
                store: Arc::new(store),
            });
        };
        let parsed = url.parse().map_err(|error| wrong(&error))?;
        let given = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
        let options = given.map(|(name, value)| (name.to_ascii_lowercase(), value));
        let (store, path) =
            object_store::parse_url_opts(&parsed, options).map_err(|error| wrong(&error))?;
        Ok(Self {
            store: Arc::new(PrefixStore::new(store, path)),
        })
    }

    /// Begins to take something in.
    pub async fn incoming(&self) -> Result<Incoming> {
        let path = Path::from(format!("{INCOMING}/{}", Uuid::now_v7()));
        let upload = self.store.put_multipart(&path).await.map_err(failed)?;
        Ok(Incoming {
            path,
            upload: WriteMultipart::new_with_chunk_size(upload, PART_BYTES),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Keeps what came in under its name. Until a row names it as well, it may be swept after a day.
    pub async fn keep(&self, received: Received, now: DateTime<Utc>) -> Result<()> {
        let place = place(&received.id);
        if self.is_fresh(&place, now).await? {
            self.discard(&received.path).await;
            return Ok(());
        }
        self.store
            .rename(&received.path, &place)
            .await
            .map_err(failed)
    }

    /// Keeps a few bytes that are here whole.
    pub async fn put(&self, bytes: Bytes, now: DateTime<Utc>) -> Result<BlobId> {
        let mut incoming = self.incoming().await?;
        incoming.write(bytes).await?;
        let received = incoming.finish().await?;
        let id = received.id;
        self.keep(received, now).await?;
        Ok(id)
    }

    /// A part of something that comes in parts, by the name that `Received::part` gave.
    pub async fn part(&self, name: &str) -> Result<BoxStream<'static, Result<Bytes>>> {
        self.stream(&Path::from(name), None).await
    }

    /// Forgets a part, or what came in. A failure is of no consequence: what has no name is swept.
    pub async fn discard_part(&self, name: &str) {
        self.discard(&Path::from(name)).await;
    }

    pub async fn forget(&self, received: Received) {
        self.discard(&received.path).await;
    }

    async fn discard(&self, path: &Path) {
        if let Err(error) = self.store.delete(path).await {
            tracing::debug!(
                error = kernel::error::chain(&error),
                "A file stays until it is swept"
            );
        }
    }

    /// What is kept, or a part of it, piece by piece.
    pub async fn read(
        &self,
        id: &BlobId,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, Result<Bytes>>> {
        self.stream(&place(id), range).await
    }

    /// What is kept, whole; refuses more than so many bytes.
    pub async fn whole(&self, id: &BlobId, bytes_max: usize) -> Result<Bytes> {
        let found = self.store.get(&place(id)).await.map_err(failed)?;
        let bytes = usize::try_from(found.meta.size).unwrap_or(usize::MAX);
        if bytes > bytes_max {
            return Err(Error::PayloadTooLarge { bytes_max });
        }
        found.bytes().await.map_err(failed)
    }

    async fn stream(
        &self,
        path: &Path,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, Result<Bytes>>> {
        let options = GetOptions {
            range: range.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(path, options).await.map_err(failed)?;
        let Range { start, end } = found.range;
        // The store would hand a file out in pieces of 8 KiB, each read by a task of its own.
        if let GetResultPayload::File(file, _) = found.payload {
            return Ok(pieces::of(file, start..end)
                .map_err(Error::internal)
                .boxed());
        }
        Ok(found.into_stream().map_err(failed).boxed())
    }

    async fn is_fresh(&self, place: &Path, now: DateTime<Utc>) -> Result<bool> {
        match self.store.head(place).await {
            Ok(found) => Ok(found.last_modified > now - TimeDelta::hours(FRESH_HOURS)),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// Removes what nobody names any more, and what came in only in part: both two days after they came.
    pub async fn sweep<F>(
        &self,
        now: DateTime<Utc>,
        is_named: impl Fn(Vec<BlobId>) -> F,
    ) -> Result<u64>
    where
        F: Future<Output = Result<HashSet<BlobId>>>,
    {
        let before = now - TimeDelta::hours(UNNAMED_HOURS);
        let mut removed = 0;
        for folder in [INCOMING, KEPT] {
            let listed = self.store.list(Some(&Path::from(folder)));
            let mut old = listed
                .try_filter(|found| ready(found.last_modified < before))
                .map_err(failed)
                .try_chunks(ASKED_AT_ONCE);
            while let Some(some) = old.next().await {
                let some = some.map_err(|error| error.1)?;
                let ids = some.iter().filter_map(|found| id_at(&found.location));
                let named = is_named(ids.collect()).await?;
                for found in some {
                    if id_at(&found.location).is_some_and(|id| named.contains(&id)) {
                        continue;
                    }
                    self.store.delete(&found.location).await.map_err(failed)?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}

/// Which blob is kept at a place, if one is.
fn id_at(place: &Path) -> Option<BlobId> {
    let name = place
        .filename()
        .filter(|_| place.as_ref().starts_with(KEPT))?;
    hex::decode(name).ok()?.try_into().ok()
}

fn place(id: &BlobId) -> Path {
    let name = hex::encode(id);
    let folder = name.get(..2).unwrap_or_default();
    Path::from(format!("{KEPT}/{folder}/{name}"))
}

fn failed(error: object_store::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && matches!(
                io.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            )
        {
            return Error::DiskFull;
        }
        cause = error.source();
    }
    Error::internal(error)
}

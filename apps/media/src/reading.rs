//! Reading a file in the background, by a process that has no rights.

use std::{process::Stdio, time::Duration};

use bytes::Bytes;
use entity::media;
use futures::StreamExt;
use kernel::{Error, Result};
use platform::{Ctx, blobs::BlobId, jobs::JobContext};
use protocol::media::MediaFault;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    time::timeout,
};

use crate::{
    job::ReadFile,
    media::{Read, ReadBegan, blob_id},
    reader::{COMMAND, Format, Found},
    scanner,
};

/// How long reading one file may take, waiting included.
const READ_MAX: Duration = Duration::from_secs(120);
/// Bytes that the process may say.
const SAID_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Larger files are kept, and not read.
const READ_BYTES_MAX: i64 = 256 * 1024 * 1024;

pub(crate) async fn read(job: ReadFile, context: JobContext) -> Result<()> {
    let ReadFile {
        project,
        media,
        format,
    } = job;
    let server = Ctx::server(context.platform);
    let began = server.write(project, ReadBegan { media }).await;
    let row = match began {
        Ok(began) => began.output,
        // The project is gone.
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let Some(row) = row else {
        return Ok(());
    };
    let found = found(&server, &row, format).await?;
    let mut read = Read {
        media,
        found: found.map(Box::new),
        thumbnail: None,
        preview: None,
    };
    if let Ok(found) = &read.found {
        let [thumbnail, preview] = Read::pictures(found);
        read.thumbnail = kept(&server, thumbnail).await?;
        read.preview = kept(&server, preview).await?;
    }
    match server.write(project, read).await {
        Ok(_) | Err(Error::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn found(
    server: &Ctx,
    row: &media::Model,
    format: Option<Format>,
) -> Result<Result<Found, MediaFault>> {
    let blob = blob_id(&row.sha256)?;
    if let Err(fault) = scanner::scan(server, &blob).await? {
        return Ok(Err(fault));
    }
    match format {
        None => Ok(Ok(Found::default())),
        // It can be played, whatever it says of itself.
        Some(Format::Played) if row.size > READ_BYTES_MAX => Ok(Ok(Found::default())),
        Some(Format::Played) => {
            let found = in_process(server, &blob, Format::Played).await?;
            Ok(Ok(found.unwrap_or_default()))
        }
        Some(_) if row.size > READ_BYTES_MAX => Ok(Err(MediaFault::TooLarge)),
        Some(format) => in_process(server, &blob, format).await,
    }
}

pub(crate) async fn kept(server: &Ctx, bytes: Option<Vec<u8>>) -> Result<Option<BlobId>> {
    match bytes {
        None => Ok(None),
        Some(bytes) => {
            let blobs = &server.platform.blobs;
            blobs.put(Bytes::from(bytes), server.now()).await.map(Some)
        }
    }
}

/// What the process found. That it ended badly is the file's fault.
pub(crate) async fn in_process(
    server: &Ctx,
    blob: &BlobId,
    format: Format,
) -> Result<Result<Found, MediaFault>> {
    let mut child = begin(server, format)?;
    let talked = timeout(READ_MAX, talk(server, blob, &mut child)).await;
    // One that goes on is ended, whatever it does.
    let _ = child.start_kill();
    let status = child.wait().await.map_err(Error::internal)?;
    let said = match talked {
        Err(_) => return Ok(Err(MediaFault::TooMuchWork)),
        Ok(said) => said?,
    };
    if let Ok(found) = serde_json::from_slice(&said) {
        return Ok(found);
    }
    // Without a code it was ended by a limit.
    Ok(Err(match status.code() {
        Some(_) => MediaFault::Damaged,
        None => MediaFault::TooMuchWork,
    }))
}

fn begin(server: &Ctx, format: Format) -> Result<Child> {
    let word = serde_json::to_value(format).map_err(Error::internal)?;
    let program = match &server.platform.settings.storage.reader {
        Some(program) => program.clone(),
        None => std::env::current_exe().map_err(Error::internal)?,
    };
    let mut command = Command::new(program);
    command
        .arg(COMMAND)
        .arg(word.as_str().unwrap_or_default())
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command.spawn().map_err(Error::internal)
}

/// Gives the process the file, and hears what it says.
async fn talk(server: &Ctx, blob: &BlobId, child: &mut Child) -> Result<Vec<u8>> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Error::internal("a process without its pipes"));
    };
    let mut bytes = server.platform.blobs.read(blob, None).await?;
    while let Some(some) = bytes.next().await {
        // One that ended hears no more; what it said is read below.
        if input.write_all(&some?).await.is_err() {
            break;
        }
    }
    drop(input);
    let mut said = Vec::new();
    let mut output = output.take(SAID_BYTES_MAX);
    output
        .read_to_end(&mut said)
        .await
        .map_err(Error::internal)?;
    Ok(said)
}

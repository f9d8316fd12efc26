//! Asking ClamAV's daemon whether a file does harm.

use std::time::Duration;

use futures::StreamExt;
use kernel::{Error, Result};
use platform::{Ctx, blobs::BlobId};
use protocol::media::MediaFault;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// How long the daemon may take for one file.
const SCAN_MAX: Duration = Duration::from_secs(120);
/// Bytes of an answer.
const SAID_BYTES_MAX: u64 = 1_024;

trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<C: AsyncRead + AsyncWrite + Send + Unpin> Connection for C {}

/// What speaks against giving a file out. A daemon that cannot say is asked again later.
pub(crate) async fn scan(ctx: &Ctx, blob: &BlobId) -> Result<Result<(), MediaFault>> {
    let Some(address) = &ctx.platform.settings.storage.scanner else {
        return Ok(Ok(()));
    };
    let said = timeout(SCAN_MAX, ask(ctx, address, blob)).await;
    let said = said.map_err(|_| Error::internal("the virus scanner takes too long"))??;
    judged(&said)
}

async fn ask(ctx: &Ctx, address: &str, blob: &BlobId) -> Result<String> {
    let mut daemon = connect(address).await.map_err(unreachable)?;
    let mut bytes = ctx.platform.blobs.read(blob, None).await?;
    daemon
        .write_all(b"zINSTREAM\0")
        .await
        .map_err(unreachable)?;
    while let Some(some) = bytes.next().await {
        // One that has seen enough hears no more; what it said is read below.
        if send(&mut *daemon, &some?).await.is_err() {
            break;
        }
    }
    let _ = send(&mut *daemon, &[]).await;
    let mut said = Vec::new();
    let mut answer = daemon.take(SAID_BYTES_MAX);
    answer.read_to_end(&mut said).await.map_err(unreachable)?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

async fn connect(address: &str) -> std::io::Result<Box<dyn Connection>> {
    Ok(match address.strip_prefix("unix:") {
        Some(path) => Box::new(UnixStream::connect(path).await?),
        None => Box::new(TcpStream::connect(address.trim_start_matches("tcp:")).await?),
    })
}

/// A part with its length before it; one of no bytes is the end.
async fn send(daemon: &mut dyn Connection, part: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(part.len()).map_err(std::io::Error::other)?;
    daemon.write_all(&length.to_be_bytes()).await?;
    daemon.write_all(part).await
}

fn judged(said: &str) -> Result<Result<(), MediaFault>> {
    let said = said.trim_end_matches('\0').trim();
    if said.ends_with("FOUND") {
        tracing::warn!(said, "a file does harm");
        return Ok(Err(MediaFault::Harmful));
    }
    if said.contains("size limit exceeded") {
        return Ok(Err(MediaFault::NotScanned));
    }
    if said.ends_with("OK") {
        return Ok(Ok(()));
    }
    Err(Error::internal(format!("the virus scanner says: {said}")))
}

fn unreachable(error: std::io::Error) -> Error {
    Error::internal(format!("the virus scanner cannot be asked: {error}"))
}

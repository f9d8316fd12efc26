//! A file of the folder, piece by piece.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
};

use bytes::Bytes;
use futures::{Stream, stream::try_unfold};
use tokio::task::spawn_blocking;

/// Bytes that are read at once.
const PIECE_BYTES: u64 = 256 * 1024;

/// A part of a file. While a piece is on its way to whoever asked, the next one is read, and none after it.
pub(super) fn of(mut file: File, part: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let Range { start, end } = part;
    let first = spawn_blocking(move || {
        file.seek(SeekFrom::Start(start))?;
        read(file, end.saturating_sub(start))
    });
    try_unfold(Some(first), |reading| async move {
        let Some(reading) = reading else {
            return Ok(None);
        };
        let Piece { bytes, file, left } = reading.await??;
        let next = (left > 0).then(|| spawn_blocking(move || read(file, left)));
        Ok(Some((bytes, next)))
    })
}

struct Piece {
    bytes: Bytes,
    file: File,
    /// Bytes that come after it.
    left: u64,
}

/// A file that ends early is an error, since its length was said before.
fn read(mut file: File, left: u64) -> io::Result<Piece> {
    let length = left.min(PIECE_BYTES);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    let read = (&mut file).take(length).read_to_end(&mut bytes)?;
    if u64::try_from(read) != Ok(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Piece {
        bytes: bytes.into(),
        file,
        left: left - length,
    })
}

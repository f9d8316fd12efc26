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
        Ok((!bytes.is_empty()).then_some((bytes, next)))
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

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        io::Write::write_all(&mut file, bytes).expect("it is written");
        file
    }

    async fn all(file: File, part: Range<u64>) -> io::Result<Vec<u8>> {
        let pieces: Vec<Bytes> = of(file, part).try_collect().await?;
        Ok(pieces.concat())
    }

    #[tokio::test]
    async fn the_pieces_of_a_part_are_the_part() {
        let piece = usize::try_from(PIECE_BYTES).expect("few");
        let whole: Vec<u8> = (0..=255).cycle().take(3 * piece + 5).collect();
        for part in [0..whole.len(), 7..2 * piece, 0..piece, 9..9] {
            let asked =
                u64::try_from(part.start).expect("few")..u64::try_from(part.end).expect("few");
            let read = all(file(&whole), asked).await.expect("it is read");
            assert!(read == whole[part.clone()], "{part:?}");
        }
    }

    #[tokio::test]
    async fn a_file_that_ends_too_early_is_no_shorter_file() {
        let error = all(file(b"rain"), 0..5).await.expect_err("it ends early");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}

//! Where the chunks of a text end, as it is kept beside the text.

use super::point::Point;

/// Bytes of one end.
const END_BYTES: usize = 4;

/// Where each chunk of one text ends, in bytes of the text. What is kept from before this was known has
/// none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkEnds(Vec<u8>);

impl ChunkEnds {
    /// As it was kept.
    #[must_use]
    pub fn kept(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As it is kept.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Another chunk ends here.
    pub fn push(&mut self, end: usize) {
        // A text is shorter than 4 GiB by far.
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        self.0.extend(end.to_be_bytes());
    }

    /// Where so many chunks end.
    #[must_use]
    pub fn find(&self, chunks: u64) -> Option<Point> {
        let place = usize::try_from(chunks.checked_sub(1)?).ok()?;
        let at = place.checked_mul(END_BYTES)?;
        let end = self.0.get(at..)?.first_chunk()?;
        let bytes = usize::try_from(u32::from_be_bytes(*end)).ok()?;
        Some(Point { chunks, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_every_chunk_is_found_and_of_none_beyond() {
        let mut ends = ChunkEnds::default();
        for end in [3, 3, 70_000] {
            ends.push(end);
        }
        let ends = ChunkEnds::kept(ends.bytes().to_vec());

        let found: Vec<Option<usize>> = (0..5)
            .map(|chunks| ends.find(chunks).map(|point| point.bytes))
            .collect();

        assert_eq!(found, [None, Some(3), Some(3), Some(70_000), None]);
        assert_eq!(ends.find(u64::MAX), None);
    }
}

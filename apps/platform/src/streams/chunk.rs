//! Pieces of streams, and how they look between instances.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    point::Point,
    source::{Sources, StreamId},
};

/// A piece of a stream's text: one chunk, or several that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub stream: StreamId,
    /// Where it begins.
    pub from: Point,
    /// The last chunk that it holds.
    pub number: u64,
    pub text: String,
}

impl Chunk {
    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> Point {
        Point {
            chunks: self.number.saturating_add(1),
            bytes: self.from.bytes.saturating_add(self.text.len()),
        }
    }

    /// The first chunk that it holds, if it holds several.
    #[must_use]
    pub fn first_of_several(&self) -> Option<u64> {
        (self.from.chunks < self.number).then_some(self.from.chunks)
    }
}

#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    id: Uuid,
    from: u64,
    /// How much text comes before it, in bytes.
    at: usize,
    number: u64,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

impl<'a> From<&'a Chunk> for Wire<'a> {
    fn from(chunk: &'a Chunk) -> Self {
        Self {
            source: chunk.stream.source.into(),
            id: chunk.stream.id,
            from: chunk.from.chunks,
            at: chunk.from.bytes,
            number: chunk.number,
            text: (&chunk.text).into(),
        }
    }
}

pub(super) fn encode(chunks: &[Chunk]) -> serde_json::Result<Vec<u8>> {
    let wire: Vec<Wire<'_>> = chunks.iter().map(Wire::from).collect();
    serde_json::to_vec(&wire)
}

pub(super) fn decode(payload: &[u8], sources: &Sources) -> serde_json::Result<Vec<Chunk>> {
    let wire: Vec<Wire<'_>> = serde_json::from_slice(payload)?;
    let known = |wire: Wire<'_>| {
        Some(Chunk {
            stream: StreamId {
                source: sources.find(&wire.source)?.name,
                id: wire.id,
            },
            from: Point {
                chunks: wire.from,
                bytes: wire.at,
            },
            number: wire.number,
            text: wire.text.into_owned(),
        })
    };
    Ok(wire.into_iter().filter_map(known).collect())
}

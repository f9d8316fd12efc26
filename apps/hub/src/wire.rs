//! Frames as they stand on the wire: encoded once, shared by everyone who gets them.
//!
//! tungstenite reads for us and answers pings. What we send does not go through it: it would copy
//! every frame into a buffer of each socket, and keep that buffer as large as the largest snapshot.

use bytes::Bytes;
use kernel::{Error, Result, error::chain};
use serde::Serialize;

const HEADER_BYTES_MAX: usize = 10;
const LAST_FRAGMENT: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
/// A control frame holds 125 bytes, two of which are the code.
const REASON_BYTES_MAX: usize = 123;

#[derive(Clone, Debug)]
pub(crate) struct Frame {
    bytes: Bytes,
    header: usize,
}

impl Frame {
    pub(crate) fn of(frame: &impl Serialize) -> Result<Self> {
        let mut bytes = vec![0; HEADER_BYTES_MAX];
        serde_json::to_writer(&mut bytes, frame).map_err(Error::internal)?;
        Ok(Self::finish(bytes, TEXT))
    }

    /// A text that is a frame already.
    pub(crate) fn text(payload: &[u8]) -> Self {
        Self::with(payload, TEXT)
    }

    pub(crate) fn ping() -> Self {
        Self::with(&[], PING)
    }

    pub(crate) fn close(code: u16, reason: &str) -> Self {
        let end = (0..=reason.len().min(REASON_BYTES_MAX))
            .rev()
            .find(|end| reason.is_char_boundary(*end))
            .unwrap_or_default();
        let mut payload = code.to_be_bytes().to_vec();
        payload.extend(reason.bytes().take(end));
        Self::with(&payload, CLOSE)
    }

    fn with(payload: &[u8], opcode: u8) -> Self {
        let mut bytes = Vec::with_capacity(HEADER_BYTES_MAX + payload.len());
        bytes.resize(HEADER_BYTES_MAX, 0);
        bytes.extend_from_slice(payload);
        Self::finish(bytes, opcode)
    }

    /// Writes the header into the space in front of the payload.
    fn finish(mut bytes: Vec<u8>, opcode: u8) -> Self {
        let length = bytes.len() - HEADER_BYTES_MAX;
        let first = LAST_FRAGMENT | opcode;
        let header = match (u8::try_from(length), u16::try_from(length)) {
            (Ok(length @ ..126), _) => vec![first, length],
            (_, Ok(length)) => [&[first, 126], length.to_be_bytes().as_slice()].concat(),
            _ => {
                let length = u64::try_from(length).unwrap_or(u64::MAX);
                [&[first, 127], length.to_be_bytes().as_slice()].concat()
            }
        };
        let start = HEADER_BYTES_MAX - header.len();
        if let Some(space) = bytes.get_mut(start..HEADER_BYTES_MAX) {
            space.copy_from_slice(&header);
        }
        Self {
            bytes: Bytes::from(bytes).slice(start..),
            header: header.len(),
        }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What is in it, for another instance.
    pub(crate) fn payload(&self) -> Bytes {
        self.bytes.slice(self.header..)
    }
}

/// Encodes what the server made itself, which always can be.
pub(crate) fn encode(frame: &impl Serialize) -> Option<Frame> {
    match Frame::of(frame) {
        Ok(frame) => Some(frame),
        Err(error) => {
            tracing::error!(error = chain(&error), "A frame cannot be encoded");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_grows_with_the_payload() {
        for (length, header) in [
            (0, vec![0x81, 0]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_535, vec![0x81, 126, 0xff, 0xff]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let payload = vec![b'x'; length];
            let frame = Frame::text(&payload);
            assert_eq!(frame.bytes(), &[header, payload.clone()].concat());
            assert_eq!(frame.payload(), payload);
        }
    }

    #[test]
    fn a_reason_that_is_too_long_is_cut_between_letters() {
        let frame = Frame::close(4001, &"ä".repeat(100));
        assert_eq!(frame.payload().len(), 2 + 122);
        assert!(std::str::from_utf8(&frame.payload()[2..]).is_ok());
    }
}

//! WebSocket frames, as much as measuring needs: whole text messages and control frames.

use anyhow::{Result, bail, ensure};

pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// A snapshot of the largest project is well below it.
const PAYLOAD_BYTES_MAX: usize = 64 * 1024 * 1024;
const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;

/// Where a frame lies in the bytes that it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) opcode: u8,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) mask: Option<[u8; 4]>,
}

/// The frame that the bytes begin with; nothing while it is not whole.
pub(crate) fn first_frame(bytes: &[u8]) -> Result<Option<Frame>> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    ensure!(
        first & 0xf0 == FINAL,
        "a part of a message, or reserved bits"
    );
    let (length, head) = match (second & !MASKED, rest) {
        (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 4),
        (127, [a, b, c, d, e, f, g, h, ..]) => {
            (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 10)
        }
        (126 | 127, _) => return Ok(None),
        (short, _) => (u64::from(short), 2),
    };
    let length = usize::try_from(length)?;
    if length > PAYLOAD_BYTES_MAX {
        bail!("a frame of {length} bytes");
    }
    let (mask, start) = match (second & MASKED, bytes.get(head..head + 4)) {
        (0, _) => (None, head),
        (_, Some([a, b, c, d])) => (Some([*a, *b, *c, *d]), head + 4),
        _ => return Ok(None),
    };
    let end = start + length;
    Ok((bytes.len() >= end).then_some(Frame {
        opcode: first & 0x0f,
        start,
        end,
        mask,
    }))
}

/// Appends a frame as a server sends it.
pub(crate) fn append(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    append_head(out, opcode, payload.len(), 0);
    out.extend_from_slice(payload);
}

/// Appends a frame as a client sends it.
pub(crate) fn append_masked(out: &mut Vec<u8>, opcode: u8, payload: &[u8], mask: [u8; 4]) {
    append_head(out, opcode, payload.len(), MASKED);
    out.extend_from_slice(&mask);
    let start = out.len();
    out.extend_from_slice(payload);
    toggle_mask(out.get_mut(start..).unwrap_or_default(), mask);
}

/// Masks what is plain, and the other way round.
pub(crate) fn toggle_mask(payload: &mut [u8], mask: [u8; 4]) {
    for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
}

fn append_head(out: &mut Vec<u8>, opcode: u8, length: usize, masked: u8) {
    out.push(FINAL | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..126), _) => out.push(masked | length),
        (_, Ok(length)) => {
            out.push(masked | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(masked | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_any_length_is_read_as_it_was_written_and_only_once_whole() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
            let payload: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            let (mut plain, mut masked) = (Vec::new(), Vec::new());
            append(&mut plain, TEXT, &payload);
            append_masked(&mut masked, TEXT, &payload, [1, 2, 3, 4]);

            for mut bytes in [plain, masked] {
                let frame = first_frame(&bytes).unwrap().unwrap();
                assert_eq!((frame.opcode, frame.end), (TEXT, bytes.len()));
                assert_eq!(first_frame(&bytes[..bytes.len() - 1]).unwrap(), None);
                if let Some(mask) = frame.mask {
                    toggle_mask(&mut bytes[frame.start..], mask);
                }
                assert_eq!(bytes[frame.start..], payload);
            }
        }
    }

    #[test]
    fn a_part_of_a_message_is_refused() {
        assert!(first_frame(&[TEXT, 0]).is_err());
    }
}

//! Keeps what the parser of the stream cannot bear away from it.

use bytes::{Buf, Bytes};

use crate::providers::failure::{Failure, FailureKind};

/// How long one event may be. The parser keeps it whole and reads it anew with every slice.
const EVENT_BYTES_MAX: usize = 1024 * 1024;
/// The mark at the beginning of a text, on which the parser panics.
const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Follows the bytes of a stream of events.
#[derive(Debug, Default)]
pub(super) struct EventMeter {
    /// How many bytes of the mark came, as long as nothing else did.
    mark: Mark,
    in_event: usize,
    in_line: usize,
}

#[derive(Debug, Default)]
struct Mark {
    seen: usize,
    is_past: bool,
}

impl EventMeter {
    /// The same bytes without the mark.
    pub(super) fn without_mark(&mut self, mut bytes: Bytes) -> Bytes {
        while !self.mark.is_past && !bytes.is_empty() {
            let expected = BYTE_ORDER_MARK.get(self.mark.seen);
            if expected == bytes.first() {
                bytes.advance(1);
                self.mark.seen += 1;
            } else {
                self.mark.is_past = true;
            }
        }
        bytes
    }

    /// Refuses an event that does not end.
    pub(super) fn measure(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        for byte in bytes {
            self.in_event += 1;
            match byte {
                // An empty line ends an event.
                b'\n' if self.in_line == 0 => self.in_event = 0,
                b'\n' => self.in_line = 0,
                b'\r' => {}
                _ => self.in_line += 1,
            }
        }
        if self.in_event > EVENT_BYTES_MAX {
            return Err(Failure::new(FailureKind::TooLarge));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_does_not_end_is_refused_and_many_that_do_are_not() {
        let mut meter = EventMeter::default();
        let event = [b"data: ".as_slice(), &[b'x'; 1_000], b"\r\n\r\n"].concat();
        for _ in 0..3_000 {
            meter.measure(&event).unwrap();
        }

        let lines = b"data: x\n".repeat(EVENT_BYTES_MAX / 8 + 1);
        assert_eq!(
            meter.measure(&lines).unwrap_err().kind,
            FailureKind::TooLarge
        );
    }

    #[test]
    fn the_mark_at_the_beginning_is_left_out_however_it_is_cut() {
        let mut meter = EventMeter::default();
        let mut left = Vec::new();
        for piece in [
            &BYTE_ORDER_MARK[..1],
            &BYTE_ORDER_MARK[1..],
            b"data",
            &BYTE_ORDER_MARK,
        ] {
            left.extend(meter.without_mark(Bytes::copy_from_slice(piece)));
        }
        assert_eq!(left, [b"data".as_slice(), &BYTE_ORDER_MARK].concat());
    }
}

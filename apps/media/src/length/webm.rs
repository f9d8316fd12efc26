//! WebM as browsers record it: it says nowhere how long it is, but each of its blocks says when it is heard.

use super::raw::{array, float};

const NANOS: f64 = 1e9;
const USUAL_SCALE: u64 = 1_000_000;

pub(super) fn seconds(bytes: &[u8]) -> Option<f64> {
    let mut scale = USUAL_SCALE;
    let (mut cluster, mut last) = (0_u64, 0_u64);
    let mut at = 0;
    while let Some((id, content, length)) = element(bytes, at) {
        at = content;
        match id {
            // The segment, what is said of it, a cluster, a group of blocks: what is in them follows.
            0x1853_8067 | 0x1549_a966 | 0x1f43_b675 | 0xa0 => continue,
            0x2a_d7b1 => scale = number(bytes, content, length?)?,
            0xe7 => {
                cluster = number(bytes, content, length?)?;
                last = last.max(cluster);
            }
            // A block: its track, then when it is heard, counted from its cluster.
            0xa3 | 0xa1 => {
                let (_, at) = variable(bytes, content)?;
                let [high, low] = array(bytes, at)?;
                let after = u64::try_from(i16::from_be_bytes([high, low])).unwrap_or_default();
                last = last.max(cluster.saturating_add(after));
            }
            _ => {}
        }
        let Some(end) = length.and_then(|length| content.checked_add(length)) else {
            break;
        };
        at = end;
    }
    Some(float(last) * float(scale) / NANOS)
}

/// An element: its id, where its content begins, and how long that is, if that was known.
fn element(bytes: &[u8], at: usize) -> Option<(u64, usize, Option<usize>)> {
    let first = *bytes.get(at)?;
    let id_bytes = usize::try_from(first.leading_zeros()).ok()? + 1;
    if id_bytes > 4 {
        return None;
    }
    let id = number(bytes, at, id_bytes)?;
    let (length, content) = variable(bytes, at + id_bytes)?;
    let length = length.and_then(|length| usize::try_from(length).ok());
    Some((id, content, length))
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    if length > 8 {
        return None;
    }
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(
        digits
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
    )
}

/// A number that says itself how long it is, and what follows it; all ones mean that it is not known.
fn variable(bytes: &[u8], at: usize) -> Option<(Option<u64>, usize)> {
    let first = *bytes.get(at)?;
    let length = usize::try_from(first.leading_zeros()).ok()? + 1;
    let whole = number(bytes, at, length)?;
    let mask = (1_u64 << (7 * length)) - 1;
    let value = whole & mask;
    Some(((value != mask).then_some(value), at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_block_says_how_long_it_is() {
        let mut webm =
            b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff".to_vec();
        webm.extend(b"\x15\x49\xa9\x66\x87\x2a\xd7\xb1\x83\x0f\x42\x40");
        webm.extend(b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xe7\x82\x03\xe8");
        webm.extend(b"\xa3\x85\x81\0\0\x80x\xa3\x85\x81\x01\xf4\x80x");
        assert_eq!(seconds(&webm), Some(1.5));
        for end in 0..webm.len() {
            let _ = seconds(&webm[..end]);
        }
    }
}

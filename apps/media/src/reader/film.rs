//! What containers of sound and films say of themselves. Nothing in them is decoded.

use protocol::media::MediaMetadata;

use super::found::Found;
use crate::length::{self, big, find};

/// Where the head of a track says how it is turned, and how large it is: in its first version, and how much later in others.
const TURNED_AT: usize = 40;
const WIDTH_AT: usize = 76;
const LATER: usize = 12;

/// Of what says nothing, nothing is known.
pub(super) fn read(file: &[u8]) -> Found {
    let (width, height) = size(file).unzip();
    Found {
        metadata: MediaMetadata {
            width,
            height,
            duration: length::seconds(file),
            ..MediaMetadata::default()
        },
        ..Found::default()
    }
}

/// How large the pictures of an MP4 are as they are seen: those of its first track that has any.
fn size(file: &[u8]) -> Option<(u32, u32)> {
    if file.get(4..8) != Some(b"ftyp") {
        return None;
    }
    let mut rest = file;
    while let Some(at) = find(rest, b"tkhd") {
        rest = rest.get(at + 4..)?;
        if let Some(size) = of_track(rest) {
            return Some(size);
        }
    }
    None
}

fn of_track(head: &[u8]) -> Option<(u32, u32)> {
    let later = if *head.first()? == 0 { 0 } else { LATER };
    // Points before the point, and parts of one after it.
    let points = |at| Some(big(head, at + later)? >> 16);
    let (width, height) = (points(WIDTH_AT)?, points(WIDTH_AT + 4)?);
    let is_upright = big(head, TURNED_AT + later)? != 0;
    let seen = if is_upright {
        (width, height)
    } else {
        (height, width)
    };
    (width > 0 && height > 0).then_some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A track: how it is turned, and how large it is.
    fn track(version: u8, is_upright: bool, width: u32, height: u32) -> Vec<u8> {
        let mut head = vec![0; WIDTH_AT];
        if is_upright {
            head[TURNED_AT + 1] = 1;
        }
        if version > 0 {
            head.splice(8..8, [0; LATER]);
        }
        head[0] = version;
        head.extend((width << 16).to_be_bytes());
        head.extend((height << 16).to_be_bytes());
        [&b"....tkhd"[..], &head].concat()
    }

    fn film(tracks: &[Vec<u8>]) -> Vec<u8> {
        [&b"\0\0\0\x10ftypmp42"[..], &tracks.concat()].concat()
    }

    #[test]
    fn a_film_is_as_large_as_it_is_seen() {
        let sound = track(0, true, 0, 0);
        let film_of = |picture: Vec<u8>| size(&film(&[sound.clone(), picture]));
        assert_eq!(film_of(track(0, true, 1_920, 1_080)), Some((1_920, 1_080)));
        assert_eq!(film_of(track(1, true, 640, 480)), Some((640, 480)));
        // As telephones film.
        assert_eq!(film_of(track(0, false, 1_920, 1_080)), Some((1_080, 1_920)));
        assert_eq!(size(&film(&[sound])), None);
        let whole = film(&[track(1, true, 640, 480)]);
        for end in 0..whole.len() {
            assert_eq!(size(&whole[..end]), None);
        }
    }
}

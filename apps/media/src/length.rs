//! How long a recording or a film is, as far as its container says so. What is read here may be anything: nothing in it is believed
//! further than its bytes reach.

mod mp3;
mod raw;
mod webm;

use raw::{array, float, little};
pub(crate) use raw::{big, find};

/// Opus counts its samples so, whatever it was recorded at.
const OPUS_RATE: f64 = 48_000.0;

/// Seconds, if that can be told.
#[must_use]
pub fn seconds(bytes: &[u8]) -> Option<f64> {
    let seconds = match bytes {
        [b'R', b'I', b'F', b'F', ..] => wav(bytes),
        [b'O', b'g', b'g', b'S', ..] => ogg(bytes),
        [b'f', b'L', b'a', b'C', ..] => flac(bytes),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => webm::seconds(bytes),
        _ if bytes.get(4..8) == Some(b"ftyp") => mp4(bytes),
        _ => mp3::seconds(bytes),
    };
    seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0)
}

fn wav(bytes: &[u8]) -> Option<f64> {
    let format = find(bytes, b"fmt ")?;
    let per_second = little(bytes, format + 16)?;
    let data = find(bytes, b"data")?;
    let said = little(bytes, data + 4)?;
    // Whoever writes a stream does not know how long it will be.
    let left = u32::try_from(bytes.len() - data - 8).unwrap_or(u32::MAX);
    let length = said.min(left);
    (per_second > 0).then(|| f64::from(length) / f64::from(per_second))
}

/// The last page says how many samples there were.
fn ogg(bytes: &[u8]) -> Option<f64> {
    let last = bytes.windows(4).rposition(|part| part == b"OggS")?;
    let samples = u64::from_le_bytes(array(bytes, last + 6)?);
    if let Some(head) = find(bytes, b"OpusHead") {
        let skipped = u16::from_le_bytes(array(bytes, head + 10)?);
        return Some(float(samples.saturating_sub(skipped.into())) / OPUS_RATE);
    }
    let head = find(bytes, b"\x01vorbis")?;
    let rate = little(bytes, head + 12)?;
    (rate > 0).then(|| float(samples) / f64::from(rate))
}

fn flac(bytes: &[u8]) -> Option<f64> {
    // The rate in 20 bits, then 8 bits of something else, then the samples in 36.
    let packed = u64::from_be_bytes(array(bytes, 18)?);
    let (rate, samples) = (packed >> 44, packed & 0xf_ffff_ffff);
    (rate > 0).then(|| float(samples) / float(rate))
}

/// What is recorded in pieces says nothing before they are all there.
fn mp4(bytes: &[u8]) -> Option<f64> {
    let head = find(bytes, b"mvhd")? + 4;
    let (rate, length) = match bytes.get(head)? {
        0 => (big(bytes, head + 12)?, u64::from(big(bytes, head + 16)?)),
        _ => (
            big(bytes, head + 20)?,
            u64::from_be_bytes(array(bytes, head + 24)?),
        ),
    };
    (rate > 0).then(|| float(length) / f64::from(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn wav_of(seconds: u32) -> Vec<u8> {
        let length = seconds * 16_000;
        let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        wav.extend(8_000_u32.to_le_bytes());
        wav.extend(16_000_u32.to_le_bytes());
        wav.extend(b"\x02\0\x10\0data");
        wav.extend(length.to_le_bytes());
        wav.resize(44 + usize::try_from(length).unwrap(), 0);
        wav
    }

    #[test]
    fn containers_say_how_long_they_are() {
        assert_eq!(seconds(&wav_of(3)), Some(3.0));
        let mut said_longer = wav_of(3);
        said_longer[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(seconds(&said_longer), Some(3.0));

        let mut ogg = b"OggS\0\x02".to_vec();
        ogg.extend([0; 22]);
        ogg.extend(b"OpusHead\x01\x01\x38\x01");
        ogg.extend(b"OggS\0\x04");
        ogg.extend((48_000_u64 * 2 + 312).to_le_bytes());
        assert_eq!(seconds(&ogg), Some(2.0));

        let mut mp4 = b"\0\0\0\x10ftypM4A mvhd\0\0\0\0".to_vec();
        mp4.extend([0; 8]);
        mp4.extend(1_000_u32.to_be_bytes());
        mp4.extend(2_500_u32.to_be_bytes());
        assert_eq!(seconds(&mp4), Some(2.5));

        let mut flac = b"fLaC\0\0\0\x22".to_vec();
        flac.extend([0; 10]);
        flac.extend(((44_100_u64 << 44) | (0xff << 36) | 88_200).to_be_bytes());
        assert_eq!(seconds(&flac), Some(2.0));
    }

    #[test]
    fn what_is_cut_anywhere_or_is_no_sound_says_nothing_and_harms_nobody() {
        let wav = wav_of(1);
        for end in 0..64 {
            let _ = seconds(&wav[..end]);
        }
        for bytes in [
            &b""[..],
            b"OggS",
            b"fLaC",
            b"RIFF....",
            b"\0\0\0\0ftypmvhd",
            b"\xff\xfb",
            b"\x1a\x45\xdf\xa3",
        ] {
            assert_eq!(seconds(bytes), None);
        }
    }
}

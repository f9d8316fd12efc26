//! MP3 is a row of frames, each of which says how long it is.

/// Kilobits a second of the third layer: of the first version, then of the others.
const RATES: [[u32; 15]; 2] = [
    [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
const SAMPLE_RATES: [u32; 3] = [44_100, 48_000, 32_000];

struct Frame {
    bytes: usize,
    seconds: f64,
}

pub(super) fn seconds(bytes: &[u8]) -> Option<f64> {
    let mut at = after_tag(bytes);
    let mut seconds = 0.0;
    while let Some(frame) = bytes.get(at..).and_then(frame) {
        seconds += frame.seconds;
        at += frame.bytes;
    }
    Some(seconds)
}

/// Behind what stands before the first frame, such as a title.
fn after_tag(bytes: &[u8]) -> usize {
    let Some([b'I', b'D', b'3', _, _, _, a, b, c, d]) = bytes.get(..10) else {
        return 0;
    };
    let length = [a, b, c, d]
        .into_iter()
        .fold(0, |sum, byte| (sum << 7) | usize::from(byte & 0x7f));
    length + 10
}

fn frame(bytes: &[u8]) -> Option<Frame> {
    let [0xff, second, third, _, ..] = bytes else {
        return None;
    };
    let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
    if second & 0xe0 != 0xe0 || version == 1 || layer != 1 {
        return None;
    }
    let is_first = version == 3;
    let [first, others] = RATES;
    let rates = if is_first { first } else { others };
    let rate = rates.get(usize::from(third >> 4))? * 1_000;
    let halved = match version {
        3 => 0,
        2 => 1,
        _ => 2,
    };
    let samples_per_second = SAMPLE_RATES.get(usize::from((third >> 2) & 3))? >> halved;
    let samples = if is_first { 1_152 } else { 576 };
    let padding = u32::from((third >> 1) & 1);
    if rate == 0 {
        return None;
    }
    Some(Frame {
        bytes: usize::try_from(samples / 8 * rate / samples_per_second + padding).ok()?,
        seconds: f64::from(samples) / f64::from(samples_per_second),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_added_up_behind_the_title() {
        let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
        frame.resize(417, 0);
        let mut sound = b"ID3\x04\0\0\0\0\0\x05title".to_vec();
        for _ in 0..100 {
            sound.extend(&frame);
        }
        let counted = seconds(&sound).unwrap();
        assert!((counted - 100.0 * 1_152.0 / 44_100.0).abs() < 1e-9);
        assert_eq!(seconds(b"no sound"), Some(0.0));
    }
}

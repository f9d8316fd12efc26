//! What cameras and programs write beside a picture: where it was taken, with which device, by whom. It is left out.
//!
//! What is kept is what is known to be needed: the picture, its colours, and how it is to be turned. The pixels are not touched.

use image::metadata::Orientation;

use crate::reader::Format;

/// What stands before the EXIF of a JPEG.
const EXIF_HEADER: &[u8] = b"Exif\0\0";
const PNG_SIGNATURE_BYTES: usize = 8;
/// Chunks of a PNG that change how it looks or moves, beside those that each program must know.
const PNG_KEPT: [&[u8; 4]; 16] = [
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD",
    b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];
const WEBP_HEADER_BYTES: usize = 12;
const WEBP_KEPT: [&[u8; 4]; 7] = [
    b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];
/// Bits of a VP8X chunk that say that EXIF or XMP follows.
const WEBP_EXIF: u8 = 0x08;
const WEBP_XMP: u8 = 0x04;

/// What leaves out of a picture what stands beside it, for pictures that cameras and programs write so.
pub(crate) type Cleaner = fn(&[u8]) -> Vec<u8>;

pub(crate) fn cleaner(format: Format) -> Option<Cleaner> {
    match format {
        Format::Jpeg => Some(jpeg),
        Format::Png => Some(png),
        Format::Webp => Some(webp),
        Format::Gif
        | Format::Pdf
        | Format::Docx
        | Format::Pptx
        | Format::Xlsx
        | Format::Epub
        | Format::Html
        | Format::Web
        | Format::Markdown
        | Format::Text
        | Format::Played => None,
    }
}

/// A picture without what stands beside it; nothing if there is nothing to leave out.
pub(crate) fn without(clean: Cleaner, file: &[u8]) -> Option<Vec<u8>> {
    let kept = clean(file);
    (kept.len() < file.len()).then_some(kept)
}

/// Walks over the segments. What is none, and what follows the picture, such as others with an EXIF of their own, is left out.
fn jpeg(file: &[u8]) -> Vec<u8> {
    let mut kept = vec![0xFF, marker::START];
    let mut orientation = None;
    // A JFIF header stands first.
    let mut before_exif = kept.len();
    let mut rest = file.get(kept.len()..).unwrap_or_default();
    while let Some((segment, after)) = segment(rest) {
        rest = after;
        if segment.is_shown() {
            kept.extend_from_slice(segment.whole);
        } else if let Some(exif) = segment.contents.strip_prefix(EXIF_HEADER) {
            orientation = orientation.or(Orientation::from_exif_chunk(exif));
        }
        match segment.marker {
            marker::END => break,
            marker::APP0 => before_exif = kept.len(),
            marker::SCAN => {
                let end = next_marker(rest).unwrap_or(rest.len());
                let (scan, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                kept.extend_from_slice(scan);
                rest = after;
            }
            _ => {}
        }
    }
    if let Some(exif) = small_exif(orientation) {
        kept.splice(before_exif..before_exif, jpeg_exif(&exif));
    }
    kept
}

fn jpeg_exif(exif: &[u8]) -> Vec<u8> {
    let length = u16::try_from(2 + EXIF_HEADER.len() + exif.len()).unwrap_or_default();
    let head = [0xFF, marker::APP1];
    [&head, &length.to_be_bytes()[..], EXIF_HEADER, exif].concat()
}

mod marker {
    pub(super) const START: u8 = 0xD8;
    pub(super) const END: u8 = 0xD9;
    pub(super) const SCAN: u8 = 0xDA;
    pub(super) const APP0: u8 = 0xE0;
    pub(super) const APP1: u8 = 0xE1;
    pub(super) const APP2: u8 = 0xE2;
    pub(super) const APP14: u8 = 0xEE;
    pub(super) const APP15: u8 = 0xEF;
    pub(super) const COMMENT: u8 = 0xFE;
}

/// A part of a JPEG.
struct Segment<'a> {
    marker: u8,
    whole: &'a [u8],
    contents: &'a [u8],
}

impl Segment<'_> {
    /// Of what programs add, only the colours' profile and how they are encoded concern the picture.
    fn is_shown(&self) -> bool {
        match self.marker {
            marker::APP0 => self.contents.starts_with(b"JFIF\0"),
            marker::APP2 => self.contents.starts_with(b"ICC_PROFILE\0"),
            marker::APP14 => self.contents.starts_with(b"Adobe"),
            marker::APP1..=marker::APP15 | marker::COMMENT => false,
            _ => true,
        }
    }
}

/// The next segment, a marker with a length that counts itself and contents, and what follows.
fn segment(rest: &[u8]) -> Option<(Segment<'_>, &[u8])> {
    let rest = rest.get(next_marker(rest)?..)?;
    let marker = *rest.get(1)?;
    let length = match marker {
        marker::END => 0,
        _ => u16::from_be_bytes(*rest.get(2..)?.first_chunk()?).max(2),
    };
    let (whole, after) = rest.split_at_checked(2 + usize::from(length))?;
    let contents = whole.get(4..).unwrap_or_default();
    let segment = Segment {
        marker,
        whole,
        contents,
    };
    Some((segment, after))
}

/// Where the next marker begins. Within a scan, bytes that look like one are escaped, and some only part it.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    let only_parts = |second: u8| matches!(second, 0x00 | 0x01 | 0xD0..=0xD8 | 0xFF);
    bytes
        .windows(2)
        .position(|pair| matches!(pair, [0xFF, second] if !only_parts(*second)))
}

/// A part of a PNG or of a WebP.
struct Chunk<'a> {
    kind: &'a [u8; 4],
    whole: &'a [u8],
    contents: &'a [u8],
}

fn png(file: &[u8]) -> Vec<u8> {
    let (signature, mut rest) = file
        .split_at_checked(PNG_SIGNATURE_BYTES)
        .unwrap_or((file, &[]));
    let mut kept = signature.to_vec();
    while let Some((chunk, after)) = png_chunk(rest) {
        rest = after;
        let is_critical = chunk.kind.first().is_some_and(u8::is_ascii_uppercase);
        if is_critical || PNG_KEPT.contains(&chunk.kind) {
            kept.extend_from_slice(chunk.whole);
        } else if chunk.kind == b"eXIf" {
            let orientation = Orientation::from_exif_chunk(chunk.contents);
            kept.extend(small_exif(orientation).map_or_else(Vec::new, |exif| png_exif(&exif)));
        }
        if chunk.kind == b"IEND" {
            break;
        }
    }
    kept
}

/// The next chunk, a length, a kind, contents and a checksum, and what follows.
fn png_chunk(rest: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
    let kind = rest.get(4..)?.first_chunk()?;
    let (whole, after) = rest.split_at_checked(length.checked_add(12)?)?;
    let contents = whole.get(8..8 + length)?;
    let chunk = Chunk {
        kind,
        whole,
        contents,
    };
    Some((chunk, after))
}

fn png_exif(exif: &[u8]) -> Vec<u8> {
    let summed = [b"eXIf", exif].concat();
    let length = u32::try_from(exif.len()).unwrap_or_default();
    let sum = crc32fast::hash(&summed);
    [&length.to_be_bytes()[..], &summed, &sum.to_be_bytes()].concat()
}

fn webp(file: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut exif = None;
    let mut rest = file.get(WEBP_HEADER_BYTES..).unwrap_or_default();
    while let Some((chunk, after)) = webp_chunk(rest) {
        rest = after;
        if WEBP_KEPT.contains(&chunk.kind) {
            kept.extend_from_slice(chunk.whole);
        } else if chunk.kind == b"EXIF" {
            let contents = chunk.contents;
            let contents = contents.strip_prefix(EXIF_HEADER).unwrap_or(contents);
            exif = small_exif(Orientation::from_exif_chunk(contents));
        }
    }
    if kept.starts_with(b"VP8X")
        && let Some(flags) = kept.get_mut(8)
    {
        *flags &= !(WEBP_EXIF | WEBP_XMP);
        if let Some(exif) = exif {
            *flags |= WEBP_EXIF;
            let length = u32::try_from(exif.len()).unwrap_or_default();
            kept.extend([b"EXIF", &length.to_le_bytes()[..], &exif].concat());
        }
    }
    let length = u32::try_from(kept.len() + 4).unwrap_or(u32::MAX);
    [b"RIFF", &length.to_le_bytes()[..], b"WEBP", &kept].concat()
}

/// The next chunk, a kind, a length and contents filled up to an even length, and what follows.
fn webp_chunk(rest: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let kind = rest.first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*rest.get(4..)?.first_chunk()?)).ok()?;
    let even = length.checked_add(length % 2)?;
    let (whole, after) = rest.split_at_checked(even.checked_add(8)?)?;
    let contents = whole.get(8..8 + length)?;
    let chunk = Chunk {
        kind,
        whole,
        contents,
    };
    Some((chunk, after))
}

/// An EXIF that says how a picture is to be turned, and nothing else; nothing if it stands as it is.
fn small_exif(orientation: Option<Orientation>) -> Option<Vec<u8>> {
    let turned = orientation.filter(|turned| *turned != Orientation::NoTransforms)?;
    let mut exif = b"II*\0\x08\0\0\0\x01\0".to_vec();
    // Tag 0x112, one number of 16 bits, padded; then no other list.
    exif.extend([0x12, 0x01, 0x03, 0, 1, 0, 0, 0, turned.to_exif(), 0, 0, 0]);
    exif.extend([0; 4]);
    Some(exif)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};

    use super::*;

    const SECRET: &[u8] = b"48.8584 N 2.2945 E";

    /// As a camera would write it: turned, and where it was taken.
    fn exif() -> Vec<u8> {
        let mut exif = small_exif(Some(Orientation::Rotate90)).unwrap();
        exif.extend(SECRET);
        exif
    }

    fn picture() -> DynamicImage {
        let level = |at: u32| u8::try_from(at * 6).unwrap_or(u8::MAX);
        RgbImage::from_fn(40, 20, |x, y| image::Rgb([level(x), level(y), 99])).into()
    }

    fn written(format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn seen(file: &[u8], format: ImageFormat) -> (Orientation, Vec<u8>) {
        let reader = ImageReader::with_format(Cursor::new(file), format);
        let mut decoder = reader.into_decoder().unwrap();
        let orientation = decoder.orientation().unwrap();
        let pixels = DynamicImage::from_decoder(decoder).unwrap().into_bytes();
        (orientation, pixels)
    }

    fn holds(file: &[u8], what: &[u8]) -> bool {
        file.windows(what.len()).any(|part| part == what)
    }

    /// The same picture, turned alike, and nothing of where it was taken.
    fn is_cleaned(clean: Cleaner, as_image: ImageFormat, file: &[u8]) {
        let kept = without(clean, file).expect("something is left out");
        assert!(holds(file, SECRET) && !holds(&kept, SECRET));
        let (orientation, pixels) = seen(file, as_image);
        assert_eq!(orientation, Orientation::Rotate90);
        assert_eq!(seen(&kept, as_image), (orientation, pixels));
        assert_eq!(without(clean, &kept), None, "it is as it should be");
    }

    #[test]
    fn a_photograph_keeps_how_it_is_turned_and_nothing_else() {
        let plain = written(ImageFormat::Jpeg);
        let segment = |marker: u8, contents: &[u8]| {
            let length = u16::try_from(contents.len() + 2).unwrap();
            [&[0xFF, marker], &length.to_be_bytes()[..], contents].concat()
        };
        let told = [
            segment(marker::APP1, &[EXIF_HEADER, &exif()].concat()),
            segment(
                marker::APP1,
                &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat(),
            ),
            segment(0xED, SECRET),
            segment(marker::COMMENT, SECRET),
        ];
        // A second picture follows, as some telephones write it.
        let file = [
            &plain[..2],
            &told.concat(),
            &plain[2..],
            &plain[..2],
            SECRET,
        ]
        .concat();

        is_cleaned(jpeg, ImageFormat::Jpeg, &file);
        assert_eq!(without(jpeg, &plain), None);
    }

    #[test]
    fn a_screenshot_keeps_how_it_is_turned_and_nothing_else() {
        let plain = written(ImageFormat::Png);
        let text = [b"tEXt", SECRET].concat();
        let length = u32::try_from(SECRET.len()).unwrap();
        let sum = crc32fast::hash(&text);
        let text = [&length.to_be_bytes()[..], &text, &sum.to_be_bytes()].concat();
        // The head of a PNG is 13 bytes long.
        let after_head = PNG_SIGNATURE_BYTES + 12 + 13;
        let (head, rest) = plain.split_at(after_head);
        let file = [head, &png_exif(&exif()), &text, rest, SECRET].concat();

        is_cleaned(png, ImageFormat::Png, &file);
        assert_eq!(without(png, &plain), None);
    }

    #[test]
    fn a_webp_keeps_how_it_is_turned_and_nothing_else() {
        let plain = written(ImageFormat::WebP);
        let chunk = |kind: &[u8; 4], contents: &[u8]| {
            let length = u32::try_from(contents.len()).unwrap();
            let filling = vec![0; contents.len() % 2];
            [kind, &length.to_le_bytes()[..], contents, &filling].concat()
        };
        let head = [WEBP_EXIF | WEBP_XMP, 0, 0, 0, 39, 0, 0, 19, 0, 0];
        let chunks = [
            chunk(b"VP8X", &head),
            plain[WEBP_HEADER_BYTES..].to_vec(),
            chunk(b"EXIF", &exif()),
            chunk(b"XMP ", SECRET),
        ]
        .concat();
        let length = u32::try_from(chunks.len() + 4).unwrap();
        let file = [b"RIFF", &length.to_le_bytes()[..], b"WEBP", &chunks].concat();

        is_cleaned(webp, ImageFormat::WebP, &file);
        assert_eq!(without(webp, &plain), None);
    }

    #[test]
    fn nothing_cut_or_spoilt_makes_it_fail() {
        let pictures: [(Cleaner, ImageFormat); 3] = [
            (jpeg, ImageFormat::Jpeg),
            (png, ImageFormat::Png),
            (webp, ImageFormat::WebP),
        ];
        for (clean, as_image) in pictures {
            let file = written(as_image);
            for place in 0..file.len() {
                let _ = without(clean, &file[..place]);
                for byte in [0, 0xFF, file[place].wrapping_add(1)] {
                    let mut spoilt = file.clone();
                    spoilt[place] = byte;
                    let _ = without(clean, &spoilt);
                }
            }
        }
    }
}

//! Making a small square picture from whatever somebody sends.
//!
//! What is kept is drawn anew, so nothing that stood beside the picture, such as where it was taken, goes along.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
};
use kernel::{Error, Result};
use tokio::sync::Semaphore;

/// Pixels of a side of what is kept.
const SIDE_MAX: u32 = 256;
/// Pixels of a side, and of all, that are read at most. A picture says how large it is before anything is unpacked.
const READ_SIDE_MAX: u32 = 8_192;
const READ_PIXELS_MAX: u64 = 16_000_000;
/// Bytes that unpacking may take.
const READ_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// So many are unpacked at once in this process; others wait.
const AT_ONCE_MAX: usize = 2;
const JPEG_QUALITY: u8 = 85;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE_MAX);

/// A picture as it is kept.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Reads a PNG, JPEG or WebP, whatever it is said to be, and makes the picture that is kept.
pub(super) async fn make(sent: &[u8]) -> Result<Picture> {
    let format = match image::guess_format(sent) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        Ok(_) | Err(_) => return Err(Error::UnsupportedMediaType),
    };
    let _turn = TURNS.acquire().await.map_err(Error::internal)?;
    platform::blocking::in_place(|| drawn(sent, format))
}

fn drawn(sent: &[u8], format: ImageFormat) -> Result<Picture> {
    let reader = || {
        let mut reader = ImageReader::with_format(Cursor::new(sent), format);
        reader.limits(limits());
        reader
    };
    let mut decoder = reader().into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width == 0 || height == 0 || width.max(height) > READ_SIDE_MAX || pixels > READ_PIXELS_MAX {
        return Err(too_large());
    }
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    encoded(&squared(&picture))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(READ_SIDE_MAX);
    limits.max_image_height = Some(READ_SIDE_MAX);
    limits.max_alloc = Some(READ_BYTES_MAX);
    limits
}

/// The middle of it, no larger than what is kept.
fn squared(picture: &DynamicImage) -> DynamicImage {
    let side = picture.width().min(picture.height());
    let (left, top) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
    let middle = picture.crop_imm(left, top, side, side);
    if side <= SIDE_MAX {
        return middle;
    }
    middle.resize_exact(SIDE_MAX, SIDE_MAX, FilterType::Triangle)
}

fn encoded(picture: &DynamicImage) -> Result<Picture> {
    let mut bytes = Vec::new();
    let is_opaque = !picture.color().has_alpha();
    let media_type = if is_opaque {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        let rgb = picture.to_rgb8();
        rgb.write_with_encoder(encoder).map_err(Error::internal)?;
        "image/jpeg"
    } else {
        let encoder = PngEncoder::new(&mut bytes);
        let rgba = picture.to_rgba8();
        rgba.write_with_encoder(encoder).map_err(Error::internal)?;
        "image/png"
    };
    Ok(Picture { media_type, bytes })
}

fn refused(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => too_large(),
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => {
            Error::invalid("", "this is no whole PNG, JPEG or WebP picture")
        }
    }
}

fn too_large() -> Error {
    let detail = format!(
        "a picture has at most {READ_SIDE_MAX} pixels a side and {READ_PIXELS_MAX} in all; send a smaller one"
    );
    Error::invalid("", detail)
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, RgbImage, RgbaImage};

    use super::*;

    fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture
            .into()
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    }

    fn sides(picture: &Picture) -> (u32, u32) {
        let read = image::load_from_memory(&picture.bytes).unwrap();
        (read.width(), read.height())
    }

    #[test]
    fn a_wide_picture_becomes_its_middle_in_a_small_square() {
        let mut wide = RgbImage::new(1_000, 400);
        for (x, _, pixel) in wide.enumerate_pixels_mut() {
            pixel.0 = if (300..700).contains(&x) {
                [200, 0, 0]
            } else {
                [0, 0, 200]
            };
        }
        let made = drawn(&png(wide), ImageFormat::Png).unwrap();

        assert_eq!(made.media_type, "image/jpeg");
        assert_eq!(sides(&made), (SIDE_MAX, SIDE_MAX));
        let read = image::load_from_memory(&made.bytes).unwrap().to_rgb8();
        assert!(
            read.get_pixel(5, 5).0[0] > 150,
            "{:?}",
            read.get_pixel(5, 5)
        );
    }

    #[test]
    fn a_small_picture_is_not_blown_up_and_what_is_transparent_stays_so() {
        let made = drawn(&png(RgbaImage::new(40, 60)), ImageFormat::Png).unwrap();
        assert_eq!(made.media_type, "image/png");
        assert_eq!(sides(&made), (40, 40));
    }

    #[test]
    fn a_picture_that_would_unpack_to_too_much_is_refused_by_what_it_says() {
        // A few kilobytes, and a hundred million pixels.
        let mut bomb = png(GrayImage::new(1, 1));
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        let refused = drawn(&bomb, ImageFormat::Png).unwrap_err();
        assert!(matches!(refused, Error::Invalid(_)), "{refused}");
    }

    /// The checksum that ends a part of a PNG.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
            })
        })
    }
}

//! Pictures: how large they are, a small one for the canvas, and one for models to look at.
//!
//! Both are drawn anew, so nothing that stood beside the picture, such as where it was taken, goes along.

use std::io::Cursor;

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
};
use protocol::media::{MediaFault, MediaMetadata};

use super::found::{Format, Found, Reading};

/// Pixels of a side of the small picture, and of the one for models.
const THUMBNAIL_SIDE_MAX: u32 = 480;
const PREVIEW_SIDE_MAX: u32 = 1_536;
/// Pixels of a side, and of all, that are read at most. A picture says how large it is before anything is unpacked.
const SIDE_MAX: u32 = 16_384;
const PIXELS_MAX: u64 = 100_000_000;
/// Bytes that unpacking may take.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;
const JPEG_QUALITY: u8 = 85;

pub(super) fn read(format: Format, file: &[u8]) -> Reading<Found> {
    let mut reader = ImageReader::with_format(Cursor::new(file), image_format(format));
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if !is_small_enough(width, height) {
        return Err(MediaFault::TooLarge);
    }
    let orientation = decoder.orientation().map_err(fault)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(fault)?;
    picture.apply_orientation(orientation);
    Ok(Found {
        metadata: MediaMetadata {
            width: Some(picture.width()),
            height: Some(picture.height()),
            ..MediaMetadata::default()
        },
        thumbnail: Some(drawn(&picture, THUMBNAIL_SIDE_MAX)?),
        preview: Some(drawn(&picture, PREVIEW_SIDE_MAX)?),
        ..Found::default()
    })
}

/// How large a picture says it is, if that much of it is here.
pub(crate) fn said_size(format: Format, head: &[u8]) -> Option<(u32, u32)> {
    let reader = ImageReader::with_format(Cursor::new(head), image_format(format));
    reader.into_dimensions().ok()
}

pub(crate) fn is_small_enough(width: u32, height: u32) -> bool {
    let pixels = u64::from(width) * u64::from(height);
    width > 0 && height > 0 && width.max(height) <= SIDE_MAX && pixels <= PIXELS_MAX
}

pub(crate) fn too_large() -> String {
    format!(
        "a picture has at most {SIDE_MAX} pixels a side and {PIXELS_MAX} in all; send a smaller one"
    )
}

fn image_format(format: Format) -> ImageFormat {
    match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Webp => ImageFormat::WebP,
        Format::Gif => ImageFormat::Gif,
        Format::Png
        | Format::Pdf
        | Format::Docx
        | Format::Pptx
        | Format::Xlsx
        | Format::Epub
        | Format::Html
        | Format::Web
        | Format::Markdown
        | Format::Text
        | Format::Played => ImageFormat::Png,
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(UNPACKED_BYTES_MAX);
    limits
}

fn drawn(picture: &DynamicImage, side: u32) -> Reading<String> {
    let is_small = picture.width().max(picture.height()) <= side;
    let small = if is_small {
        picture.clone()
    } else {
        picture.resize(side, side, FilterType::Triangle)
    };
    let mut bytes = Vec::new();
    let written = if small.color().has_alpha() {
        small
            .to_rgba8()
            .write_with_encoder(PngEncoder::new(&mut bytes))
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        small.to_rgb8().write_with_encoder(encoder)
    };
    written.map_err(|_| MediaFault::Damaged)?;
    Ok(STANDARD.encode(bytes))
}

fn fault(error: ImageError) -> MediaFault {
    match error {
        ImageError::Limits(_) => MediaFault::TooLarge,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => MediaFault::Damaged,
    }
}

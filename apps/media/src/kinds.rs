//! What a file is: its content decides, and a name that says otherwise is refused.

use kernel::{Error, Result};
use protocol::media::MediaType;

use crate::reader::Format;

/// Bytes that are looked at.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) media_type: MediaType,
    pub(crate) mime: &'static str,
    /// How it is read, if it is.
    pub(crate) format: Option<Format>,
}

impl Kind {
    const fn new(media_type: MediaType, mime: &'static str, format: Option<Format>) -> Self {
        Self {
            media_type,
            mime,
            format,
        }
    }
}

const IMAGE: MediaType = MediaType::Image;
const DOCUMENT: MediaType = MediaType::Document;
const PLAYED: Option<Format> = Some(Format::Played);

/// What names promise and what content must then be, by the ending of the name.
const ENDINGS: [(&str, Kind); 32] = [
    ("png", Kind::new(IMAGE, "image/png", Some(Format::Png))),
    ("jpg", Kind::new(IMAGE, "image/jpeg", Some(Format::Jpeg))),
    ("jpeg", Kind::new(IMAGE, "image/jpeg", Some(Format::Jpeg))),
    ("webp", Kind::new(IMAGE, "image/webp", Some(Format::Webp))),
    ("gif", Kind::new(IMAGE, "image/gif", Some(Format::Gif))),
    (
        "pdf",
        Kind::new(DOCUMENT, "application/pdf", Some(Format::Pdf)),
    ),
    ("docx", Kind::new(DOCUMENT, DOCX, Some(Format::Docx))),
    ("pptx", Kind::new(DOCUMENT, PPTX, Some(Format::Pptx))),
    ("xlsx", Kind::new(DOCUMENT, XLSX, Some(Format::Xlsx))),
    ("epub", Kind::new(DOCUMENT, EPUB, Some(Format::Epub))),
    ("html", Kind::new(DOCUMENT, "text/html", Some(Format::Html))),
    ("htm", Kind::new(DOCUMENT, "text/html", Some(Format::Html))),
    (
        "md",
        Kind::new(DOCUMENT, "text/markdown", Some(Format::Markdown)),
    ),
    (
        "markdown",
        Kind::new(DOCUMENT, "text/markdown", Some(Format::Markdown)),
    ),
    ("csv", Kind::new(DOCUMENT, "text/csv", Some(Format::Text))),
    (
        "json",
        Kind::new(DOCUMENT, "application/json", Some(Format::Text)),
    ),
    ("txt", Kind::new(DOCUMENT, "text/plain", Some(Format::Text))),
    ("mp4", Kind::new(MediaType::Video, "video/mp4", PLAYED)),
    ("m4v", Kind::new(MediaType::Video, "video/x-m4v", PLAYED)),
    ("webm", Kind::new(MediaType::Video, "video/webm", PLAYED)),
    (
        "mov",
        Kind::new(MediaType::Video, "video/quicktime", PLAYED),
    ),
    (
        "mkv",
        Kind::new(MediaType::Video, "video/x-matroska", PLAYED),
    ),
    ("weba", Kind::new(MediaType::Audio, "audio/webm", PLAYED)),
    ("mp3", Kind::new(MediaType::Audio, "audio/mpeg", PLAYED)),
    ("m4a", Kind::new(MediaType::Audio, "audio/m4a", PLAYED)),
    ("ogg", Kind::new(MediaType::Audio, "audio/ogg", PLAYED)),
    ("oga", Kind::new(MediaType::Audio, "audio/ogg", PLAYED)),
    ("opus", Kind::new(MediaType::Audio, "audio/opus", PLAYED)),
    ("flac", Kind::new(MediaType::Audio, "audio/x-flac", PLAYED)),
    ("wav", Kind::new(MediaType::Audio, "audio/x-wav", PLAYED)),
    ("aac", Kind::new(MediaType::Audio, "audio/aac", PLAYED)),
    ("aiff", Kind::new(MediaType::Audio, "audio/x-aiff", PLAYED)),
];

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const EPUB: &str = "application/epub+zip";
const ARCHIVES: [&str; 4] = [DOCX, PPTX, XLSX, EPUB];
const PLAIN: Kind = Kind::new(DOCUMENT, "text/plain", Some(Format::Text));

/// What a file is that begins so and is called so.
pub(crate) fn of(head: &[u8], name: &str) -> Result<Kind> {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let promised = ending.and_then(|ending| {
        let mut endings = ENDINGS.iter();
        endings
            .find(|(known, _)| *known == ending)
            .map(|(_, kind)| *kind)
    });
    let Some(kind) = by_content(head, promised) else {
        return Err(unknown());
    };
    match promised {
        Some(promised) if !agree(promised, kind) => Err(Error::UnsupportedFile(format!(
            "the file is named as {} and is {}; name it after what it is",
            promised.mime, kind.mime
        ))),
        _ => Ok(kind),
    }
}

fn by_content(head: &[u8], promised: Option<Kind>) -> Option<Kind> {
    // What begins as a page is one, whatever stands in it.
    let begins = head.trim_ascii_start();
    let found = infer::get(head).filter(|_| !begins.starts_with(b"<"));
    let Some(found) = found else {
        return text(head, promised);
    };
    let mime = match found.mime_type() {
        "application/zip" => {
            let named = promised.map(|kind| kind.mime)?;
            ARCHIVES.into_iter().find(|archive| *archive == named)?
        }
        mime => mime,
    };
    let mut known = ENDINGS.iter().map(|(_, kind)| *kind);
    let kind = known.find(|kind| kind.mime == mime && !is_text(*kind))?;
    // A film may have no pictures: what is named as a recording is one.
    Some(match promised {
        Some(Kind {
            mime: "audio/webm", ..
        }) if kind.mime == "video/webm" => promised?,
        Some(Kind {
            mime: "audio/m4a", ..
        }) if kind.mime == "video/mp4" => promised?,
        _ => kind,
    })
}

/// What a recording is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    pub mime: &'static str,
    pub ending: &'static str,
}

/// What sound this is, if it is one that can be heard: a film without pictures as well.
pub fn sound_of(bytes: &[u8]) -> Result<Sound> {
    let known = [
        ("audio/mpeg", "audio/mpeg", "mp3"),
        ("audio/m4a", "audio/mp4", "m4a"),
        ("video/mp4", "audio/mp4", "m4a"),
        ("audio/ogg", "audio/ogg", "ogg"),
        ("audio/opus", "audio/ogg", "ogg"),
        ("audio/x-flac", "audio/flac", "flac"),
        ("audio/x-wav", "audio/wav", "wav"),
        ("video/webm", "audio/webm", "webm"),
        ("video/x-matroska", "audio/webm", "webm"),
    ];
    let found = infer::get(bytes.get(..HEAD_BYTES).unwrap_or(bytes)).map(|found| found.mime_type());
    let mut known = known
        .into_iter()
        .filter(|(found_as, ..)| Some(*found_as) == found);
    let (_, mime, ending) = known.next().ok_or_else(|| {
        let taken = "send a recording as WebM, Ogg, MP3, MP4, WAV or FLAC";
        Error::UnsupportedFile(format!("this is no sound that can be heard; {taken}"))
    })?;
    Ok(Sound { mime, ending })
}

/// Text in UTF-8; of which kind, its name may say.
fn text(head: &[u8], promised: Option<Kind>) -> Option<Kind> {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut, of a file that is longer than what is looked at.
        Err(error) if error.error_len().is_none() && head.len() >= HEAD_BYTES => {
            std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let begins = whole.trim_start_matches('\u{feff}').trim_start();
    if begins.chars().any(is_no_text) || is_svg(begins) {
        return None;
    }
    let is_html = ["<!doctype html", "<html", "<head", "<body", "<script"]
        .iter()
        .any(|tag| {
            begins
                .get(..tag.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(tag))
        });
    match promised {
        Some(kind) if is_text(kind) => Some(kind),
        _ if is_html => Some(Kind::new(DOCUMENT, "text/html", Some(Format::Html))),
        _ => Some(PLAIN),
    }
}

/// What stands in programs and in no text.
fn is_no_text(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\x0c')
}

/// A picture that may hold programs is taken neither as a picture nor as a text.
fn is_svg(text: &str) -> bool {
    let beginning: String = text.chars().take(1_000).collect();
    beginning.to_ascii_lowercase().contains("<svg")
}

fn is_text(kind: Kind) -> bool {
    matches!(
        kind.format,
        Some(Format::Text | Format::Markdown | Format::Html)
    )
}

fn agree(promised: Kind, kind: Kind) -> bool {
    let same_sort = promised.media_type == kind.media_type;
    match promised.media_type {
        // Sound is kept in the same containers as films are.
        MediaType::Audio | MediaType::Video => {
            matches!(kind.media_type, MediaType::Audio | MediaType::Video)
        }
        // A photograph that an editor saved in another format keeps its name in many programs.
        MediaType::Image => same_sort,
        MediaType::Document | MediaType::Link => {
            same_sort && (promised.mime == kind.mime || is_text(promised) && is_text(kind))
        }
    }
}

fn unknown() -> Error {
    let taken = "send a PNG, JPEG, WebP or GIF picture, a PDF, Word, PowerPoint, Excel or EPUB file, Markdown, HTML, \
        CSV, JSON or plain text in UTF-8, or common sound or video";
    Error::UnsupportedFile(format!("files of this kind are not taken; {taken}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    fn mime(head: &[u8], name: &str) -> Option<&'static str> {
        of(head, name).ok().map(|kind| kind.mime)
    }

    #[test]
    fn content_decides_and_a_name_must_not_say_otherwise() {
        assert_eq!(mime(PNG, "sea.png"), Some("image/png"));
        assert_eq!(mime(PNG, "sea"), Some("image/png"));
        assert_eq!(mime(PNG, "sea.jpg"), Some("image/png"));
        assert_eq!(mime(PNG, "sea.pdf"), None);
        assert_eq!(mime(b"<html><script>", "sea.png"), None);
        assert_eq!(mime(b"%PDF-1.7 <html>", "sea.pdf"), Some("application/pdf"));
        assert_eq!(mime(b"<html> %PDF-1.7", "sea.pdf"), None);
        assert_eq!(mime(b"PK\x03\x04 anything", "a.zip"), None);
        assert_eq!(mime(b"\x7fELF\x02\x01\x01", "a"), None);
    }

    #[test]
    fn a_film_that_is_named_as_a_recording_is_one() {
        let mut webm = b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm".to_vec();
        webm.resize(300, 0);
        let webm = webm.as_slice();
        assert_eq!(mime(webm, "said.webm"), Some("video/webm"));
        assert_eq!(mime(webm, "said.weba"), Some("audio/webm"));
        assert_eq!(sound_of(webm).unwrap().ending, "webm");
        assert_eq!(sound_of(b"RIFF\0\0\0\0WAVEfmt ").unwrap().mime, "audio/wav");
        assert!(sound_of(PNG).is_err());
        assert!(sound_of(b"").is_err());
    }

    #[test]
    fn texts_are_what_their_names_say_and_drawings_with_programs_are_nothing() {
        assert_eq!(mime(b"# Rain", "rain.md"), Some("text/markdown"));
        assert_eq!(mime("a,b\né,1".as_bytes(), "rain.csv"), Some("text/csv"));
        assert_eq!(mime(b"Rain.", "rain"), Some("text/plain"));
        assert_eq!(mime(b"<!DOCTYPE html><p>", "rain"), Some("text/html"));
        assert_eq!(mime(b"<svg onload=alert(1)>", "rain.svg"), None);
        assert_eq!(mime(b"<?xml version='1.0'?><svg>", "rain.txt"), None);
        assert_eq!(mime(b"a\0b", "rain.txt"), None);
        assert_eq!(mime(b"caf\xe9", "rain.txt"), None);
        let mut long = vec![b'x'; HEAD_BYTES - 1];
        long.push("é".as_bytes()[0]);
        assert_eq!(mime(&long, "long.txt"), Some("text/plain"));
    }
}

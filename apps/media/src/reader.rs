//! What is in a file, read by a process of its own: one that has too little memory, time and rights to do harm.
//!
//! It gets the file on its standard input and says what it found as JSON on its standard output.

mod film;
mod found;
mod html;
mod limits;
mod office;
mod pictures;
mod web;
mod written;
mod xml;

use std::io::{Read, Write};

use protocol::media::MediaFault;

use found::{PAGES_MAX, Page, Parts, Reading};
use written::written;

pub(crate) use found::{About, Format, Found};
pub(crate) use pictures::{is_small_enough, said_size, too_large};

/// How the process is asked for.
pub const COMMAND: &str = "read-file";
/// Headings below this are no places of their own.
const HEADING_LEVEL_MAX: usize = 3;

/// The process: reads a file of this format, and says what it found or why it did not.
///
/// # Errors
///
/// When the format is none, or when it cannot be limited, read or heard.
pub fn run(format: &str) -> std::io::Result<()> {
    limits::limit()?;
    let format: Format = serde_json::from_value(format.into())?;
    let mut file = Vec::new();
    std::io::stdin().lock().read_to_end(&mut file)?;
    let found = read(format, &file);
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &found)?;
    out.flush()
}

pub(crate) fn read(format: Format, file: &[u8]) -> Reading<Found> {
    let pages = match format {
        Format::Png | Format::Jpeg | Format::Webp | Format::Gif => {
            return pictures::read(format, file);
        }
        Format::Played => return Ok(film::read(file)),
        Format::Pdf => pdf(file)?,
        Format::Docx => office::docx(file)?,
        Format::Pptx => office::pptx(file)?,
        Format::Xlsx => office::xlsx(file)?,
        Format::Epub => office::epub(file)?,
        Format::Html => html::sections(&web::text(file), &html::UNREAD),
        Format::Web => return web::read(file),
        Format::Markdown => markdown(&text(file)?),
        Format::Text => vec![Page::of(text(file)?)],
    };
    written(pages)
}

fn text(file: &[u8]) -> Reading<String> {
    let text = std::str::from_utf8(file).map_err(|_| MediaFault::Damaged)?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Headings stand on lines of their own; in code the same signs are remarks.
fn markdown(text: &str) -> Vec<Page> {
    let (mut parts, mut is_code) = (Parts::default(), false);
    for line in text.lines() {
        let is_fence = ["```", "~~~"].iter().any(|fence| line.starts_with(fence));
        is_code ^= is_fence;
        let words = line.trim_start_matches('#');
        let level = line.len() - words.len();
        if (1..=HEADING_LEVEL_MAX).contains(&level) && words.starts_with(' ') && !is_code {
            parts.begin(words.trim_end_matches('#'));
        }
        parts.say(line);
        parts.say("\n");
    }
    parts.pages()
}

fn pdf(file: &[u8]) -> Reading<Vec<Page>> {
    use pdf_extract::{Document, Error as PdfError, OutputError};
    let damaged = |error: PdfError| {
        if matches!(error, PdfError::Decryption(_)) {
            return MediaFault::Locked;
        }
        MediaFault::Damaged
    };
    // Its pages are counted before their texts are made.
    let document = Document::load_mem(file).map_err(damaged)?;
    if document.is_encrypted() {
        return Err(MediaFault::Locked);
    }
    if document.get_pages().len() > PAGES_MAX {
        return Err(MediaFault::TooLarge);
    }
    let pages = pdf_extract::extract_text_from_mem_by_pages(file).map_err(|error| match error {
        OutputError::PdfError(error) => damaged(error),
        OutputError::FormatError(_) | OutputError::IoError(_) => MediaFault::Damaged,
    })?;
    Ok(pages.into_iter().map(Page::of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_under_a_heading_is_a_place_of_its_own() {
        let found = read(
            Format::Markdown,
            b"Before.\n# Rain #\nIt falls.\n```\n# no\n```\n#tag\n### Sea\nx",
        )
        .unwrap();
        let said: Vec<(Option<&str>, &str)> = found
            .pages
            .iter()
            .map(|page| (page.heading.as_deref(), page.text.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (None, "Before."),
                (Some("Rain"), "# Rain #\nIt falls.\n```\n# no\n```\n#tag"),
                (Some("Sea"), "### Sea\nx"),
            ]
        );
    }
}

//! From what was found to numbered pages.

use protocol::media::{MediaFault, MediaMetadata, MediaPage};

use super::found::{Found, PAGES_MAX, Page, Reading};

/// Characters that are read of one file.
const CHARACTERS_MAX: usize = 2_000_000;

pub(super) fn written(pages: Vec<Page>) -> Reading<Found> {
    let characters: usize = pages.iter().map(|page| page.text.chars().count()).sum();
    if pages.len() > PAGES_MAX || characters > CHARACTERS_MAX {
        return Err(MediaFault::TooLarge);
    }
    if pages.iter().all(|page| page.text.trim().is_empty()) {
        return Err(MediaFault::NoText);
    }
    let count = |number: usize| u32::try_from(number).ok();
    let metadata = MediaMetadata {
        pages: count(pages.len()),
        characters: count(characters),
        ..MediaMetadata::default()
    };
    let numbered = (1..).zip(pages);
    let pages = numbered.map(|(page, Page { heading, text })| MediaPage {
        page,
        heading,
        text: tidy(&text),
    });
    Ok(Found {
        metadata,
        pages: pages.collect(),
        ..Found::default()
    })
}

/// Without what databases cannot hold, and with at most one empty line at a time.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty > 1 || (empty == 1 && tidy.is_empty()) {
            continue;
        }
        tidy.extend(line.chars().filter(|letter| *letter != '\0'));
        tidy.push('\n');
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

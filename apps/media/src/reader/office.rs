//! Texts in archives of XML: documents, slides, tables and books.

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use percent_encoding::percent_decode_str;
use protocol::media::MediaFault;
use zip::{ZipArchive, result::ZipError};

use super::{
    found::{PAGES_MAX, Page, Parts, Reading},
    html,
    xml::{Part, walk},
};

/// Bytes that are unpacked of one archive, whatever it says it holds.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Entries of an archive.
const ENTRIES_MAX: usize = 20_000;
/// Empty cells in a row that are passed over one by one, and how long a text may be in which that is done.
const EMPTY_CELLS_MAX: usize = 64;
const ALIGNED_BYTES_MAX: usize = 4 * 1024 * 1024;

struct Archive<'f> {
    zip: ZipArchive<Cursor<&'f [u8]>>,
    room: u64,
}

impl<'f> Archive<'f> {
    fn open(file: &'f [u8]) -> Reading<Self> {
        let zip = ZipArchive::new(Cursor::new(file)).map_err(|_| MediaFault::Damaged)?;
        if zip.len() > ENTRIES_MAX {
            return Err(MediaFault::TooLarge);
        }
        Ok(Self {
            zip,
            room: UNPACKED_BYTES_MAX,
        })
    }

    /// A text in it, if there is one of this name.
    fn find(&mut self, name: &str) -> Reading<Option<String>> {
        let entry = match self.zip.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(_) | ZipError::InvalidPassword) => {
                return Err(MediaFault::Locked);
            }
            Err(_) => return Err(MediaFault::Damaged),
        };
        let mut bytes = Vec::new();
        let mut limited = entry.take(self.room + 1);
        limited
            .read_to_end(&mut bytes)
            .map_err(|_| MediaFault::Damaged)?;
        let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.room = self.room.checked_sub(read).ok_or(MediaFault::TooLarge)?;
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| MediaFault::Damaged)
    }

    fn get(&mut self, name: &str) -> Reading<String> {
        self.find(name)?.ok_or(MediaFault::Damaged)
    }
}

/// What a document says, paragraph by paragraph, with a page for each part that has a heading.
pub(super) fn docx(file: &[u8]) -> Reading<Vec<Page>> {
    let xml = Archive::open(file)?.get("word/document.xml")?;
    let mut parts = Parts::default();
    let (mut paragraph, mut is_text, mut is_heading) = (String::new(), false, false);
    walk(&xml, |part| match part {
        Part::Begin("pStyle", attribute) => {
            is_heading = attribute("val").is_some_and(|style| names_heading(&style));
        }
        Part::Begin("t", _) => is_text = true,
        Part::End("t") => is_text = false,
        Part::Text(words) if is_text => paragraph.push_str(words),
        Part::Begin("tab", _) => paragraph.push('\t'),
        Part::End("br" | "tr") => paragraph.push('\n'),
        Part::End("p") => {
            if std::mem::take(&mut is_heading) {
                parts.begin(&paragraph);
            }
            paragraph.push('\n');
            parts.say(&std::mem::take(&mut paragraph));
        }
        Part::End("tc") => parts.say("\t"),
        Part::Begin(..) | Part::End(_) | Part::Text(_) => {}
    })?;
    parts.say(&paragraph);
    Ok(parts.pages())
}

/// The names of styles are those of the language in which a document was begun.
fn names_heading(style: &str) -> bool {
    let level = style.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let name = style.get(..style.len() - level.len()).unwrap_or_default();
    ["Heading", "Titre", "berschrift", "Titolo", "Ttulo"].contains(&name)
        && ["1", "2", "3"].contains(&level)
}

/// A part of an archive that its main part lists, with its name if it has one.
struct Listed {
    name: Option<String>,
    place: String,
}

/// The parts that a main part lists in elements of this name, in its order, which need not be that of their names.
fn listed(
    archive: &mut Archive<'_>,
    folder: &str,
    main: &str,
    element: &str,
) -> Reading<Vec<Listed>> {
    let relations = archive.find(&format!("{folder}/_rels/{main}.rels"))?;
    let mut targets = HashMap::new();
    walk(&relations.unwrap_or_default(), |part| {
        if let Part::Begin("Relationship", attribute) = part {
            targets.extend(attribute("Id").zip(attribute("Target")));
        }
    })?;
    let mut listed = Vec::new();
    walk(&archive.get(&format!("{folder}/{main}"))?, |part| {
        let Part::Begin(name, attribute) = part else {
            return;
        };
        // It names itself as well, by an attribute that has no namespace.
        let target = attribute(":id").and_then(|id| targets.get(&id));
        if let Some(target) = target.filter(|_| name == element) {
            let from_root = target.strip_prefix('/').map(ToOwned::to_owned);
            listed.push(Listed {
                name: attribute("name"),
                place: from_root.unwrap_or_else(|| format!("{folder}/{target}")),
            });
        }
    })?;
    match listed.len() {
        0 => Err(MediaFault::Damaged),
        count if count > PAGES_MAX => Err(MediaFault::TooLarge),
        _ => Ok(listed),
    }
}

/// What slides say, each a page.
pub(super) fn pptx(file: &[u8]) -> Reading<Vec<Page>> {
    let mut archive = Archive::open(file)?;
    let mut pages = Vec::new();
    for slide in listed(&mut archive, "ppt", "presentation.xml", "sldId")? {
        let text = paragraphs(&archive.get(&slide.place)?)?;
        let heading = text.lines().find(|line| !line.is_empty());
        pages.push(Page {
            heading: heading.map(ToOwned::to_owned),
            text,
        });
    }
    Ok(pages)
}

/// Documents and slides have different namespaces and the same names for what matters.
fn paragraphs(xml: &str) -> Reading<String> {
    let (mut text, mut is_text) = (String::new(), false);
    walk(xml, |part| match part {
        Part::Begin("t", _) => is_text = true,
        Part::End("t") => is_text = false,
        Part::Text(words) if is_text => text.push_str(words),
        Part::End("p" | "br" | "tr") => text.push('\n'),
        Part::Begin("tab", _) | Part::End("tc") => text.push('\t'),
        Part::Begin(..) | Part::End(_) | Part::Text(_) => {}
    })?;
    Ok(text)
}

/// What tables say: a page each, cells apart by tabs.
pub(super) fn xlsx(file: &[u8]) -> Reading<Vec<Page>> {
    let mut archive = Archive::open(file)?;
    let shared = match archive.find("xl/sharedStrings.xml")? {
        Some(xml) => shared_texts(&xml)?,
        None => Vec::new(),
    };
    let mut pages = Vec::new();
    for sheet in listed(&mut archive, "xl", "workbook.xml", "sheet")? {
        pages.push(Page {
            heading: sheet.name,
            text: rows(&archive.get(&sheet.place)?, &shared)?,
        });
    }
    Ok(pages)
}

fn shared_texts(xml: &str) -> Reading<Vec<String>> {
    let (mut texts, mut is_text) = (Vec::new(), false);
    walk(xml, |part| match part {
        Part::Begin("si", _) => texts.push(String::new()),
        Part::Begin("t", _) => is_text = true,
        Part::End("t") => is_text = false,
        Part::Text(words) if is_text => {
            if let Some(last) = texts.last_mut() {
                last.push_str(words);
            }
        }
        Part::Begin(..) | Part::End(_) | Part::Text(_) => {}
    })?;
    Ok(texts)
}

fn rows(xml: &str, shared: &[String]) -> Reading<String> {
    let (mut text, mut value, mut column) = (String::new(), String::new(), 0);
    let (mut is_shared, mut is_value) = (false, false);
    walk(xml, |part| match part {
        Part::Begin("row", _) => column = 0,
        Part::Begin("c", attribute) => {
            is_shared = attribute("t").as_deref() == Some("s");
            let place = attribute("r").and_then(|name| column_of(&name));
            let passed_over = place.map_or(0, |place| place.saturating_sub(column));
            // Cells stand under one another, as far as that costs little.
            if passed_over <= EMPTY_CELLS_MAX && text.len() < ALIGNED_BYTES_MAX {
                text.extend(std::iter::repeat_n('\t', passed_over));
            }
            column += passed_over + 1;
        }
        Part::Begin("v" | "t", _) => is_value = true,
        Part::Text(words) if is_value => value.push_str(words),
        Part::End("v" | "t") => is_value = false,
        Part::End("c") => {
            let place = value.parse::<usize>().ok().filter(|_| is_shared);
            match place.and_then(|place| shared.get(place)) {
                Some(words) => text.push_str(words),
                None => text.push_str(&value),
            }
            text.push('\t');
            value.clear();
        }
        Part::End("row") => text.push('\n'),
        Part::Begin(..) | Part::End(_) | Part::Text(_) => {}
    })?;
    Ok(text)
}

/// Which column the name of a cell says, counted from 0: `B7` is in column 1.
fn column_of(cell: &str) -> Option<usize> {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase);
    // No table has columns of four letters.
    let number = letters.take(3).fold(0, |number, letter| {
        number * 26 + usize::from(letter - b'A') + 1
    });
    number.checked_sub(1)
}

/// What a book says: its parts in their order, each a page.
pub(super) fn epub(file: &[u8]) -> Reading<Vec<Page>> {
    let mut archive = Archive::open(file)?;
    let mut package = None;
    walk(&archive.get("META-INF/container.xml")?, |part| {
        if let Part::Begin("rootfile", attribute) = part {
            package = package.take().or_else(|| attribute("full-path"));
        }
    })?;
    let package = package.ok_or(MediaFault::Damaged)?;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut parts, mut order) = (HashMap::new(), Vec::new());
    walk(&archive.get(&package)?, |part| match part {
        Part::Begin("item", attribute) => {
            parts.extend(attribute("id").zip(attribute("href")));
        }
        Part::Begin("itemref", attribute) => order.extend(attribute("idref")),
        Part::Begin(..) | Part::End(_) | Part::Text(_) => {}
    })?;
    if order.len() > PAGES_MAX {
        return Err(MediaFault::TooLarge);
    }
    let mut pages = Vec::new();
    for part in order.iter().filter_map(|id| parts.get(id)) {
        let part = percent_decode_str(part).decode_utf8_lossy();
        let name = match folder {
            "" => part.into_owned(),
            folder => format!("{folder}/{part}"),
        };
        pages.extend(archive.find(&name)?.map(|text| html::page(&text)));
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_people_count_with_letters() {
        for (cell, column) in [
            ("A1", 0),
            ("B7", 1),
            ("Z2", 25),
            ("AA3", 26),
            ("XFD1", 16_383),
        ] {
            assert_eq!(column_of(cell), Some(column), "{cell}");
        }
        assert_eq!(column_of("7"), None);
        assert_eq!(column_of(""), None);
    }

    #[test]
    fn cells_far_apart_stand_beside_each_other() {
        let sheet =
            "<s><row><c r='A1'><v>1</v></c><c r='XFD1'><v>2</v></c><c><v>3</v></c></row></s>";
        assert_eq!(rows(sheet, &[]).unwrap(), "1\t2\t3\t\n");
        let backwards = "<s><row><c r='C1'><v>1</v></c><c r='A1'><v>2</v></c></row></s>";
        assert_eq!(rows(backwards, &[]).unwrap(), "\t\t1\t2\t\n");
    }
}

//! Texts in archives of XML: documents, slides, tables and books.

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

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

/// What slides say, each a page.
pub(super) fn pptx(file: &[u8]) -> Reading<Vec<Page>> {
    let mut archive = Archive::open(file)?;
    let mut pages = Vec::new();
    while let Some(xml) = archive.find(&format!("ppt/slides/slide{}.xml", pages.len() + 1))? {
        if pages.len() == PAGES_MAX {
            return Err(MediaFault::TooLarge);
        }
        let text = paragraphs(&xml)?;
        let heading = text.lines().find(|line| !line.is_empty());
        pages.push(Page {
            heading: heading.map(ToOwned::to_owned),
            text,
        });
    }
    if pages.is_empty() {
        return Err(MediaFault::Damaged);
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
    let names = sheet_names(&archive.get("xl/workbook.xml")?)?;
    let mut pages = Vec::new();
    while let Some(xml) = archive.find(&format!("xl/worksheets/sheet{}.xml", pages.len() + 1))? {
        if pages.len() == PAGES_MAX {
            return Err(MediaFault::TooLarge);
        }
        pages.push(Page {
            heading: names.get(pages.len()).cloned(),
            text: rows(&xml, &shared)?,
        });
    }
    if pages.is_empty() {
        return Err(MediaFault::Damaged);
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

fn sheet_names(xml: &str) -> Reading<Vec<String>> {
    let mut names = Vec::new();
    walk(xml, |part| {
        if let Part::Begin("sheet", attribute) = part {
            names.push(attribute("name").unwrap_or_default());
        }
    })?;
    Ok(names)
}

fn rows(xml: &str, shared: &[String]) -> Reading<String> {
    let (mut text, mut value) = (String::new(), String::new());
    let (mut is_shared, mut is_value) = (false, false);
    walk(xml, |part| match part {
        Part::Begin("c", attribute) => is_shared = attribute("t").as_deref() == Some("s"),
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
        let name = match folder {
            "" => part.clone(),
            folder => format!("{folder}/{part}"),
        };
        pages.extend(archive.find(&name)?.map(|text| html::page(&text)));
    }
    Ok(pages)
}

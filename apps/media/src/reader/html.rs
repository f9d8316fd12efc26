//! Text of pages for browsers. It need not be right in every corner: nothing that comes out is ever run.

use super::found::{PAGES_MAX, Page};

/// What begins a line of its own.
const BLOCKS: [&str; 24] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "pre",
    "hr",
    "dt",
    "dd",
    "title",
];
/// What is not read.
pub(super) const UNREAD: [&str; 5] = ["script", "style", "noscript", "template", "svg"];
/// What begins a page of its own.
const HEADINGS: [&str; 3] = ["h1", "h2", "h3"];

/// What stands in a page, piece by piece.
pub(super) enum Piece<'h> {
    Text(String),
    /// The name of a tag in small letters, and what else stands in it.
    Begin(&'h str, &'h str),
    End(&'h str),
}

/// Tells each piece in order, but for what stands in these.
pub(super) fn walk(html: &str, unread: &[&str], mut tell: impl FnMut(Piece<'_>)) {
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        tell(Piece::Text(decoded(before)));
        let Some((name, attributes, after_tag)) = tag(after) else {
            rest = after;
            continue;
        };
        rest = after_tag;
        match name.strip_prefix('/') {
            _ if unread.contains(&name.as_str()) => rest = after_end(rest, &name),
            Some(name) => tell(Piece::End(name)),
            None => tell(Piece::Begin(&name, attributes)),
        }
    }
    tell(Piece::Text(decoded(rest)));
}

pub(super) fn page(html: &str) -> Page {
    let mut text = String::with_capacity(html.len() / 2);
    let mut heading = None;
    walk(html, &UNREAD, |piece| {
        let (name, is_end) = match piece {
            Piece::Text(words) => return text.push_str(&words),
            Piece::Begin(name, _) => (name, false),
            Piece::End(name) => (name, true),
        };
        if BLOCKS.contains(&name) && !text.ends_with('\n') {
            text.push('\n');
        }
        if is_end && name == "title" && heading.is_none() {
            heading = text.trim().lines().last().map(ToOwned::to_owned);
        }
    });
    Page { heading, text }
}

/// The same, with a page for each part that has a heading. Space is what browsers make of it.
pub(super) fn sections(html: &str, unread: &[&str]) -> Vec<Page> {
    let mut pages = vec![Page::default()];
    let (mut heading, mut is_as_written) = (None, false);
    walk(html, unread, |piece| {
        let count = pages.len();
        let Some(page) = pages.last_mut() else {
            return;
        };
        let (name, is_end) = match piece {
            Piece::Text(words) if is_as_written => return page.text.push_str(&words),
            Piece::Text(words) => return flow(&mut page.text, &words),
            Piece::Begin(name, _) => (name, false),
            Piece::End(name) => (name, true),
        };
        if BLOCKS.contains(&name) && !page.text.ends_with('\n') {
            page.text.push('\n');
        }
        match (name, is_end) {
            ("pre", _) => is_as_written = !is_end,
            ("td" | "th", true) => page.text.push('\t'),
            (name, false) if HEADINGS.contains(&name) && count < PAGES_MAX => {
                if page.text.trim().is_empty() {
                    page.text.clear();
                } else {
                    pages.push(Page::default());
                }
                heading = Some(name.to_owned());
            }
            (name, true) if heading.as_deref() == Some(name) => {
                heading = None;
                let line = page.text.trim();
                page.heading = (!line.is_empty()).then(|| line.replace('\n', " "));
            }
            _ => {}
        }
    });
    pages.retain(|page| !page.text.trim().is_empty());
    pages
}

/// Goes on with a text, with one space where there is any.
fn flow(text: &mut String, words: &str) {
    for letter in words.chars() {
        if !letter.is_whitespace() {
            text.push(letter);
        } else if !text.is_empty() && !text.ends_with([' ', '\n', '\t']) {
            text.push(' ');
        }
    }
}

/// The name of a tag, in small letters, what else stands in it, and what follows it.
fn tag(text: &str) -> Option<(String, &str, &str)> {
    if let Some(comment) = text.strip_prefix("!--") {
        let (_, after) = comment.split_once("-->")?;
        return Some((String::new(), "", after));
    }
    let (inside, after) = text.split_once('>')?;
    let ends = |letter: char| letter.is_whitespace();
    let (name, attributes) = inside.split_once(ends).unwrap_or((inside, ""));
    let name = name.strip_suffix('/').unwrap_or(name);
    Some((name.to_ascii_lowercase(), attributes, after))
}

/// What an attribute of a tag says.
pub(super) fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let named = before.split_whitespace().last().unwrap_or_default();
        let after = after.trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after.get(1..)?.split_once(quote)?,
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if named.eq_ignore_ascii_case(name) {
            return Some(decoded(value));
        }
        rest = next;
    }
    None
}

fn after_end<'t>(text: &'t str, tag: &str) -> &'t str {
    let mut ends = text.match_indices("</");
    let is_end = |at: usize| {
        let name = text.get(at + 2..at + 2 + tag.len());
        name.is_some_and(|name| name.eq_ignore_ascii_case(tag))
    };
    let end = ends.find(|(at, _)| is_end(*at));
    end.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

/// With the few entities that stand in ordinary texts replaced.
fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let named = after
            .split_once(';')
            .and_then(|(name, after)| Some((entity(name)?, after)));
        match named {
            Some((letter, after)) => {
                decoded.push(letter);
                rest = after;
            }
            None => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "mdash" => Some('—'),
        "ndash" => Some('–'),
        "hellip" => Some('…'),
        "eacute" => Some('é'),
        "egrave" => Some('è'),
        "agrave" => Some('à'),
        "ccedil" => Some('ç'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_of_a_page_is_what_a_person_would_read() {
        let page = page(
            "<html><head><title>Rain &amp; sea</title><style>p{}</style></head><body><!-- <p>no</p> -->\
             <h1>Rain</h1><p>falls<br/>&#8211; often.</p><script>alert('<p>x')</script></body>",
        );
        assert_eq!(page.heading.as_deref(), Some("Rain & sea"));
        let lines: Vec<&str> = page.text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["Rain & sea", "Rain", "falls", "– often."]);
    }

    #[test]
    fn what_has_a_heading_is_a_page_of_its_own() {
        let pages = sections(
            "Before.<h1>Rain <b>falls</b></h1>\n<p>It\n  falls.</p><table><tr><td>a<td>b</td></tr></table>\
             <h2></h2><h3>Sea</h3><pre>a\n  b</pre>",
            &UNREAD,
        );
        let said: Vec<(Option<&str>, &str)> = pages
            .iter()
            .map(|page| (page.heading.as_deref(), page.text.trim()))
            .collect();
        assert_eq!(
            said,
            [
                (None, "Before."),
                (Some("Rain falls"), "Rain falls\nIt falls.\nab"),
                (Some("Sea"), "Sea\na\n  b"),
            ]
        );
    }

    #[test]
    fn an_attribute_is_found_however_it_is_written() {
        let written = "property='og:title' CONTENT=\"Rain &amp; 'sea'\" x=1 y";
        assert_eq!(
            attribute(written, "content").as_deref(),
            Some("Rain & 'sea'")
        );
        assert_eq!(attribute(written, "x").as_deref(), Some("1"));
        assert_eq!(attribute(written, "y"), None);
        assert_eq!(attribute("content=\"cut", "content"), None);
    }
}

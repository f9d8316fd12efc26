//! Text of pages for browsers. It need not be right in every corner: nothing that comes out is ever run.

use super::found::Page;

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
const UNREAD: [&str; 5] = ["script", "style", "noscript", "template", "svg"];

pub(super) fn page(html: &str) -> Page {
    let mut text = String::with_capacity(html.len() / 2);
    let mut heading = None;
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(&decoded(before));
        let Some((tag, after_tag)) = tag(after) else {
            rest = after;
            continue;
        };
        rest = after_tag;
        if UNREAD.contains(&tag.as_str()) {
            rest = after_end(rest, &tag);
        } else if BLOCKS.contains(&tag.trim_start_matches('/')) && !text.ends_with('\n') {
            text.push('\n');
        }
        if tag == "/title" && heading.is_none() {
            heading = text.trim().lines().last().map(ToOwned::to_owned);
        }
    }
    text.push_str(&decoded(rest));
    Page { heading, text }
}

/// The name of a tag, in small letters, and what follows the tag.
fn tag(text: &str) -> Option<(String, &str)> {
    if let Some(comment) = text.strip_prefix("!--") {
        let (_, after) = comment.split_once("-->")?;
        return Some((String::new(), after));
    }
    let (inside, after) = text.split_once('>')?;
    let ends = |letter: char| letter.is_whitespace();
    let name = inside.split(ends).next().unwrap_or_default();
    let name = name.strip_suffix('/').unwrap_or(name);
    Some((name.to_ascii_lowercase(), after))
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
}

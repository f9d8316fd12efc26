//! Pages of the web: what there is to read in them, and what they say of themselves.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::{
    found::{About, Found, Page, Reading},
    html::{Piece, UNREAD, attribute, sections, walk},
    written::written,
};

/// What stands around what there is to read.
const AROUND: [&str; 8] = [
    "nav", "aside", "footer", "form", "button", "select", "dialog", "iframe",
];
/// What holds what there is to read, where a page says so.
const HOLDS: [&str; 2] = ["main", "article"];
/// How far a page may be looked at for how it is written.
const HEAD_BYTES: usize = 1_024;

pub(super) fn read(file: &[u8]) -> Reading<Found> {
    let html = text(file);
    let about = about(&html);
    let unread: Vec<&str> = UNREAD.into_iter().chain(AROUND).chain(["title"]).collect();
    let mut pages = sections(held(&html), &unread);
    if pages.is_empty() {
        // A page that a program writes in the browser says at least what it is about.
        pages.extend(about.description.clone().map(Page::of));
    }
    Ok(Found {
        about,
        ..written(pages)?
    })
}

/// A page as text. Old ones are written in what they say, or in what browsers take then.
pub(super) fn text(file: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(file) {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    let head = String::from_utf8_lossy(file.get(..HEAD_BYTES).unwrap_or(file));
    let said = head.split_once("charset=").map(|(_, said)| said);
    let said = said.map(|said| said.trim_start_matches(['"', '\'']));
    let label = said.and_then(|said| said.split(['"', '\'', '>', ';', ' ', '/']).next());
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let (text, _, _) = encoding.unwrap_or(WINDOWS_1252).decode(file);
    text.into_owned()
}

/// The part with what there is to read; everything where a page does not say which it is.
fn held(html: &str) -> &str {
    // Of the same length, so that places in the one are places in the other.
    let small = html.to_ascii_lowercase();
    let part = HOLDS.iter().find_map(|name| {
        let begin = small.find(&format!("<{name}"))?;
        let end = small.rfind(&format!("</{name}"))?;
        html.get(begin..end)
    });
    part.unwrap_or(html)
}

fn about(html: &str) -> About {
    let (mut about, mut title, mut is_title) = (About::default(), None, false);
    walk(html, &UNREAD, |piece| match piece {
        Piece::Text(words) if is_title => {
            title.get_or_insert_with(String::new).push_str(&words);
        }
        Piece::Begin("title", _) => is_title = title.is_none(),
        Piece::End("title") => is_title = false,
        Piece::Begin("meta", attributes) => {
            let named = attribute(attributes, "property").or_else(|| attribute(attributes, "name"));
            let content = attribute(attributes, "content").filter(|said| !said.trim().is_empty());
            let place = match named.unwrap_or_default().to_ascii_lowercase().as_str() {
                "og:title" => &mut about.title,
                "og:description" | "description" => &mut about.description,
                "og:image" | "og:image:url" | "twitter:image" => &mut about.picture,
                _ => return,
            };
            *place = place.take().or(content);
        }
        Piece::Text(_) | Piece::Begin(..) | Piece::End(_) => {}
    });
    about.title = about.title.or(title);
    about
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><html><head><title>Rain | The Sea</title>
        <meta property=\"og:title\" content=\"Rain\"><meta name=description content='About &amp; of rain'>
        <meta property='og:image' content='/rain.png'><script>var a = '<title>no</title>';</script></head>
        <body><nav>Home</nav><main><h1>Rain</h1><p>It falls.</p><script>alert(1)</script>
        <h2>Then</h2><p>It ends.</p></main><footer>Imprint</footer></body></html>";

    #[test]
    fn what_stands_around_is_left_out_and_a_page_says_what_it_is() {
        let found = read(PAGE.as_bytes()).unwrap();
        let texts: Vec<&str> = found.pages.iter().map(|page| page.text.as_str()).collect();
        assert_eq!(texts, ["Rain\nIt falls.", "Then\nIt ends."]);
        let said = |text: &str| Some(text.to_owned());
        let about = About {
            title: said("Rain"),
            description: said("About & of rain"),
            picture: said("/rain.png"),
        };
        assert_eq!(found.about, about);
    }

    #[test]
    fn old_pages_are_read_as_they_were_written() {
        assert_eq!(text(b"caf\xe9"), "café");
        let said = b"<meta charset=\"iso-8859-15\">\xa4";
        assert!(text(said).ends_with('€'));
        assert_eq!(text("\u{feff}café".as_bytes()), "café");
    }

    #[test]
    fn a_page_that_a_program_writes_says_what_it_is_about() {
        let page =
            "<meta name='description' content='Of rain'><div id=app></div><script>x()</script>";
        let found = read(page.as_bytes()).unwrap();
        assert_eq!(found.pages[0].text, "Of rain");
        assert!(read(b"<div id=app></div>").is_err());
    }
}

//! Texts in XML, element by element.

use std::borrow::Cow;

use protocol::media::MediaFault;
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

use super::found::Reading;

/// What happens in an XML text, by local names. An attribute whose name is asked for after a colon is in a namespace.
pub(super) enum Part<'x> {
    Begin(&'x str, &'x dyn Fn(&str) -> Option<String>),
    End(&'x str),
    Text(&'x str),
}

/// Tells each part in order.
pub(super) fn walk(xml: &str, mut tell: impl FnMut(Part<'_>)) -> Reading<()> {
    let mut reader = Reader::from_str(xml);
    loop {
        let event = reader.read_event().map_err(|_| MediaFault::Damaged)?;
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let attribute = |name: &str| attribute(tag, name);
                tell(Part::Begin(tag.local_name().as_ref(), &attribute));
                if matches!(event, Event::Empty(_)) {
                    tell(Part::End(tag.local_name().as_ref()));
                }
            }
            Event::End(tag) => tell(Part::End(tag.local_name().as_ref())),
            Event::Text(text) => tell(Part::Text(&text)),
            Event::CData(text) => tell(Part::Text(&text)),
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().ok().flatten();
                match letter {
                    Some(letter) => tell(Part::Text(letter.encode_utf8(&mut [0; 4]))),
                    None => tell(Part::Text(
                        resolve_predefined_entity(&reference).unwrap_or_default(),
                    )),
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => return Ok(()),
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let local = name.strip_prefix(':');
    let mut all = tag.attributes().flatten();
    let found = all.find(|one| {
        let is_in_one = one.key.prefix().is_some();
        one.key.local_name().as_ref() == local.unwrap_or(name) && (is_in_one || local.is_none())
    })?;
    let value = found.normalized_value(XmlVersion::Implicit1_0);
    value.ok().map(Cow::into_owned)
}

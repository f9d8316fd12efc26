//! Texts in XML, element by element.

use protocol::media::MediaFault;
use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};

use super::found::Reading;

/// What happens in an XML text, by local names.
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
                let attribute = |name: &str| {
                    let mut all = tag.attributes().flatten();
                    let found = all.find(|one| one.key.local_name().as_ref() == name)?;
                    Some(found.value.into_owned())
                };
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

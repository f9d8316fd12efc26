//! In which form a body is sent: as it is, or compressed.

use std::io::{self, Write};

use axum::http::{HeaderMap, header::ACCEPT_ENCODING};
use flate2::{Compression, write::GzEncoder};

/// Fast: what is made is sent to few, and soon no longer current.
const ZSTD_LEVEL: i32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Plain,
    Gzip,
    Zstd,
}

impl Form {
    /// The best that whoever sends these headers reads.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        let named: Vec<&str> = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(taken)
            .collect();
        let is_taken = |form: &Self| {
            named
                .iter()
                .any(|name| name.eq_ignore_ascii_case(form.word()))
        };
        let mut compressed = [Self::Zstd, Self::Gzip].into_iter();
        compressed.find(is_taken).unwrap_or(Self::Plain)
    }

    /// As headers name it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Plain => "identity",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    pub(super) fn of(self, plain: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain => Ok(plain.to_vec()),
            Self::Gzip => {
                let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
                gzip.write_all(plain)?;
                gzip.finish()
            }
            Self::Zstd => zstd::bulk::compress(plain, ZSTD_LEVEL),
        }
    }
}

/// The name of a coding, unless it is the one thing that is not wanted: `gzip;q=0`.
fn taken(item: &str) -> Option<&str> {
    let (name, weight) = item.split_once(';').unwrap_or((item, ""));
    let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
    (weight != Some(Ok(0.0))).then(|| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_one_that_is_accepted() {
        for (accepted, form) in [
            ("gzip, deflate, br, zstd", Form::Zstd),
            ("GZIP", Form::Gzip),
            ("zstd;q=0, gzip;q=0.5", Form::Gzip),
            ("zstd; q=0.0, gzip; q=0", Form::Plain),
            ("br", Form::Plain),
            ("", Form::Plain),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, accepted.parse().unwrap());
            assert_eq!(Form::accepted(&headers), form, "{accepted}");
        }
        assert_eq!(Form::accepted(&HeaderMap::new()), Form::Plain);
    }

    #[test]
    fn compressed_it_is_shorter_and_begins_as_its_form_does() {
        let plain = b"the same again and again ".repeat(100);
        for (form, magic) in [
            (Form::Gzip, &[0x1f, 0x8b][..]),
            (Form::Zstd, &[0x28, 0xb5, 0x2f, 0xfd][..]),
        ] {
            let compressed = form.of(&plain).unwrap();
            assert!(compressed.len() < plain.len() / 10);
            assert!(compressed.starts_with(magic), "{form:?}");
        }
    }
}

//! The mails that the server wrote as files.

use std::{fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};

#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// As they stand above the text.
    pub(crate) headers: String,
}

impl Mail {
    /// What stands after `marker` up to the next white space: a link's token, say.
    pub(crate) fn after(&self, marker: &str) -> &str {
        let found = self.text.split_once(marker);
        let (_, rest) = found.unwrap_or_else(|| panic!("no {marker} in {self:#?}"));
        rest.split_whitespace().next().unwrap_or_default()
    }

    /// `None` while the file is still being written.
    fn parse(file: &str) -> Option<Self> {
        let (head, body) = file.split_once("\r\n\r\n")?;
        let header = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let text = match header("Content-Transfer-Encoding") {
            Some("quoted-printable") => unquote(body),
            Some("base64") => decode(body),
            _ => body.to_owned(),
        };
        Some(Self {
            to: header("To")?.to_owned(),
            subject: header("Subject")?.to_owned(),
            text: text.replace("\r\n", "\n"),
            headers: head.to_owned(),
        })
    }
}

pub(super) fn read(folder: &Path) -> Vec<Mail> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    // Their names begin with the time.
    files.sort();
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts.filter_map(|text| Mail::parse(&text)).collect()
}

fn decode(body: &str) -> String {
    let packed: String = body.split_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(packed).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unquote(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(code, 16));
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

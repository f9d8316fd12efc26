//! Reads a JSON body byte by byte before serde does, because serde accepts or hides what must be
//! refused here: repeated keys, any depth the stack can bear, text no database can hold.

use std::borrow::Cow;
use std::collections::HashSet;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

/// Why a body was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// The value at fault as an RFC 6901 pointer; its container if the fault lies between values.
    pub pointer: String,
    /// The byte at fault, counted from the start of the body.
    pub offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Not a JSON document, or not UTF-8.
    Syntax,
    /// More arrays and objects inside each other than allowed.
    TooDeep,
    /// An object has the same key twice.
    DuplicateKey,
    /// A number too large for a float, or one of the words for what is not a number.
    NotFinite,
    /// A string or key with a NUL character or half of a surrogate pair.
    BadText,
}

/// Accepts exactly the documents of RFC 8259 that have none of the faults above.
///
/// An array or object is one level; a plain value has none. Levels are read by recursion, so
/// `levels_max` also bounds the stack and should stay in the hundreds.
pub fn check(body: &[u8], levels_max: usize) -> Result<(), Fault> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Fault::new(FaultKind::Syntax, error.valid_up_to()))?;
    let mut reader = Reader {
        text,
        offset: 0,
        levels_left: levels_max,
    };
    reader.value()?;
    reader.skip_whitespace();
    match reader.peek() {
        None => Ok(()),
        Some(_) => Err(reader.fault(FaultKind::Syntax)),
    }
}

struct Reader<'a> {
    text: &'a str,
    offset: usize,
    levels_left: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<(), Fault> {
        self.skip_whitespace();
        match self.peek() {
            Some(b'{') => self.level(Self::object),
            Some(b'[') => self.level(Self::array),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn level(&mut self, read: fn(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        let Some(levels_left) = self.levels_left.checked_sub(1) else {
            return Err(self.fault(FaultKind::TooDeep));
        };
        self.levels_left = levels_left;
        self.offset += 1;
        read(self)?;
        self.levels_left += 1;
        Ok(())
    }

    fn object(&mut self) -> Result<(), Fault> {
        if self.take_token(b'}') {
            return Ok(());
        }
        let mut keys = HashSet::new();
        loop {
            let key = self.key(&keys)?;
            self.value().map_err(|fault| fault.inside(&key))?;
            keys.insert(key);
            if self.ends(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self) -> Result<(), Fault> {
        if self.take_token(b']') {
            return Ok(());
        }
        let mut index = 0_usize;
        loop {
            self.value()
                .map_err(|fault| fault.inside(&index.to_string()))?;
            index += 1;
            if self.ends(b']')? {
                return Ok(());
            }
        }
    }

    /// Reads a key none of those before, and the colon after it.
    fn key(&mut self, before: &HashSet<Cow<'a, str>>) -> Result<Cow<'a, str>, Fault> {
        self.skip_whitespace();
        let start = self.offset;
        if self.peek() != Some(b'"') {
            return Err(self.fault(FaultKind::Syntax));
        }
        let key = self.string()?;
        let key = if key.contains('\\') {
            self.unescape(start)?
        } else {
            Cow::Borrowed(key)
        };
        if before.contains(&key) {
            return Err(Fault::new(FaultKind::DuplicateKey, start).inside(&key));
        }
        if self.take_token(b':') {
            Ok(key)
        } else {
            Err(self.fault(FaultKind::Syntax))
        }
    }

    /// The string that began at `start` and was just read, as its author meant it.
    fn unescape(&self, start: usize) -> Result<Cow<'a, str>, Fault> {
        let quoted = self.text.get(start..self.offset).unwrap_or_default();
        let unescaped = serde_json::from_str(quoted).map(Cow::Owned);
        unescaped.map_err(|_| Fault::new(FaultKind::Syntax, start))
    }

    /// Whether the array or object ends here; otherwise a comma announces another member.
    fn ends(&mut self, closing: u8) -> Result<bool, Fault> {
        if self.take_token(closing) {
            return Ok(true);
        }
        if self.take_token(b',') {
            Ok(false)
        } else {
            Err(self.fault(FaultKind::Syntax))
        }
    }

    /// Reads a string and returns what stands between its quotes, escapes and all.
    fn string(&mut self) -> Result<&'a str, Fault> {
        self.offset += 1;
        let start = self.offset;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(b'\0') => return Err(self.fault(FaultKind::BadText)),
                Some(b'\x01'..=b'\x1f') | None => return Err(self.fault(FaultKind::Syntax)),
                Some(_) => self.offset += 1,
            }
        }
        let inner = self.text.get(start..self.offset).unwrap_or_default();
        self.offset += 1;
        Ok(inner)
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.offset;
        self.offset += 1;
        if self.take(b'u') {
            return self.code_point(start);
        }
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.offset += 1;
                Ok(())
            }
            _ => Err(self.fault(FaultKind::Syntax)),
        }
    }

    /// Reads what follows `\u`, with the second escape if the character takes two.
    fn code_point(&mut self, start: usize) -> Result<(), Fault> {
        let complete = match self.code_unit()? {
            0 | 0xDC00..=0xDFFF => false,
            0xD800..=0xDBFF => {
                self.take(b'\\') && self.take(b'u') && matches!(self.code_unit()?, 0xDC00..=0xDFFF)
            }
            _ => true,
        };
        if complete {
            Ok(())
        } else {
            Err(Fault::new(FaultKind::BadText, start))
        }
    }

    fn code_unit(&mut self) -> Result<u16, Fault> {
        let digits = self.text.get(self.offset..self.offset + 4);
        let unit = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.fault(FaultKind::Syntax))?;
        self.offset += 4;
        Ok(unit)
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.offset;
        if self.take(b'-') && self.rest().starts_with("Infinity") {
            return Err(Fault::new(FaultKind::NotFinite, start));
        }
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let number = self
            .text
            .get(start..self.offset)
            .unwrap_or_default()
            .parse::<f64>();
        match number {
            Ok(number) if number.is_finite() => Ok(()),
            _ => Err(Fault::new(FaultKind::NotFinite, start)),
        }
    }

    /// Reads one digit or more.
    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.offset;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.offset += 1;
        }
        if self.offset > start {
            Ok(())
        } else {
            Err(self.fault(FaultKind::Syntax))
        }
    }

    fn word(&mut self) -> Result<(), Fault> {
        let rest = self.rest();
        if let Some(word) = ["true", "false", "null"]
            .iter()
            .find(|word| rest.starts_with(**word))
        {
            self.offset += word.len();
            return Ok(());
        }
        let not_finite = ["NaN", "Infinity"]
            .iter()
            .any(|word| rest.starts_with(word));
        Err(self.fault(if not_finite {
            FaultKind::NotFinite
        } else {
            FaultKind::Syntax
        }))
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.offset += 1;
        }
    }

    fn take_token(&mut self, token: u8) -> bool {
        self.skip_whitespace();
        self.take(token)
    }

    fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.offset += usize::from(taken);
        taken
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn fault(&self, kind: FaultKind) -> Fault {
        Fault::new(kind, self.offset)
    }
}

impl Fault {
    fn new(kind: FaultKind, offset: usize) -> Self {
        Self {
            kind,
            pointer: String::new(),
            offset,
        }
    }

    /// The same fault, seen from the container that has it under this key or index.
    fn inside(mut self, token: &str) -> Self {
        let token = token.replace('~', "~0").replace('/', "~1");
        self.pointer.insert_str(0, &format!("/{token}"));
        self
    }
}

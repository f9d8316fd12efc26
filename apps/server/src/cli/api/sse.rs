//! Server-sent events, as far as this server uses them.

use reqwest::Response;

/// One event is never so large: a task says at most 256 KiB, which JSON may make six times as long.
const EVENT_BYTES_MAX: usize = 4 * 1024 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: String,
}

/// The events of an answer, one after the other.
#[derive(Debug)]
pub(crate) struct Events {
    response: Response,
    parts: Parts,
}

impl Events {
    pub(super) fn of(response: Response) -> Self {
        let parts = Parts::default();
        Self { response, parts }
    }

    /// The next one; `None` once the connection has ended, in whatever way.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.parts.next() {
                return Some(event);
            }
            let bytes = self.response.chunk().await.ok().flatten()?;
            self.parts.add(&bytes)?;
        }
    }
}

/// What arrived, cut at lines.
#[derive(Debug, Default)]
struct Parts {
    bytes: Vec<u8>,
    name: String,
    data: Vec<String>,
}

impl Parts {
    fn add(&mut self, bytes: &[u8]) -> Option<()> {
        self.bytes.extend_from_slice(bytes);
        (self.bytes.len() <= EVENT_BYTES_MAX).then_some(())
    }

    fn next(&mut self) -> Option<Event> {
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\n', '\r']);
            if line.is_empty() {
                let name = std::mem::take(&mut self.name);
                let data = std::mem::take(&mut self.data).join("\n");
                if !data.is_empty() {
                    return Some(Event { name, data });
                }
            } else if let Some(data) = line.strip_prefix("data:") {
                self.data.push(data.trim_start_matches(' ').to_owned());
            } else if let Some(name) = line.strip_prefix("event:") {
                name.trim().clone_into(&mut self.name);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_same_however_they_arrive() {
        let text = "event: delta\nid: 0\ndata: {\"text\":\"Grüße\"}\n\n:\n\nevent: end\r\ndata: {}\r\n\r\ndata: cut";
        let whole = |size: usize| {
            let mut parts = Parts::default();
            let mut events = Vec::new();
            for bytes in text.as_bytes().chunks(size) {
                parts.add(bytes).expect("it is small");
                events.extend(std::iter::from_fn(|| parts.next()));
            }
            events
        };
        let event = |name: &str, data: &str| Event {
            name: name.to_owned(),
            data: data.to_owned(),
        };
        let expected = [event("delta", "{\"text\":\"Grüße\"}"), event("end", "{}")];
        for size in 1..text.len() {
            assert_eq!(whole(size), expected, "{size}");
        }
    }

    #[test]
    fn a_line_without_end_is_cut_off() {
        let mut parts = Parts::default();
        let line = vec![b'x'; EVENT_BYTES_MAX];
        assert!(parts.add(&line).is_some());
        assert!(parts.add(b"x").is_none());
    }
}

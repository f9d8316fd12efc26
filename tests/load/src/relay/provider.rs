//! A bare provider: as much of OpenAI's chat completions as it takes to be asked, encoded beforehand,
//! in a thread of its own.

use std::{
    fmt::Write as _,
    net::{Ipv4Addr, SocketAddr},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Builder,
    sync::oneshot,
    task::LocalSet,
    time::{MissedTickBehavior, interval},
};

use super::words::{WORDS_MAX, first, word};

/// The one model that it offers.
pub(crate) const MODEL: &str = "relay";
/// So many go into one write when they need not wait for each other.
const BURST_WORDS: usize = 64;
const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;
const HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

/// How it answers from now on, and what it has said.
#[derive(Debug, Default)]
pub(crate) struct Manner {
    words: AtomicUsize,
    /// Microseconds between two words; none if 0.
    every: AtomicU64,
    said: AtomicU64,
}

/// It serves until it is dropped.
pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    pub(crate) manner: Arc<Manner>,
    _stop: oneshot::Sender<()>,
}

impl Manner {
    pub(crate) fn set(&self, words: usize, every: Option<Duration>) {
        self.words.store(words.min(WORDS_MAX), Relaxed);
        let every = every.map_or(0, |every| every.as_micros() as u64);
        self.every.store(every, Relaxed);
    }

    /// How many words it has said.
    pub(crate) fn said(&self) -> u64 {
        self.said.load(Relaxed)
    }
}

impl Provider {
    /// Its thread keeps to the core of whoever starts it.
    pub(crate) fn start() -> Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let manner = Arc::new(Manner::default());
        let (stop, stopped) = oneshot::channel();
        let speaker_manner = manner.clone();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || {
            let speaker = Rc::new(Speaker::new(speaker_manner));
            LocalSet::new().block_on(&runtime, async {
                tokio::select! {
                    _ = stopped => Ok(()),
                    ended = serve(listener, speaker) => ended,
                }
            })
        });
        Ok(Self {
            address,
            manner,
            _stop: stop,
        })
    }
}

async fn serve(listener: std::net::TcpListener, speaker: Rc<Speaker>) -> Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let speaker = speaker.clone();
        tokio::task::spawn_local(async move { speaker.converse(stream).await });
    }
}

/// Every word but the first as it goes over the wire.
struct Speaker {
    manner: Arc<Manner>,
    encoded: Vec<u8>,
    /// Where in that each word begins; the first of them is no word.
    places: Vec<usize>,
    end: Vec<u8>,
}

impl Speaker {
    fn new(manner: Arc<Manner>) -> Self {
        let (mut encoded, mut places) = (Vec::new(), vec![0]);
        for place in 1..WORDS_MAX {
            places.push(encoded.len());
            append(&mut encoded, &said(&word(place)));
        }
        places.push(encoded.len());
        let mut end = Vec::new();
        let finish = r#""choices":[{"index":0,"delta":{},"finish_reason":"stop"}]"#;
        let usage = r#""choices":[],"usage":{"prompt_tokens":10,"completion_tokens":10}"#;
        append(&mut end, &event(finish));
        append(&mut end, &event(usage));
        append(&mut end, "data: [DONE]\n\n");
        append(&mut end, "");
        Self {
            manner,
            encoded,
            places,
            end,
        }
    }

    /// Answers one request after the other.
    async fn converse(&self, mut stream: TcpStream) -> Result<()> {
        let mut received = Vec::new();
        while let Some(is_list) = request(&mut stream, &mut received).await? {
            if is_list {
                let list = format!(r#"{{"object":"list","data":[{{"id":"{MODEL}"}}]}}"#);
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length";
                let answer = format!("{head}: {}\r\n\r\n{list}", list.len());
                stream.write_all(answer.as_bytes()).await?;
            } else {
                self.answer(&mut stream).await?;
            }
        }
        Ok(())
    }

    async fn answer(&self, stream: &mut TcpStream) -> Result<()> {
        let words = self.manner.words.load(Relaxed);
        let every = self.manner.every.load(Relaxed);
        let mut beginning = HEAD.as_bytes().to_vec();
        append(&mut beginning, &said(&first()));
        stream.write_all(&beginning).await?;
        self.manner.said.fetch_add(1, Relaxed);
        if every == 0 {
            for from in (1..words).step_by(BURST_WORDS) {
                self.say(stream, from, words.min(from + BURST_WORDS))
                    .await?;
            }
        } else {
            let mut beat = interval(Duration::from_micros(every));
            beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
            beat.tick().await;
            for from in 1..words {
                beat.tick().await;
                self.say(stream, from, from + 1).await?;
            }
        }
        Ok(stream.write_all(&self.end).await?)
    }

    async fn say(&self, stream: &mut TcpStream, from: usize, to: usize) -> Result<()> {
        let ends = self.places.get(from).zip(self.places.get(to));
        let (start, end) = ends.context("no such word")?;
        let bytes = self.encoded.get(*start..*end).unwrap_or_default();
        stream.write_all(bytes).await?;
        self.manner.said.fetch_add((to - from) as u64, Relaxed);
        Ok(())
    }
}

/// Reads a request whole, and says whether it asks for the list of models.
async fn request(stream: &mut TcpStream, received: &mut Vec<u8>) -> Result<Option<bool>> {
    loop {
        if let Some(head_end) = memmem::find(received, b"\r\n\r\n").map(|end| end + 4) {
            let head = String::from_utf8_lossy(received.get(..head_end).unwrap_or_default());
            let head = head.to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(Ok(0), |length| length.trim().parse::<usize>())?;
            if received.len() >= head_end + length {
                received.drain(..head_end + length);
                return Ok(Some(head.starts_with("get ")));
            }
        }
        if received.len() > REQUEST_BYTES_MAX {
            bail!("a request that does not end");
        }
        if stream.read_buf(received).await? == 0 {
            return Ok(None);
        }
    }
}

fn said(text: &str) -> String {
    event(&format!(
        r#""choices":[{{"index":0,"delta":{{"content":"{text}"}},"logprobs":null,"finish_reason":null}}]"#
    ))
}

/// As much around it as OpenAI sends.
fn event(fields: &str) -> String {
    let mut event = String::from(r#"data: {"id":"chatcmpl-AZ0123456789abcdefghijklmno","#);
    // Writing into a string does not fail.
    let _ = write!(
        event,
        r#""object":"chat.completion.chunk","created":1763700000,"model":"{MODEL}","service_tier":"default",{fields}}}"#
    );
    event.push_str("\n\n");
    event
}

/// A chunk of the transfer; an empty one ends it.
fn append(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes());
}

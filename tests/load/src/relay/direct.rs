//! Reading answers from whoever speaks OpenAI's chat completions, and doing nothing with them: what
//! relaying is compared with. A process of its own, so that its CPU time can be told from ours.

use std::{net::SocketAddr, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use clap::Args;
use futures::{StreamExt, future::try_join_all};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{runtime::Builder, time::Instant};

use super::{
    provider::MODEL,
    words::{begun_at, is_whole, now},
};
use crate::{
    histogram::Histogram,
    process::{Process, on_server_core},
};

/// LiteLLM serves nobody without one, and the bare provider does not look at it.
pub(super) const KEY: &str = "sk-load";
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Arguments {
    /// Who is asked; on loopback.
    #[arg(long)]
    address: SocketAddr,
    /// How many are asked at once.
    #[arg(long)]
    streams: usize,
    /// How often.
    #[arg(long)]
    rounds: usize,
    /// How many words an answer has.
    #[arg(long)]
    words: usize,
}

/// What one reader has seen.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) cpu_seconds: f64,
    pub(crate) seconds: f64,
    pub(crate) words: u64,
    pub(crate) garbled: u64,
    /// Microseconds until the first word was here: since it was sent, and since it was asked for.
    since_sent: Vec<u64>,
    since_asked: Vec<u64>,
}

impl Seen {
    pub(crate) fn since_sent(&self) -> Histogram {
        self.since_sent.iter().copied().collect()
    }

    pub(crate) fn since_asked(&self) -> Histogram {
        self.since_asked.iter().copied().collect()
    }
}

/// Lets a process read; on the server's core if nothing else is measured there.
pub(crate) fn read(arguments: Arguments, on_servers_core: bool) -> Result<Seen> {
    let own = std::env::current_exe().context("where is this program?")?;
    let mut command = if on_servers_core {
        on_server_core(&own)
    } else {
        Command::new(&own)
    };
    let Arguments {
        address,
        streams,
        rounds,
        words,
    } = arguments;
    command
        .arg("read")
        .args(["--address", &address.to_string()]);
    for (name, number) in [
        ("--streams", streams),
        ("--rounds", rounds),
        ("--words", words),
    ] {
        command.args([name, &number.to_string()]);
    }
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the reader: {said}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

impl Arguments {
    pub(crate) fn new(address: SocketAddr, streams: usize, rounds: usize, words: usize) -> Self {
        Self {
            address,
            streams,
            rounds,
            words,
        }
    }
}

/// Reads, and prints what was seen.
pub(crate) fn run(arguments: Arguments) -> Result<()> {
    ensure!(arguments.address.ip().is_loopback(), "loopback only");
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let seen = runtime.block_on(read_all(arguments))?;
    println!("{}", serde_json::to_string(&seen)?);
    Ok(())
}

async fn read_all(arguments: Arguments) -> Result<Seen> {
    let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let url = format!("http://{}/v1/chat/completions", arguments.address);
    let mut seen = Seen::default();
    let cpu = Process::own().cpu()?;
    let started = Instant::now();
    for _ in 0..arguments.rounds {
        let answers = (0..arguments.streams).map(|_| read_one(&http, &url, arguments.words));
        for answer in try_join_all(answers).await? {
            seen.words += answer.events;
            seen.garbled += u64::from(!answer.is_whole);
            seen.since_sent.push(answer.since_sent);
            seen.since_asked.push(answer.since_asked);
        }
    }
    seen.seconds = started.elapsed().as_secs_f64();
    seen.cpu_seconds = Process::own().cpu()?.seconds_since(&cpu);
    Ok(seen)
}

struct Answer {
    events: u64,
    since_sent: u64,
    since_asked: u64,
    is_whole: bool,
}

async fn read_one(http: &reqwest::Client, url: &str, words: usize) -> Result<Answer> {
    let body = json!({
        "model": MODEL,
        "stream": true,
        "messages": [{ "role": "user", "content": "Where to?" }],
    });
    let asked = now();
    let request = http.post(url).bearer_auth(KEY).json(&body);
    let mut pieces = request.send().await?.error_for_status()?.bytes_stream();
    let (mut text, mut waiting, mut events) = (String::new(), Vec::new(), 0);
    let mut first_at = None;
    while let Some(piece) = pieces.next().await {
        waiting.extend_from_slice(&piece?);
        let mut used = 0;
        while let Some(end) = memchr::memchr(b'\n', waiting.get(used..).unwrap_or_default()) {
            let line = waiting.get(used..used + end).unwrap_or_default();
            used += end + 1;
            if let Some(word) = word(line)? {
                first_at.get_or_insert_with(now);
                text.push_str(&word);
                events += 1;
            }
        }
        waiting.drain(..used);
    }
    let first_at = first_at.context("an answer without a word")?;
    let sent = begun_at(text.as_bytes()).context("an answer without its time")?;
    Ok(Answer {
        events,
        since_sent: first_at.saturating_sub(sent),
        since_asked: first_at - asked,
        is_whole: is_whole(text.as_bytes(), words),
    })
}

fn word(line: &[u8]) -> Result<Option<String>> {
    #[derive(Deserialize)]
    struct Chunk {
        choices: Vec<Choice>,
    }
    #[derive(Deserialize)]
    struct Choice {
        delta: Delta,
    }
    #[derive(Deserialize)]
    struct Delta {
        content: Option<String>,
    }

    let data = line.strip_prefix(b"data: ").map(<[u8]>::trim_ascii_end);
    let Some(data) = data.filter(|data| *data != b"[DONE]") else {
        return Ok(None);
    };
    let chunk: Chunk = serde_json::from_slice(data)?;
    let first = chunk.choices.into_iter().next();
    let word = first.and_then(|choice| choice.delta.content);
    Ok(word.filter(|word| !word.is_empty()))
}

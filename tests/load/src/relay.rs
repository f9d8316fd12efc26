//! (i) What it costs to hand a model's words on, beside reading them from the provider directly.

pub(crate) mod direct;
mod litellm;
mod measured;
mod ours;
pub(crate) mod provider;
pub(crate) mod words;

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::Args;

use crate::report::table;
use direct::read;
use litellm::Proxy;
use measured::{Measured, heading};
use provider::Provider;

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Arguments {
    /// The executable of LiteLLM, whose proxy is measured beside us if this is given.
    #[arg(long)]
    litellm: Option<PathBuf>,
}

const EVERY: Duration = Duration::from_millis(10);
/// Until everything is warm, and so long after what is measured.
const MARGIN: Duration = Duration::from_secs(2);
/// Each stream of the last case says so much.
const FAST_WORDS: usize = 20_000;
const SHORT_WORDS: usize = 6;

/// Answers that are given at once, again and again.
#[derive(Clone, Copy, Debug)]
struct Case {
    name: &'static str,
    streams: usize,
    viewers: usize,
    rounds: usize,
    kind: Kind,
    aim: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// 100 words a second; measured while they come.
    Paced,
    /// As fast as they are read; measured from asking until all have ended.
    Fast,
    /// A few words, again and again; measured is how long the first takes.
    Short,
}

const CASES: [Case; 6] = [
    Case {
        name: "1 stream at 100 tokens/s, 1 viewer",
        streams: 1,
        viewers: 1,
        rounds: 1,
        kind: Kind::Paced,
        aim: "",
    },
    Case {
        name: "16 streams at 100 tokens/s, 1 viewer",
        streams: 16,
        viewers: 1,
        rounds: 1,
        kind: Kind::Paced,
        aim: "20 µs of CPU a token",
    },
    Case {
        name: "16 streams at 100 tokens/s, 100 viewers",
        streams: 16,
        viewers: 100,
        rounds: 1,
        kind: Kind::Paced,
        aim: "1 µs more for each further viewer",
    },
    Case {
        name: "16 streams as fast as they are read, 1 viewer",
        streams: 16,
        viewers: 1,
        rounds: 1,
        kind: Kind::Fast,
        aim: "20 µs of CPU a token",
    },
    Case {
        name: "the first word, 1 short answer at a time",
        streams: 1,
        viewers: 1,
        rounds: 100,
        kind: Kind::Short,
        aim: "",
    },
    Case {
        name: "the first word, 16 short answers at a time",
        streams: 16,
        viewers: 1,
        rounds: 30,
        kind: Kind::Short,
        aim: "at most 5 ms later than read directly",
    },
];

impl Case {
    fn words(self, span: Duration) -> usize {
        let paced = (span + 2 * MARGIN).as_millis() / EVERY.as_millis();
        match self.kind {
            Kind::Paced => paced as usize,
            Kind::Fast => FAST_WORDS,
            Kind::Short => SHORT_WORDS,
        }
    }

    fn every(self) -> Option<Duration> {
        (self.kind != Kind::Fast).then_some(EVERY)
    }
}

pub(crate) async fn run(arguments: Arguments, seconds: u64) -> Result<()> {
    let span = Duration::from_secs(seconds);
    let provider = Provider::start()?;
    let proxy = match &arguments.litellm {
        Some(program) => Some(Proxy::start(program, provider.address).await?),
        None => None,
    };
    for case in CASES {
        compare(case, span, &provider, proxy.as_ref()).await?;
    }
    Ok(())
}

async fn compare(
    case: Case,
    span: Duration,
    provider: &Provider,
    proxy: Option<&Proxy>,
) -> Result<()> {
    let words = case.words(span);
    provider.manner.set(words, case.every());
    let asked = direct::Arguments::new(provider.address, case.streams, case.rounds, words);
    let direct = Measured::directly(read(asked, true)?);
    let ours = ours::measure(case, span, provider).await?;
    let mut rows = vec![heading()];
    rows.push(ours.row("NonLinear", Some(&direct)));
    rows.push(direct.row("read directly", Some(&direct)));
    // Viewers are nothing that it has.
    if let Some(proxy) = proxy.filter(|_| case.viewers == 1) {
        let measured = proxy.measure(case, words, &provider.manner)?;
        rows.push(measured.row("LiteLLM's proxy", Some(&direct)));
    }
    table(&format!("(i) {}", case.name), &rows);
    if !case.aim.is_empty() {
        println!("  aim: {}", case.aim);
    }
    Ok(())
}

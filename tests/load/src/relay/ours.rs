//! Our server between the provider and people on sockets.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use serde_json::json;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    Case, EVERY, Kind, MARGIN, SHORT_WORDS,
    measured::Measured,
    provider::{MODEL, Provider},
    words::is_whole,
};
use crate::{
    client::Client,
    process::CpuTimes,
    server::{Server, Setup},
    sockets::{Asked, Counts, Crowd, Party, Records, invite},
};

const PATIENCE: Duration = Duration::from_secs(120);
/// Rounds of short answers until everything is warm.
const WARM_UP_ROUNDS: usize = 3;

struct Stage<'a> {
    case: Case,
    server: Server,
    provider: &'a Provider,
    crowd: Crowd,
    askers: Vec<Asker>,
    token: String,
    project: String,
    ends_expected: u64,
}

/// Asks for the answer of one node, again and again.
struct Asker {
    client: Client,
    path: String,
    node: Uuid,
    asked: Arc<Asked>,
}

type Asking = JoinHandle<Result<Vec<Asker>>>;

/// How things stood at a moment.
struct Mark {
    at: Instant,
    cpu: CpuTimes,
    said: u64,
    frames: u64,
}

pub(super) async fn measure(case: Case, span: Duration, provider: &Provider) -> Result<Measured> {
    let mut stage = Stage::set(case, provider).await?;
    provider.manner.set(SHORT_WORDS, Some(EVERY));
    for _ in 0..WARM_UP_ROUNDS {
        stage.round().await?;
    }
    let words = case.words(span);
    provider.manner.set(words, case.every());
    stage.crowd.records.measure();
    let mut measured = match case.kind {
        Kind::Paced => stage.while_words_come(span).await?,
        Kind::Fast | Kind::Short => stage.until_all_have_ended().await?,
    };
    let api = stage.server.api();
    for asker in &stage.askers {
        let node = asker.node.to_string();
        let response = api.response(&stage.token, &stage.project, &node).await?;
        measured.garbled += u64::from(!is_whole(response.as_bytes(), words));
    }
    let records = &stage.crowd.records;
    ensure!(records.broken == 0, "sockets: {:?}", records.last_break);
    Ok(measured)
}

impl<'a> Stage<'a> {
    async fn set(case: Case, provider: &'a Provider) -> Result<Self> {
        let server = Server::start(Setup {
            is_pinned: true,
            provider: Some(provider.address),
            ..Setup::default()
        })
        .await?;
        let party = Party {
            clients: case.viewers,
            rooms: 1,
            editors: 0,
        };
        let guests = invite(&[server.address()], party).await?;
        let owner = guests.first().context("nobody")?;
        let token = owner.token.as_deref().context("no token")?.to_owned();
        let project = owner.project.to_string();
        let mut crowd = Crowd::new(guests, party, 0)?;
        crowd.gather()?;
        let mut askers = Vec::new();
        for _ in 0..case.streams {
            let node = server.api().node(&token, &project).await?;
            askers.push(Asker {
                client: server.api().client(&token).await?,
                path: format!("/api/v1/projects/{project}/nodes/{node}/generate"),
                node: node.parse()?,
                asked: crowd.records.answers.asked.clone(),
            });
        }
        Ok(Self {
            case,
            server,
            provider,
            crowd,
            askers,
            token,
            project,
            ends_expected: 0,
        })
    }

    async fn while_words_come(&mut self, span: Duration) -> Result<Measured> {
        let asking = self.ask();
        self.crowd.run_for(MARGIN)?;
        let before = self.mark()?;
        self.crowd.run_for(span)?;
        let measured = self.since(&before)?;
        self.finish(asking).await?;
        let frames = measured.told.frames;
        let counts = self.crowd.records.answers.counts;
        Ok(Measured {
            told: Counts { frames, ..counts },
            ..measured
        })
    }

    async fn until_all_have_ended(&mut self) -> Result<Measured> {
        let before = self.mark()?;
        for _ in 0..self.case.rounds {
            self.round().await?;
        }
        self.since(&before)
    }

    async fn round(&mut self) -> Result<()> {
        let asking = self.ask();
        self.finish(asking).await
    }

    /// Asks for all answers at once, on another thread: this one is the viewers'.
    fn ask(&mut self) -> Asking {
        let ends = self.case.streams * self.case.viewers;
        self.ends_expected += ends as u64;
        let mut askers = std::mem::take(&mut self.askers);
        tokio::spawn(async move {
            try_join_all(askers.iter_mut().map(Asker::ask)).await?;
            Ok(askers)
        })
    }

    /// Goes on until everybody was told of every end.
    async fn finish(&mut self, asking: Asking) -> Result<()> {
        let expected = self.ends_expected;
        let so = |records: &Records| records.answers.counts.ended >= expected;
        let is_over = self.crowd.run_until(PATIENCE, so)?;
        let ended = self.crowd.records.answers.counts.ended;
        self.askers = asking.await??;
        ensure!(is_over, "{ended} of {expected} ends were told");
        Ok(())
    }

    fn mark(&self) -> Result<Mark> {
        Ok(Mark {
            at: Instant::now(),
            cpu: self.server.process().cpu()?,
            said: self.provider.manner.said(),
            frames: self.crowd.records.answers.counts.frames,
        })
    }

    fn since(&self, before: &Mark) -> Result<Measured> {
        let now = self.mark()?;
        let answers = &self.crowd.records.answers;
        Ok(Measured {
            cpu_seconds: now.cpu.seconds_since(&before.cpu),
            seconds: (now.at - before.at).as_secs_f64(),
            words: now.said - before.said,
            answers: (self.case.streams * self.case.rounds) as u64,
            since_sent: answers.since_sent.clone(),
            since_asked: answers.since_asked.clone(),
            garbled: 0,
            told: Counts {
                frames: now.frames - before.frames,
                ..answers.counts
            },
        })
    }
}

impl Asker {
    async fn ask(&mut self) -> Result<()> {
        self.asked.note(self.node);
        // Without `force` it would get back the answer that it has.
        let body = json!({ "model": format!("openai/{MODEL}"), "force": true });
        let answer = self.client.post(&self.path, &body).await?;
        answer.json().map(drop)
    }
}

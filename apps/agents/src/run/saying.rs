//! What the model says while it says it: told in numbered chunks, and kept every second.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kernel::error::chain;
use platform::streams::{Chunk, Point};
use tokio::time::{Instant, sleep};

use super::{
    held::{Run, server},
    writes::Draft,
};
use crate::tasks::stream_id;

/// Words that come faster than this go together.
const TELL_EVERY: Duration = Duration::from_millis(40);
/// At most this much is lost when a worker is; so soon it is felt that a task was ended.
const KEEP_EVERY: Duration = Duration::from_secs(1);
/// What a task says beyond this, in bytes, is in its steps alone.
const SAID_BYTES_MAX: usize = 256 * 1024;

pub(super) struct Saying<'r> {
    run: &'r Run,
    said: Mutex<Said>,
}

struct Said {
    text: String,
    told_bytes: usize,
    chunks: i64,
}

impl<'r> Saying<'r> {
    /// Goes on after what was said in earlier steps.
    pub(super) fn new(run: &'r Run) -> Self {
        let mut text = run.row.said.clone();
        if !text.is_empty() && !text.ends_with("\n\n") && text.len() < SAID_BYTES_MAX {
            text.push_str("\n\n");
        }
        let said = Said {
            told_bytes: run.row.said.len(),
            text,
            chunks: run.row.chunks,
        };
        Self {
            run,
            said: Mutex::new(said),
        }
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hear(&self, words: &str) {
        let mut said = self.said();
        let room = SAID_BYTES_MAX.saturating_sub(said.text.len());
        let end = words.floor_char_boundary(room);
        said.text.push_str(words.get(..end).unwrap_or_default());
    }

    /// Tells everyone who follows what came since the last time.
    fn tell_news(&self) {
        let mut said = self.said();
        let news = said.text.get(said.told_bytes..).unwrap_or_default();
        if news.trim().is_empty() {
            return;
        }
        let number = u64::try_from(said.chunks).unwrap_or_default();
        let chunk = Chunk {
            stream: stream_id(self.run.job.task),
            from: Point {
                chunks: number,
                bytes: said.told_bytes,
            },
            number,
            text: news.to_owned(),
        };
        said.told_bytes = said.text.len();
        said.chunks += 1;
        drop(said);
        let platform = &self.run.platform;
        platform.streams.tell(self.run.job.project, chunk);
    }

    /// Tells and keeps until the task is no longer this worker's.
    pub(super) async fn tell(&self) {
        let mut keep_at = Instant::now() + KEEP_EVERY;
        let mut kept = self.said().chunks;
        loop {
            sleep(TELL_EVERY).await;
            self.tell_news();
            if Instant::now() < keep_at {
                continue;
            }
            keep_at = Instant::now() + KEEP_EVERY;
            let draft = self.draft(kept);
            kept = self.said().chunks;
            match self.run.platform.writer.housekeep(draft).await {
                Ok(true) => {}
                Ok(false) => return,
                // What is not kept now is kept with the next.
                Err(error) => tracing::warn!(error = chain(&error), "A draft cannot be kept"),
            }
        }
    }

    fn draft(&self, kept: i64) -> Draft {
        let said = self.said();
        let told = said.text.get(..said.told_bytes).unwrap_or_default();
        Draft {
            lease: self.run.lease,
            project: self.run.job.project,
            task: self.run.job.task,
            said: (said.chunks > kept).then(|| (told.to_owned(), said.chunks)),
        }
    }

    /// All that was said, and in how many chunks.
    pub(super) fn end(self) -> (String, i64) {
        self.tell_news();
        let said = self
            .said
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let told = said.text.get(..said.told_bytes).unwrap_or_default();
        (told.to_owned(), said.chunks)
    }
}

impl Run {
    /// Waits until the task was ended in another way, while a tool is used.
    pub(super) async fn ended_elsewhere(&self) {
        loop {
            sleep(KEEP_EVERY).await;
            let draft = Draft {
                lease: self.lease,
                project: self.job.project,
                task: self.job.task,
                said: None,
            };
            let platform = server(&self.platform).platform;
            // What cannot be read now may be going on.
            if matches!(platform.writer.housekeep(draft).await, Ok(false)) {
                return;
            }
        }
    }
}

//! Sound while it is made: whoever listens in this process hears it from its beginning, as it comes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use futures::{Stream, stream};
use kernel::VoiceId;
use tokio::sync::watch;

/// What is being made in this process.
#[derive(Debug, Default)]
pub(crate) struct Sounds(Mutex<HashMap<VoiceId, Arc<Sounding>>>);

#[derive(Debug)]
pub(crate) struct Sounding {
    made: Mutex<Made>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Made {
    mime: Option<String>,
    pieces: Vec<Bytes>,
    bytes: usize,
    end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Whole,
    Broken,
}

/// Nothing more comes: the connection breaks, so that nobody takes it for the end.
#[derive(Debug)]
pub(crate) struct Broke;

impl std::fmt::Display for Broke {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the sound was not made to its end")
    }
}

impl std::error::Error for Broke {}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sounds {
    pub(crate) fn begin(&self, id: VoiceId) -> Arc<Sounding> {
        let sounding = Arc::new(Sounding {
            made: Mutex::default(),
            changed: watch::channel(()).0,
        });
        locked(&self.0).insert(id, sounding.clone());
        sounding
    }

    pub(crate) fn find(&self, id: VoiceId) -> Option<Arc<Sounding>> {
        locked(&self.0).get(&id).cloned()
    }

    /// Once it can be had from where it is kept, or will never be.
    pub(crate) fn forget(&self, id: VoiceId) {
        locked(&self.0).remove(&id);
    }
}

impl Sounding {
    /// Adds a piece; how many bytes there are then.
    pub(crate) fn push(&self, mime: &str, piece: Bytes) -> usize {
        let mut made = locked(&self.made);
        made.mime.get_or_insert_with(|| mime.to_owned());
        made.bytes += piece.len();
        made.pieces.push(piece);
        let bytes = made.bytes;
        drop(made);
        self.changed.send_replace(());
        bytes
    }

    pub(crate) fn end(&self, end: End) {
        locked(&self.made).end = Some(end);
        self.changed.send_replace(());
    }

    /// All of it so far, and what it is.
    pub(crate) fn whole(&self) -> (Bytes, Option<String>) {
        let made = locked(&self.made);
        (made.pieces.concat().into(), made.mime.clone())
    }

    /// What it is, once the first of it is there; nothing if nothing came of it.
    pub(crate) async fn mime(&self) -> Option<String> {
        let mut changed = self.changed.subscribe();
        loop {
            {
                let made = locked(&self.made);
                if made.mime.is_some() || made.end.is_some() {
                    return made.mime.clone();
                }
            }
            // It cannot be dropped while it is borrowed.
            let _ = changed.changed().await;
        }
    }

    /// From its beginning to its end.
    pub(crate) fn listen(
        self: Arc<Self>,
    ) -> impl Stream<Item = Result<Bytes, Broke>> + Send + 'static {
        let changed = self.changed.subscribe();
        stream::unfold(
            (self, changed, 0),
            |(sounding, mut changed, at)| async move {
                loop {
                    changed.borrow_and_update();
                    let (piece, end) = sounding.at(at);
                    match (piece, end) {
                        (Some(piece), _) => return Some((Ok(piece), (sounding, changed, at + 1))),
                        (None, Some(End::Whole)) => return None,
                        (None, Some(End::Broken)) => {
                            return Some((Err(Broke), (sounding, changed, at)));
                        }
                        (None, None) => {
                            let _ = changed.changed().await;
                        }
                    }
                }
            },
        )
    }

    fn at(&self, place: usize) -> (Option<Bytes>, Option<End>) {
        let made = locked(&self.made);
        (made.pieces.get(place).cloned(), made.end)
    }
}

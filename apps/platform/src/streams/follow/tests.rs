use std::sync::{Mutex, PoisonError};

use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::*;
use crate::{bus::Bus, streams::Sources};

const WORDS: [&str; 6] = ["So ", "fällt ", "Schnee ", "auf ", "alle ", "Dächer"];

/// Somebody who writes, and what of it is kept.
struct World {
    streams: Arc<Streams>,
    project: ProjectId,
    stream: StreamId,
    told: Point,
    kept: Arc<Mutex<StoredStream<&'static str>>>,
}

impl World {
    fn new() -> Self {
        let source = crate::streams::StreamSource {
            name: "test",
            frame: "test",
            list: "tests",
            on_sockets: true,
            open: |_, _| Box::pin(async { Ok(Vec::new()) }),
            change: |_| None,
        };
        let streams = Streams::new(
            Sources::of([source]),
            Arc::new(Bus::in_process()),
            TaskTracker::new(),
            CancellationToken::new(),
        );
        Self {
            streams,
            project: ProjectId::generate(),
            stream: StreamId {
                source: "test",
                id: Uuid::new_v4(),
            },
            told: Point::default(),
            kept: Arc::new(Mutex::new(StoredStream {
                chunks: 0,
                text: String::new(),
                ends: ChunkEnds::default(),
                end: None,
            })),
        }
    }

    /// Writes, and lets everybody else have their turn.
    async fn write(&mut self, text: &str) {
        let chunk = Chunk {
            stream: self.stream,
            from: self.told,
            number: self.told.chunks,
            text: text.to_owned(),
        };
        self.told = chunk.end();
        self.streams.tell(self.project, chunk);
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
    }

    fn keep(&self, chunks: usize, end: Option<&'static str>) {
        *self.kept.lock().unwrap() = kept(chunks, end);
    }

    async fn follow(&self, after: Option<u64>) -> mpsc::Receiver<Followed<&'static str>> {
        let kept = self.kept.clone();
        let look = move || -> BoxFuture<'static, Result<StoredStream<&'static str>>> {
            let kept = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Box::pin(async move { Ok(kept) })
        };
        let following = self.streams.follow(self.project, self.stream, after, look);
        following.await.unwrap()
    }
}

fn kept(chunks: usize, end: Option<&'static str>) -> StoredStream<&'static str> {
    let mut ends = ChunkEnds::default();
    for last in 1..=chunks {
        ends.push(WORDS[..last].concat().len());
    }
    StoredStream {
        chunks: u64::try_from(chunks).unwrap(),
        text: WORDS[..chunks].concat(),
        ends,
        end,
    }
}

/// What a reader gets until the end: where each piece begins, its number, and its text.
async fn read(reader: &mut mpsc::Receiver<Followed<&'static str>>) -> Vec<(u64, u64, String)> {
    let mut pieces = Vec::new();
    while let Some(Followed::Chunk(chunk)) = reader.recv().await {
        pieces.push((chunk.from.chunks, chunk.number, chunk.text));
    }
    pieces
}

fn whole(pieces: &[(u64, u64, String)]) -> String {
    pieces.iter().map(|(_, _, text)| text.as_str()).collect()
}

#[tokio::test]
async fn chunks_come_numbered_without_a_gap_and_then_the_end() {
    let mut world = World::new();
    let mut reader = world.follow(None).await;
    for (number, word) in (0..).zip(WORDS) {
        world.write(word).await;
        let Some(Followed::Chunk(chunk)) = reader.recv().await else {
            panic!("nothing came");
        };
        assert_eq!((chunk.number, chunk.first_of_several()), (number, None));
        assert_eq!(chunk.text, word);
    }
    world.keep(6, Some("over"));
    assert_eq!(reader.recv().await, Some(Followed::End("over")));
    assert_eq!(reader.recv().await, None);
}

#[tokio::test]
async fn a_reader_that_comes_late_hears_at_once_what_is_not_kept_yet() {
    let mut world = World::new();
    world.keep(1, None);
    for word in &WORDS[..3] {
        world.write(word).await;
    }
    let mut reader = world.follow(None).await;
    let Some(Followed::Chunk(chunk)) = reader.recv().await else {
        panic!("nothing came");
    };
    assert_eq!((chunk.from.chunks, chunk.number), (0, 2));
    assert_eq!(chunk.text, "So fällt Schnee ");

    world.write(WORDS[3]).await;
    let Some(Followed::Chunk(chunk)) = reader.recv().await else {
        panic!("nothing came");
    };
    assert_eq!((chunk.from.chunks, chunk.number), (3, 3));
}

#[tokio::test]
async fn a_reader_on_another_instance_hears_the_rest_as_it_is_kept() {
    let mut world = World::new();
    world.keep(1, None);
    for word in &WORDS[..3] {
        world.write(word).await;
    }
    // It was not told what was said before it came.
    world.streams = World::new().streams;
    let [mut late, mut back] = [world.follow(None).await, world.follow(Some(1)).await];
    let first = late.recv().await;
    assert!(matches!(first, Some(Followed::Chunk(chunk)) if chunk.text == "So "));

    world.write(WORDS[3]).await;
    world.keep(3, None);
    let Some(Followed::Chunk(chunk)) = late.recv().await else {
        panic!("nothing came");
    };
    assert_eq!((chunk.from.chunks, chunk.number), (1, 3));
    assert_eq!(chunk.text, "fällt Schnee auf ");
    let Some(Followed::Chunk(chunk)) = back.recv().await else {
        panic!("nothing came");
    };
    assert_eq!((chunk.from.chunks, chunk.number), (2, 3));
    assert_eq!(chunk.text, "Schnee auf ");

    world.write(WORDS[4]).await;
    let Some(Followed::Chunk(chunk)) = late.recv().await else {
        panic!("nothing came");
    };
    assert_eq!((chunk.from.chunks, chunk.number), (4, 4));
}

#[tokio::test]
async fn whoever_comes_back_goes_on_inside_the_text_before_and_after_the_checkpoint() {
    let mut world = World::new();
    for word in &WORDS[..5] {
        world.write(word).await;
    }
    world.keep(3, None);
    let [mut inside, mut beyond] = [world.follow(Some(0)).await, world.follow(Some(3)).await];
    world.write(WORDS[5]).await;
    world.keep(6, Some("over"));

    let pieces = read(&mut inside).await;
    assert_eq!(pieces.first().map(|(from, ..)| *from), Some(1));
    assert_eq!(whole(&pieces), WORDS[1..].concat());
    let pieces = read(&mut beyond).await;
    assert_eq!(pieces.first().map(|(from, ..)| *from), Some(4));
    assert_eq!(whole(&pieces), WORDS[4..].concat());
}

#[tokio::test]
async fn a_reader_whose_place_is_not_known_gets_the_text_anew() {
    let world = World::new();
    world.keep(3, Some("over"));
    for after in [None, Some(7), Some(u64::MAX)] {
        let pieces = read(&mut world.follow(after).await).await;
        assert_eq!(pieces, [(0, 2, WORDS[..3].concat())], "{after:?}");
    }
    let pieces = read(&mut world.follow(Some(0)).await).await;
    assert_eq!(pieces, [(1, 2, WORDS[1..3].concat())]);
    let pieces = read(&mut world.follow(Some(2)).await).await;
    assert!(pieces.is_empty(), "nothing was missed: {pieces:?}");
}

#[tokio::test]
async fn whoever_reads_slowly_gets_fewer_and_longer_pieces() {
    let mut world = World::new();
    let mut reader = world.follow(None).await;
    let count = PIECES_WAITING_MAX * 10;
    for _ in 0..count {
        world.write("x").await;
    }
    let text = "x".repeat(count);
    let chunks = u64::try_from(count).unwrap();
    let end = Some("over");
    let ends = ChunkEnds::default();
    *world.kept.lock().unwrap() = StoredStream {
        chunks,
        text,
        ends,
        end,
    };

    let pieces = read(&mut reader).await;

    assert!(pieces.len() <= PIECES_WAITING_MAX + 2, "{}", pieces.len());
    let mut next = 0;
    for (from, number, _) in &pieces {
        assert_eq!(*from, next, "a gap or a repetition");
        next = number + 1;
    }
    assert_eq!(whole(&pieces).len(), count);
}

#[test]
fn a_text_that_began_anew_is_told_anew() {
    let stream = World::new().stream;
    let mut place = place(stream, kept(3, None), None, |_| None);
    assert!(matches!(place.take(), Some(Followed::Chunk(chunk)) if chunk.number == 2));
    place.restore(StoredStream {
        chunks: 4,
        text: "Something else".to_owned(),
        ends: ChunkEnds::default(),
        end: None,
    });
    place.text.hear(Chunk {
        stream,
        from: place.text.end(),
        number: 4,
        text: " heard".to_owned(),
    });
    place.restore(StoredStream {
        chunks: 6,
        text: "Something entirely different".to_owned(),
        ends: ChunkEnds::default(),
        end: Some("over"),
    });
    let Some(Followed::Chunk(chunk)) = place.take() else {
        panic!("nothing is told");
    };
    assert_eq!((chunk.from, chunk.number), (Point::default(), 5));
    assert_eq!(chunk.text, "Something entirely different");
    assert_eq!(place.take(), Some(Followed::End("over")));
}

fn place(
    stream: StreamId,
    kept: StoredStream<&'static str>,
    after: Option<u64>,
    heard: impl Fn(u64) -> Option<Point>,
) -> Place<&'static str> {
    let mut place = Place::new(stream, after);
    place.find(&kept, heard);
    place.restore(kept);
    place
}

#[test]
fn a_place_that_cannot_be_in_the_text_is_not_believed() {
    let stream = World::new().stream;
    let from = |end: usize, after: u64| {
        let mut ends = ChunkEnds::default();
        ends.push(end);
        let kept = StoredStream {
            ends,
            ..kept(3, Some("over"))
        };
        match place(stream, kept, Some(after), |_| None).take() {
            Some(Followed::Chunk(chunk)) => Some(chunk.from.chunks),
            Some(Followed::End(_)) | None => None,
        }
    };
    let inside_umlaut = "So f".len() + 1;
    assert_eq!(from("So ".len(), 0), Some(1));
    assert_eq!(from(inside_umlaut, 0), Some(0));
    assert_eq!(from(10_000, 0), Some(0));
    assert_eq!(
        from("So ".len(), 1),
        Some(0),
        "it is not known where it ends"
    );
}

#[test]
fn whoever_has_more_than_is_kept_is_waited_with_as_long_as_it_may_come() {
    let stream = World::new().stream;
    let is_found = |kept, bytes: Option<usize>| {
        let heard = |chunks| bytes.map(|bytes| Point { chunks, bytes });
        place(stream, kept, Some(9), heard).is_found()
    };
    assert!(!is_found(kept(3, None), None));
    assert!(is_found(kept(3, None), Some(10_000)));
    assert!(!is_found(kept(3, None), Some(1)), "before what is kept");
    assert!(is_found(kept(3, Some("over")), Some(10_000)));
    assert!(is_found(kept(0, None), None), "somebody may begin anew");
}

use kernel::{GenerationId, NodeId};
use platform::streams::StreamSource;
use proptest::prelude::*;
use protocol::{
    events::{BatchEvent, GenerationEvent},
    frames::{DeltaFrame, GenerationSoFar},
    generations::{GenerationChanged, RunState},
    nodes::NodeStatus,
    values::Timestamp,
};
use serde_json::json;

use super::*;
use crate::{
    channel::lag::{Lag, Rest},
    outbox::{Load, Outbox, Queued},
    wire::{Frame, encode},
};

const EVENTS: &[u8] = b"events";
const MS: Duration = Duration::from_millis(1);

/// The source of the streams here.
const ANSWERS: StreamSource = StreamSource {
    name: "answer",
    frame: "delta",
    list: "generations",
    on_sockets: true,
    open: |_, _| Box::pin(async { Ok(Vec::new()) }),
    change,
};

fn change(event: &Event) -> Option<StreamChange> {
    let Event::Generation(event) = event else {
        return None;
    };
    let changed = event.changed();
    let id = stream_id(changed.generation);
    Some(match changed.state {
        RunState::Queued | RunState::Running => {
            StreamChange::Begin(id, about(changed.node_id, changed.generation))
        }
        RunState::Completed | RunState::Failed | RunState::Cancelled => StreamChange::End(id),
    })
}

fn stream_id(generation: GenerationId) -> StreamId {
    StreamId {
        source: ANSWERS.name,
        id: generation.uuid(),
    }
}

fn about(node: NodeId, generation: GenerationId) -> About {
    About::from([("node", json!(node)), ("generation", json!(generation))])
}

fn open_streams() -> OpenStreams {
    OpenStreams::new(Sources::of([ANSWERS]))
}

/// What is listed of the streams here.
fn listed(streams: &OpenStreams) -> Vec<GenerationSoFar> {
    let lists = json!(streams.so_far());
    serde_json::from_value(lists[ANSWERS.list].clone()).unwrap()
}

fn chunks(so_far: &GenerationSoFar) -> u64 {
    so_far.chunk.map_or(0, |chunk| chunk + 1)
}

/// A model that writes, and what of it is on its way.
struct Worker {
    node: NodeId,
    generation: GenerationId,
    chunks: Vec<String>,
    /// How many chunks the checkpoint has; none before the generation is there.
    saved: Option<usize>,
    is_over: bool,
    wire: Vec<Chunk>,
}

impl Worker {
    fn new() -> Self {
        Self {
            node: NodeId::generate(),
            generation: GenerationId::generate(),
            chunks: Vec::new(),
            saved: None,
            is_over: false,
            wire: Vec::new(),
        }
    }

    /// Writes so many chunks and publishes them as one.
    fn write(&mut self, count: u64) {
        if self.is_over {
            return;
        }
        let from = u64::try_from(self.chunks.len()).unwrap();
        let new: Vec<String> = (from..from + count).map(|n| format!("<{n}ä>")).collect();
        self.wire.push(Chunk {
            stream: stream_id(self.generation),
            from: Point {
                chunks: from,
                bytes: self.chunks.concat().len(),
            },
            number: from + count - 1,
            text: new.concat(),
        });
        self.chunks.extend(new);
        self.saved.get_or_insert(0);
    }

    fn save(&mut self) {
        self.saved = Some(self.chunks.len());
    }

    fn checkpoint(&self) -> Option<Checkpoint> {
        let saved = self.saved.filter(|_| !self.is_over)?;
        let text = self.chunks[..saved].concat();
        Some(Checkpoint {
            stream: stream_id(self.generation),
            about: about(self.node, self.generation),
            chunks: u64::try_from(saved).unwrap(),
            text,
        })
    }

    fn changed(&self, state: RunState) -> GenerationChanged {
        GenerationChanged {
            node_id: self.node,
            generation: self.generation,
            state,
            refresh: None,
            error: None,
            recipe: None,
            node_status: NodeStatus::Generating,
            version: 1,
            updated_at: Timestamp(chrono::DateTime::UNIX_EPOCH),
            response: None,
            summary: None,
            llm_model: None,
            llm_tokens: None,
            llm_cost: None,
            generation_id: None,
            is_partial: None,
        }
    }

    fn started(&self) -> Event {
        GenerationEvent::Start(self.changed(RunState::Queued)).into()
    }

    fn ended(&self, how: fn(GenerationChanged) -> GenerationEvent) -> Event {
        how(self.changed(RunState::Completed)).into()
    }
}

/// Somebody who follows, and holds that nothing comes twice, with a gap, or after the end.
#[derive(Default)]
struct Reader {
    outbox: Outbox,
    lag: Lag,
    has: BTreeMap<GenerationId, (u64, String)>,
    over: HashSet<GenerationId>,
}

impl Reader {
    fn join(streams: &OpenStreams) -> Self {
        let has = listed(streams).into_iter();
        let has = has.map(|so_far| (so_far.generation, (chunks(&so_far), so_far.text)));
        Self {
            has: has.collect(),
            ..Self::default()
        }
    }

    /// The socket takes everything.
    fn take(&mut self) {
        let mut frames: Vec<Queued> = Vec::new();
        self.outbox.take(&mut frames).expect("nobody is closed");
        let mut load = Load::default();
        for queued in frames {
            load.add(&queued);
            if queued.frame.payload() == EVENTS {
                continue;
            }
            let delta: DeltaFrame = serde_json::from_slice(&queued.frame.payload()).unwrap();
            let (next, text) = self.has.entry(delta.generation).or_default();
            assert_eq!(delta.from.unwrap_or(delta.chunk), *next);
            *next = delta.chunk + 1;
            text.push_str(&delta.text);
        }
        self.outbox.sent(load);
    }
}

struct World {
    project: ProjectId,
    now: Instant,
    streams: OpenStreams,
    workers: [Worker; 2],
    readers: Vec<Reader>,
    reading: Option<(u64, Vec<Checkpoint>)>,
}

#[derive(Clone, Debug)]
enum Step {
    Start(usize),
    Write(usize, u64),
    Save(usize),
    /// The bus passes one of what is on its way on, once or twice, or loses it.
    Pass(usize, usize, u8),
    Lose,
    Wait(u32),
    BeginRead,
    EndRead(bool),
    Join,
    /// So many events wait for a reader that nothing else is put in.
    Burden(usize),
    Take(usize),
    /// Those who lag are looked after.
    Help,
    End(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (0..2_usize).prop_map(Step::Start),
        12 => (0..2_usize, 1..3_u64).prop_map(|(worker, count)| Step::Write(worker, count)),
        2 => (0..2_usize).prop_map(Step::Save),
        12 => (0..2_usize, 0..4_usize, 0..8_u8).prop_map(|(worker, place, how)| Step::Pass(worker, place, how)),
        1 => Just(Step::Lose),
        3 => (1..400_u32).prop_map(Step::Wait),
        3 => Just(Step::BeginRead),
        3 => any::<bool>().prop_map(Step::EndRead),
        1 => Just(Step::Join),
        2 => (0..4_usize).prop_map(Step::Burden),
        3 => (0..4_usize).prop_map(Step::Take),
        3 => Just(Step::Help),
        1 => (0..2_usize).prop_map(Step::End),
    ]
}

impl World {
    fn new() -> Self {
        Self {
            project: ProjectId::generate(),
            now: Instant::now(),
            streams: open_streams(),
            workers: [Worker::new(), Worker::new()],
            readers: vec![Reader::default()],
            reading: None,
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Start(worker) => {
                let worker = &mut self.workers[worker];
                if !worker.is_over {
                    worker.saved.get_or_insert(0);
                    let started = worker.started();
                    self.streams.follow(&started, self.now);
                }
            }
            Step::Write(worker, count) => self.workers[worker].write(count),
            Step::Save(worker) => self.workers[worker].save(),
            Step::Pass(worker, place, how) => self.pass(worker, place, how),
            Step::Lose => self.streams.lose(self.now),
            Step::Wait(ms) => self.now += MS * ms,
            Step::BeginRead => self.begin_read(),
            Step::EndRead(is_good) => self.end_read(is_good),
            Step::Join => self.readers.push(Reader::join(&self.streams)),
            Step::Take(reader) => {
                if let Some(reader) = self.readers.get_mut(reader) {
                    reader.take();
                }
            }
            Step::Burden(reader) => {
                let reader = self.readers.get(reader);
                if let Some(reader) = reader.filter(|reader| reader.outbox.is_calm()) {
                    (0..16).for_each(|_| reader.outbox.push(Frame::text(EVENTS)));
                }
            }
            Step::Help => self.help(),
            Step::End(worker) => self.end(worker),
        }
        self.tell();
    }

    fn pass(&mut self, worker: usize, place: usize, how: u8) {
        let wire = &mut self.workers[worker].wire;
        if place >= wire.len() {
            return;
        }
        let delta = if how == 0 {
            wire[place].clone()
        } else {
            wire.remove(place)
        };
        if how != 1 {
            self.streams.hear(delta, self.now);
        }
    }

    fn begin_read(&mut self) {
        if let Some(number) = self.streams.begin_read(self.now) {
            let found = self.workers.iter().filter_map(Worker::checkpoint);
            self.reading = Some((number, found.collect()));
        }
    }

    fn end_read(&mut self, is_good: bool) {
        match self.reading.take() {
            Some((number, found)) if is_good => self.streams.read(number, found, self.now),
            Some((number, _)) => self.streams.read_failed(number, self.now),
            None => {}
        }
    }

    fn end(&mut self, worker: usize) {
        let worker = &mut self.workers[worker];
        if worker.is_over || worker.saved.is_none() {
            return;
        }
        worker.is_over = true;
        let ended = worker.ended(GenerationEvent::End);
        self.streams.follow(&ended, self.now);
        for reader in &mut self.readers {
            // What was told before comes before.
            reader.take();
            reader.has.remove(&worker.generation);
            reader.over.insert(worker.generation);
        }
    }

    fn tell(&mut self) {
        for (stream, from) in self.streams.take_news() {
            let piece = self.streams.since(self.project, stream, from).unwrap();
            let frame = encode(&piece).unwrap();
            for reader in &mut self.readers {
                reader.lag.tell(&reader.outbox, &frame, stream, from);
            }
        }
    }

    fn help(&mut self) {
        let mut rest = Rest::of(self.project, &self.streams);
        for reader in &mut self.readers {
            reader.lag.catch_up(&reader.outbox, &mut rest);
        }
    }

    /// Nothing more is written; the database can be read, and everyone reads.
    fn come_to_rest(&mut self) {
        for worker in 0..2 {
            self.step(&Step::Start(worker));
            self.step(&Step::Save(worker));
            self.workers[worker].wire.clear();
        }
        for _ in 0..4 {
            self.step(&Step::EndRead(true));
            self.step(&Step::Wait(1_000));
            self.step(&Step::BeginRead);
        }
        for _ in 0..4 {
            self.readers.iter_mut().for_each(Reader::take);
            self.help();
        }
    }

    fn check(&self) {
        for worker in &self.workers {
            for reader in &self.readers {
                let has = reader.has.get(&worker.generation);
                let (chunks, text) = has.cloned().unwrap_or_default();
                if worker.is_over {
                    assert_eq!(chunks, 0, "something came after the end");
                } else {
                    assert_eq!(text, worker.chunks.concat());
                    assert_eq!(usize::try_from(chunks).unwrap(), worker.chunks.len());
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Readers that take little at a time, or nothing, are among them.
    #[test]
    fn whatever_the_bus_does_each_reader_ends_with_the_text_and_no_gap(
        steps in prop::collection::vec(step(), 1..200),
    ) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        world.come_to_rest();
        world.check();
    }
}

/// A channel with one generation that has begun.
fn begun() -> World {
    let mut world = World::new();
    world.step(&Step::Start(0));
    world
}

fn received(reader: &mut Reader) -> Vec<DeltaFrame> {
    let mut frames: Vec<Queued> = Vec::new();
    reader.outbox.take(&mut frames);
    let parsed = |queued: Queued| serde_json::from_slice(&queued.frame.payload()).unwrap();
    frames.into_iter().map(parsed).collect()
}

#[test]
fn what_came_above_a_gap_is_told_with_the_checkpoint_in_one_piece() {
    let mut world = begun();
    for _ in 0..5 {
        world.step(&Step::Write(0, 1));
    }
    world.step(&Step::Pass(0, 0, 2));
    world.step(&Step::Pass(0, 0, 1));
    world.step(&Step::Pass(0, 1, 2));
    world.step(&Step::Pass(0, 1, 2));
    assert_eq!(received(&mut world.readers[0]).len(), 1);

    // It holds the second and third chunk; those after them are here.
    world.workers[0].saved = Some(3);
    world.step(&Step::BeginRead);
    world.step(&Step::EndRead(true));

    let [delta] = received(&mut world.readers[0]).try_into().unwrap();
    assert_eq!((delta.from, delta.chunk), (Some(1), 4));
    assert_eq!(delta.text, "<1ä><2ä><3ä><4ä>");
}

#[test]
fn a_gap_is_read_at_once_and_again_every_quarter_of_a_second_and_what_is_quiet_every_second() {
    let mut world = begun();
    assert_eq!(world.streams.due(), Some(world.now + QUIET_EVERY));
    world.now += MS * 400;
    world.step(&Step::Write(0, 1));
    world.step(&Step::Write(0, 1));
    world.step(&Step::Pass(0, 1, 2));
    assert_eq!(world.streams.due(), Some(world.now));

    world.step(&Step::BeginRead);
    assert_eq!(world.streams.due(), None, "one reading at a time");
    world.step(&Step::EndRead(true));
    assert_eq!(world.streams.due(), Some(world.now + GAP_EVERY));

    // The bus was only slow.
    world.step(&Step::Pass(0, 0, 2));
    world.now += GAP_EVERY;
    assert_eq!(world.streams.begin_read(world.now), None);
    assert_eq!(
        world.streams.due(),
        Some(world.now - GAP_EVERY + QUIET_EVERY)
    );

    world.now += QUIET_EVERY;
    assert!(world.streams.begin_read(world.now).is_some());
}

#[test]
fn nothing_is_read_where_nothing_is_written() {
    let mut world = begun();
    world.step(&Step::End(0));
    world.step(&Step::Lose);
    world.now += QUIET_EVERY;
    assert_eq!(world.streams.begin_read(world.now), None);
    assert_eq!(world.streams.due(), None);
}

#[test]
fn a_delta_that_comes_after_the_end_makes_nothing() {
    let mut world = begun();
    world.step(&Step::Write(0, 1));
    world.step(&Step::End(0));
    world.step(&Step::Pass(0, 0, 2));
    assert!(listed(&world.streams).is_empty());
    assert!(received(&mut world.readers[0]).is_empty());
}

#[test]
fn what_was_read_before_the_end_does_not_bring_it_back() {
    let mut world = begun();
    world.now += QUIET_EVERY;
    world.step(&Step::BeginRead);
    world.step(&Step::End(0));
    world.step(&Step::EndRead(true));
    assert!(listed(&world.streams).is_empty());
}

#[test]
fn what_is_listed_no_more_is_over_and_what_began_meanwhile_is_not() {
    let mut world = begun();
    world.now += QUIET_EVERY;
    let number = world.streams.begin_read(world.now).unwrap();
    world.step(&Step::Start(1));
    world.streams.read(number, Vec::new(), world.now);
    let left: Vec<StreamId> = world.streams.ids().collect();
    assert_eq!(left, [stream_id(world.workers[1].generation)]);
}

#[test]
fn beginnings_and_ends_inside_a_batch_count() {
    let mut streams = open_streams();
    let now = Instant::now();
    let [one, two] = [Worker::new(), Worker::new()];
    let batch = |ops: Vec<Event>| Event::Batch(BatchEvent { ops });
    streams.follow(&batch(vec![one.started(), two.started()]), now);
    assert_eq!(listed(&streams).len(), 2);

    let cancel = one.ended(GenerationEvent::Cancel);
    streams.follow(&batch(vec![cancel]), now);
    let left: Vec<StreamId> = streams.ids().collect();
    assert_eq!(left, [stream_id(two.generation)]);
}

#[test]
fn a_text_that_is_too_long_or_began_anew_is_told_no_further() {
    let mut world = begun();
    let worker = &world.workers[0];
    let chunk = |number: u64, bytes: usize, text: String| Chunk {
        stream: stream_id(worker.generation),
        from: Point {
            chunks: number,
            bytes,
        },
        number,
        text,
    };
    let [long, more] = [
        chunk(0, 0, "x".repeat(STREAM_BYTES_MAX)),
        chunk(1, STREAM_BYTES_MAX, "y".to_owned()),
    ];
    world.streams.hear(long, world.now);
    world.streams.hear(more, world.now);
    world.tell();
    assert_eq!(chunks(&listed(&world.streams)[0]), 1);

    let mut world = begun();
    world.step(&Step::Write(0, 1));
    world.step(&Step::Pass(0, 0, 2));
    world.workers[0].chunks = vec!["else".to_owned(); 2];
    world.step(&Step::Save(0));
    world.step(&Step::Lose);
    world.step(&Step::BeginRead);
    world.step(&Step::EndRead(true));
    assert_eq!(listed(&world.streams)[0].text, "<0ä>");
}

#[test]
fn who_lags_is_told_all_of_it_in_one_piece_once_there_is_room() {
    let mut world = begun();
    for _ in 0..100 {
        world.step(&Step::Write(0, 1));
        world.step(&Step::Pass(0, 0, 2));
    }
    let reader = &mut world.readers[0];
    let mut frames: Vec<Queued> = Vec::new();
    reader.outbox.take(&mut frames);
    let count = frames.len();
    assert!(count < 100, "some of it was left out");
    let mut load = Load::default();
    frames.iter().for_each(|queued| load.add(queued));
    reader.outbox.sent(load);
    world.help();

    let [delta] = received(&mut world.readers[0]).try_into().unwrap();
    assert_eq!(delta.from, Some(u64::try_from(count).unwrap()));
    assert_eq!(delta.chunk, 99);
}

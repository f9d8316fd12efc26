//! How long it takes to plan the context of a node with 5,000 ancestors, and to compare 5,000 answers with
//! what their contexts are now: by fingerprints, as when a project has just been opened, and by what was
//! sent for them. What the whole server needs for it: `cargo xtask load --help`.
#![expect(
    clippy::expect_used,
    reason = "a sample that cannot be made is a failure"
)]

use std::{hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use generation::sample::{Sample, Shape};

const NODES: usize = 5_000;
/// What the models take: in the smaller context, most ancestors have no room.
const CONTEXT_TOKENS: [u32; 2] = [128_000, 1_000_000];

fn contexts(criterion: &mut Criterion) {
    for (shape, name) in [(Shape::Chain, "chain"), (Shape::Mesh, "mesh")] {
        for context_tokens in CONTEXT_TOKENS {
            let sample = Sample::new(NODES, shape, context_tokens).expect("there are nodes");
            let id = |what: &str| BenchmarkId::new(what, format!("{name}/{context_tokens}"));
            criterion.bench_with_input(id("plan"), &sample, |bencher, sample| {
                bencher.iter(|| black_box(sample).plan().expect("the question fits"));
            });
            let bench = |criterion: &mut Criterion, what, sample: &Sample| {
                criterion.bench_with_input(id(what), sample, |bencher, sample| {
                    bencher.iter(|| black_box(sample).compare());
                });
            };
            bench(criterion, "compare fingerprints", &sample);
            bench(criterion, "compare", &sample.known());
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(2));
    targets = contexts
}
criterion_main!(benches);

//! Places in a text that grows.

/// How far a text goes, or somebody has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Point {
    pub chunks: u64,
    pub bytes: usize,
}

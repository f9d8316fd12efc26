//! The rules of a project's graph, on plain ids and without I/O: edges never close a cycle, and
//! everything the graph lists is in one order that depends on its content alone.
mod compare;
mod cycles;
mod dag;
mod depth;
mod nearest;
mod relatives;

#[cfg(test)]
mod tests;

pub use compare::Comparison;
pub use dag::{Dag, EdgeRefusal, RemovedEdge};
pub use relatives::Relative;

//! How far from others nodes stand that the server places, in the canvas' own measure.

/// From one beside it.
pub(crate) const BESIDE: f64 = 400.0;
/// From one above it.
pub(crate) const BELOW: f64 = 320.0;

//! Where things stand on the canvas, and what part of it is seen.

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Far beyond any canvas, well inside what a browser draws exactly.
pub const COORDINATE_MAX: f64 = 1e9;

/// A coordinate on the canvas: finite and within ±1e9.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Coordinate(f64);

impl Coordinate {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// For values that the database gives back.
    #[must_use]
    pub fn stored(value: f64) -> Self {
        Self(value)
    }
}

impl TryFrom<f64> for Coordinate {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if value.is_finite() && value.abs() <= COORDINATE_MAX {
            // Negative zero would be stored and hashed differently from zero.
            Ok(Self(value + 0.0))
        } else {
            Err("must be a number between -1e9 and 1e9".to_owned())
        }
    }
}

impl From<Coordinate> for f64 {
    fn from(value: Coordinate) -> Self {
        value.0
    }
}

impl PartialSchema for Coordinate {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(-COORDINATE_MAX))
            .maximum(Some(COORDINATE_MAX))
            .build()
            .into()
    }
}

impl ToSchema for Coordinate {}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    pub x: Coordinate,
    pub y: Coordinate,
}

impl Position {
    /// A place this far away, or at the edge of the canvas.
    #[must_use]
    pub fn moved_by(self, x: f64, y: f64) -> Self {
        let within = |from: Coordinate, by: f64| {
            let to = from.get() + by;
            // Between the limits nothing is refused.
            Coordinate::try_from(to.clamp(-COORDINATE_MAX, COORDINATE_MAX)).unwrap_or(from)
        };
        Self {
            x: within(self.x, x),
            y: within(self.y, y),
        }
    }
}

/// What part of the canvas is seen: the offset and the scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Viewport {
    pub x: Coordinate,
    pub y: Coordinate,
    pub zoom: Zoom,
}

/// A scale from 0.01 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Zoom(f64);

impl Zoom {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    #[must_use]
    pub fn stored(value: f64) -> Self {
        Self(value)
    }
}

impl TryFrom<f64> for Zoom {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.01..=100.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err("must be a number between 0.01 and 100".to_owned())
        }
    }
}

impl From<Zoom> for f64 {
    fn from(value: Zoom) -> Self {
        value.0
    }
}

impl PartialSchema for Zoom {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0.01))
            .maximum(Some(100.0))
            .build()
            .into()
    }
}

impl ToSchema for Zoom {}

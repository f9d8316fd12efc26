//! What is said of ancestors, as one number: two sequences of messages have the same one only if they
//! are the same. It is no fingerprint, since it means nothing in another process; but a part of a
//! sequence can be computed once and put wherever it stands.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};

use protocol::context::MessageRole;

use super::facts::{Facts, Text};

/// A polynomial over the messages, at a point that nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sequence(u128);

/// Where the polynomial is taken: by chance, so that nobody can look for sequences that collide, and in
/// one process always the same, so that what is known of an answer holds in every memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point(u128);

static POINT: LazyLock<Point> = LazyLock::new(|| {
    let random = |salt: u8| u128::from(RandomState::new().hash_one(salt));
    // Odd, so that no message is ever multiplied away.
    Point((random(0) << 64 | random(1)) | 1)
});

impl Default for Point {
    fn default() -> Self {
        *POINT
    }
}

/// Some messages in their order, as what they do to a sequence that they go on with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    factor: u128,
    sum: u128,
}

impl Said {
    pub(super) const NOTHING: Self = Self { factor: 1, sum: 0 };

    /// A node with all it says.
    pub(super) fn whole(facts: &Facts, point: Point) -> Self {
        let prompt = Self::message(facts.speaks_as(), &facts.prompt.whole, point);
        match &facts.response {
            None => prompt,
            Some(response) => prompt.then(Self::message(
                MessageRole::Assistant,
                &response.whole,
                point,
            )),
        }
    }

    /// A node in short.
    pub(super) fn brief(facts: &Facts, point: Point) -> Self {
        Self::message(facts.speaks_as(), &facts.brief(), point)
    }

    fn message(role: MessageRole, text: &Text, point: Point) -> Self {
        if text.is_empty() {
            return Self::NOTHING;
        }
        let role = match role {
            MessageRole::System => 1,
            MessageRole::User => 2,
            MessageRole::Assistant => 3,
        };
        let beginning = text.sha256.first_chunk().copied().unwrap_or_default();
        Self {
            factor: point.0,
            // The role takes the place of two bits of the text's SHA-256.
            sum: u128::from_be_bytes(beginning) << 2 | role,
        }
    }

    pub(super) fn then(self, next: Self) -> Self {
        Self {
            factor: self.factor.wrapping_mul(next.factor),
            sum: self.sum.wrapping_mul(next.factor).wrapping_add(next.sum),
        }
    }
}

impl Sequence {
    pub(super) fn say(&mut self, said: Said) {
        self.0 = self.0.wrapping_mul(said.factor).wrapping_add(said.sum);
    }
}

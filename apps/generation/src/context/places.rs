//! Sets of places in a topological order.

const WORD_BITS: usize = 64;

#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    words: Vec<u64>,
}

impl Places {
    /// For the places up to this one.
    pub(super) fn up_to(place: usize) -> Self {
        Self {
            words: vec![0; place / WORD_BITS + 1],
        }
    }

    /// False if it was there already.
    pub(super) fn insert(&mut self, place: usize) -> bool {
        let Some(word) = self.words.get_mut(block_of(place)) else {
            return false;
        };
        let is_new = *word & bit_of(place) == 0;
        *word |= bit_of(place);
        is_new
    }

    /// Adds the places of a block, as bits.
    pub(super) fn insert_all(&mut self, block: usize, places: u64) {
        if let Some(word) = self.words.get_mut(block) {
            *word |= places;
        }
    }

    pub(super) fn contains(&self, place: usize) -> bool {
        self.word(block_of(place)) & bit_of(place) != 0
    }

    /// Adds all of a set that is not longer.
    pub(super) fn unite(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    pub(super) fn count(&self) -> usize {
        let ones = self.words.iter().map(|word| word.count_ones());
        ones.map(|ones| usize::try_from(ones).unwrap_or_default())
            .sum()
    }

    /// Whether it is another set and one more place.
    pub(super) fn is_with(&self, other: &Self, place: usize) -> bool {
        self.words.iter().enumerate().all(|(block, word)| {
            let more = if block == block_of(place) {
                bit_of(place)
            } else {
                0
            };
            *word == other.word(block) | more
        })
    }

    /// Empties it, for the places up to this one.
    pub(super) fn clear_up_to(&mut self, place: usize) {
        self.words.clear();
        self.words.resize(place / WORD_BITS + 1, 0);
    }

    /// The places of a block, as bits: those from `block * 64` on.
    pub(super) fn word(&self, block: usize) -> u64 {
        self.words.get(block).copied().unwrap_or(0)
    }

    pub(super) fn blocks(&self) -> usize {
        self.words.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.words.len() * size_of::<u64>()
    }
}

/// The block in which a place is.
pub(super) fn block_of(place: usize) -> usize {
    place / WORD_BITS
}

/// The place among those of its block.
pub(super) fn bit_of(place: usize) -> u64 {
    1 << (place % WORD_BITS)
}

/// The places that are in a word of a block, the last first.
pub(super) fn places_down(block: usize, mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = usize::try_from(word.checked_ilog2()?).ok()?;
        word ^= bit_of(bit);
        Some(block * WORD_BITS + bit)
    })
}

/// The places that are in a word of a block, in their order.
pub(super) fn places_in(block: usize, mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = usize::try_from(word.trailing_zeros()).ok()?;
        (word != 0).then(|| {
            word &= word - 1;
            block * WORD_BITS + bit
        })
    })
}

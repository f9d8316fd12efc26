//! What nobody can guess.

use aws_lc_rs::rand;

/// 256 random bits.
#[must_use]
pub fn random_32() -> [u8; 32] {
    let mut bytes = [0; 32];
    // The generator of the operating system only fails where nothing else would work either.
    if rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

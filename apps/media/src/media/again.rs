//! Which files say something else after a command, or nothing, for whoever uses them.

use kernel::{MediaId, Result};
use platform::Write;

/// Links that were read by a command, and files that it took away from where they are attached.
#[derive(Debug, Default)]
pub(super) struct ReadAgain(pub(super) Vec<MediaId>);

/// The files that may say something else after what was just done, or nothing, for the reactions of whoever uses them.
pub fn read_again(write: &mut Write) -> Result<Vec<MediaId>> {
    // Taken, so that each is settled once.
    Ok(std::mem::take(&mut write.note::<ReadAgain>()?.0))
}

//! What a command tells the reactions that follow it, and what they can ask about it.

use std::any::TypeId;

use kernel::{Error, Result};

use super::{command::Command, write::Write};

impl Write {
    /// A note of this kind, made when it is first asked for. Features leave notes for their own reactions:
    /// what a command is part of is no event.
    pub fn note<N: Default + Send + Sync + 'static>(&mut self) -> Result<&mut N> {
        let notes = &mut self.current.notes;
        let note = notes
            .entry(TypeId::of::<N>())
            .or_insert_with(|| Box::new(N::default()));
        note.downcast_mut()
            .ok_or_else(|| Error::internal("a note of another type"))
    }

    /// Whether clients asked for several operations at once.
    #[must_use]
    pub fn is_batch(&self) -> bool {
        self.current.as_batch
    }

    /// The places, among the events of this command, of those that changed nothing.
    #[must_use]
    pub fn unchanged_places(&self) -> &[usize] {
        &self.current.unchanged
    }

    /// Carries out a part of a command that may be refused without all of it. A refusal is given back, as long
    /// as the part wrote nothing before it; everything else ends the command.
    pub async fn attempt<C: Command>(&mut self, part: &C) -> Result<Result<C::Output>> {
        let had_changed = std::mem::take(&mut self.current.has_changed);
        let outcome = part.apply(self).await;
        let wrote = std::mem::replace(&mut self.current.has_changed, had_changed);
        self.current.has_changed |= wrote;
        self.refuse_too_much()?;
        match outcome {
            Err(error) if wrote || is_no_refusal(&error) => Err(error),
            outcome => Ok(outcome),
        }
    }
}

/// What would meet every other operation as well, or is nobody's fault.
fn is_no_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::Unauthenticated
            | Error::NotFound("project")
            | Error::Forbidden(_)
            | Error::InsufficientScope(_)
            | Error::Busy
            | Error::TooMuchWork
            | Error::StorageFull { .. }
            | Error::Unavailable(_)
            | Error::Internal(_)
    )
}

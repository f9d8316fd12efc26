//! Providers: who answers a prompt, within which limits, and what is done when they fail.

mod attempts;
mod catalog;
mod failure;
pub(crate) mod health;
mod offline;
mod openai;
mod prompt;
mod stream;

pub(crate) use attempts::{Asking, Unanswered, Unasked};
pub(crate) use catalog::{Catalog, Model, OPENAI_BASE_URL, Price, price::dollars};
pub(crate) use failure::{Failure, FailureKind};
pub(crate) use health::{Health, all as healths};
pub use kernel::tokens::estimate;
pub use openai::{Clip, Heard};
pub(crate) use openai::{Endpoint, Sound, Transcript};
pub(crate) use prompt::{Message, Picture, Piece, Prompt, Usage};
pub use prompt::{ToolCall, ToolSpec};
#[cfg(test)]
use stream::open;

#[cfg(test)]
#[path = "../../../tests/it/kit/provider.rs"]
#[expect(
    dead_code,
    reason = "the black-box suite, whose it is, uses more of it"
)]
mod scripted;
#[cfg(test)]
mod tests;

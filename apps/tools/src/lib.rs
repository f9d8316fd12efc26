//! What a model can do on a canvas. One list of tools, for agents and for programs over MCP alike.
//!
//! A tool reads, or it plans operations, which are then carried out as one command: the same that people
//! give, with the same checks, so that whatever a model says it can do no more than whoever it acts for.

mod ask;
mod call;
mod describe;
mod edit;
mod layout;
mod list;
mod outcome;
mod place;
mod read;
mod replay;
mod schema;
mod text;
mod tool;

pub use call::Call;
pub use layout::BELOW;
pub use list::{all, find};
pub use outcome::{Outcome, RESULT_BYTES_MAX};
pub use place::below as place_below;
pub use text::result;
pub use tool::Tool;

//! The JSON that leaves or enters the process: bodies, views, stored events. No I/O.
//!
//! Bodies refuse unknown fields and hold parsed values; views and events are what is promised.

pub mod agents;
pub mod audit;
pub mod auth;
pub mod budgets;
pub mod changesets;
pub mod compare;
pub mod context;
pub mod conversations;
pub mod edges;
pub mod events;
pub mod exports;
pub mod feedback;
pub mod followups;
pub mod frames;
pub mod generations;
pub mod graph;
pub mod invitations;
pub mod media;
pub mod members;
pub mod merge;
pub mod models;
pub mod nodes;
pub mod notifications;
pub mod ops;
pub mod page;
pub mod preferences;
pub mod presets;
pub mod problem;
pub mod projects;
pub mod push;
pub mod refresh;
pub mod schedules;
pub mod sessions;
pub mod settings;
pub mod siblings;
pub mod state;
pub mod strict;
pub mod tasks;
pub mod templates;
pub mod tokens;
pub mod tool_servers;
pub mod transfer;
pub mod usage;
pub mod users;
pub mod values;
pub mod voice;
pub mod votes;

pub use page::Page;
pub use problem::Problem;
pub use values::{
    Email, FirstName, Instruction, LastName, Metadata, ModelId, NodeText, Password, Position,
    ProjectName, Prompt, Summary, SystemPrompt, Timestamp, TokenName, Username, Viewport,
};

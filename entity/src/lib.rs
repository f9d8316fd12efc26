//! The tables as sea-orm models, one module per table.
//!
//! A model mirrors its table and decides nothing. What a table refuses (checks, unique keys, foreign
//! keys) is written in `migration`; what leaves the process is written in `protocol`.

pub mod agent;
pub mod agent_prompt_version;
pub mod agent_schedule;
pub mod agent_step;
pub mod agent_task;
pub mod answer_feedback;
pub mod answer_vote;
pub mod api_token;
pub mod audit_record;
pub mod auth_session;
pub mod avatar;
pub mod budget;
pub mod change_set;
pub mod change_set_event;
pub mod change_set_item;
pub mod edge;
pub mod email_change;
pub mod enums;
pub mod generation;
pub mod idempotency_key;
pub mod invitation;
pub mod job;
pub mod job_batch;
pub mod login_throttle;
pub mod mailed_token;
pub mod media;
pub mod media_page;
pub mod model_health;
pub mod node;
pub mod node_mention;
pub mod node_read;
pub mod notification;
pub mod notification_inbox;
pub mod preset;
pub mod project;
pub mod project_agent;
pub mod project_event;
pub mod project_member;
pub mod project_transfer;
pub mod project_viewport;
pub mod push_subscription;
pub mod recovery_code;
pub mod refresh_token;
pub mod tool_credential;
pub mod upload;
pub mod upload_part;
pub mod user;
pub mod user_session;
pub mod voice_interaction;
pub mod ws_ticket;

pub use enums::{
    ActorKind, BudgetPeriod, ChangeSetItemState, ChangeSetMode, ChangeSetOrigin, ChangeSetState,
    EdgePolicy, GenerationOrigin, JobState, MailedPurpose, NodeStatus, Role, RunState,
};

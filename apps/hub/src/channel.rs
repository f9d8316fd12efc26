//! Channels: a task for each project that somebody listens to.

mod access;
mod channels;
mod chunks;
mod join;
mod lag;
mod message;
mod peers;
mod presence;
mod recent;
mod state;
mod streams;
mod task;
mod telling;
mod welcome;

pub(crate) use channels::Channels;
pub(crate) use join::join;
pub(crate) use message::{ChannelMessage, ChannelSender, Join};

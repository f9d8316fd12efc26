//! Queues: kinds of jobs that share places, so that long ones hold up only their like.

use crate::settings::JobSettings;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Calls of models, which take minutes.
    Runs,
    /// Tasks of agents, which take minutes and call models themselves.
    Tasks,
    /// Mails, which wait for another server.
    Mail,
    /// What devices are told, which waits for push services.
    Push,
    /// Pages that people link to, which wait for other servers.
    Links,
    /// What takes moments.
    Short,
}

impl Queue {
    pub const ALL: [Self; 6] = [
        Self::Runs,
        Self::Tasks,
        Self::Mail,
        Self::Push,
        Self::Links,
        Self::Short,
    ];

    /// As it is stored and measured.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Tasks => "tasks",
            Self::Mail => "mail",
            Self::Push => "push",
            Self::Links => "links",
            Self::Short => "short",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.name() == name)
    }

    /// How many of its jobs this process does at once.
    pub(super) fn places(self, settings: &JobSettings) -> usize {
        match self {
            Self::Runs => settings.at_once,
            Self::Tasks => settings.tasks_at_once,
            Self::Mail => settings.mails_at_once,
            Self::Push => settings.pushes_at_once,
            Self::Links => settings.links_at_once,
            Self::Short => settings.short_at_once,
        }
    }
}
